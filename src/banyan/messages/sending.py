"""Saying something: the one path that everything said takes, gathered into batches."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from banyan import groups
from banyan.groups import GroupArchived, Muted
from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Writer
from banyan.kit.markdown import Rendered, name_people, render
from banyan.kit.problems import FieldError, Malformed, NotFound, Problem
from banyan.kit.realtime import Head, NewEvent, Room
from banyan.kit.toolbox import Kit
from banyan.messages import jobs, store_sending
from banyan.messages.model import AttachmentInfo, Message, NoSuchAttachment, NoSuchMessage, SendMessage
from banyan.messages.store_sending import NewMessage, Speaker
from banyan.messages.views import file_view

__all__ = ["MessageBatcher", "fit", "rendered_aside", "send"]

_QUICK = 1_000  # characters; what is no longer is rendered within a few milliseconds
_OWN_SITE = re.compile(r"/(?![/\\])")

FileKey = tuple[UUID, UUID]  # the group, the file
Members = dict[UUID, dict[UUID, str]]  # by group: the account, and what it is called


class Submission(msgspec.Struct):
    """Something that someone wants to say in a group, by the key that they gave it."""

    group_id: UUID
    author_id: UUID
    key: str
    command: SendMessage
    rendered: Rendered | None


class MessageBatcher(Batcher[Submission, int | Problem]):
    """Gathers what is said in all groups into one transaction: five statements, however much it is.

    Files, mentions and replies add one each, and one more for the job that tells those who are called. What is refused
    is answered by its problem, and takes nothing from the rest. The same key of the same author never shares a batch,
    so that the second finds what the first has stored.
    """

    def __init__(self, kit: Kit) -> None:
        async def write(submissions: Sequence[Submission]) -> list[int | Problem]:
            await _render_long(submissions)
            async with kit.db.write() as tx:
                return await _store(kit, tx, submissions)

        super().__init__(
            "messages",
            write,
            key=lambda one: (one.group_id, one.author_id, one.key),
            shards=Shards(kit.db.primary, lambda one: one.group_id),
        )


async def send(kit: Kit, actor: Actor, group_id: UUID, key: str, command: SendMessage) -> int:
    """Say something in a group; its seq, once it is on disk. The same key again gives the same seq, and stores nothing.

    What one sends without waiting between is said in that order: nothing is awaited before it has its place.

    Raises:
        Malformed: there is neither text nor file.
        NotFound: the actor may not see the group.
        Forbidden: they see it, but are not in it.
        Muted, GroupArchived
        NoSuchMessage: what it replies to is not in the group.
        NoSuchAttachment: a file that the actor has not sent to the group.
        Unavailable: too much is being said at once.
    """
    fit(command.text, command.files)
    early = _rendered(command.text) if len(command.text) <= _QUICK else None
    outcome = await kit.part(MessageBatcher).submit(Submission(group_id, actor.id, key, command, early))
    if isinstance(outcome, NotFound):
        groups.may_post(await groups.standing(kit, actor, group_id))  # which knows what they may be told
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def fit(text: str, files: Sequence[UUID]) -> None:
    """Whether this can be said.

    Raises:
        Malformed: there is neither text nor file.
    """
    if not text.strip() and not files:
        raise Malformed(errors=[FieldError("/text", "Say something, or attach a file.")])


async def rendered_aside(text: str) -> Rendered:
    """What is said, as people see it; others need not wait for it."""
    return await asyncio.to_thread(_rendered, text)


def _rendered(text: str) -> Rendered:
    """What is said, as people see it. Its links lead to other sites or to this one's pages."""
    return render(text, resolve=lambda target: target if _OWN_SITE.match(target) else None, people=True)


async def _render_long(submissions: Iterable[Submission]) -> None:
    """Render what takes so long that others should not wait for it, before the transaction begins."""
    waiting = [one for one in submissions if one.rendered is None]
    if waiting:
        results = await asyncio.to_thread(lambda: [_rendered(one.command.text) for one in waiting])
        for one, result in zip(waiting, results, strict=True):
            one.rendered = result


async def _store(kit: Kit, tx: Writer, submissions: Sequence[Submission]) -> list[int | Problem]:
    heads = await kit.rooms.lock(tx, sorted({one.group_id for one in submissions}))
    known = await kit.rooms.known(tx, [(one.group_id, one.author_id, one.key) for one in submissions])
    found = await _look_up(tx, submissions)
    results: list[int | Problem] = []
    said: list[NewMessage] = []
    events: list[NewEvent] = []
    last = {group_id: head.seq for group_id, head in heads.items()}
    for place, one in enumerate(submissions, 1):
        speaker = found.speakers.get(place)
        stored = known.get((one.group_id, one.author_id, one.key))
        problem = None if stored else found.problem(one, speaker, heads)
        if stored or problem or speaker is None:
            results.append(stored or problem or NotFound())
            continue
        seq = last[one.group_id] = last[one.group_id] + 1
        message = found.message(one, speaker, seq)
        said.append(message)
        events.append(
            NewEvent(Room("group", one.group_id), seq, "message", found.view(message, speaker), one.author_id, one.key)
        )
        results.append(seq)
    if said:
        await kit.rooms.record(tx, events)
        await store_sending.add_messages(tx, said)
        await _attach(tx, said)
        await _call(tx, said, found.quoted_authors)
    return results


class _Found:
    """What a batch has looked up."""

    def __init__(self, speakers: dict[int, Speaker], files: dict[FileKey, AttachmentInfo], members: Members) -> None:
        self.speakers = speakers
        self.quoted_authors: dict[tuple[UUID, int], UUID] = {}
        self._files = files
        self._members = members
        # One time for the batch: later than what was said before in these rooms, which are locked.
        self._at = max((speaker.at for speaker in speakers.values()), default=None)

    def problem(self, one: Submission, speaker: Speaker | None, heads: dict[UUID, Head]) -> Problem | None:
        """Why this cannot be said; None if it can."""
        if speaker is None or one.group_id not in heads:
            return NotFound()
        if not speaker.open:
            return GroupArchived()
        if speaker.muted_until is not None and speaker.muted_until > speaker.at:
            return Muted(f"You can write again from {speaker.muted_until:%Y-%m-%d %H:%M} UTC.")
        if one.command.reply_to is not None and speaker.quoted is None:
            return NoSuchMessage()
        for file_id in one.command.files:
            file = self._files.get((one.group_id, file_id))
            if file is None or file.uploader_id != one.author_id:
                return NoSuchAttachment()
        return None

    def message(self, one: Submission, speaker: Speaker, seq: int) -> NewMessage:
        """What is stored of it."""
        assert one.rendered is not None and self._at is not None  # noqa: S101, PT018 -- for the type checker
        if speaker.quoted is not None:
            self.quoted_authors[one.group_id, speaker.quoted.seq] = speaker.quoted.author.id
        members = self._members.get(one.group_id, {})
        return NewMessage(
            one.group_id,
            seq,
            one.author_id,
            self._at,
            one.command.text,
            name_people(one.rendered.html, members),
            one.command.reply_to,
            [account_id for account_id in one.rendered.mentions if account_id in members],
            list(dict.fromkeys(one.command.files)),
        )

    def view(self, message: NewMessage, speaker: Speaker) -> Message:
        """What everyone in the room sees."""
        return Message(
            seq=message.seq,
            author=speaker.author,
            at=message.at,
            text=message.text,
            html=message.html,
            reply_to=message.reply_to,
            quoted=speaker.quoted,
            files=[file_view(message.group_id, self._files[message.group_id, file_id]) for file_id in message.files],
            mentions=message.mentions,
            reactions=[],
            edited_at=None,
            deleted_at=None,
            pinned=False,
        )


async def _look_up(tx: Writer, submissions: Sequence[Submission]) -> _Found:
    speakers = await store_sending.speakers(
        tx,
        [one.group_id for one in submissions],
        [one.author_id for one in submissions],
        [one.command.reply_to for one in submissions],
    )
    files = {(one.group_id, file_id) for one in submissions for file_id in one.command.files}
    mentioned = {(one.group_id, account) for one in submissions if one.rendered for account in one.rendered.mentions}
    return _Found(
        speakers, await store_sending.files_among(tx, files), await store_sending.members_among(tx, mentioned)
    )


async def _attach(tx: Writer, said: Iterable[NewMessage]) -> None:
    attachments = [(message.group_id, file_id, message.seq) for message in said for file_id in message.files]
    if attachments:
        await store_sending.attach(tx, attachments)


async def _call(tx: Writer, said: Iterable[NewMessage], quoted: dict[tuple[UUID, int], UUID]) -> None:
    """Note who is called by what is said, and let a job tell them."""
    calls: dict[tuple[UUID, UUID, int], bool] = {}
    for message in said:
        if message.reply_to is not None:
            calls[message.group_id, quoted[message.group_id, message.reply_to], message.seq] = False
        for account_id in message.mentions:
            calls[message.group_id, account_id, message.seq] = True
        calls.pop((message.group_id, message.author_id, message.seq), None)
    if calls:
        await store_sending.add_calls(tx, [(*call, mention) for call, mention in calls.items()])
        calling = dict.fromkeys((group_id, seq) for group_id, _, seq in calls)
        await tx.enqueue(*(jobs.tell(jobs.Calling(group_id, seq)) for group_id, seq in calling))
