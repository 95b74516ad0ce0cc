"""The statements that change messages. All but those of jobs run under the lock of the group's room."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.files import Received
from banyan.kit.database import Writer
from banyan.messages.model import ReportState

__all__ = [
    "Called",
    "Moved",
    "add_file",
    "add_reaction",
    "add_report",
    "call_again",
    "decide",
    "delete",
    "edit",
    "forget_files",
    "mark",
    "pin",
    "pinned",
    "reactions",
    "remove_reaction",
    "restore",
    "take_calls",
    "unpin",
    "wipe",
]


class Called(msgspec.Struct, frozen=True):
    """Someone whom a message calls and who was not told of it; `mention` or else it replies to them."""

    account_id: UUID
    mention: bool


class Moved(msgspec.Struct, frozen=True):
    """How far someone has read a group now."""

    account_id: UUID
    group_id: UUID
    read_seq: int


async def edit(
    tx: Writer, group_id: UUID, seq: int, text: str, html: str, mentions: Sequence[UUID], at: datetime
) -> None:
    """Let a message say something else."""
    await tx.execute(
        """
        update message set text = $3, html = $4, mentions = $5, edited_at = $6
         where group_id = $1 and seq = $2
        """,
        group_id,
        seq,
        text,
        html,
        mentions,
        at,
    )


async def call_again(tx: Writer, group_id: UUID, seq: int, mentions: Sequence[UUID]) -> None:
    """Note that a message mentions these, and nobody else any more."""
    await tx.execute(
        """
        update message_call set mention = account_id = any($3::uuid[])
         where group_id = $1 and seq = $2 and mention <> (account_id = any($3::uuid[]))
        """,
        group_id,
        seq,
        mentions,
    )


async def take_calls(tx: Writer, group_id: UUID, seq: int) -> list[Called]:
    """Those whom a message calls, who are in the group and were not told of it; from this commit on they were."""
    return await tx.all(
        Called,
        """
        update message_call c set told_at = now()
          from group_member m
         where c.group_id = $1 and c.seq = $2 and c.told_at is null
           and m.group_id = c.group_id and m.account_id = c.account_id and m.state = 'active' and m.group_id = $1
        returning c.account_id, c.mention
        """,
        group_id,
        seq,
    )


async def delete(tx: Writer, group_id: UUID, seq: int, deleted_by: UUID, at: datetime) -> list[UUID]:
    """Delete a message, which is then neither pinned nor calls anybody; those whom it called.

    What it said stays for its restoration, and goes with `wipe`.
    """
    await tx.execute(
        """
        update message set deleted_at = $4, deleted_by = $3, pinned_at = null
         where group_id = $1 and seq = $2
        """,
        group_id,
        seq,
        deleted_by,
        at,
    )
    return await tx.all(
        UUID,
        "update message_call set mention = false where group_id = $1 and seq = $2 returning account_id",
        group_id,
        seq,
    )


async def restore(tx: Writer, group_id: UUID, seq: int) -> None:
    """Take a deletion back."""
    await tx.execute(
        "update message set deleted_at = null, deleted_by = null where group_id = $1 and seq = $2", group_id, seq
    )


async def reactions(tx: Writer, group_id: UUID, seq: int) -> list[str]:
    """The different reactions to a message."""
    return await tx.all(
        str, "select distinct emoji from message_reaction where group_id = $1 and seq = $2", group_id, seq
    )


async def add_reaction(tx: Writer, group_id: UUID, seq: int, emoji: str, account_id: UUID) -> bool:
    """Note a reaction; whether it is new."""
    return bool(
        await tx.execute(
            """
            insert into message_reaction (group_id, seq, emoji, account_id) values ($1, $2, $3, $4)
                on conflict do nothing
            """,
            group_id,
            seq,
            emoji,
            account_id,
        )
    )


async def remove_reaction(tx: Writer, group_id: UUID, seq: int, emoji: str, account_id: UUID) -> bool:
    """Take a reaction away; whether there was one."""
    return bool(
        await tx.execute(
            "delete from message_reaction where group_id = $1 and seq = $2 and emoji = $3 and account_id = $4",
            group_id,
            seq,
            emoji,
            account_id,
        )
    )


async def pinned(tx: Writer, group_id: UUID) -> int:
    """How many messages are pinned."""
    return await tx.one(int, "select count(*) from message where group_id = $1 and pinned_at is not null", group_id)


async def pin(tx: Writer, group_id: UUID, seq: int) -> None:
    """Pin a message."""
    await tx.execute("update message set pinned_at = now() where group_id = $1 and seq = $2", group_id, seq)


async def unpin(tx: Writer, group_id: UUID, seq: int) -> None:
    """Pin a message no longer."""
    await tx.execute("update message set pinned_at = null where group_id = $1 and seq = $2", group_id, seq)


async def mark(tx: Writer, accounts: Sequence[UUID], groups: Sequence[UUID], seqs: Sequence[int]) -> list[Moved]:
    """Note how far members have read, each once; those whose marker moved, for it never goes back.

    One statement for any number, keyed by the readers. It locks in one order for everyone.
    """
    return await tx.all(
        Moved,
        """
        with held as (
            select m.account_id, m.group_id, n.seq
              from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as n (account_id, group_id, seq)
              join group_membership m on m.account_id = n.account_id and m.group_id = n.group_id
             where m.state = 'active' and m.read_seq < n.seq /* sharded: and m.account_id = any($1) */
             order by m.account_id, m.group_id
               for update of m)
        update group_membership m set read_seq = held.seq
          from held
         where m.account_id = held.account_id and m.group_id = held.group_id /* sharded: and m.account_id = any($1) */
        returning m.account_id, m.group_id, m.read_seq
        """,
        accounts,
        groups,
        seqs,
    )


async def add_file(tx: Writer, group_id: UUID, file_id: UUID, uploader_id: UUID, received: Received) -> None:
    """Make what was received a file of a group."""
    await tx.execute(
        """
        insert into message_file (group_id, id, uploader_id, name, media_type, size, digest)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        group_id,
        file_id,
        uploader_id,
        received.name,
        received.media_type,
        received.size,
        received.digest,
    )


async def add_report(tx: Writer, group_id: UUID, report_id: UUID, seq: int, reporter_id: UUID, reason: str) -> bool:
    """Note a report; False if the same account has reported the message before."""
    return bool(
        await tx.execute(
            """
            insert into message_report (group_id, id, seq, reporter_id, reason) values ($1, $2, $3, $4, $5)
                on conflict (group_id, seq, reporter_id) do nothing
            """,
            group_id,
            report_id,
            seq,
            reporter_id,
            reason,
        )
    )


async def decide(
    tx: Writer, group_id: UUID, report_id: UUID, seq: int | None, state: ReportState, decider: Person
) -> list[UUID]:
    """Decide a report, and with a `seq` all others of that message that are open; who had reported."""
    return await tx.all(
        UUID,
        """
        update message_report set state = $4, decided_by = $5, decider = $6, decided_at = statement_timestamp()
         where group_id = $1 and state = 'open' and (id = $2 or seq = $3)
        returning reporter_id
        """,
        group_id,
        report_id,
        seq,
        state,
        decider.id,
        decider.name,
    )


async def wipe(tx: Writer, older: timedelta, limit: int) -> int:
    """Wipe what messages said that were deleted so long ago, at most so many of a group at a time; how many."""
    groups = await tx.all(
        UUID,
        """
        select distinct group_id
          from (select group_id from message
                 where deleted_at < now() - $1::interval and deleted_at is not null and not wiped
                 order by deleted_at
                 limit $2) old
        """,
        older,
        limit,
    )
    return sum([await _wipe_in(tx, lot, older, limit) for lot in tx.lots(groups) if lot])


async def _wipe_in(tx: Writer, groups: Sequence[UUID], older: timedelta, limit: int) -> int:
    return await tx.execute(
        """
        with old as (
            select group_id, seq from message
             where deleted_at < now() - $1::interval and deleted_at is not null and not wiped
               and group_id = any($3::uuid[])
             order by deleted_at
             limit $2
               for update skip locked),
        unattached as (
            delete from message_attachment t using old
             where t.group_id = old.group_id and t.seq = old.seq /* sharded: and t.group_id = any($3) */
            returning t.group_id, t.file_id),
        unshown as (
            update message_file f set shown = false
              from (select distinct group_id, file_id from unattached) u
             where f.group_id = u.group_id and f.id = u.file_id /* sharded: and f.group_id = any($3) */
               and not exists (select from message_attachment t
                                where t.group_id = f.group_id and t.file_id = f.id
                                  /* sharded: and t.group_id = any($3) */
                                  and (t.group_id, t.seq) not in (select group_id, seq from old))),
        unreacted as (
            delete from message_reaction r using old
             where r.group_id = old.group_id and r.seq = old.seq /* sharded: and r.group_id = any($3) */)
        update message m set text = '', html = '', mentions = '{}', files = '{}', wiped = true
          from old
         where m.group_id = old.group_id and m.seq = old.seq /* sharded: and m.group_id = any($3) */
        """,
        older,
        limit,
        groups,
    )


async def forget_files(tx: Writer, before: datetime, limit: int) -> int:
    """Delete files that were sent before a time and that no message shows, at most so many at a time; how many."""
    return await tx.execute(
        """
        delete from message_file f
         using (select group_id, id from message_file
                 where created_at < $1 and not shown
                 order by created_at
                 limit $2) old
         where f.group_id = old.group_id and f.id = old.id and not f.shown
        """,
        before,
        limit,
    )
