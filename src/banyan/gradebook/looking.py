"""What everything about a test begins with: the test, its course, and its settings as they are now."""

from uuid import UUID

from banyan import assessments, courses, enrolments
from banyan.assessments import Head, PublishedTest, Settings
from banyan.courses import CourseHead, role_in
from banyan.gradebook import policy
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["edition_of", "learns_in", "seen_by_staff", "settings_of", "test_and_course"]


async def test_and_course(kit: Kit, test_id: UUID) -> tuple[Head, CourseHead]:
    """A test and its course, at most five seconds old; whether anyone may see them is the caller's to ask.

    Raises:
        NotFound: there is no such test.
    """
    test = await assessments.head(kit, test_id)
    return test, await courses.course_head(kit.db, kit.cache, test.course_id)


async def seen_by_staff(kit: Kit, actor: Actor, test_id: UUID) -> Head:
    """A test whose results the actor may see.

    Raises:
        NotFound, Forbidden: see `policy.may_see_results`.
    """
    test, course = await test_and_course(kit, test_id)
    policy.may_see_results(actor, test, course, enrolled=await learns_in(kit, actor, course))
    return test


async def learns_in(kit: Kit, actor: Actor, course: CourseHead) -> bool:
    """Whether someone who is not on the staff of a course learns in it: they may know what there is, and do nothing."""
    if course.school_id != actor.school_id or role_in(course, actor) is not None:
        return False
    return bool(await enrolments.enrolled_among(kit.db.read(), course.id, [actor.id]))


async def edition_of(kit: Kit, test: Head) -> PublishedTest | None:
    """The newest revision of a test; None for one that was never published."""
    return None if test.revision is None else await assessments.corrected(kit, test.id, test.revision)


async def settings_of(kit: Kit, test: Head) -> Settings:
    """How a test is taken and counted now.

    Raises:
        NotFound: it was never published.
    """
    edition = await edition_of(kit, test)
    if edition is None:
        raise NotFound
    return edition.settings
