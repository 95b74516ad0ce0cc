"""Items that other domains put into a draft, and look after."""

from uuid import UUID

from banyan.courses import store_draft, store_placing
from banyan.courses.drafts import check_extent
from banyan.courses.events import ItemsChanged
from banyan.courses.model import CourseHead, NewItem
from banyan.courses.outline import place_in
from banyan.courses.problems import NoSuchNeighbour
from banyan.courses.store_placing import rename_item
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError

__all__ = ["place_item", "place_item_after", "rename_item"]


async def place_item(tx: Writer, course: CourseHead, module_id: UUID | None, item: NewItem, new_module: str) -> None:
    """Put an item at the end of a module, or of the last one; of one called `new_module` where there is none.

    The caller holds the course, see `head_for_write`.

    Raises:
        NoSuchNeighbour: the draft has no such module.
        CourseTooLarge: the course has no room for it.
    """
    if module_id is not None and not await store_placing.modules_among(tx, course.id, [module_id]):
        raise NoSuchNeighbour(errors=[FieldError("/module_id", "This course has no module with this id.")])
    extent = await store_draft.extent(tx, course.id)
    target = module_id or await store_placing.last_module(tx, course.id)
    check_extent(extent.modules + (target is None), extent.items + 1, extent.size + len(item.source.encode()))
    if target is None:
        target = new_id()
        room = await store_draft.room_for_module(tx, course.id, None)
        await store_draft.add_module(tx, course.id, target, room.last + 1, new_module)
    room = await store_draft.room_for_item(tx, target, None)
    await store_draft.add_item(tx, course.id, target, room.last + 1, item)
    await tx.emit(ItemsChanged(course.id))


async def place_item_after(tx: Writer, course: CourseHead, neighbour: UUID, item: NewItem) -> None:
    """Put an item behind another one of the draft, in its module.

    The caller holds the course, see `head_for_write`.

    Raises:
        NotFound: the draft has no such item.
        CourseTooLarge: the course has no room for it.
    """
    module_id = (await store_draft.item(tx, neighbour)).module_id
    extent = await store_draft.extent(tx, course.id)
    check_extent(extent.modules, extent.items + 1, extent.size + len(item.source.encode()))
    room = await store_draft.room_for_item(tx, module_id, neighbour)
    position = place_in(room, neighbour)
    await store_draft.make_room_for_item(tx, module_id, position)
    await store_draft.add_item(tx, course.id, module_id, position, item)
    await tx.emit(ItemsChanged(course.id))
