"""The statements of a batch of new messages: each is one for any number of messages in any number of groups."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.database import Writer
from banyan.messages.model import AttachmentInfo, Quoted

__all__ = ["GroupAttachment", "NewMessage", "Speaker", "add_calls", "add_messages", "attach", "files_among",
           "members_among", "speakers"]  # fmt: skip


class Speaker(msgspec.Struct, frozen=True):
    """Someone who wants to say something: what they are in the group, and what they reply to.

    Attributes:
        place: of what they say among all that is asked about, from 1.
        at: the database's clock, which all processes share.
        open: whether the group is not archived.
        quoted: the message replied to, None if there is none.
    """

    place: int
    author: Person
    at: datetime
    open: bool
    muted_until: datetime | None
    quoted: Quoted | None


class NewMessage(msgspec.Struct, frozen=True):
    """A message about to be stored."""

    group_id: UUID
    seq: int
    author_id: UUID
    at: datetime
    text: str
    html: str
    reply_to: int | None
    mentions: list[UUID]
    files: list[UUID]


class GroupAttachment(msgspec.Struct, frozen=True):
    """A file and the group that it is of."""

    group_id: UUID
    file: AttachmentInfo


class MemberName(msgspec.Struct, frozen=True):
    """An active member of a group, and what they are called."""

    group_id: UUID
    account_id: UUID
    name: str


async def speakers(
    tx: Writer, groups: Sequence[UUID], authors: Sequence[UUID], replies: Sequence[int | None]
) -> dict[int, Speaker]:
    """Who these authors are in these groups, by their place in the sequences; those who are not in theirs are left out.

    Ask after the rooms are locked: whoever is put out of a group is put out under the same lock.
    """
    found = await tx.all(
        Speaker,
        """
        select n.place::integer as place, jsonb_build_object('id', a.account_id, 'name', a.name) as author,
               clock_timestamp() as at, g.state = 'active' as open, a.muted_until,
               case when q.seq is not null then jsonb_build_object(
                    'seq', q.seq, 'author', jsonb_build_object('id', q.author_id, 'name', coalesce(qa.name, '')),
                    'text', case when q.deleted_at is null then left(q.text, 200) else '' end,
                    'deleted', q.deleted_at is not null) end as quoted
          from unnest($1::uuid[], $2::uuid[], $3::bigint[]) with ordinality as n (group_id, author_id, reply_to, place)
          join group_member a on a.group_id = n.group_id and a.account_id = n.author_id and a.state = 'active'
          join study_group g on g.id = n.group_id
          join course c on c.id = g.course_id and c.deleted_at is null
          left join message q on q.group_id = n.group_id and q.seq = n.reply_to /* sharded: and q.group_id = any($1) */
          left join group_member qa on qa.group_id = q.group_id /* sharded: and qa.group_id = any($1) */
                                   and qa.account_id = q.author_id
         /* sharded: where a.group_id = any($1) */
        """,
        groups,
        authors,
        replies,
    )
    return {speaker.place: speaker for speaker in found}


async def files_among(tx: Writer, wanted: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], AttachmentInfo]:
    """Those of (group, file) that there are; they stay until the commit. Without any it asks nothing."""
    if not wanted:
        return {}
    found = await tx.all(
        GroupAttachment,
        """
        select f.group_id, jsonb_build_object('id', f.id, 'uploader_id', f.uploader_id, 'name', f.name, 'media_type',
               f.media_type, 'size', f.size, 'digest', translate(encode(f.digest, 'base64'), E'\\n', '')) as file
          from unnest($1::uuid[], $2::uuid[]) as n (group_id, id)
          join message_file f on f.group_id = n.group_id and f.id = n.id
         /* sharded: where f.group_id = any($1) */
           for no key update of f
        """,
        [group_id for group_id, _ in wanted],
        [file_id for _, file_id in wanted],
    )
    return {(one.group_id, one.file.id): one.file for one in found}


async def members_among(tx: Writer, wanted: Collection[tuple[UUID, UUID]]) -> dict[UUID, dict[UUID, str]]:
    """What those of (group, account) are called that are in their group, by group. Without any it asks nothing."""
    if not wanted:
        return {}
    found = await tx.all(
        MemberName,
        """
        select m.group_id, m.account_id, m.name
          from unnest($1::uuid[], $2::uuid[]) as n (group_id, account_id)
          join group_member m on m.group_id = n.group_id and m.account_id = n.account_id and m.state = 'active'
         /* sharded: where m.group_id = any($1) */
        """,
        [group_id for group_id, _ in wanted],
        [account_id for _, account_id in wanted],
    )
    members: dict[UUID, dict[UUID, str]] = {}
    for member in found:
        members.setdefault(member.group_id, {})[member.account_id] = member.name
    return members


async def add_messages(tx: Writer, messages: Sequence[NewMessage]) -> None:
    """Store messages whose events are recorded."""
    await tx.execute(
        """
        insert into message (group_id, seq, author_id, at, text, html, reply_to, mentions, files)
        select group_id, seq, author_id, at, text, html, reply_to, mentions::uuid[], files::uuid[]
          from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[],
                      $8::text[], $9::text[])
            as n (group_id, seq, author_id, at, text, html, reply_to, mentions, files)
        """,
        [message.group_id for message in messages],
        [message.seq for message in messages],
        [message.author_id for message in messages],
        [message.at for message in messages],
        [message.text for message in messages],
        [message.html for message in messages],
        [message.reply_to for message in messages],
        [_array(message.mentions) for message in messages],
        [_array(message.files) for message in messages],
    )


async def add_calls(tx: Writer, calls: Collection[tuple[UUID, UUID, int, bool]]) -> None:
    """Note whom messages call: (group, account, seq, whether it mentions them). Nobody is called twice by one."""
    await tx.execute(
        """
        insert into message_call (group_id, account_id, seq, mention)
        select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::boolean[])
            on conflict (group_id, account_id, seq) do update set mention = excluded.mention
        """,
        [call[0] for call in calls],
        [call[1] for call in calls],
        [call[2] for call in calls],
        [call[3] for call in calls],
    )


async def attach(tx: Writer, attachments: Collection[tuple[UUID, UUID, int]]) -> None:
    """Note which messages show which files: (group, file, seq)."""
    await tx.execute(
        """
        with shown as (
            insert into message_attachment (group_id, file_id, seq)
            select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])
            returning group_id, file_id)
        update message_file f set shown = true
          from (select distinct group_id, file_id from shown) s
         where f.group_id = s.group_id and f.id = s.file_id and not f.shown /* sharded: and f.group_id = any($1) */
        """,
        [group_id for group_id, _, _ in attachments],
        [file_id for _, file_id, _ in attachments],
        [seq for _, _, seq in attachments],
    )


def _array(ids: Sequence[UUID]) -> str:
    """As an array literal: arrays of different lengths do not fit into one parameter."""
    return "{" + ",".join(map(str, ids)) + "}"
