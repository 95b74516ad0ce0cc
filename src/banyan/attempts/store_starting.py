"""The statements of a batch of starts: each is one for any number of learners at any number of tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from banyan.attempts.model import Facts
from banyan.kit.database import Writer

__all__ = ["Comer", "NewAttempt", "add_attempts", "comers", "date_back", "forget_previews"]


class Comer(msgspec.Struct, frozen=True):
    """Someone who wants to begin an attempt at a test.

    Attributes:
        place: among all that are asked about, from 1.
        now: the database's clock, which all processes share.
        used: how many attempts they have begun.
        last: the number of the last of them, 0 for none.
        running: the one that is not closed.
    """

    place: int
    name: str
    now: datetime
    enrolled: bool
    used: int
    last: int
    running: UUID | None


class NewAttempt(msgspec.Struct, frozen=True):
    """An attempt about to begin."""

    facts: Facts
    name: str
    deadline_at: datetime | None
    max_points: float


async def comers(
    tx: Writer, learners: Sequence[UUID], tests: Sequence[UUID], courses: Sequence[UUID]
) -> dict[int, Comer]:
    """Who these people are to these tests, by their place in the sequences."""
    found = await tx.all(
        Comer,
        """
        select n.place::integer as place, a.name, clock_timestamp() as now, e.learner_id is not null as enrolled,
               h.used, h.last, h.running
          from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality
               as n (learner_id, assessment_id, course_id, place)
          join account a on a.id = n.learner_id
          left join enrolment e on e.learner_id = n.learner_id /* sharded: and e.learner_id = any($1) */
                               and e.course_id = n.course_id and e.state = 'active'
          cross join lateral (
                select count(*)::integer as used, coalesce(max(number), 0) as last,
                       (array_agg(id) filter (where state = 'running'))[1] as running
                  from attempt
                 where learner_id = n.learner_id and assessment_id = n.assessment_id
                   /* sharded: and learner_id = any($1) */
                   and number > 0) h
         /* sharded: where a.id = any($1) */
        """,
        learners,
        tests,
        courses,
    )
    return {comer.place: comer for comer in found}


async def add_attempts(tx: Writer, attempts: Sequence[NewAttempt]) -> set[UUID]:
    """Store attempts on both sides; the ids of those stored. Where another process was faster its attempt stays."""
    added = set(
        await tx.all(
            UUID,
            """
            insert into attempt (learner_id, id, assessment_id, course_id, revision, number, seed, started_at,
                                 deadline_at, max_points)
            select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::integer[],
                                 $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::double precision[])
                as n (learner_id, id, assessment_id, course_id, revision, number, seed, started_at, deadline_at,
                      max_points)
             order by n.learner_id, n.assessment_id
                on conflict (learner_id, assessment_id, number) do nothing
            returning id
            """,
            *_columns(attempts),
        )
    )
    stored = [one for one in attempts if one.facts.id in added]
    if stored:
        await tx.execute(
            """
            insert into attempt_result (learner_id, attempt_id, assessment_id, course_id, revision, number, seed,
                                        started_at, deadline_at, max_points, name, seen_at)
            select n.*, n.started_at
              from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::integer[], $7::bigint[],
                          $8::timestamptz[], $9::timestamptz[], $10::double precision[], $11::text[])
                as n (learner_id, attempt_id, assessment_id, course_id, revision, number, seed, started_at, deadline_at,
                      max_points, name)
            """,
            *_columns(stored),
            [one.name for one in stored],
        )
    return added


async def date_back(tx: Writer, learner_id: UUID, attempt_id: UUID, by: timedelta) -> None:
    """Let an attempt have begun so much earlier, on both sides: one that is an example, and took nobody any time."""
    times = await tx.one(
        Times, "select started_at, deadline_at from attempt where learner_id = $1 and id = $2", learner_id, attempt_id
    )
    for table, key in (("attempt", "id"), ("attempt_result", "attempt_id")):
        await tx.execute(
            f"update {table} set started_at = $3, deadline_at = $4 where learner_id = $1 and {key} = $2",
            learner_id,
            attempt_id,
            times.started_at - by,
            times.deadline_at and times.deadline_at - by,
        )


async def forget_previews(tx: Writer, staff_id: UUID, test_id: UUID) -> int:
    """Delete the previews that someone has taken of a test; the number of the next one."""
    gone = await tx.all(
        Gone,
        "delete from attempt where learner_id = $1 and assessment_id = $2 and number < 0 returning id, number",
        staff_id,
        test_id,
    )
    ids = [one.id for one in gone]
    await tx.execute(
        "delete from attempt_result where assessment_id = $1 and attempt_id = any($2::uuid[])", test_id, ids
    )
    await tx.execute("delete from answer where learner_id = $1 and attempt_id = any($2::uuid[])", staff_id, ids)
    await tx.execute("delete from attempt_file where learner_id = $1 and attempt_id = any($2::uuid[])", staff_id, ids)
    return min((one.number for one in gone), default=0) - 1


class Times(msgspec.Struct, frozen=True):
    """When an attempt began, and when its time is up."""

    started_at: datetime
    deadline_at: datetime | None


class Gone(msgspec.Struct, frozen=True):
    """A preview that was."""

    id: UUID
    number: int


def _columns(attempts: Sequence[NewAttempt]) -> list[list[object]]:
    return [
        [one.facts.learner_id for one in attempts],
        [one.facts.id for one in attempts],
        [one.facts.test_id for one in attempts],
        [one.facts.course_id for one in attempts],
        [one.facts.revision for one in attempts],
        [one.facts.number for one in attempts],
        [one.facts.seed for one in attempts],
        [one.facts.started_at for one in attempts],
        [one.deadline_at for one in attempts],
        [one.max_points for one in attempts],
    ]
