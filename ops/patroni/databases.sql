-- Once, on the primary, as the superuser.
create role banyan login replication password 'change-me';
-- So that it sees at once which replicas follow a new primary.
grant pg_read_all_stats to banyan;
create database banyan owner banyan;
