"""What can be done with a message that has been sent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import category
from uuid import UUID

from banyan import notifications
from banyan.kit.actor import Actor
from banyan.kit.deeds import Deed
from banyan.kit.markdown import name_people
from banyan.kit.problems import FieldError, Malformed
from banyan.kit.realtime import Room
from banyan.kit.toolbox import Kit
from banyan.messages import jobs, policy, store, store_changes, store_sending
from banyan.messages.model import (
    EditMessage,
    Message,
    MessageDeleted,
    PinChanged,
    ReactionChanged,
    TooLateToRestore,
    TooManyPins,
    TooManyReactions,
)
from banyan.messages.sending import fit, rendered_aside
from banyan.messages.store import MessageRow
from banyan.messages.turns import Turn, turn
from banyan.messages.views import message_view

__all__ = ["delete", "delete_in", "edit", "pin", "react", "restore", "unpin", "unreact"]

_MOST_REACTIONS = 20  # different ones of a message
_MOST_PINS = 50  # of a group
_JOINER = "\u200d"  # which makes one emoji of several
_TAGS = range(0xE0020, 0xE0080)  # which spell out the flags of England and others


async def edit(kit: Kit, actor: Actor, group_id: UUID, seq: int, command: EditMessage) -> Message:
    """Let a message say something else.

    Raises:
        NotFound: there is none that the actor may see.
        Forbidden: it is another's.
        TakenBack: it is deleted.
        Muted, GroupArchived
        Malformed: there would be neither text nor file.
    """
    rendered = await rendered_aside(command.text)
    async with turn(kit, actor, group_id) as now:
        message = await now.message(seq)
        policy.may_edit(now.standing, message.author.id)
        message = await now.live_message(seq)
        fit(command.text, [file.id for file in message.files])
        if message.text == command.text:
            return message_view(group_id, message)
        wanted = [(group_id, account_id) for account_id in rendered.mentions]
        members = (await store_sending.members_among(now.tx, wanted)).get(group_id, {})
        mentions = [account_id for account_id in rendered.mentions if account_id in members]
        html = name_people(rendered.html, members)
        await store_changes.edit(now.tx, group_id, seq, command.text, html, mentions, datetime.now(UTC))
        await _call_again(now, message, mentions)
        return await _say_edited(now, seq)


async def delete(kit: Kit, actor: Actor, group_id: UUID, seq: int) -> None:
    """Delete a message: everyone sees that it was there, and nobody any more what it said. Twice is once.

    Raises:
        NotFound: there is none that the actor may see.
        Forbidden: it is another's, and the actor no moderator.
    """
    async with turn(kit, actor, group_id) as now:
        message = await now.message(seq)
        policy.may_delete(now.standing, message.author.id)
        if message.deleted_at is None:
            await delete_in(now, message)
            await _note(now, message, "messages.removed")


async def delete_in(now: Turn, message: MessageRow) -> None:
    """Delete a message in a turn. What it said leaves the events before this one, its own and those that quote it."""
    group_id, seq, at = now.group_id, message.seq, datetime.now(UTC)
    called = await store_changes.delete(now.tx, group_id, seq, now.actor.id, at)
    await now.say("message_deleted", MessageDeleted(seq=seq, author=now.standing.person, at=at), about=seq)
    said = [await now.message(seq), *await store.replies(now.tx, group_id, seq)]
    says = {row.seq: message_view(group_id, row) for row in said}
    await now.kit.rooms.rewrite(now.tx, Room("group", group_id), says, ("message_edited",))
    await notifications.withdraw(now.tx, called, group_id, seq)


async def restore(kit: Kit, actor: Actor, group_id: UUID, seq: int) -> None:
    """Take a deletion back, within ten minutes.

    Raises:
        NotFound: there is no such message that the actor may see.
        Forbidden: someone else deleted it.
        TooLateToRestore
    """
    async with turn(kit, actor, group_id) as now:
        message = await now.message(seq)
        policy.may_restore(now.standing, message.author.id, message.deleted_by)
        deleted_at = message.deleted_at
        if deleted_at is None or message.wiped or datetime.now(UTC) - deleted_at > jobs.RESTORED_WITHIN:
            raise TooLateToRestore
        await store_changes.restore(now.tx, group_id, seq)
        await _call_again(now, message, message.mentions)
        await _say_edited(now, seq)
        await _note(now, message, "messages.restored")


async def react(kit: Kit, actor: Actor, group_id: UUID, seq: int, emoji: str) -> None:
    """React to a message. Twice is once.

    Raises:
        Malformed: that is no emoji.
        NotFound, TakenBack: there is no such message, or it is deleted.
        Forbidden, Muted, GroupArchived: the actor may not write here.
        TooManyReactions
    """
    _check_emoji(emoji)
    async with turn(kit, actor, group_id) as now:
        policy.may_post(now.standing)
        await now.live_message(seq)
        known = await store_changes.reactions(now.tx, group_id, seq)
        if emoji not in known and len(known) >= _MOST_REACTIONS:
            raise TooManyReactions
        if await store_changes.add_reaction(now.tx, group_id, seq, emoji, actor.id):
            await _say_reaction(now, seq, emoji, added=True)


async def unreact(kit: Kit, actor: Actor, group_id: UUID, seq: int, emoji: str) -> None:
    """Take a reaction back; nothing if there is none.

    Raises:
        Malformed, NotFound, TakenBack, Forbidden, Muted, GroupArchived: as for `react`.
    """
    _check_emoji(emoji)
    async with turn(kit, actor, group_id) as now:
        policy.may_post(now.standing)
        await now.live_message(seq)
        if await store_changes.remove_reaction(now.tx, group_id, seq, emoji, actor.id):
            await _say_reaction(now, seq, emoji, added=False)


async def pin(kit: Kit, actor: Actor, group_id: UUID, seq: int) -> None:
    """Pin a message. Twice is once.

    Raises:
        NotFound, TakenBack: there is no such message, or it is deleted.
        Forbidden, GroupArchived: the actor may not pin here.
        TooManyPins
    """
    async with turn(kit, actor, group_id) as now:
        policy.may_pin(now.standing)
        message = await now.live_message(seq)
        if message.pinned:
            return
        if await store_changes.pinned(now.tx, group_id) >= _MOST_PINS:
            raise TooManyPins
        await store_changes.pin(now.tx, group_id, seq)
        await _say_pin(now, seq, pinned=True)
        await _note(now, message, "messages.pinned")


async def unpin(kit: Kit, actor: Actor, group_id: UUID, seq: int) -> None:
    """Pin a message no longer; nothing if it is not pinned.

    Raises:
        NotFound, TakenBack, Forbidden, GroupArchived: as for `pin`.
    """
    async with turn(kit, actor, group_id) as now:
        policy.may_pin(now.standing)
        message = await now.live_message(seq)
        if message.pinned:
            await store_changes.unpin(now.tx, group_id, seq)
            await _say_pin(now, seq, pinned=False)
            await _note(now, message, "messages.unpinned")


async def _call_again(now: Turn, message: MessageRow, mentions: Sequence[UUID]) -> None:
    """Let a message call those whom it mentions now, and tell those of them who were not told."""
    await store_changes.call_again(now.tx, now.group_id, message.seq, mentions)
    calls = [(now.group_id, one, message.seq, True) for one in mentions if one != message.author.id]
    if calls:
        await store_sending.add_calls(now.tx, calls)
        await now.tx.enqueue(jobs.tell(jobs.Calling(now.group_id, message.seq)))


async def _say_edited(now: Turn, seq: int) -> Message:
    message = message_view(now.group_id, await now.message(seq))
    await now.say("message_edited", message, about=seq)
    return message


async def _say_reaction(now: Turn, seq: int, emoji: str, *, added: bool) -> None:
    data = ReactionChanged(seq=seq, emoji=emoji, added=added, author=now.standing.person, at=datetime.now(UTC))
    await now.say("reaction", data, about=seq)


async def _say_pin(now: Turn, seq: int, *, pinned: bool) -> None:
    data = PinChanged(seq=seq, pinned=pinned, author=now.standing.person, at=datetime.now(UTC))
    await now.say("pin", data, about=seq)


async def _note(now: Turn, message: MessageRow, action: str) -> None:
    """Keep what someone does with another's message in the audit log."""
    if now.actor.id != message.author.id:
        await now.tx.emit(
            Deed(
                now.actor,
                action,
                f"group:{now.group_id}",
                course_id=now.standing.group.course_id,
                details={"seq": message.seq, "author": str(message.author.id)},
            )
        )


def _check_emoji(emoji: str) -> None:
    if not 1 <= len(emoji) <= 32 or any(_is_odd(sign) for sign in emoji):
        raise Malformed(errors=[FieldError("/emoji", "A reaction is one emoji.")])


def _is_odd(sign: str) -> bool:
    """Whether a character is a space, a control, or unassigned: nothing that belongs into an emoji."""
    return category(sign)[0] in "CZ" and sign != _JOINER and ord(sign) not in _TAGS
