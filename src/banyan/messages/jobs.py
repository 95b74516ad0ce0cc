"""What is done about messages in the background."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from banyan import notifications
from banyan.groups import group_head
from banyan.kit.jobs import job, periodic
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.messages import store, store_changes
from banyan.notifications import GroupName, Notice, NoticeData

__all__ = ["RESTORED_WITHIN", "Calling", "forget_files", "tell", "wipe"]

RESTORED_WITHIN = timedelta(minutes=10)  # after it was deleted
_AT_ONCE = 1_000  # rows of one transaction


class Calling(msgspec.Struct, frozen=True):
    """A message that mentions someone, or replies to someone."""

    group_id: UUID
    seq: int


@job("messages.tell", Calling)
async def tell(kit: Kit, calling: Calling) -> None:
    """Notify those whom a message calls, each once, if they are in the group; of a deleted one nobody hears."""
    try:
        group = await group_head(kit, calling.group_id)
    except NotFound:
        return
    async with kit.db.write() as tx:
        message = await store.message(tx, calling.group_id, calling.seq)
        if message is None or message.deleted_at is not None:
            return
        called = await store_changes.take_calls(tx, calling.group_id, calling.seq)
        data = NoticeData(
            group=GroupName(id=group.id, name=group.name), author=message.author, seq=message.seq, text=message.text
        )
        await notifications.notify(
            kit, tx, [Notice(one.account_id, "mention" if one.mention else "reply", data) for one in called]
        )


@periodic("messages.wipe", "*/5 * * * *")
async def wipe(kit: Kit) -> None:
    """What deleted messages said is kept for their restoration, and then no longer."""
    wiped = _AT_ONCE
    while wiped == _AT_ONCE:
        async with kit.db.write() as tx:
            wiped = await store_changes.wipe(tx, RESTORED_WITHIN, _AT_ONCE)


@periodic("messages.forget_files", "41 * * * *")
async def forget_files(kit: Kit) -> None:
    """A file that was sent to a group a day ago and that no message shows is not needed."""
    forgotten = _AT_ONCE
    while forgotten == _AT_ONCE:
        async with kit.db.write() as tx:
            forgotten = await store_changes.forget_files(tx, datetime.now(UTC) - timedelta(days=1), _AT_ONCE)
