"""The attempts of a large school: everyone has taken the test of one of their courses, and one in ten is taking it."""

__all__ = ["STEPS"]

STEPS = {
    "attempts": """
        insert into attempt (learner_id, id, assessment_id, course_id, revision, number, seed, state, started_at,
                             deadline_at, submitted_at, max_points, score)
        select e.learner_id, pg_temp.key({attempt}, e.n),
               pg_temp.key({assessment}, ('x' || right(e.course_id::text, 8))::bit(32)::bigint), e.course_id, 1, 1, e.n,
               case when e.n % 10 = 0 then 'running' else 'graded' end, now() - interval '20 minutes',
               now() + (e.n % 40) * interval '1 minute', case when e.n % 10 > 0 then now() end, 4,
               case when e.n % 10 > 0 then e.n % 5 end
          from (select learner_id, course_id, row_number() over (order by learner_id) as n
                  from (select distinct on (learner_id) learner_id, course_id from enrolment order by 1, 2) one) e
    """,
    "answers": """
        insert into answer (learner_id, attempt_id, question_id, place, number, response, begun_at, saved_at)
        select a.learner_id, a.id, pg_temp.key({question}, a.seed % 1000 + q), q, 1, to_jsonb(q % 2 = 0), now(), now()
          from attempt a cross join generate_series(0, 1) q
         order by a.learner_id
    """,
    "files of attempts": """
        insert into attempt_file (learner_id, attempt_id, id, name, media_type, size, digest)
        select learner_id, id, pg_temp.key({file}, seed), 'tree.png', 'image/png', 1000, '\\x00'
          from attempt where seed % 4 = 0
    """,
    "results of attempts": """
        insert into attempt_result (assessment_id, attempt_id, learner_id, course_id, name, number, revision, seed,
                                    state, started_at, deadline_at, submitted_at, seen_at, answered, points, max_points,
                                    grades)
        select assessment_id, id, learner_id, course_id, 'Learner ' || seed, number, revision, seed, state, started_at,
               deadline_at, submitted_at, started_at, 2, score, max_points,
               jsonb_build_object(pg_temp.key({question}, seed % 1000)::text,
                                  jsonb_build_object('fraction', 1, 'points', 1, 'correct', 'right'))
          from attempt
    """,
    "what people graded": """
        insert into question_grade (assessment_id, attempt_id, question_id, settles, grader_id, grader, points, comment,
                                    rubric)
        select assessment_id, id, pg_temp.key({question}, seed % 1000), k = 1, pg_temp.key({teacher}, seed % 100),
               'Teacher', 0.5, 'Fine.', '{{}}'
          from attempt cross join generate_series(0, 1) k
         where seed % 4 = 1
         order by assessment_id, id
    """,
    "corrections": """
        insert into question_correction (assessment_id, revision, question_id, kind)
        select r.assessment_id, r.number, pg_temp.key({question}, row_number() over (order by r.assessment_id)), 'void'
          from assessment_revision r
    """,
    "regrades": """
        insert into regrade (assessment_id, id, question_id, title, correction, revisions, reason, author_id, author,
                             state, attempts)
        select assessment_id, pg_temp.key({assessment}, revision), question_id, 'Question', kind, array[revision],
               'It was wrong.', pg_temp.key({teacher}, 0), 'Teacher', 'done', 100
          from question_correction
    """,
    "what regrades changed": """
        insert into regrade_change (assessment_id, regrade_id, attempt_id, learner_id, name, before, after)
        select assessment_id, pg_temp.key({assessment}, 1), id, learner_id, 'Learner', 1, 2
          from attempt where seed % 3 = 0
    """,
    "results that overrule": """
        insert into grade_override (course_id, learner_id, assessment_id, percent, reason, author_id, author)
        select course_id, learner_id, assessment_id, 50, 'Ill', pg_temp.key({teacher}, 0), 'Teacher'
          from attempt where seed % 3 = 1
    """,
}
