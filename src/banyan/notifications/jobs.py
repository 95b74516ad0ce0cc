"""Letters about notifications, and what is tidied up by the clock.

A letter is sent first and noted then: a worker that dies between the two sends it twice, which is better than never.
Nothing is locked while the mail server takes its time, because whoever notifies the same person would wait. Of each
person one digest at most is in the queue, until it is sent: what comes while it is being sent begins another.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from banyan import accounts, schools
from banyan.kit.jobs import Job, job, periodic
from banyan.kit.toolbox import Kit
from banyan.notifications import letters, store
from banyan.notifications.model import Notice, Notification
from banyan.notifications.store import Wish

__all__ = ["PAUSE", "letters_for", "mail_at_once", "mail_digest", "purge"]

PAUSE = timedelta(minutes=15)  # from the first unread notification to the letter with all that came by then
_NEWS = timedelta(days=7)  # what is older is in the app, and no news any more
_KEPT_READ = timedelta(days=90)
_KEPT_UNREAD = timedelta(days=365)


class Single(msgspec.Struct, frozen=True):
    """A notification to be mailed by itself."""

    account_id: UUID
    id: UUID


class Digest(msgspec.Struct, frozen=True):
    """Whom to mail all that they have not read."""

    account_id: UUID


def letters_for(wishes: Iterable[Wish], notices: Iterable[tuple[UUID, Notice]]) -> list[Job]:
    """The jobs that mail these notifications, with their ids, as each account wishes."""
    by_account = {wish.account_id: wish for wish in wishes}
    single = [
        mail_at_once(Single(notice.account_id, notification_id))
        for notification_id, notice in notices
        if by_account[notice.account_id].mail == "immediate"
    ]
    return single + [mail_digest(Digest(wish.account_id), after=PAUSE) for wish in by_account.values() if wish.begins]


@job("notifications.mail_at_once", Single)
async def mail_at_once(kit: Kit, what: Single) -> None:
    """Mail one notification; nothing if it has been read or mailed meanwhile."""
    found = await store.unmailed_one(kit.db.read(), what.account_id, what.id)
    if found is not None:
        await _send(kit, what.account_id, [found])
        async with kit.db.write() as tx:
            await store.mark_mailed(tx, what.account_id, [found.id])


@job("notifications.mail_digest", Digest)
async def mail_digest(kit: Kit, whom: Digest) -> None:
    """Mail all that someone has not read, in one letter; nothing if they have read it meanwhile."""
    unread = await store.unmailed(kit.db.read(), whom.account_id, _NEWS)
    if unread:
        await _send(kit, whom.account_id, unread)
    told = {notification.id for notification in unread}
    async with kit.db.write() as tx:
        await store.end_digest(tx, whom.account_id)
        await store.mark_mailed(tx, whom.account_id, list(told))
        if any(notification.id not in told for notification in await store.unmailed(tx, whom.account_id, _NEWS)):
            await tx.enqueue(
                *letters_for(await store.begin_digests(tx, [whom.account_id], datetime.now(UTC), PAUSE), ())
            )


async def _send(kit: Kit, account_id: UUID, notifications: Sequence[Notification]) -> None:
    """Send a letter, unless it would not be welcome any more."""
    addressee = await accounts.addressee_of(kit.db.read(), account_id)
    if addressee is None or await store.mail_preference(kit.db.read(), account_id) == "off":
        return
    school = await schools.school(kit.db, addressee.school_id)
    base = await schools.base_url(kit.db, kit.settings, addressee.school_id)
    await kit.mailer.send(letters.letter(addressee, notifications, school.name, base))


@periodic("notifications.purge", "41 3 * * *")
async def purge(kit: Kit) -> None:
    """Remove notifications that were read long ago, or that nobody comes back for."""
    async with kit.db.write() as tx:
        await store.purge(tx, _KEPT_READ, _KEPT_UNREAD)
