"""The tests of a large school: one in each course, published twice, and more time for one learner in fifty."""

__all__ = ["STEPS"]

STEPS = {
    "items that are tests": """
        insert into item (id, course_id, module_id, position, kind, title)
        select pg_temp.key({assessment}, n), c.id, pg_temp.key({module}, n * {modules}), {items} + 1, 'test',
               'Exam ' || n
          from generate_series(0, {all_courses} - 1) n
          join course c on c.id = pg_temp.key({course}, n)
    """,
    "tests": """
        insert into assessment (id, school_id, course_id, settings, sections, revision)
        select i.id, c.school_id, c.id, '{{"time_limit_seconds": 3600}}',
               jsonb_build_array(jsonb_build_object('id', 'one', 'entries', jsonb_build_array())), 2
          from item i
          join course c on c.id = i.course_id
         where i.kind = 'test'
    """,
    "revisions of tests": """
        insert into assessment_revision (assessment_id, number, author_id, author, title, questions, digest, document)
        select a.id, k, s.account_id, s.name, i.title, 0, sha256(convert_to(a.id::text || k, 'UTF8')),
               jsonb_build_object('title', i.title, 'settings', a.settings, 'html', '', 'questions', '[]'::jsonb,
                                  'sections', '[]'::jsonb)
          from assessment a
          join item i on i.id = a.id
          join course_staff s on s.course_id = a.course_id and s.role = 'owner'
         cross join generate_series(1, 2) k
    """,
    "accommodations": """
        insert into accommodation (assessment_id, account_id, name, extra_percent, extra_minutes, extra_attempts)
        select a.id, r.learner_id, r.name, 25, 0, 0
          from assessment a
          join roster r on r.course_id = a.course_id
         where ('x' || right(r.learner_id::text, 8))::bit(32)::bigint % 50 = 0
         order by a.id, r.learner_id
    """,
}
