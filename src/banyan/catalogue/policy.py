"""Who may look into the catalogue."""

from banyan.kit.actor import Visitor
from banyan.schools import School

__all__ = ["may_browse"]


def may_browse(visitor: Visitor, school: School) -> None:
    """Everyone, or everyone signed in: as the school says.

    Raises:
        Unauthenticated: the school shows its courses to its members alone.
    """
    if school.catalogue == "members":
        visitor.signed_in()
