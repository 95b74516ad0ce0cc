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
    wiped      boolean not null default false,  -- deleted for so long that its text is gone
    pinned_at  timestamptz,
    -- With the group as a word of its own, a search asks the index for the words within the group, not in all groups.
    words      tsvector generated always as (array_to_tsvector(array[group_id::text]) || to_tsvector('simple', text)) stored,
    primary key (group_id, seq)
);
comment on table message is 'distribution: room (group_id)';
create index message_words on message using gin (words);
create index message_pinned on message (group_id, seq) where pinned_at is not null;
create index message_replies on message (group_id, reply_to) where reply_to is not null;
create index message_to_wipe on message (deleted_at) where deleted_at is not null and not wiped;

create table message_call (  -- whom a message calls, by mentioning them or by replying to them
    group_id   uuid not null,
    account_id uuid not null,
    seq        bigint not null,
    mention    boolean not null,  -- whether it mentions them, as it is now
    told_at    timestamptz,
    primary key (group_id, account_id, seq),
    foreign key (group_id, seq) references message (group_id, seq) on delete cascade
);
comment on table message_call is 'distribution: room (group_id)';
create index message_call_seq on message_call (group_id, seq);

create table message_reaction (
    group_id   uuid not null,
    seq        bigint not null,
    emoji      text not null collate "C",
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
    shown       boolean not null default false,  -- whether a message shows it
    created_at  timestamptz not null default now(),
    primary key (group_id, id)
);
comment on table message_file is 'distribution: room (group_id)';
create index message_file_unused on message_file (created_at) where not shown;

create table message_attachment (  -- which messages show a file
    group_id uuid not null,
    file_id  uuid not null,
    seq      bigint not null,
    primary key (group_id, file_id, seq),
    foreign key (group_id, file_id) references message_file (group_id, id) on delete cascade,
    foreign key (group_id, seq) references message (group_id, seq) on delete cascade
);
comment on table message_attachment is 'distribution: room (group_id)';
create index message_attachment_seq on message_attachment (group_id, seq);

create table message_report (
    group_id    uuid not null references study_group (id) on delete cascade,
    id          uuid not null,
    seq         bigint not null,
    reporter_id uuid not null,
    reason      text not null,
    state       text not null default 'open' check (state in ('open', 'upheld', 'dismissed')),
    decided_by  uuid,
    decider     text,  -- their name as it was
    decided_at  timestamptz,
    created_at  timestamptz not null default now(),
    primary key (group_id, id),
    unique (group_id, seq, reporter_id)
);
comment on table message_report is 'distribution: room (group_id)';
