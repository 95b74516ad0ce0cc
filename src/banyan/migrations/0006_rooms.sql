-- Real-time rooms: what happened in each, in one order that everyone sees.

create table room (
    id    uuid primary key,
    epoch bigint not null default extract(epoch from clock_timestamp())::bigint,  -- another one when seq may have gone back, as after a restore
    seq   bigint not null default 0                                               -- of the last event
) with (fillfactor = 50);  -- updated with every event, within its page
comment on table room is 'distribution: room (id)';

create table room_event (
    room_id   uuid not null references room (id) on delete cascade,
    seq       bigint not null,
    type      text not null,
    data      jsonb not null,
    author_id uuid,    -- with key: who sent it
    key       text,    -- by which its sender knows it; sent again it is not stored again
    about     bigint,  -- the seq of the event that this one changes
    primary key (room_id, seq)
);
comment on table room_event is 'distribution: room (room_id)';
create unique index room_event_key on room_event (room_id, author_id, key) where key is not null;
create index room_event_about on room_event (room_id, about) where about is not null;
