"""Statements that read attempts. Those of a learner are ranges of their own rows, those of a test of the test's."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.attempts.model import AttemptHead, HeadRow, ResultRow, StoredAnswer
from banyan.kit.database import Reader, Writer

__all__ = [
    "GRACE",
    "HEAD",
    "AttemptPlace",
    "Running",
    "answers",
    "attempts_of",
    "forget_course",
    "heads",
    "place_of",
    "rename",
    "result",
    "result_rows",
    "results_among",
    "running",
    "running_of",
]

# Added to every deadline before an attempt counts as closed: an answer that was given in time may take a while to
# arrive. It is three tries of the browser app, a second apart, and a bad connection's round trip or two.
GRACE = "interval '5 seconds'"
_MOST_RUNNING = 20  # one for each test: of those without a limit there may be many
_TIMES = f"""
    clock_timestamp() as now,
    a.state = 'running' and coalesce(a.deadline_at + {GRACE} < clock_timestamp(), false) as overdue
"""
HEAD = f"""
    a.learner_id, a.id, a.assessment_id as test_id, a.course_id, a.revision, a.number, a.seed, a.started_at, a.state,
    a.deadline_at, a.submitted_at, a.score, a.max_points, {_TIMES}
"""
_RESULT = """
    attempt_id, learner_id, name, number, revision, seed, state, started_at, deadline_at, submitted_at, seen_at,
    answered, points, max_points, needs_grading, grades
"""


class AttemptPlace(msgspec.Struct, frozen=True):
    """Where an attempt belongs."""

    learner_id: UUID
    test_id: UUID


class Running(msgspec.Struct, frozen=True):
    """How many attempts are running, by whether they have a deadline."""

    timed: int
    untimed: int


async def heads(db: Reader, learners: Sequence[UUID], attempts: Sequence[UUID]) -> list[HeadRow]:
    """These attempts of these learners, as they stand; an attempt that is another's is left out."""
    return await db.all(
        HeadRow,
        f"""
        select {HEAD}
          from unnest($1::uuid[], $2::uuid[]) as n (learner_id, id)
          cross join lateral (select * from attempt
                 where learner_id = n.learner_id and id = n.id /* sharded: and learner_id = any($1) */ offset 0) a
        """,
        learners,
        attempts,
    )


async def answers(db: Reader, learners: Sequence[UUID], attempts: Sequence[UUID]) -> list[StoredAnswer]:
    """What is saved in these attempts."""
    return await db.all(
        StoredAnswer,
        """
        select w.attempt_id, w.question_id, w.number, w.response, coalesce(w.flagged, false) as flagged, w.saved_at
          from unnest($1::uuid[], $2::uuid[]) as n (learner_id, attempt_id)
          cross join lateral (
                select * from answer
                 where learner_id = n.learner_id and attempt_id = n.attempt_id
                   /* sharded: and learner_id = any($1) */ offset 0) w
        """,
        learners,
        attempts,
    )


async def attempts_of(db: Reader, learner_id: UUID, test_id: UUID) -> list[AttemptHead]:
    """A learner's attempts at a test, the oldest first, without previews."""
    return await db.all(
        AttemptHead,
        f"""
        select a.id, a.number, a.revision, a.state, a.started_at, a.deadline_at, a.submitted_at,
               case when a.state = 'graded' then a.score end as score, a.max_points, {_TIMES}
          from attempt a
         where learner_id = $1 and assessment_id = $2 and number > 0
         order by number
        """,
        learner_id,
        test_id,
    )


async def running_of(db: Reader, learner_id: UUID) -> list[HeadRow]:
    """A learner's attempts that run, without previews and those whose time is up; what ends first comes first."""
    return await db.all(
        HeadRow,
        f"""
        select {HEAD}
          from attempt a
         where learner_id = $1 and state = 'running' and number > 0
           and (deadline_at is null or deadline_at > clock_timestamp())
         order by deadline_at nulls last, started_at desc
         limit {_MOST_RUNNING}
        """,
        learner_id,
    )


async def place_of(db: Reader, attempt_id: UUID) -> AttemptPlace | None:
    """Whose an attempt is, and at which test: for staff, who come with nothing but its id."""
    return await db.maybe(
        AttemptPlace,
        "select learner_id, assessment_id as test_id from attempt_result where attempt_id = $1",
        attempt_id,
    )


async def result(db: Reader, test_id: UUID, attempt_id: UUID) -> ResultRow | None:
    """What the test keeps of an attempt."""
    return await db.maybe(
        ResultRow,
        f"select {_RESULT} from attempt_result where assessment_id = $1 and attempt_id = $2",
        test_id,
        attempt_id,
    )


async def results_among(db: Reader, test_id: UUID, attempts: Sequence[UUID]) -> list[ResultRow]:
    """What the test keeps of these attempts."""
    return await db.all(
        ResultRow,
        f"select {_RESULT} from attempt_result where assessment_id = $1 and attempt_id = any($2::uuid[])",
        test_id,
        attempts,
    )


async def result_rows(
    db: Reader, test_id: UUID, after: UUID | None, limit: int, *, learner_id: UUID | None = None
) -> list[ResultRow]:
    """What the test keeps of its attempts, without previews, in the order they began; those after an id."""
    return await db.all(
        ResultRow,
        f"""
        select {_RESULT} from attempt_result
         where assessment_id = $1 and attempt_id > $2 and number > 0 and ($3::uuid is null or learner_id = $3)
         order by attempt_id
         limit $4
        """,
        test_id,
        after or UUID(int=0),
        learner_id,
        limit,
    )


async def running(db: Reader) -> Running:
    """How many attempts are running in all; of those without a deadline, where something was saved in the last hour."""
    return await db.one(
        Running,
        """
        select count(*) filter (where deadline_at is not null) as timed,
               count(*) filter (where deadline_at is null) as untimed
          from attempt_result
         where state = 'running' and not preview
           and (deadline_at > now() or deadline_at is null and seen_at > now() - interval '1 hour')
        """,
    )


async def rename(tx: Writer, learner_id: UUID, name: str) -> None:
    """Bring a learner's new name to the tests that they have taken."""
    await tx.execute(
        """
        update attempt_result set name = $2
         where (assessment_id, attempt_id) in (select assessment_id, id from attempt where learner_id = $1)
        """,
        learner_id,
        name,
    )


async def forget_course(tx: Writer, course_id: UUID) -> None:
    """Delete all attempts at the tests of a course that goes for good, found by what the tests keep of them."""
    for table, key in (("answer", "attempt_id"), ("attempt_file", "attempt_id"), ("attempt", "id")):
        await tx.execute(
            f"""
            delete from {table}
             where learner_id in (select learner_id from attempt_result where course_id = $1)
               and {key} in (select attempt_id from attempt_result where course_id = $1)
            """,
            course_id,
        )
    await tx.execute("delete from attempt_result where course_id = $1", course_id)
