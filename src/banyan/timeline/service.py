"""What is coming up across a learner's courses."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from banyan import assessments, learning, revisions
from banyan.assessments import Dates
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.learning import Footing
from banyan.revisions import OutlineItem, Published
from banyan.timeline.model import Moment, MomentCourse, MomentItem

__all__ = ["timeline"]

_MOST = 500


async def timeline(kit: Kit, actor: Actor, since: datetime, until: datetime) -> list[Moment]:
    """Releases and due dates from `since` up to, not including, `until`, in order of time; at most 500.

    A test is released when it opens and due when it closes, for this learner. One statement, one more for the courses
    that are not cached, and one if there are tests in any.
    """
    db = kit.db.read()
    footings = await learning.footings(db, actor.id)
    published = await revisions.published_many(kit.db, kit.cache, [footing.course_id for footing in footings])
    tests = [item.id for course in published.values() for item in course.items if item.kind == "test"]
    dates = await assessments.dates_for(db, actor.id, tests) if tests else {}
    moments = [
        moment
        for footing in footings
        if footing.course_id in published
        for moment in _moments(published[footing.course_id], footing, dates)
        if since <= moment.at < until
    ]
    moments.sort(key=lambda moment: (moment.at, moment.course.title, moment.item.id))
    return moments[:_MOST]


def _moments(published: Published, footing: Footing, dates: Mapping[UUID, Dates]) -> Iterator[Moment]:
    course = MomentCourse(id=published.course_id, title=published.title)
    for item in published.items:
        own = dates.get(item.id)
        opens, ends = (own.opens_at, own.closes_at) if own else (item.release_at, item.due_at)
        if opens is not None:
            yield _moment(course, item, "release", opens, footing)
        if ends is not None:
            yield _moment(course, item, "due", ends, footing)


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
