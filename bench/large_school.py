"""A school of 100,000 learners and 1,000 courses, for looking at plans and for measuring what only size shows.

Made in SQL alone, the same on every run. Beside the large school there are small ones, as in a real installation, so
that the planner learns that a school is not the whole table. Ids sort by age, as those of the application do.

    python -m bench.large_school postgresql://…    # a migrated database without schools
"""

import asyncio
import sys
import time
from uuid import UUID

import asyncpg

from bench import large_exams, large_groups, large_tests

__all__ = ["SCHOOL", "fill", "learner", "token"]

MODULES = 8  # of a course
ITEMS = 5  # of a module
COURSES_EACH = 5  # that a learner is in
GROUPS = 20  # of a course
QUESTIONS = 100  # of a course
SMALL_SCHOOLS = 40
_KINDS = {
    "school": 1,
    "teacher": 2,
    "learner": 3,
    "course": 4,
    "module": 5,
    "item": 6,
    "file": 7,
    "session": 8,
    "link": 9,
    "class": 10,
    "group": 11,
    "category": 12,
    "question": 13,
    "assessment": 14,
    "attempt": 15,
}


def _key(kind: str, number: int) -> UUID:
    """An id as `pg_temp.key` makes it."""
    return UUID(int=(0x01900000 + _KINDS[kind] << 96) | (0x7 << 76) | (0b10 << 62) | number)


SCHOOL = _key("school", 0)


def learner(number: int) -> UUID:
    """The account of a learner of the large school, from 0."""
    return _key("learner", number)


def token(number: int) -> str:
    """The token that signs in that learner."""
    return f"large-school-{number}"


_FUNCTIONS = """
create function pg_temp.key(kind integer, number bigint) returns uuid language sql immutable as $$
    select (lpad(to_hex(x'01900000'::bigint + kind), 8, '0')
            || '-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$;
-- The same number between 0 and 1 for the same arguments, spread evenly.
create function pg_temp.chance(number bigint, salt integer) returns float8 language sql immutable as $$
    select (hashint8(number * 31 + salt)::bigint + 2147483648) / 4294967296.0
$$;
-- The large school comes first, then the small ones take turns.
create function pg_temp.school_of(number bigint, large bigint) returns uuid language sql immutable as $$
    select pg_temp.key({school}, case when number < large then 0 else 1 + number % {small_schools} end)
$$;
"""

# Numbers from {learners} and {courses} on belong to the small schools.
_STEPS = {
    "school": """
        insert into school (id, slug, name)
        select pg_temp.key({school}, n), 'school-' || n, 'School ' || n
          from generate_series(0, {small_schools}) n
    """,
    "teachers": """
        insert into account (id, school_id, email, name, role, password_hash, locale, time_zone)
        select pg_temp.key({teacher}, n), pg_temp.school_of(n, {courses}), 'teacher' || n || '@example.org',
               'Teacher ' || n,
               case when n % 100 = 0 then 'admin' else 'teacher' end, '', 'en', 'UTC'
          from generate_series(0, {all_courses} - 1) n
    """,
    "learners": """
        insert into account (id, school_id, email, name, role, password_hash, locale, time_zone, created_at)
        select pg_temp.key({learner}, n), pg_temp.school_of(n, {learners}), 'learner' || n || '@example.org',
               (array['Ada', 'Ben', 'Chi', 'Dia', 'Eva', 'Fay', 'Gil', 'Hui'])[1 + n % 8] || ' ' || n,
               'learner', '', 'en', 'UTC', now() - interval '1 minute' * n
          from generate_series(0, {all_learners} - 1) n
    """,
    "address": """
        insert into address (email, school_id, account_id) select email, school_id, id from account
    """,
    "sessions": """
        insert into session (token_hash, id, account_id, school_id, role, kind, expires_at)
        select sha256(convert_to('large-school-' || n, 'UTF8')), pg_temp.key({session}, n), pg_temp.key({learner}, n),
               pg_temp.school_of(n, {learners}), 'learner', 'browser',
               now() + interval '1 day' + interval '1 second' * n
          from generate_series(0, {all_learners} - 1) n
    """,
    "sessions, by account": """
        insert into account_session (account_id, id, token_hash, kind, name, user_agent, address, expires_at)
        select account_id, id, token_hash, kind, '', 'Mozilla/5.0', '192.0.2.1', expires_at from session
    """,
    "mailed links": """
        insert into mailed_link (id, token_hash, purpose, school_id, email, account_id, expires_at)
        select pg_temp.key({link}, n), sha256(convert_to('link' || n, 'UTF8')),
               (array['sign_up', 'invitation', 'password_reset'])[1 + n % 3], pg_temp.key({school}, 0),
               'learner' || n || '@example.org', pg_temp.key({learner}, n), now() + interval '1 second' * n
          from generate_series(0, {learners} / 20) n
    """,
    "answers to repeated requests": """
        insert into idempotent_answer (account_id, key, digest, status, body, created_at)
        select pg_temp.key({learner}, n), 'key', sha256(convert_to('' || n, 'UTF8')), 201, '{{}}',
               now() - interval '1 second' * n
          from generate_series(0, {learners} / 10) n
    """,
    "courses": """
        insert into course (id, school_id, title, summary, category, difficulty, language, state, places)
        select pg_temp.key({course}, n), pg_temp.school_of(n, {courses}),
               (array['Introduction to', 'Advanced', 'The history of', 'Practical', 'Thinking about'])[1 + n % 5] || ' '
               || (array['biology', 'physics', 'music', 'drawing', 'law', 'botany', 'logic'])[1 + n % 7] || ' ' || n,
               'What everyone should know of it, with examples, exercises and a project at the end.',
               'Category ' || n % 12, (array['beginner', 'intermediate', 'advanced'])[1 + n % 3],
               case when n % 6 = 0 then 'fr' else 'en' end,
               case when n % 20 = 19 then 'archived' else 'published' end, case when n % 3 = 0 then 5000 end
          from generate_series(0, {all_courses} - 1) n
    """,
    "staff": """
        insert into course_staff (course_id, account_id, role, name, email)
        select pg_temp.key({course}, n), a.id, case when k = 0 then 'owner' else 'teacher' end, a.name, a.email
          from generate_series(0, {all_courses} - 1) n cross join generate_series(0, 1) k
          join account a on a.id = pg_temp.key({teacher}, n - k * (n % 2))
            on conflict do nothing
    """,
    "files": """
        insert into file (id, school_id, course_id, name, media_type, size, digest)
        select pg_temp.key({file}, n), c.school_id, c.id, 'picture-' || n || '.png', 'image/png', 20000,
               sha256(convert_to('file' || n, 'UTF8'))
          from generate_series(0, 4 * {all_courses} - 1) n
          join course c on c.id = pg_temp.key({course}, n / 4)
    """,
    "covers": """
        update course c set cover_id = f.id from file f where f.course_id = c.id and f.name like '%0.png'
    """,
    "modules": """
        insert into module (id, course_id, position, title)
        select pg_temp.key({module}, n), pg_temp.key({course}, n / {modules}), n % {modules} + 1,
               'Part ' || n % {modules} + 1
          from generate_series(0, {modules} * {all_courses} - 1) n
    """,
    "items": """
        insert into item (id, course_id, module_id, position, kind, title, source, url, minutes, release_at, due_at)
        select pg_temp.key({item}, n), pg_temp.key({course}, n / ({modules} * {items})),
               pg_temp.key({module}, n / {items}), n % {items} + 1,
               case when n % 10 = 9 then 'link' else 'lesson' end, 'Lesson ' || n % ({modules} * {items}) + 1,
               '# Lesson ' || n || repeat(E'\\n\\nA paragraph of a lesson that explains what there is to know.', 12),
               case when n % 10 = 9 then 'https://example.org/' || n end, 3 + n % 9,
               case when n % 40 > 30 then now() + interval '1 day' * (n % 40 - 35) end,
               case when n % 8 = 7 then now() + interval '1 day' * (n % 90 - 30) end
          from generate_series(0, {modules} * {items} * {all_courses} - 1) n
    """,
    "renditions": """
        insert into rendition (course_id, digest, document)
        select course_id, sha256(convert_to(source, 'UTF8')),
               jsonb_build_object('kind', kind, 'source', source, 'url', url, 'file_id', null, 'file', null,
                                  'html', '<h1>' || title || '</h1>' || repeat('<p>A paragraph of a lesson.</p>', 40),
                                  'toc', jsonb_build_array(jsonb_build_object('level', 1, 'id', 'h-a', 'title', title)),
                                  'words', 200)
          from item
    """,
    "revisions": """
        with outline as materialized (
            select m.course_id, jsonb_build_object('modules', jsonb_agg(jsonb_build_object(
                       'id', m.id, 'title', m.title, 'items', i.items) order by m.position)) as outline
              from module m
              join (select module_id, jsonb_agg(jsonb_build_object(
                               'id', id, 'kind', kind, 'title', title, 'minutes', minutes,
                               'release_at', release_at, 'due_at', due_at,
                               'digest', encode(sha256(convert_to(source, 'UTF8')), 'hex'),
                               'content', '', 'version', version) order by position) as items
                      from item group by module_id) i on i.module_id = m.id
             group by m.course_id)
        insert into revision (course_id, number, author_id, author, card, outline)
        select c.id, k, s.account_id, s.name,
               jsonb_build_object('title', c.title, 'summary', c.summary, 'cover_id', c.cover_id,
                                  'category', c.category, 'difficulty', c.difficulty, 'language', c.language),
               o.outline
          from course c
          join outline o on o.course_id = c.id
          join course_staff s on s.course_id = c.id and s.role = 'owner'
         cross join generate_series(1, 2) k
    """,
    "publications": """
        insert into publication (course_id, school_id, revision, title, summary, cover_id, category, difficulty,
                                 language, lessons, contents, published_at)
        select id, school_id, 2, title, summary, cover_id, category, difficulty, language, {modules} * {items},
               (select string_agg(i.title, ' ' order by i.id) from item i where i.course_id = c.id),
               now() - interval '1 hour' * row_number() over (order by id)
          from course c
    """,
    "enrolments": """
        insert into enrolment (learner_id, course_id, enrolled_at, completed_at)
        select distinct on (n, course)
               pg_temp.key({learner}, n), pg_temp.key({course}, course), now() - interval '1 day' * (n % 300),
               case when n % 50 = 7 then now() - interval '1 day' * (n % 100) end
          from (select n, floor({courses} * power(pg_temp.chance(n, k), 2))::bigint as course
                  from generate_series(0, {learners} - 1) n, generate_series(1, {courses_each}) k) as chosen
    """,
    "roster": """
        insert into roster (course_id, learner_id, name, email, enrolled_at, completed_at)
        select e.course_id, e.learner_id, a.name, a.email, e.enrolled_at, e.completed_at
          from enrolment e
          join account a on a.id = e.learner_id
         order by e.course_id, e.learner_id
    """,
    "places": """
        insert into places (course_id, taken) select course_id, count(*) from roster group by course_id
    """,
    "progress": """
        insert into progress (learner_id, course_id, item_id, state, place, updated_at)
        select learner_id, course_id, pg_temp.key({item}, {modules} * {items} * course + k),
               case when k < 1 then 'done' else 'started' end, case when k < 1 then 1 else 0.4 end,
               now() - interval '1 hour' * (learner % 5000) + interval '1 minute' * k
          from (select *, ('x' || right(learner_id::text, 8))::bit(32)::bigint as learner,
                       ('x' || right(course_id::text, 8))::bit(32)::bigint as course
                  from enrolment) e
         cross join lateral generate_series(0, floor(5 * pg_temp.chance(learner, course::integer))::integer - 3) k
    """,
    "awaited enrolments": """
        insert into awaited_enrolment (email, school_id, course_id)
        select 'someone' || n || '@example.org', pg_temp.key({school}, 0), pg_temp.key({course}, n % {courses})
          from generate_series(0, {learners} / 20) n
    """,
    "categories of questions": """
        insert into question_category (id, school_id, course_id, parent_id, name, shared, position)
        select pg_temp.key({category}, n), c.school_id, c.id,
               case when n % 4 > 0 then pg_temp.key({category}, n - n % 4) end, 'Category ' || n, n % 40 < 4, n % 4
          from generate_series(0, 4 * {all_courses} - 1) n
          join course c on c.id = pg_temp.key({course}, n / 4)
    """,
    "questions": """
        insert into question (id, school_id, course_id, category_id, kind, title, points, penalty, difficulty, tags,
                              body, archived_at, created_by, words)
        select pg_temp.key({question}, n), c.school_id, c.id, pg_temp.key({category}, n / {questions} * 4 + n % 4),
               'true_false', 'Question ' || n, 1, 0, (array['easy', 'medium', 'hard'])[1 + n % 3],
               array['tag' || n % 50], jsonb_build_object('kind', 'true_false', 'text', 'Is this number ' || n || '?'),
               case when n % 10 = 0 then now() end, pg_temp.key({teacher}, n / {questions}),
               to_tsvector('simple', 'Question ' || n || ' Is this number word' || n % 1000)
          from generate_series(0, {questions} * {all_courses} - 1) n
          join course c on c.id = pg_temp.key({course}, n / {questions})
    """,
    "versions of questions": """
        insert into question_version (question_id, number, title, points, penalty, body, author_id, author)
        select id, version, title, points, penalty, body, created_by, 'Teacher' from question order by id
    """,
    "uses of questions": """
        insert into question_use (question_id, assessment_id)
        select id, pg_temp.key({assessment}, ('x' || right(id::text, 8))::bit(32)::bigint / {questions})
          from question where archived_at is null order by id
    """,
    "statistics of questions": """
        insert into question_statistics (question_id, assessment_id, attempts, facility, discrimination)
        select question_id, assessment_id, 100, 0.6, 0.3 from question_use
    """,
    "what staff did": """
        insert into audit_entry (school_id, id, course_id, actor_id, actor, action, subject)
        select school_id, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 86400000), 12, '0')
               || left(md5(id::text || n), 20))::uuid, course_id, pg_temp.key({teacher}, n), 'Tara',
               'groups.changed', 'group:' || id
          from study_group, generate_series(1, 3) n
    """,
}


async def fill(url: str, *, learners: int = 100_000, courses: int = 1_000) -> dict[str, float]:
    """Fill a migrated database that has no school yet; the seconds that each step took.

    Raises:
        asyncpg.UniqueViolationError: there is something in it already.
    """
    names = _KINDS | {
        "modules": MODULES, "items": ITEMS, "groups": GROUPS, "questions": QUESTIONS,
        "courses_each": COURSES_EACH, "small_schools": SMALL_SCHOOLS,
        "learners": learners, "all_learners": learners + learners // 20,
        "courses": courses, "all_courses": courses + courses // 5,
    }  # fmt: skip
    seconds = {}
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set jit = off; set work_mem = '64MB'")
        if await connection.fetchval("select usesuper from pg_user where usename = current_user"):
            # The rows fit each other by the way they are made: checking each costs a third of the time.
            await connection.execute("set session_replication_role = 'replica'")
        await connection.execute(_FUNCTIONS.format_map(names))
        steps = {
            **_STEPS,
            **large_groups.STEPS,
            **large_tests.STEPS,
            **large_exams.STEPS,
            "vacuum analyze": "vacuum analyze",
        }
        for step, sql in steps.items():
            started = time.perf_counter()
            await connection.execute(sql.format_map(names))
            seconds[step] = time.perf_counter() - started
    finally:
        await connection.close()
    return seconds


if __name__ == "__main__":
    for step, taken in asyncio.run(fill(sys.argv[1])).items():
        print(f"{taken:6.1f} s  {step}")
