"""Who may do what with a test."""

from hmac import compare_digest

from banyan.assessments.model import Head, Settings
from banyan.courses import CourseHead, may_teach, role_in
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden, NotFound

__all__ = [
    "has_access_code",
    "may_accommodate",
    "may_begin_test",
    "may_preview",
    "may_see_accommodations",
    "may_see_results",
    "may_see_revisions",
    "may_see_test",
    "may_see_tests",
    "may_take",
    "may_write_test",
]


def may_begin_test(actor: Actor, course: CourseHead) -> None:
    """The owners and teachers of a course make its tests."""
    may_teach(actor, course)


def may_see_tests(actor: Actor, course: CourseHead, *, enrolled: bool) -> None:
    """Staff see all tests of a course, its learners those that are published.

    Raises:
        NotFound: another school's course, a deleted one, or a draft.
        Forbidden: the actor sees the course, but is not in it.
    """
    if course.deleted or course.school_id != actor.school_id:
        raise NotFound
    if role_in(course, actor) is not None:
        return
    if course.state == "draft":
        raise NotFound
    if not enrolled:
        raise Forbidden("Only those who are in the course see its tests.")


def may_see_test(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool) -> None:
    """Staff of the course see a test and how it is written, its learners once it is published.

    Raises:
        NotFound: everyone else, and what is deleted.
    """
    if test.deleted or course.deleted or course.school_id != actor.school_id:
        raise NotFound
    if role_in(course, actor) is not None:
        return
    if course.state == "draft" or not enrolled or test.revision is None:
        raise NotFound


def may_take(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool) -> None:
    """The learners of a course take its published tests; staff who are not enrolled see a preview instead.

    When, how often and with which code is not asked here: see `window` and `has_access_code`.

    Raises:
        NotFound: as for `may_see_test`, or there is nothing to take yet.
        Forbidden: staff who are not enrolled.
    """
    may_see_test(actor, test, course, enrolled=enrolled)
    if test.revision is None:
        raise NotFound
    if not enrolled:
        raise Forbidden("Only learners of the course take its tests.")


def may_preview(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool = False) -> None:
    """All staff of a course take its tests as a preview, which never counts.

    Raises:
        NotFound: as for `may_see_test`.
        Forbidden: the actor sees the test, but is not on the staff.
    """
    _of_staff(actor, test, course, enrolled=enrolled)


def may_see_results(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool = False) -> None:
    """All staff of a course see what its learners achieved.

    Raises:
        NotFound, Forbidden: as for `may_preview`.
    """
    _of_staff(actor, test, course, enrolled=enrolled)


def may_see_revisions(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool) -> None:
    """All staff of a course see when its tests were published.

    Raises:
        NotFound, Forbidden: as for `may_preview`.
    """
    _of_staff(actor, test, course, enrolled=enrolled)


def may_see_accommodations(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool) -> None:
    """All staff of a course see who has more time: they may be asked for it in the room.

    Raises:
        NotFound, Forbidden: as for `may_preview`.
    """
    _of_staff(actor, test, course, enrolled=enrolled)


def may_write_test(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool = False) -> None:
    """The owners and teachers of a course write and publish its tests.

    Raises:
        NotFound: as for `may_see_test`.
        Forbidden: the actor sees the test, but does not teach the course.
    """
    _of_staff(actor, test, course, enrolled=enrolled, teaching=True)


def may_accommodate(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool = False) -> None:
    """The owners and teachers of a course say who has more time.

    Raises:
        NotFound, Forbidden: as for `may_write_test`.
    """
    _of_staff(actor, test, course, enrolled=enrolled, teaching=True)


def has_access_code(settings: Settings, code: str) -> bool:
    """Whether the code is the one that the test asks for, if it asks for one; capitals and small letters are one."""
    wanted = settings.access_code
    return wanted is None or compare_digest(code.strip().upper().encode(), wanted.upper().encode())


def _of_staff(actor: Actor, test: Head, course: CourseHead, *, enrolled: bool, teaching: bool = False) -> None:
    may_see_test(actor, test, course, enrolled=enrolled)
    role = role_in(course, actor)
    if role is None or (teaching and role == "assistant"):
        raise Forbidden("Your role in this course does not allow this.")
