"""How someone stands to a test: what every policy asks."""

from uuid import UUID

from banyan import courses, enrolments
from banyan.assessments import editions
from banyan.assessments.model import Head
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit

__all__ = ["standing"]


async def standing(kit: Kit, actor: Actor, test_id: UUID) -> tuple[Head, CourseHead, bool]:
    """A test, its course, and whether someone learns there: what every policy asks. One statement.

    Raises:
        NotFound: there is no such test.
    """
    test = await editions.head(kit, test_id)
    course = await courses.course_head(kit.db, kit.cache, test.course_id)
    enrolled = bool(await enrolments.enrolled_among(kit.db.read(), course.id, [actor.id]))
    return test, course, enrolled
