-- Everything about a learner is small and keyed by the learner. The roster is the same membership seen from
-- the course, written in the same transaction; it alone refers to the course, because it alone can be searched by it
-- when a course is deleted for good.

create table enrolment (
    learner_id   uuid not null references account (id) on delete cascade,
    course_id    uuid not null,
    state        text not null default 'active' check (state in ('active', 'left')),
    enrolled_at  timestamptz not null default now(),
    completed_at timestamptz,
    primary key (learner_id, course_id)
);
comment on table enrolment is 'distribution: learner (learner_id)';

create table roster (
    course_id    uuid not null references course (id),
    learner_id   uuid not null,
    name         text not null,
    email        text not null,
    state        text not null default 'active' check (state in ('active', 'left')),
    enrolled_at  timestamptz not null default now(),
    completed_at timestamptz,
    primary key (course_id, learner_id)
);
comment on table roster is 'distribution: room (course_id)';
create index roster_by_name on roster (course_id, name, learner_id) where state = 'active';

-- How many places of a course are taken; the row that concurrent enrolments queue on.
create table places (
    course_id uuid primary key references course (id),
    taken     integer not null default 0 check (taken >= 0)
);
comment on table places is 'distribution: subject (course_id)';

create table progress (
    learner_id uuid not null references account (id) on delete cascade,
    course_id  uuid not null,
    item_id    uuid not null,
    state      text not null check (state in ('started', 'done')),
    place      real not null default 0 check (place between 0 and 1),
    updated_at timestamptz not null default now(),
    primary key (learner_id, course_id, item_id)
);
comment on table progress is 'distribution: learner (learner_id)';

-- Enrolments that wait for an address to become an account.
create table awaited_enrolment (
    email     text not null,
    school_id uuid not null references school (id),
    course_id uuid not null references course (id) on delete cascade,
    primary key (email, school_id, course_id)
);
comment on table awaited_enrolment is 'distribution: lookup (email)';
create index awaited_enrolment_course on awaited_enrolment (course_id);
