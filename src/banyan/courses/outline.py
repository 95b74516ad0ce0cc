"""What can be done with the modules of a draft, and with the order of everything in it."""

from collections import Counter
from uuid import UUID

import msgspec

from banyan.courses import heads, pages, policy, store, store_draft
from banyan.courses.drafts import check_extent
from banyan.courses.events import ItemsChanged
from banyan.courses.model import AddModule, ChangeModule, DraftOutline, Module, SetOutline
from banyan.courses.problems import NoSuchNeighbour, OutlineMismatch
from banyan.courses.store_draft import Room
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError, StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UnsetType

__all__ = ["add_module", "change_module", "delete_module", "place_in", "restore_module", "set_outline"]

_MOST_TOLD = 20  # of what is wrong with an outline


async def add_module(kit: Kit, actor: Actor, course_id: UUID, new: AddModule) -> Module:
    """Add a module.

    Raises:
        NoSuchNeighbour: there is no module to put it after.
        CourseTooLarge: there are too many.
    """
    async with kit.db.write() as tx:
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        extent = await store_draft.extent(tx, course_id)
        check_extent(extent.modules + 1, extent.items, extent.size)
        room = await store_draft.room_for_module(tx, course_id, _neighbour(new.after))
        position = place_in(room, new.after)
        await store_draft.make_room_for_module(tx, course_id, position)
        return await store_draft.add_module(tx, course_id, new_id(), position, new.title)


async def change_module(kit: Kit, actor: Actor, module_id: UUID, change: ChangeModule) -> Module:
    """Call a module something else.

    Raises:
        StaleEdit: someone changed it since; `current` is how it is now.
    """
    async with kit.db.write() as tx:
        course_id = await store_draft.course_of_module(tx, module_id)
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        current = await store_draft.module(tx, module_id)
        if current.version != change.version:
            raise StaleEdit(current=current)
        return await store_draft.change_module(tx, module_id, change.title)


async def delete_module(kit: Kit, actor: Actor, module_id: UUID) -> None:
    """Put a module into the bin with all that is in it; it can be brought back for 30 days."""
    async with kit.db.write() as tx:
        course_id = await store_draft.course_of_module(tx, module_id)
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        await store_draft.delete_module(tx, module_id)
        await tx.emit(ItemsChanged(course_id))


async def restore_module(kit: Kit, actor: Actor, module_id: UUID) -> None:
    """Bring a module back to where it was, with all that was in it.

    Raises:
        CourseTooLarge: the course has been filled in the meantime.
    """
    async with kit.db.write() as tx:
        course_id = await store_draft.course_of_module(tx, module_id)
        policy.may_teach(actor, await heads.head_for_write(tx, course_id))
        await store_draft.restore_module(tx, module_id)
        extent = await store_draft.extent(tx, course_id)
        check_extent(extent.modules, extent.items, extent.size)
        await tx.emit(ItemsChanged(course_id))


async def set_outline(kit: Kit, actor: Actor, course_id: UUID, wanted: SetOutline) -> DraftOutline:
    """Put everything in a draft into another order: the same statements for two items and for two thousand.

    Raises:
        StaleEdit: someone changed the order since; `current` is the outline as it is now.
        OutlineMismatch: it does not name each module and item once; `current` is the outline as it is now.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_teach(actor, course)
        now = await pages.outline_of(tx, course)
        if course.version != wanted.version:
            raise StaleEdit(current=now)
        _check_same(now, wanted)
        await store_draft.put_in_order(tx, course_id, [(module.id, module.items) for module in wanted.modules])
        await store.count_up(tx, course_id)
        heads.changed(tx, kit.cache, course_id)
    return _in_order(now, wanted)


def place_in(room: Room, after: UUID | UnsetType | None) -> int:
    """The position for something new.

    Raises:
        NoSuchNeighbour: what it should be put after is not there.
    """
    if after is msgspec.UNSET:
        return room.last + 1
    if after is None:
        return 0
    if room.neighbour is None:
        raise NoSuchNeighbour(errors=[FieldError("/after", "There is nothing of this kind here with this id.")])
    return room.neighbour + 1


def _neighbour(after: UUID | UnsetType | None) -> UUID | None:
    return None if after is msgspec.UNSET else after


def _check_same(now: DraftOutline, wanted: SetOutline) -> None:
    modules = {module.id: module.title for module in now.modules}
    items = {item.id: item.title for module in now.modules for item in module.items}
    named_modules = Counter(module.id for module in wanted.modules)
    named_items = Counter(item_id for module in wanted.modules for item_id in module.items)
    wrong = [
        FieldError(f"/modules/{place}/id", _trouble("module", module.id in modules))
        for place, module in enumerate(wanted.modules)
        if module.id not in modules or named_modules[module.id] > 1
    ]
    wrong += [
        FieldError(f"/modules/{place}/items/{index}", _trouble("item", item_id in items))
        for place, module in enumerate(wanted.modules)
        for index, item_id in enumerate(module.items)
        if item_id not in items or named_items[item_id] > 1
    ]
    wrong += [
        FieldError("/modules", f"The {kind} “{title}” ({known_id}) is missing.")
        for kind, known, named in (("module", modules, named_modules), ("item", items, named_items))
        for known_id, title in known.items()
        if known_id not in named
    ]
    if wrong:
        raise OutlineMismatch(errors=wrong[:_MOST_TOLD], current=now)


def _trouble(kind: str, known: bool) -> str:
    return f"This {kind} is named more than once." if known else f"There is no such {kind} in this draft."


def _in_order(now: DraftOutline, wanted: SetOutline) -> DraftOutline:
    modules = {module.id: module for module in now.modules}
    items = {item.id: item for module in now.modules for item in module.items}
    return DraftOutline(
        version=now.version + 1,
        revision=now.revision,
        modules=[
            msgspec.structs.replace(modules[module.id], items=[items[item_id] for item_id in module.items])
            for module in wanted.modules
        ],
    )
