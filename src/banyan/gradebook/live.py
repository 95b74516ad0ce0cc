"""How a test goes at this moment, for those who watch over it: cheap enough to be asked every few seconds by many."""

from typing import Literal
from uuid import UUID

from banyan import assessments
from banyan.accounts import Person
from banyan.assessments import Head
from banyan.gradebook import looking, store_live
from banyan.gradebook.model import Live, Taker
from banyan.gradebook.store_live import LiveRow
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import cursor, read_cursor

__all__ = ["live"]

_FOR = 1.0  # seconds


async def live(
    kit: Kit,
    actor: Actor,
    test_id: UUID,
    query: str,
    state: Literal["answering", "idle", "submitted"] | None,
    after: str | None,
    limit: int,
) -> Live:
    """How a test goes: one statement a second, however many ask.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, str, UUID)
    place = (start[0], start[1]) if start else None
    test = await looking.seen_by_staff(kit, actor, test_id)

    async def load() -> Live:
        row = await store_live.live(kit.db.read(), test_id, test.course_id, query, state, place, limit + 1)
        return await _view(kit, test, row, limit)

    asked = f"live:{test_id}:{state}:{limit}:{after}:{query}"
    return await kit.cache.get(asked, _FOR, Live, load)


async def _view(kit: Kit, test: Head, row: LiveRow, limit: int) -> Live:
    edition = await looking.edition_of(kit, test)
    shown = row.takers[:limit]
    sizes = {
        number: (await assessments.revision_of(kit, test.id, number)).size for number in {one.revision for one in shown}
    }
    takers = [
        Taker(
            attempt_id=one.attempt_id,
            learner=Person(id=one.learner_id, name=one.name),
            number=one.number,
            state=one.activity,
            answered=one.answered,
            questions=sizes[one.revision],
            started_at=one.started_at,
            deadline_at=one.deadline_at,
            seconds_left=max(0, round((one.deadline_at - row.now).total_seconds()))
            if one.deadline_at and one.submitted_at is None
            else None,
            seen_at=one.seen_at,
            submitted_at=one.submitted_at,
        )
        for one in shown
    ]
    return Live(
        now=row.now,
        questions=edition.size if edition else 0,
        enrolled=row.enrolled,
        not_begun=row.not_begun,
        begun=row.begun,
        answering=row.answering,
        idle=row.idle,
        submitted=row.submitted,
        items=takers,
        next=cursor(shown[-1].name, shown[-1].learner_id) if len(row.takers) > limit else None,
    )
