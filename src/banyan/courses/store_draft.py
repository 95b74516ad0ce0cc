"""Every statement about a draft: its modules and items. How many there are makes no difference to their number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.courses.model import DraftItemRow, ItemKind, Module, NewItem, NewModule
from banyan.kit.database import Reader, Writer

__all__ = [
    "Extent",
    "Room",
    "add_item",
    "add_module",
    "change_item",
    "change_module",
    "course_of_item",
    "course_of_module",
    "delete_item",
    "delete_module",
    "entries",
    "extent",
    "item",
    "items",
    "items_among",
    "make_room_for_item",
    "make_room_for_module",
    "module",
    "modules",
    "put_in_order",
    "replace_items",
    "replace_modules",
    "restore_item",
    "restore_module",
    "room_for_item",
    "room_for_module",
]

_ITEM = "i.id, i.module_id, i.kind, i.title, i.source, i.url, i.file_id, i.minutes, i.release_at, i.due_at, i.version"
_LIVE = "item i join module m on m.id = i.module_id and m.deleted_at is null and i.deleted_at is null"


class EntryRow(msgspec.Struct, frozen=True):
    """An item as the outline of a draft has it."""

    id: UUID
    module_id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    version: int


class Extent(msgspec.Struct, frozen=True):
    """How much a draft holds; `size` of all its sources in bytes."""

    modules: int
    items: int
    size: int


class Room(msgspec.Struct, frozen=True):
    """Where something can be added: after the `last` position, or after that of a named neighbour if there is one."""

    last: int
    neighbour: int | None


async def modules(db: Reader, course_id: UUID) -> list[Module]:
    """The modules of a draft, in order."""
    return await db.all(
        Module,
        "select id, title, version from module where course_id = $1 and deleted_at is null order by position, id",
        course_id,
    )


async def entries(db: Reader, course_id: UUID) -> list[EntryRow]:
    """The items of a draft without their contents, in order within their modules."""
    return await db.all(
        EntryRow,
        f"""
        select i.id, i.module_id, i.kind, i.title, i.minutes, i.release_at, i.due_at, i.version
          from {_LIVE}
         where i.course_id = $1
         order by i.position, i.id
        """,
        course_id,
    )


async def items(db: Reader, course_id: UUID) -> list[DraftItemRow]:
    """The items of a draft with all they hold, in order within their modules."""
    return await db.all(
        DraftItemRow, f"select {_ITEM} from {_LIVE} where i.course_id = $1 order by i.position, i.id", course_id
    )


async def item(db: Reader, item_id: UUID) -> DraftItemRow:
    """One item of a draft."""
    return await db.one(DraftItemRow, f"select {_ITEM} from {_LIVE} where i.id = $1", item_id)


async def items_among(db: Reader, course_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that are in the draft of the course."""
    return await db.all(
        UUID, f"select i.id from {_LIVE} where i.id = any($2::uuid[]) and i.course_id = $1", course_id, ids
    )


async def module(db: Reader, module_id: UUID) -> Module:
    """One module of a draft."""
    return await db.one(Module, "select id, title, version from module where id = $1 and deleted_at is null", module_id)


async def course_of_module(db: Reader, module_id: UUID) -> UUID:
    """The course that a module belongs to, deleted or not."""
    return await db.one(UUID, "select course_id from module where id = $1", module_id)


async def course_of_item(db: Reader, item_id: UUID) -> UUID:
    """The course that an item belongs to, deleted or not."""
    return await db.one(UUID, "select course_id from item where id = $1", item_id)


async def extent(db: Reader, course_id: UUID) -> Extent:
    """How much a draft holds. The size of a text is known without reading it."""
    return await db.one(
        Extent,
        f"""
        select (select count(*)::integer from module where course_id = $1 and deleted_at is null) as modules,
               count(*)::integer as items, coalesce(sum(octet_length(i.source)), 0)::bigint as size
          from {_LIVE}
         where i.course_id = $1
        """,
        course_id,
    )


async def room_for_module(db: Reader, course_id: UUID, after: UUID | None) -> Room:
    """Where a module can be added to a draft."""
    return await db.one(
        Room,
        """
        select coalesce((select max(position) from module where course_id = $1), -1) as last,
               (select position from module where id = $2 and course_id = $1 and deleted_at is null) as neighbour
        """,
        course_id,
        after,
    )


async def room_for_item(db: Reader, module_id: UUID, after: UUID | None) -> Room:
    """Where an item can be added to a module."""
    return await db.one(
        Room,
        """
        select coalesce((select max(position) from item where module_id = $1), -1) as last,
               (select position from item where id = $2 and module_id = $1 and deleted_at is null) as neighbour
        """,
        module_id,
        after,
    )


async def make_room_for_module(tx: Writer, course_id: UUID, position: int) -> None:
    """Move up the modules from a position on, those in the bin too."""
    await tx.execute(
        "update module set position = position + 1 where course_id = $1 and position >= $2", course_id, position
    )


async def make_room_for_item(tx: Writer, module_id: UUID, position: int) -> None:
    """Move up the items of a module from a position on, those in the bin too."""
    await tx.execute(
        "update item set position = position + 1 where module_id = $1 and position >= $2", module_id, position
    )


async def add_module(tx: Writer, course_id: UUID, module_id: UUID, position: int, title: str) -> Module:
    """A new module."""
    return await tx.one(
        Module,
        "insert into module (id, course_id, position, title) values ($1, $2, $3, $4) returning id, title, version",
        module_id,
        course_id,
        position,
        title,
    )


async def change_module(tx: Writer, module_id: UUID, title: str) -> Module:
    """Store a module's title, and count its version up."""
    return await tx.one(
        Module,
        "update module set title = $2, version = version + 1 where id = $1 returning id, title, version",
        module_id,
        title,
    )


async def add_item(tx: Writer, course_id: UUID, module_id: UUID, position: int, new: NewItem) -> DraftItemRow:
    """A new item."""
    return await tx.one(
        DraftItemRow,
        f"""
        insert into item as i (id, course_id, module_id, position, kind, title, source, url, file_id, minutes,
                               release_at, due_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        returning {_ITEM}
        """,
        new.id,
        course_id,
        module_id,
        position,
        new.kind,
        new.title,
        new.source,
        new.url,
        new.file_id,
        new.minutes,
        new.release_at,
        new.due_at,
    )


async def change_item(tx: Writer, row: DraftItemRow) -> DraftItemRow:
    """Store an item as it is in `row`, and count its version up."""
    return await tx.one(
        DraftItemRow,
        f"""
        update item i
           set title = $2, source = $3, url = $4, file_id = $5, minutes = $6, release_at = $7, due_at = $8,
               version = version + 1, updated_at = now()
         where id = $1
        returning {_ITEM}
        """,
        row.id,
        row.title,
        row.source,
        row.url,
        row.file_id,
        row.minutes,
        row.release_at,
        row.due_at,
    )


async def delete_module(tx: Writer, module_id: UUID) -> None:
    """Put a module into the bin, and its items with it."""
    await tx.execute("update module set deleted_at = now() where id = $1 and deleted_at is null", module_id)


async def restore_module(tx: Writer, module_id: UUID) -> None:
    """Take a module out of the bin, with the items that it had."""
    await tx.execute("update module set deleted_at = null where id = $1", module_id)


async def delete_item(tx: Writer, item_id: UUID) -> None:
    """Put an item into the bin."""
    await tx.execute("update item set deleted_at = now() where id = $1 and deleted_at is null", item_id)


async def restore_item(tx: Writer, item_id: UUID) -> bool:
    """Take an item out of the bin; False if its module is in it."""
    return bool(
        await tx.execute(
            """
            update item i set deleted_at = null
              from module m
             where i.id = $1 and m.id = i.module_id and m.deleted_at is null
            """,
            item_id,
        )
    )


async def put_in_order(tx: Writer, course_id: UUID, outline: Sequence[tuple[UUID, Sequence[UUID]]]) -> None:
    """Give modules and items their places; `outline` names each module with its items."""
    placed = [(item_id, module_id, position) for module_id, ids in outline for position, item_id in enumerate(ids)]
    await tx.execute(
        """
        update module m set position = place.position
          from unnest($2::uuid[]) with ordinality as place (id, position)
         where m.id = place.id and m.course_id = $1
        """,
        course_id,
        [module_id for module_id, _ in outline],
    )
    await tx.execute(
        """
        update item i set module_id = place.module_id, position = place.position
          from unnest($2::uuid[], $3::uuid[], $4::integer[]) as place (id, module_id, position)
         where i.id = place.id and i.course_id = $1
        """,
        course_id,
        [item_id for item_id, _, _ in placed],
        [module_id for _, module_id, _ in placed],
        [position for _, _, position in placed],
    )


async def replace_modules(tx: Writer, course_id: UUID, new: Sequence[NewModule]) -> int:
    """Make these the modules of a draft, in this order; the others go into the bin. How many were stored."""
    ids = [one.id for one in new]
    await tx.execute(
        "update module set deleted_at = now() where course_id = $1 and deleted_at is null and id <> all($2::uuid[])",
        course_id,
        ids,
    )
    stored = await tx.all(
        UUID,
        """
        insert into module as m (id, course_id, position, title)
        select id, $1, position, title from unnest($2::uuid[], $3::text[]) with ordinality as _ (id, title, position)
            on conflict (id) do update
           set position = excluded.position, title = excluded.title, deleted_at = null,
               version = m.version + (m.title <> excluded.title)::integer
         where m.course_id = excluded.course_id
        returning m.id
        """,
        course_id,
        ids,
        [one.title for one in new],
    )
    return len(stored)


async def replace_items(tx: Writer, course_id: UUID, new: Sequence[tuple[UUID, NewItem]]) -> int:
    """Make these, each with its module, the items of a draft, in this order; the others go into the bin.

    An item whose content stays the same keeps its version. How many were stored.
    """
    ids = [one.id for _, one in new]
    await tx.execute(
        "update item set deleted_at = now() where course_id = $1 and deleted_at is null and id <> all($2::uuid[])",
        course_id,
        ids,
    )
    stored = await tx.all(
        UUID,
        """
        insert into item as i (id, course_id, module_id, position, kind, title, source, url, file_id, minutes,
                               release_at, due_at)
        select id, $1, module_id, position, kind, title, source, url, file_id, minutes, release_at, due_at
          from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[],
                      $9::integer[], $10::timestamptz[], $11::timestamptz[]) with ordinality
            as _ (id, module_id, kind, title, source, url, file_id, minutes, release_at, due_at, position)
            on conflict (id) do update
           set module_id = excluded.module_id, position = excluded.position, kind = excluded.kind,
               title = excluded.title, source = excluded.source, url = excluded.url, file_id = excluded.file_id,
               minutes = excluded.minutes, release_at = excluded.release_at, due_at = excluded.due_at,
               deleted_at = null, updated_at = excluded.updated_at,
               version = i.version + ((i.kind, i.title, i.source, i.url, i.file_id, i.release_at, i.due_at)
                   is distinct from (excluded.kind, excluded.title, excluded.source, excluded.url, excluded.file_id,
                                     excluded.release_at, excluded.due_at))::integer
         where i.course_id = excluded.course_id
        returning i.id
        """,
        course_id,
        ids,
        [module_id for module_id, _ in new],
        [one.kind for _, one in new],
        [one.title for _, one in new],
        [one.source for _, one in new],
        [one.url for _, one in new],
        [one.file_id for _, one in new],
        [one.minutes for _, one in new],
        [one.release_at for _, one in new],
        [one.due_at for _, one in new],
    )
    return len(stored)
