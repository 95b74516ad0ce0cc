"""What people do that others will want to know of later: emitted in the transaction that does it."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor

__all__ = ["Deed", "Detail"]

Detail = str | int | bool | list[str] | None


class Deed(msgspec.Struct, frozen=True):
    """Event: `actor` does this, and it is to be kept, whoever keeps it.

    Attributes:
        action: `domain.verb` in the past, such as `accounts.suspended`.
        subject: what it is done to, such as `account:<id>`.
        course_id: the course that it is done in, whose teachers may read of it.
        details: what else is worth knowing, without secrets.
    """

    actor: Actor
    action: str
    subject: str
    course_id: UUID | None = None
    details: Mapping[str, Detail] = {}
