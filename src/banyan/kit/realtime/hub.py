"""All that is connected to this process: its connections, and the rooms that they are in."""

import asyncio
import contextvars
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import structlog

from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher
from banyan.kit.bus import Bus
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound, Problem
from banyan.kit.realtime import frames, log, metrics, words
from banyan.kit.realtime.connection import CloseCode, Connection, Doorkeeper
from banyan.kit.realtime.lately import Lately
from banyan.kit.realtime.live import LiveRoom
from banyan.kit.realtime.rooms import Admission, Head, Room, RoomKind
from banyan.kit.single_flight import SingleFlight

if TYPE_CHECKING:
    from banyan.kit.toolbox import Kit

__all__ = ["Expelled", "Hub"]

_CROWD_SECONDS = 0.005  # that a join waits for others; after a restart everyone comes at once
_log = structlog.get_logger(__name__)


class Expelled(NotFound):
    """The client may be in the room no more."""

    code = "expelled"
    title = "You are no longer in this room"


class Hub:
    """Connections and rooms of this process.

    Attributes:
        connections, rooms: those that there are.
    """

    def __init__(self, kit: "Kit", bus: Bus, kinds: Sequence[RoomKind], doorkeeper: Doorkeeper) -> None:
        self.kit = kit
        self.bus = bus
        self.kinds = {kind.name: kind for kind in kinds}
        self.doorkeeper = doorkeeper
        self.connections: dict[Connection, None] = {}
        self.rooms: dict[Room, LiveRoom] = {}
        self._process = new_id()
        self._opening: dict[Room, SingleFlight] = {}
        self._by_session: dict[bytes, set[Connection]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._heads: Batcher[Room, Head | None] = Batcher("room_heads", self._read_heads, key=lambda room: room)
        self._admissions = {kind.name: self._admissions_to(kind) for kind in kinds}
        self._ended = Lately()  # sessions, by the hashes of their tokens
        self._expelled = Lately()  # rooms and accounts
        bus.listen(words.GATEWAYS, self._hear_as_gateway)

    def add(self, connection: Connection) -> None:
        """A client is connected."""
        self.connections[connection] = None
        self._by_session.setdefault(connection.token_hash, set()).add(connection)
        metrics.CONNECTIONS.set(len(self.connections))
        if connection.token_hash in self._ended:
            self._do(self._end_sessions([connection.token_hash]))

    def remove(self, connection: Connection) -> None:
        """A client is gone."""
        for room in list(connection.rooms):
            self.leave(connection, room)
        del self.connections[connection]
        same = self._by_session[connection.token_hash]
        same.discard(connection)
        if not same:
            del self._by_session[connection.token_hash]
        metrics.CONNECTIONS.set(len(self.connections))

    async def admitted(self, actor: Actor, room: Room) -> bool:
        """Whether someone may be in a room; asked for many at once."""
        return await self._admissions[room.kind].submit(Admission(actor, room.id))

    async def open(self, room: Room) -> LiveRoom:
        """The room, from now on with this process listening to it.

        Raises:
            NotFound: there is none.
        """
        while (live := self.rooms.get(room)) is None:
            opening = self._opening.setdefault(room, SingleFlight(partial(self._open, room)))
            try:
                await opening()
            finally:
                if self._opening.get(room) is opening:
                    del self._opening[room]
        return live

    def enter(self, connection: Connection, live: LiveRoom) -> None:
        """A client that was admitted comes into a room."""
        live.come(connection)
        connection.rooms[live.room] = None
        if (str(live.room), connection.actor.id) in self._expelled:
            self._do(self._expel(connection, live.room))

    def leave(self, connection: Connection, room: Room) -> None:
        """A client leaves a room."""
        connection.rooms.pop(room, None)
        live = self.rooms.get(room)
        if live is not None:
            live.go(connection)

    def close_room(self, room: Room) -> None:
        """Listen to a room no more."""
        live = self.rooms.pop(room)
        live.close()
        self.bus.unlisten(str(room))
        metrics.ROOMS.set(len(self.rooms))

    async def compare(self, rooms: Sequence[Room]) -> None:
        """Ask the database whether members of these rooms have missed anything; 500 rooms a statement."""
        durable = [room for room in rooms if self.kinds[room.kind].durable]
        for start in range(0, len(durable), 500):
            part = durable[start : start + 500]
            found = await log.heads(self.kit.db.read(), [room.id for room in part])
            heads = {head.id: head for head in found}
            for room in part:
                live, head_now = self.rooms.get(room), heads.get(room.id)
                if live is not None and head_now is not None:
                    live.compare(head_now)
                elif live is not None:
                    self._end(live)

    async def admit_again(self, connection: Connection, room: Room) -> None:
        """Put a client out of a room that it may not be in any more.

        Raises:
            Unavailable: the database is gone.
        """
        if not await self.admitted(connection.actor, room):
            self._put_out(connection, room)

    async def look_again_at(self, token_hashes: list[bytes]) -> None:
        """Close the connections of sessions that have ended; let others be who they are now."""
        valid = await self.doorkeeper.again(token_hashes)
        for token_hash in token_hashes:
            actor = valid.get(token_hash)
            for connection in list(self._by_session.get(token_hash, ())):
                if actor is None:
                    connection.close(CloseCode.NOT_SIGNED_IN, "Please sign in again.")
                elif actor != connection.actor:
                    connection.actor = actor
                    for room in list(connection.rooms):
                        await self.admit_again(connection, room)

    def sessions(self) -> list[bytes]:
        """The hashes of all tokens that connections came with."""
        return list(self._by_session)

    async def close(self) -> None:
        """Let go of everything."""
        self.bus.unlisten(words.GATEWAYS)
        for room in list(self.rooms):
            self.close_room(room)
        for task in list(self._tasks):
            task.cancel()
        await self._heads.close()
        for batcher in self._admissions.values():
            await batcher.close()

    async def _open(self, room: Room) -> None:
        head: Head | None = Head(room.id, 0, 0)
        if self.kinds[room.kind].durable:
            head = await self._heads.submit(room)
        if head is None:
            raise NotFound
        self.rooms[room] = self._live(room, head)

    def _live(self, room: Room, head: Head) -> LiveRoom:
        live = LiveRoom(room, self.kinds[room.kind], self.kit.db, self._process, lambda word: self.say(room, word))
        live.begin(head)
        self.bus.listen(str(room), lambda word: self._hear(live, word), heard=lambda: self._begin_to_hear(live))
        metrics.ROOMS.set(len(self.rooms) + 1)
        return live

    def say(self, room: Room, word: words.Word) -> None:
        """Tell other processes something about a room; this one has it already."""
        self.bus.tell_others(str(room), words.encode(word))

    def _begin_to_hear(self, live: LiveRoom) -> None:
        """Redis has confirmed that it tells us of the room: what happened until now was told to others only."""
        self.say(live.room, words.WhoIsThere())
        self._do(self._compare_one(live.room))

    async def _compare_one(self, room: Room) -> None:
        live = self.rooms.get(room)
        if live is not None and live.kind.durable:
            head = await self._heads.submit(room)
            if head is not None:
                live.compare(head)

    def _hear(self, live: LiveRoom, said: bytes) -> None:
        match _understood(said):
            case words.Event() as event:
                live.take(event)
            case words.Whisper(kind, data):
                live.tell(kind, msgspec.Raw(data))
            case words.Presence() as presence:
                live.company.hear(presence)
            case words.WhoIsThere():
                live.company.announce()
            case words.Typing(account_id):
                live.company.type(account_id)
            case words.Closed():
                self._end(live)

    def _end(self, live: LiveRoom) -> None:
        for connection in list(live.members):
            self._put_out(connection, live.room)

    def _put_out(self, connection: Connection, room: Room) -> None:
        if room in connection.rooms:
            self.leave(connection, room)
            connection.answer(frames.error(Expelled(), str(room)))

    def _hear_as_gateway(self, said: bytes) -> None:
        match _understood(said):
            case words.SessionsChanged(token_hashes):
                for token_hash in token_hashes:
                    self._ended.note(token_hash)
                if concerned := [token_hash for token_hash in token_hashes if token_hash in self._by_session]:
                    self._do(self._end_sessions(concerned))
            case words.Expelled(name, account_id):
                self._expelled.note((name, account_id))
                if (live := self.rooms.get(frames.room_of(name))) is not None:
                    for connection in [one for one in live.members if one.actor.id == account_id]:
                        self._do(self._expel(connection, live.room))

    async def _expel(self, connection: Connection, room: Room) -> None:
        try:
            await self.admit_again(connection, room)
        except Problem:
            self._put_out(connection, room)  # in doubt

    async def _end_sessions(self, token_hashes: list[bytes]) -> None:
        try:
            await self.look_again_at(token_hashes)
        except Problem:
            for token_hash in token_hashes:
                for connection in list(self._by_session.get(token_hash, ())):
                    connection.close(CloseCode.RESTARTING, "Please come back, and show again who you are.")

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("gateway_task_failed", error=repr(error))

    async def _read_heads(self, rooms: Sequence[Room]) -> list[Head | None]:
        found = await log.heads(self.kit.db.read(), [room.id for room in rooms])
        heads = {head.id: head for head in found}
        return [heads.get(room.id) for room in rooms]

    def _admissions_to(self, kind: RoomKind) -> Batcher[Admission, bool]:
        async def admit(requests: Sequence[Admission]) -> Sequence[bool]:
            return await kind.admit(self.kit, requests)

        return Batcher(
            f"admission_{kind.name}", admit, key=lambda request: (request.actor.id, request.id), pause=_CROWD_SECONDS
        )


def _understood(said: bytes) -> words.Word | None:
    try:
        return words.decode(said)
    except msgspec.MsgspecError:
        return None  # another version of Banyan; its durable events are read from the database
