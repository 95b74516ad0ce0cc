"""A test of a hundred thousand answers begins with none: what a save costs must not be planned for that."""

import asyncio

import asyncpg

from banyan.app import Banyan
from tests.assessments.scene import Desk
from tests.attempts.scene import Exam, Sitting
from tests.attempts.test_crowd import crowd_of

CROWD = 100
BEFORE = 10  # of them, who come while there is next to nothing


async def take(sitting: Sitting) -> None:
    """Answer, come back, hand in, look at the result."""
    await sitting.answer()
    await sitting.read()
    await sitting.submit()
    await sitting.result()


async def many_others(banyan: Banyan, exam: Exam) -> None:
    """Let two thousand others be in the middle of the test, with eight answers each."""
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            """
            with taker as (
                select gen_random_uuid() as id, gen_random_uuid() as attempt_id, n from generate_series(1, 2000) n),
            own as (
                insert into attempt (learner_id, id, assessment_id, course_id, revision, number, seed, started_at,
                                     max_points)
                select id, attempt_id, $1, $2, 1, 1, n, now(), 4 from taker),
            tests as (
                insert into attempt_result (assessment_id, attempt_id, learner_id, course_id, name, number, revision,
                                            seed, started_at, seen_at, max_points)
                select $1, attempt_id, id, $2, 'Taker', 1, 1, n, now(), now(), 4 from taker)
            insert into answer (learner_id, attempt_id, question_id, place, number, response, begun_at, saved_at)
            select id, attempt_id, gen_random_uuid(), q, 1, 'true', now(), now() from taker, generate_series(1, 8) q
            """,
            exam.test["id"],
            exam.desk.bank.course.id,
        )


async def rows_looked_at(banyan: Banyan) -> int:
    """Rows of attempts and answers that statements have read, whether they wanted them or not; nothing more is read."""
    await banyan.kit.db.close()  # connections that end tell what they have counted
    connection = await asyncpg.connect(banyan.url)
    try:
        return int(
            await connection.fetchval(
                """
                select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables
                 where relname in ('attempt', 'attempt_result', 'answer')
                """
            )
        )
    finally:
        await connection.close()


async def test_what_a_crowd_costs_does_not_depend_on_how_empty_the_tables_were(desk: Desk, banyan: Banyan) -> None:
    exam = await Exam.set_up(desk)
    crowd = await crowd_of(exam, CROWD)
    async with banyan.kit.db.pool.acquire() as connection:
        await connection.execute("vacuum analyze attempt, attempt_result, answer")
    await asyncio.gather(*[take(await exam.sit(person)) for person in crowd[:BEFORE]])
    await many_others(banyan, exam)
    await asyncio.gather(*[take(await exam.sit(person)) for person in crowd[BEFORE:]])
    answers = 4 * CROWD
    assert await rows_looked_at(banyan) < 50 * answers
