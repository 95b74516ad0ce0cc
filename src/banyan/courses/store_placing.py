"""Every statement about items that other domains look after."""

from collections.abc import Sequence
from uuid import UUID

from banyan.kit.database import Reader, Writer

__all__ = ["items_kept", "last_module", "modules_among", "rename_item"]


async def items_kept(db: Reader, course_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that the course has, in its draft or in the bin."""
    return await db.all(UUID, "select id from item where id = any($2::uuid[]) and course_id = $1", course_id, ids)


async def last_module(db: Reader, course_id: UUID) -> UUID | None:
    """The last module of a draft."""
    return await db.maybe(
        UUID,
        """
        select id from module where course_id = $1 and deleted_at is null order by position desc, id desc limit 1
        """,
        course_id,
    )


async def modules_among(db: Reader, course_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that are modules of the draft."""
    return await db.all(
        UUID,
        "select id from module where id = any($2::uuid[]) and course_id = $1 and deleted_at is null",
        course_id,
        ids,
    )


async def rename_item(tx: Writer, item_id: UUID, title: str) -> None:
    """Store an item's title, and count its version up if it is another one."""
    await tx.execute(
        "update item set title = $2, version = version + 1, updated_at = now() where id = $1 and title <> $2",
        item_id,
        title,
    )
