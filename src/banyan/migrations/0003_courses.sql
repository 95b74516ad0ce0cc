-- The draft (course, module, item) is what staff edit. Publishing writes a revision, its renditions, and the
-- publication that says which revision learners read.

create table course (
    id             uuid primary key,
    school_id      uuid not null references school (id),
    title          text not null,
    summary        text not null default '',
    cover_id       uuid,
    category       text not null default '',
    difficulty     text check (difficulty in ('beginner', 'intermediate', 'advanced')),
    language       text not null default 'en',
    state          text not null default 'draft' check (state in ('draft', 'published', 'archived')),
    enrolment      text not null default 'open' check (enrolment in ('open', 'code', 'staff')),
    enrolment_code text,
    places         integer check (places > 0),
    version        integer not null default 1,
    created_at     timestamptz not null default now(),
    deleted_at     timestamptz
);
comment on table course is 'distribution: reference';
create index course_school on course (school_id, id);
create unique index course_code on course (school_id, enrolment_code);
create index course_deleted on course (deleted_at) where deleted_at is not null;

create table course_staff (
    course_id  uuid not null references course (id) on delete cascade,
    account_id uuid not null,
    role       text not null check (role in ('owner', 'teacher', 'assistant')),
    name       text not null,
    email      text not null,
    primary key (course_id, account_id)
);
comment on table course_staff is 'distribution: reference';
create index course_staff_account on course_staff (account_id);

create table module (
    id         uuid primary key,
    course_id  uuid not null references course (id) on delete cascade,
    position   integer not null,
    title      text not null,
    version    integer not null default 1,
    deleted_at timestamptz
);
comment on table module is 'distribution: reference';
create index module_course on module (course_id, position);
create index module_deleted on module (deleted_at) where deleted_at is not null;

create table item (
    id         uuid primary key,
    course_id  uuid not null references course (id) on delete cascade,
    module_id  uuid not null references module (id) on delete cascade,
    position   integer not null,
    kind       text not null check (kind in ('lesson', 'file', 'video', 'link')),
    title      text not null,
    source     text not null default '',
    url        text,
    file_id    uuid,
    minutes    integer not null default 1,
    release_at timestamptz,
    due_at     timestamptz,
    version    integer not null default 1,
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
comment on table item is 'distribution: reference';
create index item_course on item (course_id);
create index item_module on item (module_id, position);
create index item_deleted on item (deleted_at) where deleted_at is not null;

-- An item's content, rendered and sanitised once; shared by all revisions in which it is the same.
create table rendition (
    course_id uuid not null references course (id) on delete cascade,
    digest    bytea not null,
    document  jsonb not null,
    primary key (course_id, digest)
);
comment on table rendition is 'distribution: reference';

create table revision (
    course_id  uuid not null references course (id) on delete cascade,
    number     integer not null,
    author_id  uuid not null,
    author     text not null,
    note       text not null default '',
    card       jsonb not null,
    outline    jsonb not null,
    created_at timestamptz not null default now(),
    primary key (course_id, number)
);
comment on table revision is 'distribution: reference';

-- What a course shows of itself since its last publication; `contents` are the titles of its modules and items, to be
-- searched. How one enrols is the course's own and holds at once.
create table publication (
    course_id    uuid primary key references course (id) on delete cascade,
    school_id    uuid not null references school (id),
    revision     integer not null,
    title        text not null,
    summary      text not null,
    cover_id     uuid,
    category     text not null,
    difficulty   text,
    language     text not null,
    lessons      integer not null,
    contents     text not null default '',
    published_at timestamptz not null default now(),
    words        tsvector not null generated always as
                 (setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', summary), 'B')
                  || setweight(to_tsvector('simple', category), 'C')
                  || setweight(to_tsvector('simple', contents), 'D')) stored,
    foreign key (course_id, revision) references revision (course_id, number)
);
comment on table publication is 'distribution: reference';
create index publication_school on publication (school_id, published_at desc, course_id desc);
create index publication_words on publication using gin (words);
