"""What is said in study groups: the shapes of it, and what can be wrong with it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.files import File
from banyan.groups import GroupView
from banyan.kit.problems import Conflict, Unprocessable
from banyan.kit.wire import Command, View

__all__ = [
    "AlreadyDecided",
    "AlreadyReported",
    "AttachmentInfo",
    "DecideReport",
    "EditMessage",
    "GroupEntry",
    "LastMessage",
    "Mark",
    "Message",
    "MessageDeleted",
    "MessagePage",
    "NoSuchAttachment",
    "NoSuchMessage",
    "PinChanged",
    "PostMessage",
    "Quoted",
    "ReactionChanged",
    "Reactions",
    "ReportMessage",
    "ReportState",
    "ReportView",
    "SendMessage",
    "Seq",
    "TakenBack",
    "TooLateToRestore",
    "TooManyPins",
    "TooManyReactions",
    "WasRead",
]

_NO_NUL = r"^[^\x00]*$"
Seq = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Body = Annotated[str, msgspec.Meta(max_length=8_000, pattern=_NO_NUL)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=_NO_NUL)]
Files = Annotated[list[UUID], msgspec.Meta(max_length=10)]
ReportState = Literal["open", "upheld", "dismissed"]


class NoSuchMessage(Unprocessable):
    """What is replied to is not in this group."""

    code = "no_such_message"
    title = "There is no such message in this group"


class NoSuchAttachment(Unprocessable):
    """A file that the sender has not sent to this group before."""

    code = "no_such_attachment"
    title = "Send the file to the group first"


class TakenBack(Conflict):
    """The message is deleted."""

    code = "message_deleted"
    title = "The message is deleted"


class TooLateToRestore(Conflict):
    """The message was deleted more than ten minutes ago, or is not deleted."""

    code = "too_late_to_restore"
    title = "The message cannot be brought back any more"


class TooManyReactions(Conflict):
    """A message has as many different reactions as it may."""

    code = "too_many_reactions"
    title = "The message has twenty different reactions already"


class TooManyPins(Conflict):
    """As many messages are pinned as may be."""

    code = "too_many_pins"
    title = "Fifty messages are pinned already"


class AlreadyReported(Conflict):
    """One report of a message by each is enough."""

    code = "already_reported"
    title = "You have reported this message already"


class AlreadyDecided(Conflict):
    """Someone else was quicker."""

    code = "already_decided"
    title = "This report is decided already"


class SendMessage(Command):
    """What is to be said: Markdown, or files, or both."""

    text: Body
    reply_to: Seq | None = None
    files: Files = msgspec.field(default_factory=list)


class PostMessage(SendMessage, kw_only=True):
    """The same over HTTP. `key` is the sender's own name for it, by which it is stored once however often it comes."""

    key: Key


class EditMessage(Command):
    """What the message says from now on."""

    text: Body


class Mark(Command):
    """Up to where the caller has read."""

    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class ReportMessage(Command):
    """What is wrong with a message."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000, pattern=_NO_NUL)]


class DecideReport(Command):
    """Whether a report was right; then the message goes."""

    state: Literal["upheld", "dismissed"]


class Quoted(View):
    """The message that is replied to: how it begins, or that it is deleted."""

    seq: int
    author: Person
    text: str
    deleted: bool


class Reactions(View):
    """Who reacted with an emoji, by id."""

    emoji: str
    accounts: list[UUID]


class Message(View):
    """A message. A deleted one has neither text nor files, mentions, reactions and pin."""

    seq: int
    author: Person
    at: datetime
    text: str
    html: str
    reply_to: int | None
    quoted: Quoted | None
    files: list[File]
    mentions: list[UUID]
    reactions: list[Reactions]
    edited_at: datetime | None
    deleted_at: datetime | None
    pinned: bool


class MessagePage(View):
    """Part of a history, oldest first. `before` and `after` lead on, and are null at its ends.

    `epoch` and `seq` tell how far the group's room was before the messages were read: join it with them.
    """

    items: list[Message]
    before: int | None
    after: int | None
    epoch: int
    seq: int


class LastMessage(View):
    """How the newest message of a group begins."""

    seq: int
    author: Person
    text: str
    at: datetime


class GroupEntry(GroupView):
    """A group in the caller's list: what is new in it, with the epoch and seq of its room to join it with.

    `unread` counts others' messages up to 100, which stands for many; `mentioned`: one of those mentions the caller.
    """

    unread: int
    mentioned: bool
    read_seq: int
    seq: int
    epoch: int
    last: LastMessage | None


class ReportView(View):
    """A report of a message, for those who moderate."""

    id: UUID
    message: Message
    reporter: Person
    reason: str
    state: ReportState
    decided_by: Person | None
    decided_at: datetime | None
    created_at: datetime


class MessageDeleted(View):
    """Event: a message is gone."""

    seq: int
    author: Person
    at: datetime


class ReactionChanged(View):
    """Event: someone reacts to a message, or no longer."""

    seq: int
    emoji: str
    added: bool
    author: Person
    at: datetime


class PinChanged(View):
    """Event: a message is pinned, or no longer."""

    seq: int
    pinned: bool
    author: Person
    at: datetime


class WasRead(View):
    """Said to the other connections of who has read: up to where in which room."""

    room: str
    seq: int


class AttachmentInfo(msgspec.Struct, frozen=True):
    """A file of a group; `size` in bytes, `digest` the SHA-256 under which its bytes are stored."""

    id: UUID
    uploader_id: UUID
    name: str
    media_type: str
    size: int
    digest: bytes
