"""What people are told, and what they do about it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.ids import new_id
from banyan.kit.realtime import Room
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, cursor, read_cursor
from banyan.notifications import jobs, store
from banyan.notifications.excerpts import excerpt
from banyan.notifications.model import (
    MarkRead,
    Notice,
    Notification,
    NotificationPage,
    NotificationSettings,
    Seen,
    SetNotifications,
)

__all__ = ["mark_read", "mark_seen", "notifications_of", "notify", "set_settings", "settings_of", "withdraw"]

_MANY = 100  # unread ones; more are not counted


async def notify(kit: Kit, tx: Writer, notices: Sequence[Notice]) -> None:
    """Store what people should know of; once it is on disk tell those who are here, and by mail those who want it so.

    At most three statements, however many notices. It locks the mail settings of everyone in them until the commit, so
    call it once in a transaction, after everything else that locks. Who is told of what is the caller's to decide.
    """
    if not notices:
        return
    at, ids = datetime.now(UTC), [new_id() for _ in notices]
    notices = [_shortened(notice) for notice in notices]
    wishes = await store.begin_digests(tx, sorted({notice.account_id for notice in notices}), at, jobs.PAUSE)
    await store.add(tx, ids, notices, at)
    await tx.enqueue(*jobs.letters_for(wishes, zip(ids, notices, strict=True)))
    for notification_id, notice in zip(ids, notices, strict=True):
        told = Notification(id=notification_id, kind=notice.kind, data=notice.data, created_at=at, read_at=None)
        kit.rooms.whisper(tx, Room("account", notice.account_id), "notification", told)


async def mark_seen(tx: Writer, seen: Sequence[Seen]) -> None:
    """Whoever has read a message in its group need not be told of it any more: one statement for any number."""
    await store.mark_seen(tx, seen)


async def withdraw(tx: Writer, account_ids: Sequence[UUID], group_id: UUID, seq: int) -> None:
    """A message is deleted: whoever was mentioned in it or answered by it is told so no more, nor what it said."""
    await store.withdraw(tx, account_ids, group_id, seq, ["mention", "reply"])


async def notifications_of(kit: Kit, actor: Actor, after: str | None, limit: int, *, unread: bool) -> NotificationPage:
    """What the caller was told, the newest first; all of it or what they have not read.

    Raises:
        Malformed: `after` is not a cursor of such a list.
    """
    start = read_cursor(after, UUID)
    rows = await store.page(kit.db.read(), actor.id, start[0] if start else None, limit + 1, unread=unread)
    count = await store.unread(kit.db.read(), actor.id, _MANY)
    return NotificationPage(
        items=rows[:limit], next=cursor(rows[limit - 1].id) if len(rows) > limit else None, unread=count
    )


async def mark_read(kit: Kit, actor: Actor, command: MarkRead) -> None:
    """Note what the caller has read; what is not theirs is passed over."""
    async with kit.db.write() as tx:
        if command.ids is UNSET:
            await store.mark_all_read(tx, actor.id)
        else:
            await store.mark_read(tx, actor.id, command.ids)


async def settings_of(kit: Kit, actor: Actor) -> NotificationSettings:
    """What comes to the caller by mail: a digest, unless they said otherwise."""
    return NotificationSettings(mail=await store.mail_preference(kit.db.read(), actor.id) or "digest")


async def set_settings(kit: Kit, actor: Actor, wanted: SetNotifications) -> NotificationSettings:
    """Say what is to come by mail, from the next letter on."""
    async with kit.db.write() as tx:
        await store.set_mail_preference(tx, actor.id, wanted.mail)
    return NotificationSettings(mail=wanted.mail)


def _shortened(notice: Notice) -> Notice:
    text = notice.data.text
    if text is UNSET:
        return notice
    return msgspec.structs.replace(notice, data=msgspec.structs.replace(notice.data, text=excerpt(text)))
