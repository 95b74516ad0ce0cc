-- An account exists once its address is proven. What must be found from two sides is kept under both keys:
-- address → account and account → address; token → session and account → sessions.

create table account (
    id            uuid primary key,
    school_id     uuid not null references school (id),
    email         text not null,
    name          text not null,
    role          text not null check (role in ('admin', 'teacher', 'learner')),
    password_hash text not null,
    locale        text not null,
    time_zone     text not null,
    suspended     boolean not null default false,
    created_at    timestamptz not null default now()
);
comment on table account is 'distribution: learner (id)';
-- The list of people, by name, of one role or of all; `collate "C"` lets an index answer what begins with a text.
create index account_name on account (school_id, lower(name) collate "C", id);
create index account_role on account (school_id, role, lower(name) collate "C", id);
create index account_email on account (school_id, email collate "C");

create table address (
    email      text not null,
    school_id  uuid not null references school (id),
    account_id uuid not null,
    primary key (email, school_id)
);
comment on table address is 'distribution: lookup (email)';

-- A sign-up, an invitation or a password reset that waits for its mailed link. Only the hash of the link's
-- token is kept, and none until the link is mailed; `account_id` says whose password it resets.
create table mailed_link (
    id         uuid primary key,
    token_hash bytea,
    purpose    text not null check (purpose in ('sign_up', 'invitation', 'password_reset')),
    school_id  uuid not null references school (id),
    email      text not null,
    account_id uuid,
    details    jsonb not null default '{}',
    expires_at timestamptz not null
);
comment on table mailed_link is 'distribution: lookup (id)';
create index mailed_link_expiry on mailed_link (expires_at);
create index mailed_link_account on mailed_link (account_id);

-- One row answers "who is this?": everything that a request needs to know of its caller.
create table session (
    token_hash bytea primary key,
    id         uuid not null,
    account_id uuid not null,
    school_id  uuid not null references school (id),
    role       text not null,
    kind       text not null check (kind in ('browser', 'token')),
    expires_at timestamptz not null
);
comment on table session is 'distribution: lookup (token_hash)';
create index session_expiry on session (expires_at);

create table account_session (
    account_id uuid not null references account (id) on delete cascade,
    id         uuid not null,
    token_hash bytea not null,
    kind       text not null,
    name       text not null default '',
    user_agent text not null default '',
    address    text not null default '',
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (account_id, id)
);
comment on table account_session is 'distribution: learner (account_id)';
create index account_session_expiry on account_session (expires_at);

-- The answer to a POST that carried an Idempotency-Key, written in the transaction of what it answers.
create table idempotent_answer (
    account_id  uuid not null,
    key         text not null,
    digest      bytea not null,
    status      integer,
    body        bytea,
    created_at  timestamptz not null default now(),
    primary key (account_id, key)
);
comment on table idempotent_answer is 'distribution: learner (account_id)';
create index idempotent_answer_age on idempotent_answer (created_at);
