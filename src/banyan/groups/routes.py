"""Study groups over HTTP: the groups themselves, and the links into them."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.groups import policy, service
from banyan.groups.model import ChangeGroup, GroupView, InvitationView, Invite, NewGroup
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@get("/classes/{class_id:uuid}/groups", policy=policy.may_find)
async def read_groups_of_class(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[GroupView]:
    """The groups of a class that the caller finds, the oldest first.

    Raises:
        NotFound: 404, there is no class that the caller is in or teaches.
    """
    return await service.groups_of_class(kit, actor, class_id, after, limit)


@post("/classes/{class_id:uuid}/groups", policy=policy.may_begin_group)
async def begin_group(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    class_id: FromPath[UUID],
    data: JSONBody[NewGroup],
) -> GroupView:
    """Make a group in a class; a learner who makes it owns it.

    Raises:
        ClassArchived: 409.
        TooMany: 429, too many groups in an hour.
    """
    return await service.begin_group(kit, actor, class_id, data)


@get("/groups/{group_id:uuid}", policy=policy.may_find)
async def read_group(kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID]) -> GroupView:
    """A group.

    Raises:
        NotFound: 404, there is none that the caller may find.
    """
    return await service.group_page(kit, actor, group_id)


@patch("/groups/{group_id:uuid}", policy=policy.may_change_group)
async def change_group(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    data: JSONBody[ChangeGroup],
) -> GroupView:
    """Change a group, archive it, or take it out of the archive.

    Raises:
        StaleEdit: 409, with the group as it is now.
    """
    return await service.change_group(kit, actor, group_id, data)


@post("/groups/{group_id:uuid}/invitation", policy=policy.may_moderate)
async def invite(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    data: JSONBody[Invite],
) -> InvitationView:
    """Make a link into the group, shown this once; the one before is void.

    Raises:
        GroupArchived: 409.
    """
    return await service.invite(kit, actor, group_id, data)


@delete("/groups/{group_id:uuid}/invitation", policy=policy.may_moderate)
async def uninvite(kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID]) -> None:
    """Let the link into the group open nothing any more."""
    await service.uninvite(kit, actor, group_id)


ROUTES = [read_groups_of_class, begin_group, read_group, change_group, invite, uninvite]
