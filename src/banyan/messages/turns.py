"""Changes of messages, one at a time in each room: what changes and the event that says so are stored together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import msgspec

from banyan import groups
from banyan.groups import Standing
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.problems import NotFound
from banyan.kit.realtime import Head, NewEvent, Room
from banyan.kit.toolbox import Kit
from banyan.messages import store
from banyan.messages.model import TakenBack
from banyan.messages.store import MessageRow

__all__ = ["Turn", "turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """Someone's turn in a room, which is locked: nothing else happens in it before the commit.

    Attributes:
        standing: how they stand to the group now; whoever is put out of it is put out under the same lock.
    """

    kit: Kit
    tx: Writer
    actor: Actor
    standing: Standing
    head: Head

    @property
    def group_id(self) -> UUID:
        """The group, whose id is its room's."""
        return self.head.id

    async def message(self, seq: int) -> MessageRow:
        """A message of the group, deleted or not.

        Raises:
            NotFound: there is none.
        """
        found = await store.message(self.tx, self.group_id, seq)
        if found is None:
            raise NotFound
        return found

    async def live_message(self, seq: int) -> MessageRow:
        """A message of the group that is not deleted.

        Raises:
            NotFound: there is none.
            TakenBack: it is deleted.
        """
        found = await self.message(seq)
        if found.deleted_at is not None:
            raise TakenBack
        return found

    async def say(self, kind: str, data: msgspec.Struct, about: int) -> None:
        """Store the one event of this turn."""
        room = Room("group", self.group_id)
        await self.kit.rooms.record(self.tx, [NewEvent(room, self.head.seq + 1, kind, data, about=about)])


@asynccontextmanager
async def turn(kit: Kit, actor: Actor, group_id: UUID) -> AsyncIterator[Turn]:
    """One transaction with the room of a group locked, which comes first: all else is read as it is then.

    Raises:
        NotFound: for whoever may not find the group; they lock nothing.
    """
    await groups.standing(kit, actor, group_id)
    async with kit.db.write() as tx:
        heads = await kit.rooms.lock(tx, [group_id])
        if group_id not in heads:
            raise NotFound
        yield Turn(kit, tx, actor, await groups.standing_in(tx, kit, actor, group_id), heads[group_id])
