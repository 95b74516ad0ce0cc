"""The draft of a course over HTTP: its modules, its items and their order."""

from uuid import UUID

from litestar import delete, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from banyan.courses import items, outline, policy
from banyan.courses.model import (
    AddItem,
    AddModule,
    ChangeItem,
    ChangeModule,
    DraftItem,
    DraftOutline,
    Module,
    SetOutline,
)
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit

__all__ = ["ROUTES"]


@post("/courses/{course_id:uuid}/modules", policy=policy.may_teach)
async def add_module(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[AddModule],
) -> Module:
    """Add a module.

    Raises:
        NoSuchNeighbour, CourseTooLarge: 422.
    """
    return await outline.add_module(kit, actor, course_id, data)


@patch("/modules/{module_id:uuid}", policy=policy.may_teach)
async def change_module(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    module_id: FromPath[UUID],
    data: JSONBody[ChangeModule],
) -> Module:
    """Call a module something else.

    Raises:
        StaleEdit: 409, with the module as it is now.
    """
    return await outline.change_module(kit, actor, module_id, data)


@delete("/modules/{module_id:uuid}", policy=policy.may_teach)
async def delete_module(kit: NamedDependency[Kit], actor: NamedDependency[Actor], module_id: FromPath[UUID]) -> None:
    """Delete a module with all that is in it; it can be brought back for 30 days."""
    await outline.delete_module(kit, actor, module_id)


@post("/modules/{module_id:uuid}/restoration", policy=policy.may_teach, status_code=204)
async def restore_module(kit: NamedDependency[Kit], actor: NamedDependency[Actor], module_id: FromPath[UUID]) -> None:
    """Bring a deleted module back, with all that was in it."""
    await outline.restore_module(kit, actor, module_id)


@post("/modules/{module_id:uuid}/items", policy=policy.may_teach)
async def add_item(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    module_id: FromPath[UUID],
    data: JSONBody[AddItem],
) -> DraftItem:
    """Add an item to a module.

    Raises:
        UnfitContent, DatesReversed, NoSuchFile, NoSuchNeighbour, CourseTooLarge: 422.
    """
    return await items.add_item(kit, actor, module_id, data)


@patch("/items/{item_id:uuid}", policy=policy.may_teach)
async def change_item(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    item_id: FromPath[UUID],
    data: JSONBody[ChangeItem],
) -> DraftItem:
    """Change an item.

    Raises:
        StaleEdit: 409, with the item as it is now.
        UnfitContent, DatesReversed, NoSuchFile, CourseTooLarge: 422.
    """
    return await items.change_item(kit, actor, item_id, data)


@delete("/items/{item_id:uuid}", policy=policy.may_teach)
async def delete_item(kit: NamedDependency[Kit], actor: NamedDependency[Actor], item_id: FromPath[UUID]) -> None:
    """Delete an item; it can be brought back for 30 days."""
    await items.delete_item(kit, actor, item_id)


@post("/items/{item_id:uuid}/restoration", policy=policy.may_teach, status_code=204)
async def restore_item(kit: NamedDependency[Kit], actor: NamedDependency[Actor], item_id: FromPath[UUID]) -> None:
    """Bring a deleted item back.

    Raises:
        ModuleDeleted: 409, its module is deleted too.
    """
    await items.restore_item(kit, actor, item_id)


@put("/courses/{course_id:uuid}/outline", policy=policy.may_teach)
async def set_outline(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[SetOutline],
) -> DraftOutline:
    """Put everything in the draft into another order; names each module and item once.

    Raises:
        StaleEdit: 409, with the outline as it is now.
        OutlineMismatch: 422, with the outline as it is now; `errors` says what is wrong.
    """
    return await outline.set_outline(kit, actor, course_id, data)


ROUTES = [
    add_module,
    change_module,
    delete_module,
    restore_module,
    add_item,
    change_item,
    delete_item,
    restore_item,
    set_outline,
]
