"""Who acts: what a policy asks about."""

from typing import Literal
from uuid import UUID

import msgspec

from banyan.kit.problems import Unauthenticated

__all__ = ["Actor", "Role", "Visitor"]

Role = Literal["admin", "teacher", "learner"]


class Actor(msgspec.Struct, frozen=True):
    """Someone signed in, as their session says."""

    id: UUID
    school_id: UUID
    role: Role
    session_id: UUID


class Visitor(msgspec.Struct, frozen=True):
    """Anyone at a school's door: `actor` is None for someone not signed in."""

    school_id: UUID
    actor: Actor | None
    address: str = ""
    user_agent: str = ""

    def signed_in(self) -> Actor:
        """The actor.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        if self.actor is None:
            raise Unauthenticated
        return self.actor
