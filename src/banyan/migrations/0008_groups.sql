-- Classes of a course, and the study groups in them. Who is in a group is kept from both sides, in one transaction.

create table class (
    id          uuid primary key,
    school_id   uuid not null references school (id),
    course_id   uuid not null references course (id) on delete cascade,
    name        text not null,
    description text not null default '',
    admission   text not null default 'course' check (admission in ('course', 'staff')),  -- all of the course, or whom staff choose
    groups_by   text not null default 'learners' check (groups_by in ('learners', 'staff')),
    state       text not null default 'active' check (state in ('active', 'archived')),
    created_at  timestamptz not null default now(),
    version     integer not null default 1
);
comment on table class is 'distribution: reference';
create index class_course on class (course_id, id);

create table class_member (  -- of classes that staff choose for
    class_id   uuid not null references class (id) on delete cascade,
    account_id uuid not null,
    name       text not null,
    joined_at  timestamptz not null default now(),
    primary key (class_id, account_id)
);
comment on table class_member is 'distribution: room (class_id)';
create index class_member_name on class_member (class_id, name, account_id);

create table class_membership (
    account_id uuid not null,
    class_id   uuid not null,  -- no reference: the class could not find its rows here when it goes
    primary key (account_id, class_id)
);
comment on table class_membership is 'distribution: learner (account_id)';

create table study_group (  -- its id is its room's
    id                    uuid primary key,
    school_id             uuid not null references school (id),
    course_id             uuid not null references course (id) on delete cascade,
    class_id              uuid not null references class (id) on delete cascade,
    name                  text not null,
    description           text not null default '',
    admission             text not null default 'open' check (admission in ('open', 'request', 'invitation')),
    places                integer check (places between 2 and 5000),
    state                 text not null default 'active' check (state in ('active', 'archived')),
    invitation_hash       bytea,
    invitation_expires_at timestamptz,
    created_at            timestamptz not null default now(),
    version               integer not null default 1
);
comment on table study_group is 'distribution: reference';
create index study_group_class on study_group (class_id, id);
create index study_group_course on study_group (course_id, id);

create table group_places (
    group_id uuid primary key references study_group (id) on delete cascade,
    taken    integer not null default 0
);
comment on table group_places is 'distribution: room (group_id)';

create table group_member (
    group_id    uuid not null references study_group (id) on delete cascade,
    account_id  uuid not null,
    name        text not null,
    role        text not null default 'member' check (role in ('owner', 'moderator', 'member')),
    state       text not null default 'active' check (state in ('active', 'requested', 'left', 'removed')),
    muted_until timestamptz,
    joined_at   timestamptz not null default now(),
    primary key (group_id, account_id)
);
comment on table group_member is 'distribution: room (group_id)';
create index group_member_name on group_member (group_id, state, name, account_id);

create table group_membership (
    account_id uuid not null,
    group_id   uuid not null,
    course_id  uuid not null,
    state      text not null default 'active' check (state in ('active', 'requested')),
    read_seq   bigint not null default 0,  -- everything up to this event has been read
    primary key (account_id, group_id)
);
comment on table group_membership is 'distribution: learner (account_id)';
