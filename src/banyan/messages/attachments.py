"""Files that are sent to groups."""

from collections.abc import AsyncIterable
from uuid import UUID

from banyan import files, groups
from banyan.files import File
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.messages import policy, store, store_changes
from banyan.messages.model import AttachmentInfo
from banyan.messages.views import file_view

__all__ = ["find", "take_in"]

_RATE = "60 per minute"
_MEBIBYTE = 1 << 20


async def take_in(kit: Kit, actor: Actor, group_id: UUID, name: str, chunks: AsyncIterable[bytes]) -> File:
    """Take in a file that the actor may then attach to what they say. Who may is asked before it and after it.

    Raises:
        NotFound, Forbidden, Muted, GroupArchived: the actor may not write in the group.
        TooLarge, MislabelledFile, RefusedFile, UnsafeSvg: see `files.receive`.
        TooMany: the actor sends files too fast.
    """
    policy.may_post(await groups.standing(kit, actor, group_id))
    await kit.limiter.check(_RATE, "attachment", str(actor.id))
    limit = kit.settings.storage.largest_attachment * _MEBIBYTE
    received = await files.receive(kit, name, chunks, limit=limit)
    async with kit.db.write() as tx:
        policy.may_post(await groups.standing_in(tx, kit, actor, group_id))
        file_id = new_id()
        await store_changes.add_file(tx, group_id, file_id, actor.id, received)
    return file_view(
        group_id,
        AttachmentInfo(file_id, actor.id, received.name, received.media_type, received.size, received.digest),
    )


async def find(kit: Kit, actor: Actor, group_id: UUID, file_id: UUID) -> AttachmentInfo:
    """A file of a group: one that a message shows, or that the actor has sent.

    Raises:
        NotFound, Forbidden: there is none, or the actor may not read the group.
    """
    policy.may_read(await groups.standing(kit, actor, group_id))
    found = await store.attachment(kit.db.read(), group_id, file_id, actor.id)
    if found is None:
        raise NotFound
    return found
