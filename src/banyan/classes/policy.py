"""Who may do what with a class."""

from banyan.classes.model import ClassStanding
from banyan.courses import CourseHead, may_teach, role_in
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden, NotFound

__all__ = ["may_begin_class", "may_change_class", "may_see_class", "may_see_classes", "may_see_members"]


def may_see_classes(actor: Actor, course: CourseHead, *, enrolled: bool) -> None:
    """Whoever is in a course or on its staff sees its classes; learners those that they are in.

    Raises:
        NotFound: another school's course, a deleted one, or a draft.
        Forbidden: the actor sees the course, but is not in it.
    """
    if course.deleted or course.school_id != actor.school_id:
        raise NotFound
    if enrolled or role_in(course, actor) is not None:
        return
    if course.state == "draft":
        raise NotFound
    raise Forbidden("Only those who are in the course see its classes.")


def may_begin_class(actor: Actor, course: CourseHead) -> None:
    """The owners and teachers of a course make its classes."""
    may_teach(actor, course)


def may_see_class(actor: Actor, standing: ClassStanding) -> None:
    """Whoever is in a class sees it, and the staff of its course.

    Raises:
        NotFound: everyone else.
    """
    if standing.course.deleted or standing.class_.school_id != actor.school_id:
        raise NotFound
    if not standing.inside and standing.role is None:
        raise NotFound


def may_see_members(actor: Actor, standing: ClassStanding) -> None:
    """The staff of the course see who is in a class.

    Raises:
        NotFound: as for `may_see_class`.
        Forbidden: the actor is in the class, but not on the staff.
    """
    may_see_class(actor, standing)
    if standing.role is None:
        raise Forbidden("Only the staff of the course see who is in a class.")


def may_change_class(actor: Actor, standing: ClassStanding) -> None:
    """The owners and teachers of the course change a class, and say who is in it.

    Raises:
        NotFound: as for `may_see_class`.
        Forbidden: the actor sees it, but does not teach the course.
    """
    may_see_class(actor, standing)
    if standing.role not in ("owner", "teacher"):
        raise Forbidden("Only the teachers of the course change its classes.")
