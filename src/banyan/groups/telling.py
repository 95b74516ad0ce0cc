"""Telling of what happens in groups: the rooms, whoever it concerns, and those who answer for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.groups.model import (
    GroupEvent,
    GroupHead,
    GroupState,
    LeftEvent,
    ListChanged,
    MemberEvent,
    MemberRow,
)
from banyan.groups.views import member_view
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.realtime import NewEvent, Room
from banyan.kit.toolbox import Kit
from banyan.notifications import GroupName, Notice, NoticeData, notify

__all__ = ["News", "came", "changed", "gone", "list_changed", "note", "notice", "room", "tell"]


class News(msgspec.Struct, frozen=True):
    """What the room of a group is about to hear."""

    group_id: UUID
    type: str
    data: msgspec.Struct


def room(group_id: UUID) -> Room:
    """The room of a group."""
    return Room("group", group_id)


def came(row: MemberRow, author: Person) -> News:
    """Someone has come into the group."""
    return News(row.group_id, "member_joined", _member_event(row, author))


def changed(row: MemberRow, author: Person) -> News:
    """Someone in the group has another role or name, or may not write, or may again."""
    return News(row.group_id, "member_changed", _member_event(row, author))


def gone(row: MemberRow, reason: Literal["left", "removed"], author: Person) -> News:
    """Someone is no longer in the group."""
    event = LeftEvent(account_id=row.account_id, reason=reason, author=author, at=datetime.now(UTC))
    return News(row.group_id, "member_left", event)


def group_changed(group: GroupHead, author: Person) -> News:
    """The group itself is another."""
    state = GroupState(
        id=group.id,
        name=group.name,
        description=group.description,
        admission=group.admission,
        places=group.places,
        state=group.state,
        version=group.version,
    )
    return News(group.id, "group_changed", GroupEvent(group=state, author=author, at=datetime.now(UTC)))


async def tell(kit: Kit, tx: Writer, news: Sequence[News]) -> None:
    """Let each room hear its news, in this order: two statements for any number.

    The rooms are held until the commit, so lock everything else before.
    """
    if not news:
        return
    heads = await kit.rooms.lock(tx, list({one.group_id for one in news}))
    seqs = {group_id: head.seq for group_id, head in heads.items()}
    events = []
    for one in news:
        seqs[one.group_id] += 1
        events.append(NewEvent(room(one.group_id), seqs[one.group_id], one.type, one.data))
    await kit.rooms.record(tx, events)


def list_changed(kit: Kit, tx: Writer, account_id: UUID, group_id: UUID) -> None:
    """Let someone fetch their list of groups anew."""
    kit.rooms.whisper(tx, Room("account", account_id), "groups", ListChanged(group_id=group_id))


async def note(tx: Writer, actor: Actor, verb: str, group: GroupHead, **details: Detail) -> None:
    """Keep in the audit log what was done to a group or to someone in it; what they are called is kept as well."""
    await tx.emit(
        Deed(
            actor,
            f"groups.{verb}",
            f"group:{group.id}",
            course_id=group.course_id,
            details={"name": group.name, **details},
        )
    )


async def notice(
    kit: Kit,
    tx: Writer,
    kind: Literal["group_request", "group_admitted", "group_removed"],
    group: GroupHead,
    author: Person,
    account_ids: Sequence[UUID],
) -> None:
    """Notify these people. It locks how they want to be told, so do it after everything else."""
    data = NoticeData(group=GroupName(id=group.id, name=group.name), author=author)
    await notify(kit, tx, [Notice(account_id, kind, data) for account_id in account_ids])


def _member_event(row: MemberRow, author: Person) -> MemberEvent:
    return MemberEvent(member=member_view(row), author=author, at=datetime.now(UTC))
