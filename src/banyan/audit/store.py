"""Every statement about the audit log. There is none that changes or deletes an entry."""

from uuid import UUID

from banyan.audit.model import EntryRow, Scope
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed

__all__ = ["add", "page"]

_LAST = UUID(int=(1 << 128) - 1)  # after every other id


async def add(tx: Writer, entry_id: UUID, deed: Deed, name: str) -> None:
    """Store what someone, who has this name now, did."""
    await tx.execute(
        """
        insert into audit_entry (school_id, id, course_id, actor_id, actor, action, subject, details)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        deed.actor.school_id,
        entry_id,
        deed.course_id,
        deed.actor.id,
        name,
        deed.action,
        deed.subject,
        deed.details,
    )


async def page(db: Reader, scope: Scope, before: UUID | None, limit: int) -> list[EntryRow]:
    """The entries asked for, the newest first: one range of an index for each thing that can be asked for."""
    asked = {"course_id": scope.course_id, "action": scope.action, "actor_id": scope.actor_id}
    given = {column: value for column, value in asked.items() if value is not None}
    conditions = "".join(f" and {column} = ${number}" for number, column in enumerate(given, 4))
    return await db.all(
        EntryRow,
        f"""
        select id, at, actor_id, actor, action, subject, course_id, details from audit_entry
         where school_id = $1 and id < $2{conditions}
         order by id desc limit $3
        """,
        scope.school_id,
        before or _LAST,
        limit,
        *given.values(),
    )
