"""Study groups: who learns together, and who lets whom in."""

from banyan.kit.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(name="groups")
