"""What is said in study groups, over HTTP: the inbox, reading, saying and changing."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.messages import changes, inbox, policy, reading, sending
from banyan.messages.model import EditMessage, GroupEntry, Mark, Message, MessagePage, PostMessage, SendMessage

__all__ = ["ROUTES"]

SeqOption = Annotated[int | None, QueryParameter(ge=0, le=2**53)]


@get("/groups", policy=policy.is_oneself)
async def my_groups(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> Page[GroupEntry]:
    """The groups that the caller is in, the last used first, with what is new in each."""
    return Page(await inbox.inbox(kit, actor), None)


@put("/groups/{group_id:uuid}/marker", policy=policy.may_mark, status_code=204)
async def mark_read(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], data: JSONBody[Mark]
) -> None:
    """Note that the caller has read a group up to a seq; it never goes back."""
    await inbox.mark_read(kit, actor, group_id, data.seq)


@get("/groups/{group_id:uuid}/messages", policy=policy.may_read)
async def messages(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    before: SeqOption = None,
    after: SeqOption = None,
    around: SeqOption = None,
    q: Annotated[str, QueryParameter(max_length=200)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> MessagePage:
    """Part of what was said in a group, oldest first: the newest, what is `before`, `after` or `around` a seq, or `q`.

    With `q` the newest that have all its words, the last one as far as it is typed; `before` leads on to older ones.
    """
    if q.strip():
        return await reading.search(kit, actor, group_id, q, before)
    return await reading.page(kit, actor, group_id, before, after, around, limit)


@post("/groups/{group_id:uuid}/messages", policy=policy.may_post)
async def post_message(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], data: JSONBody[PostMessage]
) -> Message:
    """Say something in a group. The same `key` again stores nothing, and answers the message that it stored.

    Raises:
        Muted: 403, a moderator has asked the caller to be quiet.
        GroupArchived: 409.
        NoSuchMessage: 422, what it replies to is not in the group.
        NoSuchAttachment: 422, a file that the caller has not sent to the group before.
    """
    command = SendMessage(text=data.text, reply_to=data.reply_to, files=data.files)
    seq = await sending.send(kit, actor, group_id, data.key, command)
    return await reading.message(kit, group_id, seq)


@patch("/groups/{group_id:uuid}/messages/{seq:int}", policy=policy.may_edit)
async def edit_message(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    seq: FromPath[int],
    data: JSONBody[EditMessage],
) -> Message:
    """Let a message of one's own say something else.

    Raises:
        Muted: 403.
        TakenBack: 409, it is deleted.
        GroupArchived: 409.
    """
    return await changes.edit(kit, actor, group_id, seq, data)


@delete("/groups/{group_id:uuid}/messages/{seq:int}", policy=policy.may_delete)
async def delete_message(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], seq: FromPath[int]
) -> None:
    """Delete a message: that it was there stays to be seen."""
    await changes.delete(kit, actor, group_id, seq)


@post("/groups/{group_id:uuid}/messages/{seq:int}/restoration", policy=policy.may_restore, status_code=204)
async def restore_message(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], seq: FromPath[int]
) -> None:
    """Bring back a message that the caller has deleted, within ten minutes.

    Raises:
        TooLateToRestore: 409.
    """
    await changes.restore(kit, actor, group_id, seq)


@put("/groups/{group_id:uuid}/messages/{seq:int}/reactions/{emoji:str}", policy=policy.may_post, status_code=204)
async def react(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    seq: FromPath[int],
    emoji: FromPath[str],
) -> None:
    """React to a message with an emoji.

    Raises:
        Muted: 403.
        TakenBack: 409, it is deleted.
        TooManyReactions: 409, twenty different ones are enough.
        GroupArchived: 409.
    """
    await changes.react(kit, actor, group_id, seq, emoji)


@delete("/groups/{group_id:uuid}/messages/{seq:int}/reactions/{emoji:str}", policy=policy.may_post)
async def unreact(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    seq: FromPath[int],
    emoji: FromPath[str],
) -> None:
    """Take a reaction of one's own back.

    Raises:
        Muted: 403.
        TakenBack: 409, it is deleted.
        GroupArchived: 409.
    """
    await changes.unreact(kit, actor, group_id, seq, emoji)


@put("/groups/{group_id:uuid}/messages/{seq:int}/pin", policy=policy.may_pin, status_code=204)
async def pin(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], seq: FromPath[int]
) -> None:
    """Pin a message.

    Raises:
        TakenBack: 409, it is deleted.
        TooManyPins: 409, fifty are enough.
        GroupArchived: 409.
    """
    await changes.pin(kit, actor, group_id, seq)


@delete("/groups/{group_id:uuid}/messages/{seq:int}/pin", policy=policy.may_pin)
async def unpin(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID], seq: FromPath[int]
) -> None:
    """Pin a message no longer.

    Raises:
        TakenBack: 409, it is deleted.
        GroupArchived: 409.
    """
    await changes.unpin(kit, actor, group_id, seq)


@get("/groups/{group_id:uuid}/pins", policy=policy.may_read)
async def pins(kit: NamedDependency[Kit], actor: NamedDependency[Actor], group_id: FromPath[UUID]) -> Page[Message]:
    """The pinned messages of a group, the newest first."""
    return Page(await reading.pins(kit, actor, group_id), None)


ROUTES = [
    my_groups,
    mark_read,
    messages,
    post_message,
    edit_message,
    delete_message,
    restore_message,
    react,
    unreact,
    pin,
    unpin,
    pins,
]
