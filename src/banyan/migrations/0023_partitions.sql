-- What staff did only grows: it is kept by the month. An id is a UUIDv7, which begins with the milliseconds since 1970, so a
-- month is a range of ids, and the order of ids is that of the partitions. There is one for every id, below the months and
-- above them; no default one, with which PostgreSQL would have to look into all of them for the newest entries.

alter table audit_entry rename to audit_entry_before;
alter table audit_entry_before rename constraint audit_entry_pkey to audit_entry_before_pkey;
alter index audit_entry_action rename to audit_entry_before_action;
alter index audit_entry_actor rename to audit_entry_before_actor;
alter index audit_entry_course rename to audit_entry_before_course;
comment on table audit_entry_before is null;

create table audit_entry (
    like audit_entry_before including defaults,
    primary key (school_id, id)
) partition by range (id);
comment on table audit_entry is 'distribution: subject (school_id)';
create index audit_entry_action on audit_entry (school_id, action, id);
create index audit_entry_actor on audit_entry (school_id, actor_id, id);
create index audit_entry_course on audit_entry (school_id, course_id, id) where course_id is not null;

do $$
declare
    month timestamp := date_trunc('month', now() at time zone 'utc');
    bounds uuid[];  -- the first ids of the four months after this one
begin
    select array_agg((lpad(to_hex((extract(epoch from month + n * interval '1 month') * 1000)::bigint), 12, '0')
                      || repeat('0', 20))::uuid order by n)
      into bounds
      from generate_series(1, 4) n;
    for n in 1..3 loop
        execute format('create table audit_entry_%s partition of audit_entry for values from (%L) to (%L)',
                       to_char(month + n * interval '1 month', 'YYYY_MM'), bounds[n], bounds[n + 1]);
    end loop;
    execute format('create table audit_entry_later partition of audit_entry for values from (%L) to (maxvalue)', bounds[4]);
    -- The rows that there are stay where they are. Only those of a machine whose clock was ahead belong elsewhere.
    with early as (delete from audit_entry_before where id >= bounds[1] returning *)
    insert into audit_entry select * from early;
    execute format('alter table audit_entry attach partition audit_entry_before for values from (minvalue) to (%L)', bounds[1]);
end $$;

-- What was taken out of the database and put into files, and where they are.
create table archived (
    table_name text not null,
    path       text not null,         -- of the file, below [archive] url
    since      timestamptz,           -- nothing in it is older; null: that is not known
    until      timestamptz not null,  -- everything in it is older
    rows       bigint not null,
    digest     bytea not null,        -- SHA-256 of the rows
    sha256     bytea not null,        -- of the file
    size       bigint not null,       -- of the file, in bytes
    at         timestamptz not null default now(),
    primary key (table_name, path)
);
comment on table archived is 'distribution: reference';
create index archived_until on archived (table_name, until);

-- When something happened in a room, so that what is old can be found. Of what there is that is not known any more: now.
alter table room_event add column at timestamptz not null default now();
create index room_event_at on room_event using brin (at) with (pages_per_range = 32, autosummarize = on);
