"""The statements that read messages. Each keeps to the rows of its groups."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.database import Reader, Writer
from banyan.messages.model import AttachmentInfo, LastMessage, Quoted, Reactions, ReportState

__all__ = [
    "FileRow",
    "InboxRow",
    "MessageRow",
    "ReportRow",
    "attachment",
    "inbox",
    "message",
    "messages",
    "pins",
    "replies",
    "report_for_write",
    "reports",
    "search",
    "span",
]


class FileRow(msgspec.Struct, frozen=True):
    """A file of a message."""

    id: UUID
    name: str
    media_type: str
    size: int


class MessageRow(msgspec.Struct, frozen=True):
    """A message as it is stored, with what belongs to it; what a deleted one said is still in it for a while."""

    seq: int
    author: Person
    at: datetime
    text: str
    html: str
    reply_to: int | None
    quoted: Quoted | None
    files: list[FileRow]
    mentions: list[UUID]
    reactions: list[Reactions]
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by: UUID | None
    wiped: bool
    pinned: bool


class InboxRow(msgspec.Struct, frozen=True):
    """What is new in a group for someone: unread ones counted up to a limit."""

    group_id: UUID
    epoch: int
    seq: int
    unread: int
    mentioned: bool
    last: LastMessage | None


class ReportRow(msgspec.Struct, frozen=True):
    """A report of a message."""

    id: UUID
    seq: int
    reporter: Person
    reason: str
    state: ReportState
    decided_by: Person | None
    decided_at: datetime | None
    created_at: datetime


# Of the group $1. Each table is asked for it, so that on a cluster the statement goes to its shard.
_MESSAGE = """
        select m.seq, jsonb_build_object('id', m.author_id, 'name', coalesce(a.name, '')) as author, m.at, m.text,
               m.html, m.reply_to,
               case when q.seq is not null then jsonb_build_object(
                    'seq', q.seq, 'author', jsonb_build_object('id', q.author_id, 'name', coalesce(qa.name, '')),
                    'text', case when q.deleted_at is null then left(q.text, 200) else '' end,
                    'deleted', q.deleted_at is not null) end as quoted,
               case when m.files = '{}' then '[]' else (
                    select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'media_type',
                                              f.media_type, 'size', f.size) order by n.place), '[]')
                      from unnest(m.files) with ordinality as n (id, place)
                      join message_file f on f.group_id = $1 and f.id = n.id) end as files,
               m.mentions, coalesce(r.reactions, '[]') as reactions,
               m.edited_at, m.deleted_at, m.deleted_by, m.wiped, m.pinned_at is not null as pinned
          from message m
          left join group_member a on a.group_id = $1 and a.account_id = m.author_id
          left join message q on q.group_id = $1 and q.seq = m.reply_to
          left join group_member qa on qa.group_id = $1 and qa.account_id = q.author_id
          cross join lateral (
                select jsonb_agg(jsonb_build_object('emoji', e.emoji, 'accounts', e.accounts) order by e.emoji)
                       as reactions
                  from (select emoji, jsonb_agg(account_id order by account_id) as accounts
                          from message_reaction
                         where group_id = $1 and seq = m.seq
                         group by emoji) e) r
"""


async def message(db: Reader, group_id: UUID, seq: int) -> MessageRow | None:
    """One message."""
    return await db.maybe(MessageRow, f"{_MESSAGE} where m.group_id = $1 and m.seq = $2", group_id, seq)


async def messages(db: Reader, group_id: UUID, seqs: Sequence[int]) -> list[MessageRow]:
    """These messages, in order."""
    return await db.all(
        MessageRow, f"{_MESSAGE} where m.group_id = $1 and m.seq = any($2::bigint[]) order by m.seq", group_id, seqs
    )


async def replies(db: Reader, group_id: UUID, seq: int) -> list[MessageRow]:
    """The messages that reply to one."""
    return await db.all(MessageRow, f"{_MESSAGE} where m.group_id = $1 and m.reply_to = $2", group_id, seq)


async def span(db: Reader, group_id: UUID, pivot: int, older: int, newer: int) -> list[MessageRow]:
    """At most so many messages up to the seq `pivot`, the last of them, and so many after it, the first; in order."""
    return await db.all(
        MessageRow,
        f"""
        {_MESSAGE}
         where m.group_id = $1 and m.seq in (
               (select seq from message where group_id = $1 and seq <= $2 order by seq desc limit $3)
               union all
               (select seq from message where group_id = $1 and seq > $2 order by seq limit $4))
         order by m.seq
        """,
        group_id,
        pivot,
        older,
        newer,
    )


async def search(db: Reader, group_id: UUID, query: str, before: int, limit: int) -> list[MessageRow]:
    """The newest messages before a seq that fit a `tsquery`, the newest first; deleted ones fit nothing.

    What fits is found first: in order of seq the planner would read the whole group, hoping to meet enough soon.
    """
    return await db.all(
        MessageRow,
        f"""
        with found as materialized (
            select seq from message
             where group_id = $1 and words @@ (quote_literal($1::text)::tsquery && to_tsquery('simple', $2))
               and seq < $3 and deleted_at is null)
        {_MESSAGE}
         where m.group_id = $1 and m.seq in (select seq from found order by seq desc limit $4)
         order by m.seq desc
        """,
        group_id,
        query,
        before,
        limit,
    )


async def pins(db: Reader, group_id: UUID) -> list[MessageRow]:
    """The pinned messages, the newest first."""
    return await db.all(
        MessageRow, f"{_MESSAGE} where m.group_id = $1 and m.pinned_at is not null order by m.seq desc", group_id
    )


async def inbox(
    db: Reader, account_id: UUID, groups: Sequence[UUID], read: Sequence[int], many: int
) -> dict[UUID, InboxRow]:
    """What is new for someone in these groups, of which they have read so far: one statement for any number of them."""
    found = []
    for lot in db.lots(list(zip(groups, read, strict=True))):
        found += await db.all(
            InboxRow,
            """
        select n.group_id, r.epoch, r.seq, u.unread::integer as unread, c.mentioned, l.last
          from unnest($2::uuid[], $3::bigint[]) as n (group_id, read_seq)
          join room r on r.id = n.group_id
          cross join lateral (
                select count(*) as unread
                  from (select from message
                         where group_id = n.group_id and seq > n.read_seq and author_id <> $1 and deleted_at is null
                               /* sharded: and group_id = any($2) */
                         limit $4) m) u
          cross join lateral (
                select exists (select from message_call
                                where group_id = n.group_id and account_id = $1 and seq > n.read_seq and mention
                                      /* sharded: and group_id = any($2) */
                              ) as mentioned) c
          left join lateral (
                select jsonb_build_object('seq', m.seq, 'text', left(m.text, 200), 'at', m.at, 'author',
                           jsonb_build_object('id', m.author_id, 'name', coalesce(a.name, ''))) as last
                  from message m
                  left join group_member a on a.group_id = m.group_id and a.account_id = m.author_id
                                          /* sharded: and a.group_id = any($2) */
                 where m.group_id = n.group_id and m.deleted_at is null /* sharded: and m.group_id = any($2) */
                 order by m.seq desc
                 limit 1) l on true
         /* sharded: where r.id = any($2) */
        """,
            account_id,
            [group_id for group_id, _ in lot],
            [seq for _, seq in lot],
            many,
        )
    return {row.group_id: row for row in found}


async def attachment(db: Reader, group_id: UUID, file_id: UUID, account_id: UUID) -> AttachmentInfo | None:
    """A file of a group, if a message that is not deleted shows it, or for the one who sent it."""
    return await db.maybe(
        AttachmentInfo,
        """
        select f.id, f.uploader_id, f.name, f.media_type, f.size, f.digest
          from message_file f
         where f.group_id = $1 and f.id = $2
           and (f.uploader_id = $3
                or exists (select from message_attachment t
                             join message m on m.group_id = $1 and m.seq = t.seq and m.deleted_at is null
                            where t.group_id = $1 and t.file_id = $2))
        """,
        group_id,
        file_id,
        account_id,
    )


_REPORT = """
        select r.id, r.seq, jsonb_build_object('id', r.reporter_id, 'name', coalesce(a.name, '')) as reporter, r.reason,
               r.state, case when r.decided_by is not null
                             then jsonb_build_object('id', r.decided_by, 'name', r.decider) end as decided_by,
               r.decided_at, r.created_at
          from message_report r
          left join group_member a on a.group_id = r.group_id and a.account_id = r.reporter_id
"""


async def reports(
    db: Reader, group_id: UUID, state: ReportState | None, before: UUID | None, limit: int
) -> list[ReportRow]:
    """The reports of a group's messages, the newest first, of those before an id."""
    return await db.all(
        ReportRow,
        f"""
        {_REPORT}
         where r.group_id = $1 and ($2::text is null or r.state = $2)
           and r.id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
         order by r.id desc
         limit $4
        """,
        group_id,
        state,
        before,
        limit,
    )


async def report_for_write(tx: Writer, group_id: UUID, report_id: UUID) -> ReportRow:
    """A report that nobody else decides before the commit.

    Raises:
        NotFound: there is none.
    """
    return await tx.one(
        ReportRow, f"{_REPORT} where r.group_id = $1 and r.id = $2 for update of r", group_id, report_id
    )
