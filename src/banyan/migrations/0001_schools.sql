-- A school is a tenant. Every row of a person or a course belongs to exactly one.

create table school (
    id          uuid primary key,
    slug        text not null unique,
    name        text not null,
    description text not null default '',
    locale      text not null default 'en',
    time_zone   text not null default 'UTC',
    sign_up     text not null default 'open' check (sign_up in ('open', 'closed')),
    catalogue   text not null default 'public' check (catalogue in ('public', 'members')),
    version     integer not null default 1,
    created_at  timestamptz not null default now()
);
comment on table school is 'distribution: reference';

create table school_host (
    host      text primary key,
    school_id uuid not null references school (id)
);
comment on table school_host is 'distribution: reference';
create index school_host_school on school_host (school_id);
