"""What is coming up across a learner's courses."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from banyan import revisions
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.learning import store
from banyan.learning.model import Footing, Moment, MomentCourse, MomentItem
from banyan.revisions import OutlineItem, Published

__all__ = ["timeline"]

_MOST = 500


async def timeline(kit: Kit, actor: Actor, since: datetime, until: datetime) -> list[Moment]:
    """Releases and due dates from `since` up to, not including, `until`, in order of time; at most 500.

    One statement, and one more for the courses that are not cached.
    """
    footings = await store.footings(kit.db.read(), actor.id)
    published = await revisions.published_many(kit.db, kit.cache, [footing.course_id for footing in footings])
    moments = [
        moment
        for footing in footings
        if footing.course_id in published
        for moment in _moments(published[footing.course_id], footing)
        if since <= moment.at < until
    ]
    moments.sort(key=lambda moment: (moment.at, moment.course.title, moment.item.id))
    return moments[:_MOST]


def _moments(published: Published, footing: Footing) -> Iterator[Moment]:
    course = MomentCourse(id=published.course_id, title=published.title)
    for item in published.items:
        if item.release_at is not None:
            yield _moment(course, item, "release", item.release_at, footing)
        if item.due_at is not None:
            yield _moment(course, item, "due", item.due_at, footing)


def _moment(
    course: MomentCourse, item: OutlineItem, event: Literal["release", "due"], at: datetime, footing: Footing
) -> Moment:
    return Moment(
        course=course,
        item=MomentItem(id=item.id, title=item.title, kind=item.kind),
        event=event,
        at=at,
        state=footing.states.get(str(item.id)),
    )
