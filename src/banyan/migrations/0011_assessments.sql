-- Tests. Each is an item of a course with the same id, whose title is the item's. The draft is what staff edit; an
-- attempt is at a revision, which holds all of it: questions as they were, rendered.

alter table item drop constraint item_kind_check;
alter table item add constraint item_kind_check check (kind in ('lesson', 'file', 'video', 'link', 'test'));

create table assessment (
    id           uuid primary key references item (id) on delete cascade,
    school_id    uuid not null references school (id),
    course_id    uuid not null references course (id) on delete cascade,
    settings     jsonb not null,
    sections     jsonb not null,
    version      integer not null default 1,
    revision     integer,  -- that learners take; null before the first
    created_at   timestamptz not null default now()
);
comment on table assessment is 'distribution: reference';
create index assessment_course on assessment (course_id, id);

create table assessment_revision (
    assessment_id uuid not null references assessment (id) on delete cascade,
    number        integer not null,
    author_id     uuid not null,
    author        text not null,
    note          text not null default '',
    title         text not null,
    questions     integer not null,  -- of an attempt
    digest        bytea not null,    -- of what it was made from: the same digest, nothing to publish
    document      jsonb not null,
    created_at    timestamptz not null default now(),
    primary key (assessment_id, number)
);
comment on table assessment_revision is 'distribution: reference';

-- By the test and not by the learner: who asks for one always knows the test, and all of a test are kept in memory.
create table accommodation (
    assessment_id  uuid not null references assessment (id) on delete cascade,
    account_id     uuid not null,
    name           text not null,
    extra_percent  integer not null,
    extra_minutes  integer not null,
    extra_attempts integer not null,
    opens_at       timestamptz,
    closes_at      timestamptz,
    changed_at     timestamptz not null default now(),
    primary key (assessment_id, account_id)
);
comment on table accommodation is 'distribution: subject (assessment_id)';
create index accommodation_name on accommodation (assessment_id, name, account_id);
create index accommodation_account on accommodation (account_id);
