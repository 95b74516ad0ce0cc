"""Every statement about keys that were corrected, and the attempts that are graded again for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.attempts import Regraded
from banyan.gradebook.model_grading import Kind
from banyan.kit.database import Reader, Writer

__all__ = [
    "ChangeRow",
    "RegradeRow",
    "add",
    "changes",
    "closed_after",
    "count_closed",
    "hold",
    "note_slice",
    "one",
    "page",
    "revisions_with",
]

_COLUMNS = """
    id, question_id, title, correction, revisions, reason, author_id, author, created_at, state, place, attempts, seen,
    changed, raised, lowered, finished_at
"""
_CLOSED = "assessment_id = $1 and revision = any($2::integer[]) and number > 0 and state <> 'running' and grades ? $3"


class RegradeRow(msgspec.Struct, frozen=True):
    """A correction of a key, and how far it has come; `place` is the last attempt that was looked at."""

    id: UUID
    question_id: UUID
    title: str
    correction: Kind
    revisions: list[int]
    reason: str
    author_id: UUID
    author: str
    created_at: datetime
    state: Literal["waiting", "running", "done"]
    place: UUID
    attempts: int
    seen: int
    changed: int
    raised: int
    lowered: int
    finished_at: datetime | None


class ChangeRow(msgspec.Struct, frozen=True):
    """An attempt whose points changed."""

    attempt_id: UUID
    learner_id: UUID
    name: str
    before: float | None
    after: float


async def revisions_with(db: Reader, test_id: UUID, question_id: UUID) -> list[int]:
    """The revisions of a test that have a question, the newest first."""
    return await db.all(
        int,
        """
        select number
          from assessment_revision
         where assessment_id = $1 and number > 0
           and document -> 'questions' @> jsonb_build_array(jsonb_build_object('id', $2::text))
         order by number desc
        """,
        test_id,
        str(question_id),
    )


async def count_closed(db: Reader, test_id: UUID, revisions: Sequence[int], question_id: UUID) -> int:
    """How many closed attempts at these revisions were asked a question."""
    return await db.one(
        int,
        f"select count(*)::integer from attempt_result where {_CLOSED}",
        test_id,
        revisions,
        str(question_id),
    )


async def closed_after(
    db: Reader, test_id: UUID, revisions: Sequence[int], question_id: UUID, after: UUID, limit: int
) -> list[UUID]:
    """Closed attempts at these revisions that were asked a question, those after an id."""
    return await db.all(
        UUID,
        f"select attempt_id from attempt_result where {_CLOSED} and attempt_id > $4 order by attempt_id limit $5",
        test_id,
        revisions,
        str(question_id),
        after,
        limit,
    )


async def add(
    tx: Writer,
    test_id: UUID,
    regrade_id: UUID,
    *,
    question_id: UUID,
    title: str,
    correction: Kind,
    revisions: Sequence[int],
    reason: str,
    author_id: UUID,
    author: str,
    attempts: int,
) -> RegradeRow:
    """A regrade that waits for its turn."""
    return await tx.one(
        RegradeRow,
        f"""
        insert into regrade (assessment_id, id, question_id, title, correction, revisions, reason, author_id, author,
                             attempts)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        returning {_COLUMNS}
        """,
        test_id,
        regrade_id,
        question_id,
        title,
        correction,
        revisions,
        reason,
        author_id,
        author,
        attempts,
    )


async def one(db: Reader, test_id: UUID, regrade_id: UUID) -> RegradeRow:
    """A regrade of a test."""
    return await db.one(
        RegradeRow, f"select {_COLUMNS} from regrade where assessment_id = $1 and id = $2", test_id, regrade_id
    )


async def hold(tx: Writer, test_id: UUID, regrade_id: UUID) -> RegradeRow | None:
    """A regrade whose turn it is, while nobody else goes on with it."""
    return await tx.maybe(
        RegradeRow,
        f"select {_COLUMNS} from regrade where assessment_id = $1 and id = $2 for update",
        test_id,
        regrade_id,
    )


async def page(db: Reader, test_id: UUID, before: UUID | None, limit: int) -> list[RegradeRow]:
    """The regrades of a test, the newest first; those before an id."""
    return await db.all(
        RegradeRow,
        f"""
        select {_COLUMNS}
          from regrade
         where assessment_id = $1 and ($2::uuid is null or id < $2)
         order by id desc
         limit $3
        """,
        test_id,
        before,
        limit,
    )


async def note_slice(
    tx: Writer, test_id: UUID, regrade_id: UUID, seen: Sequence[UUID], told: Sequence[Regraded], *, done: bool
) -> None:
    """Note that a regrade has come so far, and what it changed: two statements. It is held.

    An attempt that it changed before keeps the points that it had at first.
    """
    await tx.execute(
        """
        insert into regrade_change as w (assessment_id, regrade_id, attempt_id, learner_id, name, before, after)
        select $1, $2, n.*
          from unnest($3::uuid[], $4::uuid[], $5::text[], $6::float8[], $7::float8[])
            as n (attempt_id, learner_id, name, before, after)
            on conflict (assessment_id, regrade_id, attempt_id) do update set after = excluded.after
        """,
        test_id,
        regrade_id,
        [one.attempt_id for one in told],
        [one.learner_id for one in told],
        [one.name for one in told],
        [one.before for one in told],
        [one.after for one in told],
    )
    await tx.execute(
        """
        update regrade g
           set state = case when $4 then 'done' else 'running' end, place = greatest(place, $5::uuid),
               seen = seen + $3, attempts = greatest(attempts, seen + $3), changed = c.changed, raised = c.raised,
               lowered = c.lowered, finished_at = case when $4 then now() end
          from (select count(*)::integer as changed, (count(*) filter (where after > before))::integer as raised,
                       (count(*) filter (where after < before))::integer as lowered
                  from regrade_change
                 where assessment_id = $1 and regrade_id = $2) c
         where g.assessment_id = $1 and g.id = $2
        """,
        test_id,
        regrade_id,
        len(seen),
        done,
        max(seen, default=UUID(int=0)),
    )


async def changes(db: Reader, test_id: UUID, regrade_id: UUID, after: UUID | None, limit: int) -> list[ChangeRow]:
    """What a regrade changed, those after an attempt."""
    return await db.all(
        ChangeRow,
        """
        select attempt_id, learner_id, name, before, after
          from regrade_change
         where assessment_id = $1 and regrade_id = $2 and attempt_id > $3
         order by attempt_id
         limit $4
        """,
        test_id,
        regrade_id,
        after or UUID(int=0),
        limit,
    )
