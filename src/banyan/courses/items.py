"""What can be done with the items of a draft."""

from uuid import UUID

import msgspec

from banyan import files
from banyan.courses import heads, pages, policy, store_draft
from banyan.courses.content import check_content, check_dates, settled_address
from banyan.courses.drafts import check_extent
from banyan.courses.events import ItemsChanged
from banyan.courses.model import AddItem, ChangeItem, DraftItem, DraftItemRow, NewItem
from banyan.courses.outline import place_in
from banyan.courses.problems import ModuleDeleted, NoSuchFile, UnfitContent
from banyan.courses.rendering import minutes_for
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.markdown import Rendered
from banyan.kit.problems import FieldError, StaleEdit
from banyan.kit.toolbox import Kit

__all__ = ["add_item", "change_item", "delete_item", "restore_item"]

_CHANGEABLE = ("title", "source", "url", "file_id", "release_at", "due_at")


async def add_item(kit: Kit, actor: Actor, module_id: UUID, new: AddItem) -> DraftItem:
    """Add an item to a module.

    Raises:
        UnfitContent, DatesReversed: see `content`.
        NoSuchFile: the file is not one of this course.
        NoSuchNeighbour: the module has no such item to put it after.
        CourseTooLarge: the course has no room for it.
    """
    db = kit.db.read()
    course_id = await store_draft.course_of_module(db, module_id)
    course = await heads.course_head(kit.db, kit.cache, course_id)
    policy.may_teach(actor, course)
    # Rendered before the transaction begins: nobody else who edits the course has to wait for it.
    page = await pages.rendered(db, course, new.source)
    async with kit.db.write() as tx:
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        await store_draft.module(tx, module_id)
        extent = await store_draft.extent(tx, course_id)
        check_extent(extent.modules, extent.items + 1, extent.size + len(new.source.encode()))
        item = NewItem(
            id=new_id(),
            kind=new.kind,
            title=new.title,
            source=new.source,
            url=settled_address(new.kind, new.url),
            file_id=new.file_id,
            minutes=minutes_for(page.words),
            release_at=new.release_at,
            due_at=new.due_at,
        )
        await _check(tx, course_id, item)
        room = await store_draft.room_for_item(tx, module_id, new.after if isinstance(new.after, UUID) else None)
        position = place_in(room, new.after)
        await store_draft.make_room_for_item(tx, module_id, position)
        row = await store_draft.add_item(tx, course_id, module_id, position, item)
        return await pages.item_of(tx, course, row, page)


async def change_item(kit: Kit, actor: Actor, item_id: UUID, change: ChangeItem) -> DraftItem:
    """Change an item.

    Raises:
        StaleEdit: someone changed it since; `current` is how it is now.
        UnfitContent, DatesReversed: see `content`.
        NoSuchFile: the file is not one of this course.
        CourseTooLarge: the course has no room for so much text.
    """
    db = kit.db.read()
    course_id = await store_draft.course_of_item(db, item_id)
    course = await heads.course_head(kit.db, kit.cache, course_id)
    policy.may_teach(actor, course)
    page = await pages.rendered(db, course, change.source) if isinstance(change.source, str) else None
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_teach(actor, course)
        current = await store_draft.item(tx, item_id)
        if current.version != change.version:
            now = await pages.rendered(tx, course, current.source)
            raise StaleEdit(current=await pages.item_of(tx, course, current, now))
        wanted = _changed(current, change, page)
        await _check(tx, course_id, wanted)
        grown = len(wanted.source.encode()) - len(current.source.encode())
        if grown > 0:
            extent = await store_draft.extent(tx, course_id)
            check_extent(extent.modules, extent.items, extent.size + grown)
        row = await store_draft.change_item(tx, wanted)
    return await pages.item_of(db, course, row, page or await pages.rendered(db, course, row.source))


async def delete_item(kit: Kit, actor: Actor, item_id: UUID) -> None:
    """Put an item into the bin; it can be brought back for 30 days."""
    async with kit.db.write() as tx:
        course_id = await store_draft.course_of_item(tx, item_id)
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        await store_draft.delete_item(tx, item_id)
        await tx.emit(ItemsChanged(course_id))


async def restore_item(kit: Kit, actor: Actor, item_id: UUID) -> None:
    """Bring an item back to where it was.

    Raises:
        ModuleDeleted: its module is in the bin.
        CourseTooLarge: the course has been filled in the meantime.
    """
    async with kit.db.write() as tx:
        course_id = await store_draft.course_of_item(tx, item_id)
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        if not await store_draft.restore_item(tx, item_id):
            raise ModuleDeleted
        extent = await store_draft.extent(tx, course_id)
        check_extent(extent.modules, extent.items, extent.size)
        await tx.emit(ItemsChanged(course_id))


def _changed(current: DraftItemRow, change: ChangeItem, page: Rendered | None) -> DraftItemRow:
    wanted = {name: getattr(change, name) for name in _CHANGEABLE if getattr(change, name) is not msgspec.UNSET}
    if "url" in wanted:
        wanted["url"] = settled_address(current.kind, wanted["url"])
    if page is not None:
        wanted["minutes"] = minutes_for(page.words)
    return msgspec.structs.replace(current, **wanted)


async def _check(tx: Writer, course_id: UUID, item: NewItem | DraftItemRow) -> None:
    check_content(item.kind, source=item.source, url=item.url, file_id=item.file_id)
    check_dates(item.release_at, item.due_at)
    if item.kind == "test" and (item.release_at or item.due_at):
        raise UnfitContent(errors=[FieldError("/release_at", "A test says itself when it opens and closes.")])
    if item.file_id is not None and item.file_id not in await files.files_by_id(tx, course_id, [item.file_id]):
        raise NoSuchFile(errors=[FieldError("/file_id", "This course has no file with this id.")])
