-- What people should know of, and what staff did.

create table notification (
    account_id uuid not null,
    id         uuid not null,
    kind       text not null,
    data       jsonb not null,
    created_at timestamptz not null default now(),
    read_at    timestamptz,
    mailed_at  timestamptz,
    primary key (account_id, id)
);
comment on table notification is 'distribution: learner (account_id)';
create index notification_unread on notification (account_id, id) where read_at is null;
create index notification_created on notification (created_at);

create table notification_settings (
    account_id    uuid primary key,
    mail          text not null default 'digest' check (mail in ('off', 'digest', 'immediate')),
    digest_due_at timestamptz  -- a digest waits in the queue until then
);
comment on table notification_settings is 'distribution: learner (account_id)';

create table audit_entry (
    school_id uuid not null,
    id        uuid not null,
    course_id uuid,
    actor_id  uuid not null,
    actor     text not null,  -- the name as it was
    action    text not null,  -- domain.verb
    subject   text not null,  -- what it was done to, such as group:<id>
    details   jsonb not null default '{}',
    at        timestamptz not null default now(),
    primary key (school_id, id)
);
comment on table audit_entry is 'distribution: subject (school_id)';
create index audit_entry_action on audit_entry (school_id, action, id);
create index audit_entry_actor on audit_entry (school_id, actor_id, id);
create index audit_entry_course on audit_entry (school_id, course_id, id) where course_id is not null;
