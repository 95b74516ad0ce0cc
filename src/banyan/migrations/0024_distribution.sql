-- Foreign keys that `banyan db distribute` has taken off, until it puts them back: Citus distributes no table that refers to
-- one which it has not distributed yet. What is here when it is interrupted is put back when it runs again.

create table foreign_key_aside (
    child      text not null,
    name       text not null,
    definition text not null,
    primary key (child, name)
);
comment on table foreign_key_aside is 'distribution: local';
