"""The statements that close attempts, and those that grade again what is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.attempts.model import Closing, GradeRow, HeadRow
from banyan.attempts.store import GRACE, HEAD
from banyan.kit.database import Reader, Writer

__all__ = ["Closed", "close", "lock", "lock_running", "move_deadlines", "overdue", "running_of"]


class Closed(msgspec.Struct, frozen=True):
    """An attempt about to be stored as closed, or as graded again; `head` is how it stands then."""

    head: HeadRow
    submitted_at: datetime
    answered: int
    needs_grading: int
    grades: Mapping[UUID, GradeRow]


async def lock(tx: Writer, learners: Sequence[UUID], attempts: Sequence[UUID]) -> dict[UUID, HeadRow]:
    """Keep these attempts from every change, also from answers, until the commit; those that there are, by id."""
    held: list[HeadRow] = []
    for lot in tx.lots(sorted(zip(learners, attempts, strict=True))):
        held += await tx.all(
            HeadRow,
            f"""
            select {HEAD}
              from unnest($1::uuid[], $2::uuid[]) as n (learner_id, id)
              join attempt a on a.learner_id = n.learner_id and a.id = n.id
             /* sharded: where a.learner_id = any($1) */
             order by a.learner_id, a.id
               for update of a
            """,
            [learner_id for learner_id, _ in lot],
            [attempt_id for _, attempt_id in lot],
        )
    return {row.id: row for row in held}


async def close(tx: Writer, closed: Sequence[Closed]) -> None:
    """Store how attempts stand, on both sides: two statements for any number."""
    await tx.execute(
        """
        update attempt a
           set state = n.state, submitted_at = n.submitted_at, score = n.score, max_points = n.max_points
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::double precision[],
                      $6::double precision[])
            as n (learner_id, id, state, submitted_at, score, max_points)
         where a.learner_id = n.learner_id and a.id = n.id /* sharded: and a.learner_id = any($1) */
        """,
        [one.head.learner_id for one in closed],
        [one.head.id for one in closed],
        [one.head.state for one in closed],
        [one.submitted_at for one in closed],
        [one.head.score for one in closed],
        [one.head.max_points for one in closed],
    )
    await tx.execute(
        """
        update attempt_result r
           set state = n.state, submitted_at = n.submitted_at, points = n.points, answered = n.answered,
               needs_grading = n.needs_grading, grades = n.grades, seen_at = greatest(r.seen_at, n.submitted_at),
               max_points = n.max_points
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::double precision[], $6::integer[],
                      $7::integer[], $8::jsonb[], $9::double precision[])
            as n (assessment_id, attempt_id, state, submitted_at, points, answered, needs_grading, grades, max_points)
         where r.assessment_id = n.assessment_id and r.attempt_id = n.attempt_id
           /* sharded: and r.assessment_id = any($1) */
        """,
        [one.head.test_id for one in closed],
        [one.head.id for one in closed],
        [one.head.state for one in closed],
        [one.submitted_at for one in closed],
        [one.head.score for one in closed],
        [one.answered for one in closed],
        [one.needs_grading for one in closed],
        [one.grades for one in closed],
        [one.head.max_points for one in closed],
    )


async def overdue(db: Reader, limit: int, test_id: UUID | None = None) -> list[Closing]:
    """Attempts that run though their time is up, the longest overdue first; of one test, or of all."""
    return await db.all(
        Closing,
        f"""
        select learner_id, attempt_id, true as clock
          from attempt_result
         where state = 'running' and deadline_at < statement_timestamp() - {GRACE}
           and ($2::uuid is null or assessment_id = $2)
         order by deadline_at
         limit $1
        """,
        limit,
        test_id,
    )


async def running_of(db: Reader, test_id: UUID, later_than: datetime, after: UUID, limit: int) -> list[Closing]:
    """Attempts at a test that may go on for longer than until then, those after an id."""
    return await db.all(
        Closing,
        """
        select learner_id, attempt_id, true as clock
          from attempt_result
         where assessment_id = $1 and state = 'running' and (deadline_at is null or deadline_at > $2)
           and attempt_id > $3
         order by attempt_id
         limit $4
        """,
        test_id,
        later_than,
        after,
        limit,
    )


async def lock_running(tx: Writer, learner_id: UUID, test_id: UUID) -> list[HeadRow]:
    """A learner's running attempts at a test, without previews, kept from every change until the commit."""
    return await tx.all(
        HeadRow,
        f"""
        select {HEAD} from attempt a
         where a.learner_id = $1 and a.assessment_id = $2 and a.number > 0 and a.state = 'running'
           for update
        """,
        learner_id,
        test_id,
    )


async def move_deadlines(tx: Writer, heads: Sequence[HeadRow], deadlines: Sequence[datetime]) -> None:
    """Let these attempts, which are locked, end at these times, on both sides."""
    await tx.execute(
        """
        update attempt a set deadline_at = n.deadline_at
          from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n (learner_id, id, deadline_at)
         where a.learner_id = n.learner_id and a.id = n.id /* sharded: and a.learner_id = any($1) */
        """,
        [head.learner_id for head in heads],
        [head.id for head in heads],
        deadlines,
    )
    await tx.execute(
        """
        update attempt_result r set deadline_at = n.deadline_at
          from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n (assessment_id, attempt_id, deadline_at)
         where r.assessment_id = n.assessment_id and r.attempt_id = n.attempt_id
           /* sharded: and r.assessment_id = any($1) */
        """,
        [head.test_id for head in heads],
        [head.id for head in heads],
        deadlines,
    )
