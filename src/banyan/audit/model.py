"""What staff did, as it is kept and told."""

from datetime import datetime
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.deeds import Detail
from banyan.kit.wire import View

__all__ = ["AuditEntry", "AuditPage", "EntryRow", "Scope"]


class EntryRow(msgspec.Struct, frozen=True):
    """One thing that someone did, as it is stored."""

    id: UUID
    at: datetime
    actor_id: UUID
    actor: str
    action: str
    subject: str
    course_id: UUID | None
    details: dict[str, Detail]


class AuditEntry(View):
    """One thing that someone did: `action` is `domain.verb`, `subject` what it was done to, such as `group:<id>`.

    The actor has the name from then. What `details` holds depends on the action.
    """

    id: UUID
    at: datetime
    actor: Person
    action: str
    subject: str
    course_id: UUID | None
    details: dict[str, Detail]


class AuditPage(View):
    """Part of the log, newest first. What is older than `archived_until` is in the operator's archive, not here."""

    items: list[AuditEntry]
    next: str | None
    archived_until: datetime | None


class Scope(msgspec.Struct, frozen=True):
    """Which entries of a school are asked for: those of a course, of an action, by an actor; all unless told."""

    school_id: UUID
    course_id: UUID | None = None
    action: str | None = None
    actor_id: UUID | None = None
