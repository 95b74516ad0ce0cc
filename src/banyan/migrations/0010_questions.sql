-- Question banks: each course has one. What is asked is kept in full with every change, so that a test can be bound to
-- the version that it was published with.

create table question_category (
    id         uuid primary key,
    school_id  uuid not null references school (id),
    course_id  uuid not null references course (id) on delete cascade,
    parent_id  uuid references question_category (id) on delete cascade,
    name       text not null,
    shared     boolean not null default false,  -- with all teachers of the school
    position   integer not null default 0,      -- among those with the same parent
    version    integer not null default 1
);
comment on table question_category is 'distribution: reference';
create index question_category_course on question_category (course_id, position, id);
create index question_category_parent on question_category (parent_id);
create index question_category_shared on question_category (school_id) where shared;

create table question (
    id          uuid primary key,
    school_id   uuid not null references school (id),
    course_id   uuid not null references course (id) on delete cascade,
    category_id uuid references question_category (id) on delete set null,
    kind        text not null,
    title       text not null,
    points      double precision not null,
    penalty     double precision not null,
    difficulty  text check (difficulty in ('easy', 'medium', 'hard')),
    tags        text[] not null default '{}',
    code        text not null default '',
    body        jsonb not null,             -- the newest version's
    version     integer not null default 1,
    archived_at timestamptz,
    created_by  uuid not null,
    created_at  timestamptz not null default now(),
    changed_at  timestamptz not null default now(),
    words       tsvector not null
);
comment on table question is 'distribution: reference';
create index question_course on question (course_id, id);
create index question_of_category on question (category_id, id);
create index question_words on question using gin (words);

create table question_version (
    question_id uuid not null references question (id) on delete cascade,
    number      integer not null,
    title       text not null,
    points      double precision not null,
    penalty     double precision not null,
    body        jsonb not null,
    author_id   uuid not null,
    author      text not null,  -- the name as it was
    created_at  timestamptz not null default now(),
    primary key (question_id, number)
);
comment on table question_version is 'distribution: reference';

-- What tests tell of the questions in them: that they use them, and how it went.
create table question_use (
    question_id   uuid not null references question (id) on delete cascade,
    assessment_id uuid not null,
    primary key (question_id, assessment_id)
);
comment on table question_use is 'distribution: reference';
create index question_use_assessment on question_use (assessment_id);

create table question_statistics (
    question_id    uuid not null references question (id) on delete cascade,
    assessment_id  uuid not null,
    attempts       integer not null check (attempts >= 0),
    facility       double precision,  -- the mean share of the points that attempts earned
    discrimination double precision,  -- how far it goes with the rest of the test, from -1 to 1
    primary key (question_id, assessment_id)
);
comment on table question_statistics is 'distribution: reference';
create index question_statistics_assessment on question_statistics (assessment_id);
