"""Every statement about notifications. All but the purge keep to the rows of their accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer
from banyan.notifications.model import Kind, MailPreference, Notice, Notification, Seen

__all__ = [
    "Wish",
    "add",
    "begin_digests",
    "end_digest",
    "mail_preference",
    "mark_all_read",
    "mark_mailed",
    "mark_read",
    "mark_seen",
    "page",
    "purge",
    "set_mail_preference",
    "unmailed",
    "unmailed_one",
    "unread",
    "withdraw",
]

_NOTIFICATION = "id, kind, data, created_at, read_at"
_LAST = UUID(int=(1 << 128) - 1)  # after every other id
_DEAD = timedelta(hours=1)  # a digest that has not run so long after its time was lost with its job


class Wish(msgspec.Struct, frozen=True):
    """How an account wants its mail, and whether a digest begins with what is being stored."""

    account_id: UUID
    mail: MailPreference
    begins: bool


class Settled(msgspec.Struct, frozen=True):
    """How an account wants its mail, and when its digest is due if one waits."""

    account_id: UUID
    mail: MailPreference
    digest_due_at: datetime | None


async def add(tx: Writer, ids: Sequence[UUID], notices: Sequence[Notice], at: datetime) -> None:
    """Store notifications with these ids: one statement for any number."""
    await tx.execute(
        """
        insert into notification (account_id, id, kind, data, created_at)
        select account_id, id, kind, data, $5
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[]) as new (account_id, id, kind, data)
        """,
        [notice.account_id for notice in notices],
        ids,
        [notice.kind for notice in notices],
        [msgspec.json.encode(notice.data) for notice in notices],
        at,
    )


async def begin_digests(tx: Writer, account_ids: Sequence[UUID], at: datetime, pause: timedelta) -> list[Wish]:
    """How these accounts want their mail; those with digests get one due `pause` after `at` if none waits already.

    Their settings are locked until the commit, in one order for everyone: so a digest that was just sent finds what is
    being stored, and begins another.
    """
    due = at + pause
    # Not a parameter: Citus forgets their types in what it does with rows that are there already.
    lost = f"interval '{(pause + _DEAD).total_seconds()} seconds'"
    rows = await tx.all(
        Settled,
        f"""
        insert into notification_settings as s (account_id, digest_due_at)
        select account_id, $2 from unnest($1::uuid[]) account_id order by account_id
            on conflict (account_id) do update
           set digest_due_at = case when excluded.digest_due_at - s.digest_due_at < {lost} then s.digest_due_at
                                    when s.mail = 'digest' then excluded.digest_due_at end
        returning account_id, mail, digest_due_at
        """,
        account_ids,
        due,
    )
    return [Wish(row.account_id, row.mail, row.mail == "digest" and row.digest_due_at == due) for row in rows]


async def end_digest(tx: Writer, account_id: UUID) -> None:
    """No digest waits for the account any more; until the commit nobody stores a notification for it."""
    await tx.execute("update notification_settings set digest_due_at = null where account_id = $1", account_id)


async def unmailed(db: Reader, account_id: UUID, since: timedelta) -> list[Notification]:
    """What an account has neither read nor been mailed, of this last time, the newest first."""
    return await db.all(
        Notification,
        f"""
        select {_NOTIFICATION} from notification
         where account_id = $1 and read_at is null and mailed_at is null and created_at > now() - $2::interval
         order by id desc
        """,
        account_id,
        since,
    )


async def unmailed_one(db: Reader, account_id: UUID, notification_id: UUID) -> Notification | None:
    """A notification, if it has been neither read nor mailed."""
    return await db.maybe(
        Notification,
        f"""
        select {_NOTIFICATION} from notification
         where account_id = $1 and id = $2 and read_at is null and mailed_at is null
        """,
        account_id,
        notification_id,
    )


async def mark_mailed(tx: Writer, account_id: UUID, ids: Sequence[UUID]) -> None:
    """Note that a letter told of these."""
    await tx.execute(
        "update notification set mailed_at = now() where account_id = $1 and id = any($2::uuid[])", account_id, ids
    )


async def page(db: Reader, account_id: UUID, before: UUID | None, limit: int, *, unread: bool) -> list[Notification]:
    """An account's notifications, the newest first: one range of an index."""
    return await db.all(
        Notification,
        f"""
        select {_NOTIFICATION} from notification
         where account_id = $1 and id < $2 {"and read_at is null" if unread else ""}
         order by id desc limit $3
        """,
        account_id,
        before or _LAST,
        limit,
    )


async def unread(db: Reader, account_id: UUID, most: int) -> int:
    """How many an account has not read; counted up to `most`."""
    return await db.one(
        int,
        """
        select count(*) as unread
          from (select 1 from notification where account_id = $1 and read_at is null limit $2) counted
        """,
        account_id,
        most,
    )


async def mark_read(tx: Writer, account_id: UUID, ids: Sequence[UUID]) -> None:
    """Note that these of an account's have been read."""
    await tx.execute(
        """
        update notification set read_at = now()
         where account_id = $1 and id = any($2::uuid[]) and read_at is null
        """,
        account_id,
        ids,
    )


async def mark_all_read(tx: Writer, account_id: UUID) -> None:
    """Note that an account has read everything."""
    await tx.execute("update notification set read_at = now() where account_id = $1 and read_at is null", account_id)


async def mark_seen(tx: Writer, seen: Sequence[Seen]) -> None:
    """Note that what was told of messages has been read with them: one statement for any number."""
    await tx.execute(
        """
        update notification set read_at = now()
          from unnest($1::uuid[], $2::text[], $3::bigint[]) as seen (account_id, group_id, seq)
         where notification.account_id = seen.account_id /* sharded: and notification.account_id = any($1) */
           and notification.read_at is null
           and notification.kind in ('mention', 'reply')
           and notification.data -> 'group' ->> 'id' = seen.group_id
           and (notification.data ->> 'seq')::bigint <= seen.seq
        """,
        [one.account_id for one in seen],
        [str(one.group_id) for one in seen],
        [one.seq for one in seen],
    )


async def withdraw(tx: Writer, account_ids: Sequence[UUID], group_id: UUID, seq: int, kinds: Sequence[Kind]) -> None:
    """Delete what these accounts were told, in these ways, of a message."""
    await tx.execute(
        """
        delete from notification
         where account_id = any($1::uuid[]) and kind = any($4::text[])
           and data -> 'group' ->> 'id' = $2 and (data ->> 'seq')::bigint = $3
        """,
        account_ids,
        str(group_id),
        seq,
        kinds,
    )


async def mail_preference(db: Reader, account_id: UUID) -> MailPreference | None:
    """How an account wants its mail; None if it has never said so."""
    return await db.maybe(
        str,  # type: ignore[arg-type]  # which the table's check narrows
        "select mail from notification_settings where account_id = $1",
        account_id,
    )


async def set_mail_preference(tx: Writer, account_id: UUID, mail: MailPreference) -> None:
    """Store how an account wants its mail."""
    await tx.execute(
        """
        insert into notification_settings (account_id, mail) values ($1, $2)
            on conflict (account_id) do update set mail = excluded.mail
        """,
        account_id,
        mail,
    )


async def purge(tx: Writer, read: timedelta, unread: timedelta) -> int:
    """Delete notifications older than this; how many."""
    return await tx.execute(
        """
        delete from notification
         where created_at < now() - $1::interval and (read_at is not null or created_at < now() - $2::interval)
        """,
        read,
        unread,
    )
