"""Leaving groups and being taken out of them, and what members are in them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from banyan.accounts import Person
from banyan.courses import LastOwner
from banyan.groups import policy, store_members, telling
from banyan.groups.model import ChangeMember, GroupMember, MemberRow, Standing
from banyan.groups.standings import decided, standing
from banyan.groups.views import member_view
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Detail
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page, cursor, read_cursor

__all__ = ["change_member", "leave_all", "members", "remove"]


async def members(
    kit: Kit,
    actor: Actor,
    group_id: UUID,
    state: Literal["active", "requested"],
    query: str,
    after: str | None,
    limit: int,
) -> Page[GroupMember]:
    """Who is in a group by name; or who asked to be, for those who moderate it.

    Raises:
        NotFound, Forbidden: see `policy.may_read` and `policy.may_moderate`.
    """
    found = await standing(kit, actor, group_id)
    if state == "active":
        policy.may_read(found)
    else:
        policy.may_moderate(found)
    start = read_cursor(after, str, UUID)
    rows = await store_members.members_page(kit.db.read(), group_id, state, query, start, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page([member_view(row) for row in rows[:limit]], cursor(last.name, last.account_id) if last else None)


async def remove(kit: Kit, actor: Actor, group_id: UUID, account_id: UUID) -> None:
    """Leave a group, or take someone out of it; or take back or turn down a request.

    Whoever a moderator takes out comes back only if a moderator brings them.

    Raises:
        NotFound, Forbidden: see `policy.may_remove`.
    """
    async with decided(kit, actor, group_id) as (tx, found):
        member = await store_members.member(tx, group_id, account_id)
        policy.may_remove(found, account_id, member)
        if account_id == actor.id:
            await leave_all(kit, tx, account_id, [group_id])
        elif member is not None:
            await _take_out(kit, tx, actor, found, member)


async def _take_out(kit: Kit, tx: Writer, actor: Actor, found: Standing, member: MemberRow) -> None:
    group, account_id = found.group, member.account_id
    if member.state == "requested":
        await leave_all(kit, tx, account_id, [group.id])
        await telling.note(tx, actor, "turned_down", group, account=str(account_id), member=member.name)
        return
    await leave_all(kit, tx, account_id, [group.id], state="removed", by=found.person)
    await telling.note(tx, actor, "removed", group, account=str(account_id), member=member.name)
    await telling.notice(kit, tx, "group_removed", group, found.person, [account_id])


async def leave_all(
    kit: Kit,
    tx: Writer,
    account_id: UUID,
    group_ids: Sequence[UUID],
    *,
    state: Literal["left", "removed"] = "left",
    by: Person | None = None,
) -> None:
    """Let someone be in these groups no more; the number of statements does not depend on how many they are.

    A group that loses its last owner gets another: its longest-standing moderator, else member.

    Args:
        state: "removed" keeps them from coming back by themselves.
        by: who takes them out; nobody when they go by themselves.
    """
    await store_members.lock_places(tx, group_ids)
    rows = await store_members.rows_of(tx, account_id, group_ids)
    if not rows:
        return
    await store_members.end(tx, rows, account_id, state)
    inside = [row for row in rows if row.state == "active"]
    orphaned = [row.group_id for row in inside if row.role == "owner"]
    heirs = await store_members.heirs(tx, orphaned) if orphaned else []
    if heirs:
        heirs = await store_members.set_roles(tx, [(heir.group_id, heir.account_id) for heir in heirs], "owner")
    author = by or Person(id=account_id, name=rows[0].name)
    reason: Literal["left", "removed"] = "removed" if by else "left"
    news = [telling.gone(row, reason, author) for row in inside] + [telling.changed(heir, author) for heir in heirs]
    await telling.tell(kit, tx, news)
    for row in inside:
        kit.rooms.expel(tx, telling.room(row.group_id), account_id)
    for row in (*rows, *heirs):
        telling.list_changed(kit, tx, row.account_id, row.group_id)


async def change_member(kit: Kit, actor: Actor, group_id: UUID, account_id: UUID, change: ChangeMember) -> GroupMember:
    """Give a member another role, or let them not write for a while.

    Raises:
        NotFound, Forbidden: see `policy.may_change_member`.
        LastOwner: they are the only owner.
    """
    async with decided(kit, actor, group_id) as (tx, found):
        member = await store_members.member(tx, group_id, account_id)
        policy.may_change_member(found, member, role=change.role is not UNSET, mute=change.mute_minutes is not UNSET)
        if member is None:
            raise NotFound
        whom: dict[str, Detail] = {"account": str(account_id), "member": member.name}
        if change.role is not UNSET and change.role != member.role:
            owners = await store_members.owners(tx, group_id)
            if owners == [account_id]:
                raise LastOwner("Make someone else an owner first.")
            turned: dict[str, Detail] = {"before": member.role, "after": change.role}
            [member] = await store_members.set_roles(tx, [(group_id, account_id)], change.role)
            await telling.note(tx, actor, "role", found.group, **whom, **turned)
        if change.mute_minutes is not UNSET:
            until = datetime.now(UTC) + timedelta(minutes=change.mute_minutes) if change.mute_minutes else None
            member = await store_members.mute(tx, group_id, account_id, until)
            await telling.note(tx, actor, "muted", found.group, **whom, minutes=change.mute_minutes)
        await telling.tell(kit, tx, [telling.changed(member, found.person)])
        telling.list_changed(kit, tx, account_id, group_id)
    return member_view(member)
