"""Noting what staff do, and reading it again."""

from uuid import UUID

from banyan import accounts, courses
from banyan.accounts import Person
from banyan.audit import policy, store
from banyan.audit.model import AuditEntry, AuditPage, EntryRow, Scope
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed
from banyan.kit.growing import archived_until
from banyan.kit.ids import new_id
from banyan.kit.toolbox import Kit
from banyan.kit.wire import cursor, read_cursor

__all__ = ["TABLE", "of_course", "of_school", "on_deed"]

TABLE = "audit_entry"


async def on_deed(_kit: Kit, tx: Writer, deed: Deed) -> None:
    """Reaction: note it, under the name that the actor has now."""
    account = await accounts.account_of(tx, deed.actor.id)
    await store.add(tx, new_id(), deed, account.name)


async def of_course(
    kit: Kit, actor: Actor, course_id: UUID, action: str | None, by: UUID | None, after: str | None, limit: int
) -> AuditPage:
    """What staff did in a course, the newest first; all, or only this action, or only by this account.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
        Malformed: `after` is not a cursor of such a list.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_read_of(actor, course)
    return await _page(kit, Scope(course.school_id, course_id, action, by), after, limit)


async def of_school(
    kit: Kit, actor: Actor, action: str | None, by: UUID | None, after: str | None, limit: int
) -> AuditPage:
    """What staff did in the whole school, in the same way.

    Raises:
        Forbidden: the actor is no admin.
        Malformed: as for a course.
    """
    policy.may_read_all(actor)
    return await _page(kit, Scope(actor.school_id, None, action, by), after, limit)


async def _page(kit: Kit, scope: Scope, after: str | None, limit: int) -> AuditPage:
    start = read_cursor(after, UUID)
    rows = await store.page(kit.db.read(), scope, start[0] if start else None, limit + 1)
    return AuditPage(
        items=[_view(row) for row in rows[:limit]],
        next=cursor(rows[limit - 1].id) if len(rows) > limit else None,
        archived_until=await archived_until(kit.db, kit.cache, TABLE),
    )


def _view(row: EntryRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=Person(id=row.actor_id, name=row.actor),
        action=row.action,
        subject=row.subject,
        course_id=row.course_id,
        details=row.details,
    )
