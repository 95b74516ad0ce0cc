-- What is said in study groups. A message is known by the seq of the event that brought it.

create table message (
    group_id   uuid not null references study_group (id) on delete cascade,
    seq        bigint not null,
    author_id  uuid not null,
    at         timestamptz not null,
    text       text not null,
    html       text not null,
    reply_to   bigint,
    mentions   uuid[] not null default '{}',
    files      uuid[] not null default '{}',
    edited_at  timestamptz,
    deleted_at timestamptz,
    deleted_by uuid,
    pinned_at  timestamptz,
    words      tsvector generated always as (to_tsvector('simple', text)) stored,
    primary key (group_id, seq)
);
comment on table message is 'distribution: room (group_id)';
create index message_words on message using gin (words);
create index message_pinned on message (group_id, seq) where pinned_at is not null;

create table message_reaction (
    group_id   uuid not null,
    seq        bigint not null,
    emoji      text not null,
    account_id uuid not null,
    at         timestamptz not null default now(),
    primary key (group_id, seq, emoji, account_id),
    foreign key (group_id, seq) references message (group_id, seq) on delete cascade
);
comment on table message_reaction is 'distribution: room (group_id)';

create table message_file (
    group_id    uuid not null references study_group (id) on delete cascade,
    id          uuid not null,
    uploader_id uuid not null,
    name        text not null,
    media_type  text not null,
    size        bigint not null,
    digest      bytea not null,
    created_at  timestamptz not null default now(),
    primary key (group_id, id)
);
comment on table message_file is 'distribution: room (group_id)';

create table message_report (
    group_id    uuid not null references study_group (id) on delete cascade,
    id          uuid not null,
    seq         bigint not null,
    reporter_id uuid not null,
    reason      text not null,
    state       text not null default 'open' check (state in ('open', 'upheld', 'dismissed')),
    decided_by  uuid,
    decided_at  timestamptz,
    created_at  timestamptz not null default now(),
    primary key (group_id, id),
    unique (group_id, seq, reporter_id)
);
comment on table message_report is 'distribution: room (group_id)';
