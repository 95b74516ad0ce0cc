"""Who may enrol whom."""

from hmac import compare_digest

from banyan.courses import CourseHead, may_see_draft, may_teach
from banyan.enrolments.model import NotOpen, WrongCode
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound

__all__ = ["may_enrol", "may_enrol_others", "may_leave", "may_see_people"]


def may_enrol(actor: Actor, course: CourseHead, code: str) -> None:
    """Anyone of the school may enter a published course, with its code if it asks for one.

    Raises:
        NotFound: another school's course, or one that is not published.
        NotOpen: its teachers enrol.
        WrongCode: another code.
    """
    if course.school_id != actor.school_id or course.deleted or course.state != "published":
        raise NotFound
    if course.enrolment == "staff":
        raise NotOpen
    if course.enrolment == "code" and not compare_digest(
        code.strip().upper().encode(), (course.enrolment_code or "").upper().encode()
    ):
        raise WrongCode


def may_leave(actor: Actor, course: CourseHead) -> None:
    """Everyone may leave; whether they are in it is for the store to say.

    Raises:
        NotFound: another school's course, or a deleted one.
    """
    if course.school_id != actor.school_id or course.deleted:
        raise NotFound


def may_enrol_others(actor: Actor, course: CourseHead) -> None:
    """Its owner and teachers bring people into a course and take them out."""
    may_teach(actor, course)


def may_see_people(actor: Actor, course: CourseHead) -> None:
    """All staff of a course see who is in it."""
    may_see_draft(actor, course)
