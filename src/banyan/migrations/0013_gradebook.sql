-- What teachers do with results: they grade, correct keys, weigh tests and overrule them. What there is about the attempts
-- at a test is kept by the test, as their results are.

-- How often something about its keys was corrected: what is kept of a revision in memory is kept by this number.
alter table assessment add column corrections integer not null default 0;

-- A revision stays as it is. What was wrong in it stands beside it, and holds for all of its attempts.
create table question_correction (
    assessment_id uuid not null,
    revision      integer not null,
    question_id   uuid not null,
    kind          text not null check (kind in ('key', 'void', 'full_marks')),
    body          jsonb,                      -- of another key, with the key rendered
    key           jsonb,
    created_at    timestamptz not null default now(),
    primary key (assessment_id, revision, question_id),
    foreign key (assessment_id, revision) references assessment_revision (assessment_id, number) on delete cascade
);
comment on table question_correction is 'distribution: reference';

create table regrade (
    assessment_id uuid not null references assessment (id) on delete cascade,
    id            uuid not null,
    question_id   uuid not null,
    title         text not null,              -- of the question
    correction    text not null check (correction in ('key', 'void', 'full_marks', 'published')),
    revisions     integer[] not null,
    reason        text not null,
    author_id     uuid not null,
    author        text not null,
    created_at    timestamptz not null default now(),
    state         text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
    place         uuid not null default '00000000-0000-0000-0000-000000000000',  -- the last attempt that was looked at
    attempts      integer not null,           -- to look at, as far as was known
    seen          integer not null default 0,
    changed       integer not null default 0,
    raised        integer not null default 0,
    lowered       integer not null default 0,
    finished_at   timestamptz,
    primary key (assessment_id, id)
);
comment on table regrade is 'distribution: subject (assessment_id)';

create table regrade_change (
    assessment_id uuid not null references assessment (id) on delete cascade,
    regrade_id    uuid not null,
    attempt_id    uuid not null,
    learner_id    uuid not null,
    name          text not null,
    before        double precision,           -- points of the attempt
    after         double precision not null,
    primary key (assessment_id, regrade_id, attempt_id)
);
comment on table regrade_change is 'distribution: subject (assessment_id)';

-- What people say that a response is worth. The mean of the graders counts, unless one row settles it.
create table question_grade (
    assessment_id uuid not null references assessment (id) on delete cascade,
    attempt_id    uuid not null,
    question_id   uuid not null,
    settles       boolean not null,
    grader_id     uuid not null,
    grader        text not null,
    points        double precision not null,
    comment       text not null,
    rubric        jsonb not null,             -- by line, from 0 to 1
    version       integer not null default 1,
    at            timestamptz not null default now(),
    primary key (assessment_id, attempt_id, question_id, settles, grader_id)
);
comment on table question_grade is 'distribution: subject (assessment_id)';

create index attempt_result_waiting on attempt_result (assessment_id, submitted_at, attempt_id) where needs_grading > 0;
create index attempt_result_closed on attempt_result (submitted_at) where submitted_at is not null;

-- How far the bank was told of a test: as of so many graded attempts. Stale: grades of some of them changed.
create table statistics_told (
    assessment_id uuid primary key references assessment (id) on delete cascade,
    graded        integer not null default 0,
    stale         boolean not null default false,
    told_at       timestamptz not null default now()
);
comment on table statistics_told is 'distribution: reference';
create index statistics_told_stale on statistics_told (assessment_id) where stale;
create index statistics_told_at on statistics_told (told_at);

create table course_grading (
    course_id uuid primary key references course (id) on delete cascade,
    weights   jsonb not null default '{}',    -- by test; what is not there weighs 1
    missing   text not null default 'left_out' check (missing in ('left_out', 'zero')),
    version   integer not null default 0
);
comment on table course_grading is 'distribution: reference';

create table grade_override (
    course_id     uuid not null references course (id) on delete cascade,
    learner_id    uuid not null,
    assessment_id uuid not null references assessment (id) on delete cascade,
    percent       double precision not null,
    reason        text not null,
    author_id     uuid not null,
    author        text not null,
    at            timestamptz not null default now(),
    primary key (course_id, learner_id, assessment_id)
);
comment on table grade_override is 'distribution: subject (course_id)';
create index grade_override_assessment on grade_override (assessment_id);
