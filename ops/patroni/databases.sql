-- Once, on the primary, as the superuser.
create role banyan login replication password 'change-me';
-- So that it sees how the server stands, and at once which replicas follow a new primary.
grant pg_monitor to banyan;
create database banyan owner banyan;
