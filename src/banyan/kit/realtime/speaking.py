"""How use cases speak to rooms: durable events in their transaction, everything else once that is on disk."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from banyan.kit.bus import Bus
from banyan.kit.database import Reader, Writer
from banyan.kit.realtime import log, words
from banyan.kit.realtime.rooms import Head, NewEvent, Room

__all__ = ["Rooms"]


class Rooms:
    """All rooms of the installation, from the side of those who write to them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def open(self, tx: Writer, room: Room) -> None:
        """Make a room."""
        await log.open_room(tx, room.id)

    async def append(self, tx: Writer, room: Room, kind: str, data: msgspec.Struct, *, about: int | None = None) -> int:
        """Store an event as the room's next, and once it is on disk send it to everyone in the room; its seq.

        Nothing else happens in the room until the commit, so lock everything else before.

        Raises:
            NotFound: there is no such room.
        """
        heads = await log.lock(tx, [room.id])
        if room.id not in heads:
            raise LookupError(f"there is no room {room}")
        seq = heads[room.id].seq + 1
        await self.record(tx, [NewEvent(room, seq, kind, data, about=about)])
        return seq

    async def lock(self, tx: Writer, room_ids: Sequence[UUID]) -> dict[UUID, Head]:
        """How far these rooms are; nothing else happens in them until the commit."""
        return await log.lock(tx, room_ids)

    async def known(self, tx: Writer, keys: Sequence[tuple[UUID, UUID, str]]) -> dict[tuple[UUID, UUID, str], int]:
        """The seqs of those events that are stored already, by (room, author, key). Ask after `lock`."""
        return await log.known(tx, keys)

    async def record(self, tx: Writer, events: Sequence[NewEvent]) -> None:
        """Store events in rooms that are locked, each with the seq after the one before; then send them."""
        data = [msgspec.json.encode(event.data) for event in events]
        await log.record(tx, events, data)
        for event, encoded in zip(events, data, strict=True):
            self._say(tx, event.room, words.Event(event.seq, event.type, encoded))

    async def rewrite(self, tx: Writer, room: Room, says: Mapping[int, msgspec.Struct], kinds: Iterable[str]) -> None:
        """Let events, by their seqs, and those of these types that are about them, say this to who comes later."""
        await log.rewrite(tx, room.id, list(says), list(kinds), [msgspec.json.encode(data) for data in says.values()])

    async def head(self, db: Reader, room_id: UUID) -> Head:
        """How far a room is.

        Raises:
            NotFound: there is none.
        """
        return await log.head(db, room_id)

    async def remove(self, tx: Writer, rooms: Sequence[Room]) -> None:
        """Delete rooms with everything that happened in them, and end them for who is there."""
        await log.remove(tx, [room.id for room in rooms])
        for room in rooms:
            self.end(tx, room)

    def end(self, tx: Writer, room: Room) -> None:
        """Once `tx` is on disk, put everyone out of a room, on every process; whoever may comes in again."""
        self._say(tx, room, words.Closed())

    def expel(self, tx: Writer, room: Room, account_id: UUID) -> None:
        """Once `tx` is on disk, put someone out of a room, on every process."""
        self._tell_gateways(tx, words.Expelled(str(room), account_id))

    def whisper(self, tx: Writer, room: Room, kind: str, data: msgspec.Struct) -> None:
        """Once `tx` is on disk, tell who is in a room now. It has no seq, and who is away misses it."""
        self._say(tx, room, words.Whisper(kind, msgspec.json.encode(data)))

    def end_sessions(self, tx: Writer, token_hashes: Sequence[bytes]) -> None:
        """Once `tx` is on disk, look again at who is connected with these sessions, on every process."""
        self._tell_gateways(tx, words.SessionsChanged(list(token_hashes)))

    def _tell_gateways(self, tx: Writer, word: words.Word) -> None:
        encoded = words.encode(word)
        tx.after_commit(lambda: self._bus.publish(words.GATEWAYS, encoded))

    def _say(self, tx: Writer, room: Room, word: words.Word) -> None:
        encoded = words.encode(word)
        tx.after_commit(lambda: self._bus.publish(str(room), encoded))
