-- What holds for the whole installation: whether its operators have paused writing.

create table installation (
    id boolean primary key default true check (id),
    read_only boolean not null default false,
    reason text not null default '' check (length(reason) <= 500),
    changed_at timestamptz not null default now()
);
comment on table installation is 'distribution: reference';

insert into installation default values;
