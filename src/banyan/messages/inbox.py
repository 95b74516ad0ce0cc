"""What is new for someone: their groups with what they have not read, and the markers of how far they have."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from banyan import groups, notifications
from banyan.groups import GroupView
from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.realtime import Room
from banyan.kit.toolbox import Kit
from banyan.messages import policy, store, store_changes
from banyan.messages.model import GroupEntry, WasRead
from banyan.messages.store import InboxRow
from banyan.notifications import Seen

__all__ = ["MarkBatcher", "inbox", "mark_read"]

_MANY = 100  # unread messages; more are not counted


class Marking(msgspec.Struct, frozen=True):
    """Someone has read a group up to a seq."""

    account_id: UUID
    group_id: UUID
    seq: int


class MarkBatcher(Batcher[Marking, None]):
    """Gathers how far people have read, for a message to many is read by many at once.

    What has been read need not be told any more; the other connections of who read it are told.
    """

    def __init__(self, kit: Kit) -> None:
        async def write(marks: Sequence[Marking]) -> list[None]:
            async with kit.db.write() as tx:
                moved = await store_changes.mark(
                    tx,
                    [mark.account_id for mark in marks],
                    [mark.group_id for mark in marks],
                    [mark.seq for mark in marks],
                )
                if moved:
                    seen = [Seen(one.account_id, one.group_id, one.read_seq) for one in moved]
                    await notifications.mark_seen(tx, seen)
                for one in moved:
                    read = WasRead(room=str(Room("group", one.group_id)), seq=one.read_seq)
                    kit.rooms.whisper(tx, Room("account", one.account_id), "read", read)
            return [None] * len(marks)

        super().__init__(
            "marks",
            write,
            key=lambda mark: (mark.account_id, mark.group_id),
            shards=Shards(kit.db.primary, lambda mark: mark.account_id),
        )


async def mark_read(kit: Kit, actor: Actor, group_id: UUID, seq: int) -> None:
    """Note that the actor has read a group up to a seq; it never goes back, and never beyond what there is.

    Raises:
        NotFound, Forbidden: the actor is not in the group.
    """
    policy.may_mark(await groups.standing(kit, actor, group_id))
    head = await kit.rooms.head(kit.db.read(), group_id)
    await kit.part(MarkBatcher).submit(Marking(actor.id, group_id, min(seq, head.seq)))


async def inbox(kit: Kit, actor: Actor) -> list[GroupEntry]:
    """The groups that the actor is in, the last used first: three statements for one or for fifty.

    What is new in a group is read before the group itself, so that the events after its `seq` bring it up to date.
    """
    memberships = {
        one.group_id: one for one in await groups.memberships_of(kit.db.read(), actor.id) if one.state == "active"
    }
    if not memberships:
        return []
    read = [one.read_seq for one in memberships.values()]
    rows = await store.inbox(kit.db.read(), actor.id, list(memberships), read, _MANY)
    views = await groups.group_views(kit, actor, list(rows))
    entries = [
        _entry(view, rows[group_id], memberships[group_id].read_seq)
        for group_id, view in views.items()
        if view.standing == "member"
    ]
    return sorted(entries, key=_last_used, reverse=True)


def _entry(view: GroupView, row: InboxRow, read_seq: int) -> GroupEntry:
    return GroupEntry(
        **{name: getattr(view, name) for name in GroupView.__struct_fields__},
        unread=row.unread,
        mentioned=row.mentioned,
        read_seq=read_seq,
        seq=row.seq,
        epoch=row.epoch,
        last=row.last,
    )


def _last_used(entry: GroupEntry) -> datetime:
    """When something was said in a group, or when it was made: that is in its id."""
    return entry.last.at if entry.last else datetime.fromtimestamp((entry.id.int >> 80) / 1000, UTC)
