"""Every statement about progress. Each is one primary-key range of the learner's own rows."""

from collections.abc import Sequence
from uuid import UUID

from banyan.kit.database import Reader, Writer
from banyan.learning.model import Footing, OwnItem, ProgressState, SavedRow

__all__ = ["footing", "footings", "forget_course", "own_item", "reopen", "save"]

_FOOTING = """
    select e.course_id, e.enrolled_at, e.completed_at,
           coalesce(jsonb_object_agg(p.item_id, p.state) filter (where p.item_id is not null), '{}') as states,
           (array_agg(p.item_id order by p.updated_at desc))[1] as latest,
           max(p.updated_at) as seen_at
      from enrolment e
      left join progress p on p.learner_id = e.learner_id and p.course_id = e.course_id
"""


async def footing(db: Reader, learner_id: UUID, course_id: UUID) -> Footing | None:
    """A learner's enrolment in one course and their progress in it; None if they are not in it."""
    return await db.maybe(
        Footing,
        _FOOTING
        + " where e.learner_id = $1 and e.course_id = $2 and e.state = 'active' group by e.learner_id, e.course_id",
        learner_id,
        course_id,
    )


async def footings(db: Reader, learner_id: UUID) -> list[Footing]:
    """A learner's enrolments and their progress in them, the last used first."""
    return await db.all(
        Footing,
        f"""
        {_FOOTING} where e.learner_id = $1 and e.state = 'active'
         group by e.learner_id, e.course_id
         order by coalesce(max(p.updated_at), e.enrolled_at) desc
         limit 500
        """,
        learner_id,
    )


async def own_item(db: Reader, learner_id: UUID, course_id: UUID, item_id: UUID) -> OwnItem | None:
    """A learner's progress in one item; None if they are not in its course."""
    return await db.maybe(
        OwnItem,
        """
        select p.state, coalesce(p.place, 0) as place
          from enrolment e
          left join progress p on p.learner_id = e.learner_id and p.course_id = e.course_id and p.item_id = $3
         where e.learner_id = $1 and e.course_id = $2 and e.state = 'active'
        """,
        learner_id,
        course_id,
        item_id,
    )


async def save(
    tx: Writer,
    learners: Sequence[UUID],
    courses: Sequence[UUID],
    items: Sequence[UUID],
    states: Sequence[ProgressState],
    places: Sequence[float],
) -> list[SavedRow]:
    """Store progress of many learners at once: two statements for any number. What is done stays done.

    Learners who are not in the course are left out of the answer, and nothing is stored for them.
    """
    await tx.execute(
        """
        insert into progress as p (learner_id, course_id, item_id, state, place)
        select e.learner_id, e.course_id, n.item_id, n.state, n.place
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::real[])
               as n (learner_id, course_id, item_id, state, place)
          join enrolment e on e.learner_id = n.learner_id and e.course_id = n.course_id and e.state = 'active'
         /* sharded: where e.learner_id = any($1) */
         order by n.learner_id, n.course_id, n.item_id
            on conflict (learner_id, course_id, item_id) do update
           set state = case when p.state = 'done' then p.state else excluded.state end,
               place = excluded.place, updated_at = excluded.updated_at
        """,
        learners,
        courses,
        items,
        states,
        places,
    )
    return await tx.all(
        SavedRow,
        """
        select p.learner_id, p.course_id, p.item_id, p.state, p.place, d.done, e.completed_at
          from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as n (learner_id, course_id, item_id)
          join enrolment e on e.learner_id = n.learner_id and e.course_id = n.course_id and e.state = 'active'
          join progress p on p.learner_id = n.learner_id and p.course_id = n.course_id and p.item_id = n.item_id
          cross join lateral (
                select coalesce(array_agg(item_id), '{}') as done from progress
                 where learner_id = n.learner_id and course_id = n.course_id /* sharded: and learner_id = any($1) */
                   and state = 'done') d
         /* sharded: where e.learner_id = any($1) and p.learner_id = any($1) */
        """,
        learners,
        courses,
        items,
    )


async def reopen(tx: Writer, learner_id: UUID, course_id: UUID, item_id: UUID) -> None:
    """An item that is done is only begun again."""
    await tx.execute(
        """
        update progress set state = 'started', updated_at = now()
         where learner_id = $1 and course_id = $2 and item_id = $3 and state = 'done'
        """,
        learner_id,
        course_id,
        item_id,
    )


async def forget_course(tx: Writer, course_id: UUID) -> None:
    """Delete all progress in a course that goes for good, found by its roster."""
    await tx.execute(
        """
        delete from progress
         where course_id = $1 and learner_id in (select learner_id from roster where course_id = $1)
        """,
        course_id,
    )
