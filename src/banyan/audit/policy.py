"""Who may read what staff did."""

from banyan.courses import CourseHead, may_teach
from banyan.kit.actor import Actor
from banyan.kit.problems import Forbidden

__all__ = ["may_read_all", "may_read_of"]


def may_read_of(actor: Actor, course: CourseHead) -> None:
    """Its owners and teachers read what was done in a course.

    Raises:
        NotFound: the actor cannot see that there is such a course.
        Forbidden: the actor does not teach it.
    """
    may_teach(actor, course)


def may_read_all(actor: Actor) -> None:
    """A school's admins read what was done in it.

    Raises:
        Forbidden: not one of them.
    """
    if actor.role != "admin":
        raise Forbidden("Only an admin of the school can read what was done in it.")
