"""The statement that tells how a test goes at this moment."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.gradebook.model import TakerState
from banyan.kit.database import Reader

__all__ = ["LiveRow", "TakerRow", "live"]


class TakerRow(msgspec.Struct, frozen=True):
    """Someone at their newest attempt."""

    attempt_id: UUID
    learner_id: UUID
    name: str
    number: int
    revision: int
    activity: TakerState
    answered: int
    started_at: datetime
    deadline_at: datetime | None
    seen_at: datetime
    submitted_at: datetime | None


class LiveRow(msgspec.Struct, frozen=True):
    """How many do what, and a page of those who have begun."""

    now: datetime
    enrolled: int
    not_begun: int
    begun: int
    answering: int
    idle: int
    submitted: int
    takers: list[TakerRow]


async def live(
    db: Reader,
    test_id: UUID,
    course_id: UUID,
    query: str,
    state: Literal["answering", "idle", "submitted"] | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> LiveRow:
    """How a test goes, with those who have begun by name, those after a name and id: one statement."""
    return await db.one(
        LiveRow,
        """
        with newest as materialized (
            select distinct on (learner_id)
                   attempt_id, learner_id, name, number, revision, answered, started_at, deadline_at, seen_at,
                   submitted_at,
                   case when state <> 'running' then state
                        when seen_at > clock_timestamp() - interval '1 minute' then 'answering' else 'idle'
                   end as activity
              from attempt_result
             where assessment_id = $1 and number > 0
             order by learner_id, number desc
        ), people as (
            select count(*) as enrolled, count(*) filter (where n.learner_id is null) as not_begun
              from roster r
              left join newest n on n.learner_id = r.learner_id
             where r.course_id = $2 and r.state = 'active'
        ), counts as (
            select count(*) as begun, count(*) filter (where activity = 'answering') as answering,
                   count(*) filter (where activity = 'idle') as idle,
                   count(*) filter (where activity in ('submitted', 'graded')) as submitted
              from newest
        ), page as (
            select *
              from newest
             where strpos(lower(name), lower($3)) > 0
               and ($4::text is null or activity = $4 or ($4 = 'submitted' and activity = 'graded'))
               and (name, learner_id) > ($5, $6)
             order by name, learner_id
             limit $7)
        select clock_timestamp() as now, p.enrolled::integer, p.not_begun::integer, c.begun::integer,
               c.answering::integer, c.idle::integer, c.submitted::integer,
               (select coalesce(jsonb_agg(to_jsonb(page) order by name, learner_id), '[]') from page) as takers
          from people p, counts c
        """,
        test_id,
        course_id,
        query,
        state,
        *(after or ("", UUID(int=0))),
        limit,
    )
