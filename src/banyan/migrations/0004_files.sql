-- What an upload is; its bytes are in object storage under its digest.

create table file (
    id         uuid primary key,
    school_id  uuid not null references school (id),
    course_id  uuid not null references course (id) on delete cascade,
    name       text not null,
    media_type text not null,
    size       bigint not null,
    digest     bytea not null,
    created_at timestamptz not null default now()
);
comment on table file is 'distribution: reference';
create index file_course on file (course_id);
