"""Reading what was said: histories, searches and pins.

Everything that is read here comes with the `seq` and `epoch` of the group's room as they were *before* it was read. So
whoever applies all events after that `seq` misses nothing: what happened in between is in the answer already, and
applying its event once more changes nothing, for an event says how things are and not by how much they changed.
"""

from collections.abc import Sequence
from uuid import UUID

from banyan import groups
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound
from banyan.kit.search import as_query
from banyan.kit.toolbox import Kit
from banyan.messages import policy, store
from banyan.messages.model import Message, MessagePage
from banyan.messages.store import MessageRow
from banyan.messages.views import message_view

__all__ = ["message", "page", "pins", "search"]

_NEWEST = 2**62
_MOST_FOUND = 50


async def page(
    kit: Kit, actor: Actor, group_id: UUID, before: int | None, after: int | None, around: int | None, limit: int
) -> MessagePage:
    """Part of what was said in a group, in at most three statements: the newest, or what lies around a seq.

    Raises:
        NotFound, Forbidden: the actor may not read it.
    """
    await _may_read(kit, actor, group_id)
    head = await kit.rooms.head(kit.db.read(), group_id)
    pivot, older, newer = _window(before, after, around, limit)
    rows = await store.span(kit.db.read(), group_id, pivot, older + 1, newer + 1)
    until = sum(row.seq <= pivot for row in rows)  # how many lie up to the pivot
    shown = rows[max(0, until - older) : until + newer]
    return MessagePage(
        items=_views(group_id, shown),
        before=(shown[0].seq if shown else pivot + 1) if until > older else None,
        after=(shown[-1].seq if shown else pivot) if len(rows) - until > newer else None,
        epoch=head.epoch,
        seq=head.seq,
    )


def _window(before: int | None, after: int | None, around: int | None, limit: int) -> tuple[int, int, int]:
    """A seq, how many messages up to it, and how many after it."""
    if around is not None:
        return around, (limit + 1) // 2, limit // 2
    if after is not None:
        return after, 0, limit
    return (max(0, before - 1) if before is not None else _NEWEST), limit, 0


async def search(kit: Kit, actor: Actor, group_id: UUID, text: str, before: int | None) -> MessagePage:
    """The newest messages of a group that have all words of `text`, the last one as far as it is typed.

    Raises:
        NotFound, Forbidden: the actor may not read it.
    """
    await _may_read(kit, actor, group_id)
    head = await kit.rooms.head(kit.db.read(), group_id)
    query = as_query(text)
    until = before or _NEWEST
    rows = await store.search(kit.db.read(), group_id, query, until, _MOST_FOUND + 1) if query else []
    shown = rows[:_MOST_FOUND]
    return MessagePage(
        items=_views(group_id, shown[::-1]),
        before=shown[-1].seq if len(rows) > _MOST_FOUND else None,
        after=None,
        epoch=head.epoch,
        seq=head.seq,
    )


async def pins(kit: Kit, actor: Actor, group_id: UUID) -> list[Message]:
    """The pinned messages of a group, the newest first.

    Raises:
        NotFound, Forbidden: the actor may not read it.
    """
    await _may_read(kit, actor, group_id)
    return _views(group_id, await store.pins(kit.db.read(), group_id))


async def message(kit: Kit, group_id: UUID, seq: int) -> Message:
    """One message, for whom it is known that they may read it.

    Raises:
        NotFound: there is none.
    """
    found = await store.message(kit.db.read(), group_id, seq)
    if found is None:
        raise NotFound
    return message_view(group_id, found)


async def _may_read(kit: Kit, actor: Actor, group_id: UUID) -> None:
    policy.may_read(await groups.standing(kit, actor, group_id))


def _views(group_id: UUID, rows: Sequence[MessageRow]) -> list[Message]:
    return [message_view(group_id, row) for row in rows]
