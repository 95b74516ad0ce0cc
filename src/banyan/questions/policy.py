"""Who may do what with a bank of questions."""

from banyan.courses import CourseHead, may_see_draft, may_teach, role_in
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden, NotFound

__all__ = [
    "may_browse",
    "may_change_category",
    "may_change_question",
    "may_copy",
    "may_preview",
    "may_see_question",
    "may_write",
]

may_preview = may_see_draft
may_write = may_teach


def may_browse(actor: Actor, course: CourseHead, *, shared: bool = False) -> None:
    """All staff of a course see its bank; what the school's teachers share is for teachers.

    Raises:
        NotFound, Forbidden: as for a draft of the course.
    """
    may_see_draft(actor, course)
    if shared and not _is_teacher(actor, course):
        raise Forbidden("Only teachers see what teachers share.")


def may_see_question(actor: Actor, course: CourseHead, *, shared: bool) -> None:
    """All staff of the course see a question, and all teachers of the school one in a category that is shared.

    Raises:
        NotFound: everyone else.
    """
    if course.deleted or course.school_id != actor.school_id:
        raise NotFound
    if role_in(course, actor) is None and not (shared and _is_teacher(actor, course)):
        raise NotFound


def may_change_question(actor: Actor, course: CourseHead, *, shared: bool) -> None:
    """The owners and teachers of the course change its questions.

    Raises:
        NotFound: as for `may_see_question`.
        Forbidden: the actor sees it, but does not teach the course.
    """
    may_see_question(actor, course, shared=shared)
    if role_in(course, actor) not in ("owner", "teacher"):
        raise Forbidden("Only the teachers of the course change its questions.")


def may_copy(actor: Actor, course: CourseHead, target: CourseHead, *, shared: bool) -> None:
    """Whoever sees a question copies it into a course that they teach.

    Raises:
        NotFound: as for `may_see_question`, or the actor does not see the other course.
        Forbidden: they do not teach the other course.
    """
    may_see_question(actor, course, shared=shared)
    may_teach(actor, target)


def may_change_category(actor: Actor, course: CourseHead, *, shared: bool) -> None:
    """As `may_change_question`."""
    may_change_question(actor, course, shared=shared)


def _is_teacher(actor: Actor, course: CourseHead) -> bool:
    """Whether someone teaches at the school; who teaches the course does, whatever their account says."""
    return actor.role in ("teacher", "admin") or role_in(course, actor) in ("owner", "teacher")
