"""Study groups over HTTP: who is in them."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.groups import joining, membership, policy
from banyan.groups.model import ChangeMember, GroupMember, JoinGroup
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@get("/groups/{group_id:uuid}/members", policy=policy.may_read)
async def read_members(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    who: Annotated[Literal["active", "requested"], QueryParameter(name="state")] = "active",
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[GroupMember]:
    """Who is in a group, by name; with `state=requested` who asked to be, for its moderators."""
    return await membership.members(kit, actor, group_id, who, q, after, limit)


@post("/groups/{group_id:uuid}/members", policy=policy.may_join, statuses=(202,))
async def join(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    data: JSONBody[JoinGroup],
) -> Response[GroupMember]:
    """Come into a group, perhaps by invitation, or ask to; with `account`, let someone else in.

    Raises:
        NotFound: 404, there is none that the caller may find, or the invitation is not its.
        TakenOut: 403.
        AlreadyMember, GroupArchived, GroupFull: 409.
        NotInClass: 422.
        TooMany: 429, too many requests in an hour.
    """
    member = await joining.join(kit, actor, group_id, data)
    return Response(member, status_code=201 if member.state == "active" else 202)


@patch("/groups/{group_id:uuid}/members/{account_id:uuid}", policy=policy.may_change_member)
async def change_member(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[ChangeMember],
) -> GroupMember:
    """Give a member another role, or let them not write for a while.

    Raises:
        LastOwner: 409, they are the only owner.
    """
    return await membership.change_member(kit, actor, group_id, account_id, data)


@delete("/groups/{group_id:uuid}/members/{account_id:uuid}", policy=policy.may_remove)
async def remove_member(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    account_id: FromPath[UUID],
) -> None:
    """Leave a group, or take someone out of it; a request is taken back or turned down so, too."""
    await membership.remove(kit, actor, group_id, account_id)


ROUTES = [read_members, join, change_member, remove_member]
