"""Tests as those see them who look for one: a list, and a card with all that one may know before one starts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from banyan import courses, enrolments
from banyan.assessments import accommodations, editions, policy, store
from banyan.assessments.document import PublishedTest, Window, window
from banyan.assessments.drafts import draft_of
from banyan.assessments.model import OwnAttempt, TestCard, TestDraft, TestLine, WhyNot
from banyan.assessments.standing import standing
from banyan.assessments.store import RowInList
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["Attempts", "test_page", "tests_of"]


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a test learns of attempts, which know tests and not the other way round: a part of the kit.

    Attributes:
        of: someone's attempts at a test, the oldest first, without previews; at most one statement.
    """

    of: Callable[[Kit, UUID, UUID], Awaitable[list[OwnAttempt]]]


async def test_page(kit: Kit, actor: Actor, test_id: UUID) -> TestDraft | TestCard:
    """A test as the actor sees it: its draft for staff, for learners a card; of that two statements.

    Raises:
        NotFound, Forbidden: see `policy.may_see_test`.
    """
    test, course, enrolled = await standing(kit, actor, test_id)
    policy.may_see_test(actor, test, course, enrolled=enrolled)
    if courses.role_in(course, actor) is not None:
        return await draft_of(kit.db.read(), course, await store.test(kit.db.read(), test_id))
    return await _card(kit, actor, await editions.published(kit, test_id))


async def tests_of(kit: Kit, actor: Actor, course_id: UUID) -> Page[TestLine]:
    """The tests of a course in its order; learners see those that are published.

    Raises:
        NotFound, Forbidden: see `policy.may_see_tests`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    enrolled = bool(await enrolments.enrolled_among(kit.db.read(), course_id, [actor.id]))
    policy.may_see_tests(actor, course, enrolled=enrolled)
    rows = await store.tests(kit.db.read(), course_id)
    lines = [_drafted(row) if courses.role_in(course, actor) is not None else _published(row) for row in rows]
    return Page([line for line in lines if line is not None], None)


async def _card(kit: Kit, actor: Actor, test: PublishedTest) -> TestCard:
    known = kit.parts.get(Attempts)
    attempts: list[OwnAttempt] = await known.of(kit, actor.id, test.id) if known else []
    own = window(test.settings, await accommodations.accommodation_of(kit, test.id, actor.id))
    now = datetime.now(UTC)
    left = None if own.attempts is None else max(0, own.attempts - len(attempts))
    why_not = _why_not(own, left, now)
    return TestCard(
        id=test.id,
        course_id=test.course_id,
        title=test.title,
        html=test.html,
        revision=test.revision,
        questions=test.size,
        points=test.points,
        opens_at=own.opens_at,
        closes_at=own.closes_at,
        time_limit_seconds=own.time_limit_seconds,
        attempts_allowed=own.attempts,
        attempts_left=left,
        pass_percent=test.settings.pass_percent,
        page=test.settings.page,
        go_back=test.settings.go_back,
        needs_code=test.settings.access_code is not None,
        attempts=attempts,
        may_start=why_not is None,
        why_not=why_not,
        now=now,
    )


def _why_not(own: Window, left: int | None, now: datetime) -> WhyNot | None:
    if own.opens_at is not None and now < own.opens_at:
        return "not_open_yet"
    if own.closes_at is not None and now >= own.closes_at:
        return "closed"
    return "no_attempts_left" if left == 0 else None


def _drafted(row: RowInList) -> TestLine:
    settings = row.settings
    return TestLine(
        id=row.id,
        title=row.title,
        revision=row.revision,
        opens_at=settings.opens_at,
        closes_at=settings.closes_at,
        time_limit_seconds=settings.time_limit_seconds,
    )


def _published(row: RowInList) -> TestLine | None:
    settings = row.published_settings
    if settings is None or row.published_title is None:
        return None
    return TestLine(
        id=row.id,
        title=row.published_title,
        revision=row.revision,
        opens_at=settings.opens_at,
        closes_at=settings.closes_at,
        time_limit_seconds=settings.time_limit_seconds,
    )
