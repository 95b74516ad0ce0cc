"""Opening a course and reading it."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from msgspec import structs

from banyan import courses, enrolments, files, revisions
from banyan.kit.actor import Actor, Visitor
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET
from banyan.learning import policy, store
from banyan.learning.model import (
    CoursePage,
    Footing,
    ItemModule,
    ItemNeighbour,
    ItemPage,
    MyEnrolment,
    NotEnrolled,
    OpenOutline,
    Progress,
    Teacher,
    TocEntry,
)
from banyan.learning.way import Way, way_through
from banyan.revisions import OutlineItem, Published
from banyan.schools import School

__all__ = ["course_page", "draft_page", "item_page", "my_course", "my_courses"]


async def course_page(kit: Kit, school: School, visitor: Visitor, course_id: UUID) -> CoursePage:
    """A published course with the caller's progress; for its staff also one that is not published yet.

    With the outline and the session in the cache this is one statement, for a visitor none.

    Raises:
        NotFound: there is no such course, or it is a draft of others.
    """
    try:
        published = await _visible(kit, school, visitor, course_id)
    except NotFound:
        if visitor.actor is None:
            raise
        return _unpublished(await draft_page(kit, visitor.actor, course_id))
    now = datetime.now(UTC)
    way = way_through(published)
    actor = visitor.actor
    footing = await store.footing(kit.db.read(), actor.id, course_id) if actor else None
    staff_role = courses.role_in(published, actor) if actor else None
    staff = staff_role is not None
    return CoursePage(
        id=published.course_id,
        title=published.title,
        summary=published.summary,
        cover=published.cover,
        category=published.category,
        difficulty=published.difficulty,
        language=published.language,
        state=published.state,
        enrolment=published.enrolment,
        places=published.places,
        places_left=await _places_left(kit, published) if footing is None else None,
        teachers=[Teacher(id=person.id, name=person.name) for person in published.teachers],
        version=published.version,
        role=staff_role or ("learner" if footing else None),
        outline=cast("OpenOutline", way.outline(now)),  # its JSON, encoded once for all learners
        progress=_progress(way, footing, now) if footing else None,
        enrolment_code=published.enrolment_code if staff else None,
        draft_changes=await revisions.draft_changes(kit.db.read(), course_id) if staff else None,
    )


async def draft_page(kit: Kit, actor: Actor, course_id: UUID) -> courses.DraftPage:
    """A course as its staff are writing it, with the number of changes since the published revision.

    Raises:
        NotFound, Forbidden: the caller is not on its staff.
    """
    page = await courses.draft_page(kit, actor, course_id)
    return structs.replace(page, draft_changes=await revisions.draft_changes(kit.db.read(), course_id))


async def item_page(kit: Kit, school: School, visitor: Visitor, course_id: UUID, item_id: UUID) -> ItemPage:
    """One item of a published course, with the caller's place in it: one statement once the course is cached.

    Raises:
        NotFound: the course or its published revision has no such item.
        Unauthenticated, NotEnrolled, NotReleased
    """
    published = await _visible(kit, school, visitor, course_id)
    spot = way_through(published).spot(item_id)
    if spot is None:
        raise NotFound
    actor = visitor.signed_in()
    staff = courses.role_in(published, actor) is not None
    own = await store.own_item(kit.db.read(), actor.id, course_id, item_id)
    if own is None and not staff:
        raise NotEnrolled
    now = datetime.now(UTC)
    policy.may_read_item(spot.item, now, staff=staff)
    document = await revisions.document(kit.db, kit.cache, course_id, spot.item.digest)
    return ItemPage(
        id=spot.item.id,
        kind=spot.item.kind,
        title=spot.item.title,
        minutes=spot.item.minutes,
        release_at=spot.item.release_at,
        due_at=spot.item.due_at,
        locked=policy.is_locked(spot.item, now),
        course_id=course_id,
        module=ItemModule(id=spot.module.id, title=spot.module.title),
        revision=published.revision,
        html=document.html,
        toc=[TocEntry(level=entry.level, id=entry.id, title=entry.title) for entry in document.toc],
        url=document.url,
        file=files.view(document.file) if document.file else None,
        previous=_neighbour(spot.previous),
        next=_neighbour(spot.next),
        state=own.state if own else None,
        place=own.place if own else 0.0,
    )


async def my_courses(kit: Kit, actor: Actor) -> list[MyEnrolment]:
    """The caller's courses, the last used first: one statement, and one more for those that are not cached."""
    footings = await store.footings(kit.db.read(), actor.id)
    published = await revisions.published_many(kit.db, kit.cache, [footing.course_id for footing in footings])
    return [_enrolment(published[footing.course_id], footing) for footing in footings if footing.course_id in published]


async def my_course(kit: Kit, actor: Actor, course_id: UUID) -> MyEnrolment:
    """One of the caller's courses.

    Raises:
        NotFound: they are not in it.
    """
    footing = await store.footing(kit.db.read(), actor.id, course_id)
    published = await revisions.published(kit.db, kit.cache, course_id)
    if footing is None or published is None:
        raise NotFound
    return _enrolment(published, footing)


async def _visible(kit: Kit, school: School, visitor: Visitor, course_id: UUID) -> Published:
    published = await revisions.published(kit.db, kit.cache, course_id)
    if published is None:
        raise NotFound
    policy.may_see_course(visitor, school, published)
    return published


def _unpublished(draft: courses.DraftPage) -> CoursePage:
    """A course that only its staff see, as learners would meet it now: with nothing in it."""
    return CoursePage(
        id=draft.id,
        title=draft.title,
        summary=draft.summary,
        cover=draft.cover,
        category=draft.category,
        difficulty=draft.difficulty,
        language=draft.language,
        state=draft.state,
        enrolment=draft.enrolment,
        places=draft.places,
        places_left=draft.places_left,
        teachers=[Teacher(id=person.id, name=person.name) for person in draft.teachers],
        version=draft.version,
        role=draft.role,
        outline=OpenOutline(revision=0, modules=[]),
        progress=None,
        enrolment_code=draft.enrolment_code,
        draft_changes=draft.draft_changes if draft.draft_changes is not UNSET else None,
    )


async def _places_left(kit: Kit, published: Published) -> int | None:
    if published.places is None:
        return None
    return max(0, published.places - await enrolments.places_taken(kit.db.read(), published.course_id))


def _progress(way: Way, footing: Footing, now: datetime) -> Progress:
    return Progress(
        percent=way.percent(footing.states),
        items=footing.states,
        continue_=way.next_step(footing.states, footing.latest, now),
        enrolled_at=footing.enrolled_at,
        completed_at=footing.completed_at,
    )


def _enrolment(published: Published, footing: Footing) -> MyEnrolment:
    way = way_through(published)
    return MyEnrolment(
        course=revisions.card(published, None),
        percent=way.percent(footing.states),
        continue_=way.go_on(footing.states, footing.latest, datetime.now(UTC)),
        enrolled_at=footing.enrolled_at,
        completed_at=footing.completed_at,
        seen_at=footing.seen_at,
    )


def _neighbour(item: OutlineItem | None) -> ItemNeighbour | None:
    return ItemNeighbour(id=item.id, title=item.title) if item else None
