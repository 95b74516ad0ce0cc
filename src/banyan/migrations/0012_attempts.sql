-- Attempts at tests. An attempt is its learner's; what is told of it to the staff of the test is kept by the test, too, in
-- the same transactions.

create table attempt (
    learner_id    uuid not null,
    id            uuid not null,
    assessment_id uuid not null,
    course_id     uuid not null,
    revision      integer not null,
    number        integer not null,           -- from 1; previews of staff count down from -1
    preview       boolean not null generated always as (number < 0) stored,
    seed          bigint not null,            -- what is drawn, and in which order
    state         text not null default 'running' check (state in ('running', 'submitted', 'graded')),
    started_at    timestamptz not null,
    deadline_at   timestamptz,
    submitted_at  timestamptz,                -- of one whose time ran out: its deadline
    max_points    double precision not null,
    score         double precision,           -- points, as far as it is graded
    primary key (learner_id, id),
    unique (learner_id, assessment_id, number)
) with (fillfactor = 80);
comment on table attempt is 'distribution: learner (learner_id)';

-- No reference to the attempt, which every save would have to ask for: saving locks the attempt's row anyway.
create table answer (
    learner_id  uuid not null,
    attempt_id  uuid not null,
    question_id uuid not null,
    place       smallint not null,            -- of the question in the attempt
    number      bigint not null,              -- of the save; an older one changes nothing
    response    jsonb,                        -- null: no answer
    flagged     boolean,                      -- null: never told
    begun_at    timestamptz not null,         -- when it was first saved
    saved_at    timestamptz not null,
    primary key (learner_id, attempt_id, question_id)
) with (fillfactor = 80);  -- saved again and again, within its page
comment on table answer is 'distribution: learner (learner_id)';

create table attempt_file (
    learner_id uuid not null,
    attempt_id uuid not null,
    id         uuid not null,
    name       text not null,
    media_type text not null,
    size       bigint not null,
    digest     bytea not null,
    created_at timestamptz not null default now(),
    primary key (learner_id, attempt_id, id)
);
comment on table attempt_file is 'distribution: learner (learner_id)';

create table attempt_result (
    assessment_id uuid not null,
    attempt_id    uuid not null,
    learner_id    uuid not null,
    course_id     uuid not null,
    name          text not null,              -- the learner's
    number        integer not null,
    preview       boolean not null generated always as (number < 0) stored,
    revision      integer not null,
    seed          bigint not null,
    state         text not null default 'running' check (state in ('running', 'submitted', 'graded')),
    started_at    timestamptz not null,
    deadline_at   timestamptz,
    submitted_at  timestamptz,
    seen_at       timestamptz not null,
    answered      integer not null default 0,
    points        double precision,
    max_points    double precision not null,
    needs_grading integer not null default 0, -- questions that wait for a person
    grades        jsonb not null default '{}', -- by question: {fraction, points, response, correct}
    primary key (assessment_id, attempt_id)
) with (fillfactor = 70);  -- while an attempt runs its row changes every few seconds, within its page
comment on table attempt_result is 'distribution: subject (assessment_id)';
create index attempt_result_attempt on attempt_result (attempt_id);
create index attempt_result_learner on attempt_result (assessment_id, learner_id, number);
create index attempt_result_course on attempt_result (course_id);
create index attempt_result_due on attempt_result (deadline_at) where state = 'running';
