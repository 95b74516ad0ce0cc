"""Who may do what with a school."""

from uuid import UUID

from banyan.kit.actor import Actor, Visitor
from banyan.kit.problems import Forbidden, NotFound

__all__ = ["may_change", "may_see"]


def may_see(visitor: Visitor) -> None:
    """A school's name is on its door: everyone may see it."""


def may_change(actor: Actor, school_id: UUID) -> None:
    """Its admins change it.

    Raises:
        NotFound: it is another school.
        Forbidden: not an admin.
    """
    if actor.school_id != school_id:
        raise NotFound
    if actor.role != "admin":
        raise Forbidden("Only an admin of the school can change it.")
