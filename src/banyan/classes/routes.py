"""Classes over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.classes import policy, service
from banyan.classes.model import Added, AddMembers, ChangeClass, ClassMember, ClassView, NewClass
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@get("/courses/{course_id:uuid}/classes", policy=policy.may_see_classes)
async def read_classes(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[ClassView]:
    """The classes of a course, the oldest first; learners see those that they are in."""
    return await service.classes_of_course(kit, actor, course_id, after, limit)


@post("/courses/{course_id:uuid}/classes", policy=policy.may_begin_class)
async def begin_class(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[NewClass],
) -> ClassView:
    """Make a class in a course."""
    return await service.begin_class(kit, actor, course_id, data)


@get("/classes/{class_id:uuid}", policy=policy.may_see_class)
async def read_class(kit: NamedDependency[Kit], actor: NamedDependency[Actor], class_id: FromPath[UUID]) -> ClassView:
    """A class.

    Raises:
        NotFound: 404, there is none that the caller is in or teaches.
    """
    return await service.class_page(kit, actor, class_id)


@patch("/classes/{class_id:uuid}", policy=policy.may_change_class)
async def change_class(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    data: JSONBody[ChangeClass],
) -> ClassView:
    """Change a class, or archive it.

    Raises:
        StaleEdit: 409, with the class as it is now.
    """
    return await service.change_class(kit, actor, class_id, data)


@get("/classes/{class_id:uuid}/members", policy=policy.may_see_members)
async def read_class_members(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[ClassMember]:
    """Who is in a class, by name."""
    return await service.members(kit, actor, class_id, q, after, limit)


@post("/classes/{class_id:uuid}/members", policy=policy.may_change_class, status_code=200)
async def add_class_members(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    data: JSONBody[AddMembers],
) -> Added:
    """Put learners of the course into a class; whoever is not one is left out.

    Raises:
        ClassOfCourse, ClassArchived: 409.
    """
    return await service.add_members(kit, actor, class_id, data)


@delete("/classes/{class_id:uuid}/members/{account_id:uuid}", policy=policy.may_change_class)
async def remove_class_member(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    account_id: FromPath[UUID],
) -> None:
    """Take someone out of a class, and so out of its groups.

    Raises:
        ClassOfCourse: 409.
    """
    await service.remove_member(kit, actor, class_id, account_id)


ROUTES = [
    read_classes,
    begin_class,
    read_class,
    change_class,
    read_class_members,
    add_class_members,
    remove_class_member,
]
