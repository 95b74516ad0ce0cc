"""What a client's frames do. Each is served before the next one is read, so a client's messages keep their order."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from banyan.kit.problems import Conflict, Malformed, NotFound, Problem, TooMany
from banyan.kit.realtime import frames, metrics, words
from banyan.kit.realtime.connection import CloseCode, Connection
from banyan.kit.realtime.rooms import Room
from banyan.kit.request import deadline
from banyan.kit.wire import decode

if TYPE_CHECKING:
    from banyan.kit.realtime.hub import Hub

__all__ = ["Conversation"]

_DEADLINE = 15.0  # seconds for a frame
_NOT_UNDERSTOOD = 20  # frames, less those that were understood since
_REFUSED = 400  # frames that came too fast, less those that did not
_log = structlog.get_logger(__name__)


class NotInRoom(Conflict):
    """The client has not joined the room."""

    code = "not_in_room"
    title = "Join the room first"


class TooManyRooms(Conflict):
    """The connection is in as many rooms as it may be."""

    code = "too_many_rooms"
    title = "One connection cannot be in more rooms"


class Conversation:
    """Serves the frames of one connection."""

    __slots__ = ("_connection", "_hub")

    def __init__(self, hub: "Hub", connection: Connection) -> None:
        self._hub = hub
        self._connection = connection

    async def serve(self, text: str) -> None:
        """Do what a frame asks; whatever is wrong with it becomes an `error`."""
        connection = self._connection
        if not connection.may_speak():
            self._slow_down(text)
            return
        try:
            frame = frames.decode(text)
        except Malformed as problem:
            metrics.FRAMES.labels("malformed").inc()
            connection.answer(frames.error(problem))
            connection.not_understood += 1
            if connection.not_understood > _NOT_UNDERSTOOD:
                connection.close(CloseCode.NOT_UNDERSTOOD, "These frames cannot be understood.")
            return
        connection.not_understood = max(0, connection.not_understood - 1)
        metrics.FRAMES.labels(type(frame).__name__.lower()).inc()
        await self._answer(frame)

    async def _answer(self, frame: frames.ClientFrame) -> None:
        until = deadline.set(asyncio.get_running_loop().time() + _DEADLINE)
        problem: Problem
        try:
            await self._do(frame)
            return
        except Problem as error:
            problem = error
        except Exception:
            _log.exception("unexpected", op=type(frame).__name__.lower())
            problem = Problem("We have noted what happened. Please try again.")
        finally:
            deadline.reset(until)
        self._connection.answer(frames.error(problem, getattr(frame, "room", None), getattr(frame, "key", None)))

    async def _do(self, frame: frames.ClientFrame) -> None:
        match frame:
            case frames.Ping():
                self._connection.answer(frames.pong)
            case frames.Auth():
                raise Conflict("You are signed in already.")
            case frames.Join(name, after, epoch):
                await self._join(self._room(name), after, epoch)
            case frames.Leave(name):
                self._hub.leave(self._connection, self._room(name))
            case frames.Send():
                await self._send(frame)
            case frames.Typing(name):
                self._type(self._room(name))
            case frames.Read(name, seq):
                room = self._room(name)
                note = self._hub.kinds[room.kind].read
                if note is None:
                    raise NotFound
                await note(self._hub.kit, self._connection.actor, room.id, seq)

    async def _join(self, room: Room, after: int | None, epoch: int | None) -> None:
        connection, hub = self._connection, self._hub
        if room not in connection.rooms and len(connection.rooms) >= hub.kit.settings.realtime.rooms:
            raise TooManyRooms(f"At most {hub.kit.settings.realtime.rooms}.")
        if not await hub.admitted(connection.actor, room):
            raise NotFound
        live = await hub.open(room)
        missed: bytes | None = b""
        if after is not None and live.kind.durable:
            begun = live.epoch
            missed = await live.missed_since(after) if epoch in (None, begun) else None
            if live.epoch != begun:
                missed = None
        if hub.rooms.get(room) is not live:  # closed meanwhile, for want of members
            await self._join(room, after, epoch)
            return
        if not connection.socket.open:
            return
        hub.enter(connection, live)
        greeting = frames.joined(room, live.epoch, live.seq, live.company.present())
        connection.answer(greeting + (frames.resync(room, live.epoch, live.seq) if missed is None else missed))

    async def _send(self, frame: frames.Send) -> None:
        room = self._room(frame.room)
        send = self._hub.kinds[room.kind].sends.get(frame.type)
        if send is None:
            raise Malformed("Nothing of this type can be sent to this room.")
        data = decode(bytes(frame.data), send.data)
        seq = await send.run(self._hub.kit, self._connection.actor, room.id, frame.key, data)
        self._connection.answer(frames.ack(frame.room, frame.key, seq))

    def _type(self, room: Room) -> None:
        live = self._hub.rooms.get(room)
        if live is None or room not in self._connection.rooms:
            raise NotInRoom
        account_id = self._connection.actor.id
        if live.company.type(account_id):
            self._hub.say(room, words.Typing(account_id))

    def _room(self, name: str) -> Room:
        room = frames.room_of(name)
        if room.kind not in self._hub.kinds:
            raise NotFound
        return room

    def _slow_down(self, text: str) -> None:
        connection = self._connection
        metrics.FRAMES.labels("refused").inc()
        with suppress(Malformed):
            frame = frames.decode(text)
            problem = TooMany("Please send fewer frames a second.", retry_after=1)
            connection.answer(frames.error(problem, getattr(frame, "room", None), getattr(frame, "key", None)))
        if connection.refused > _REFUSED:
            connection.close(CloseCode.TOO_FAST, "Too many frames; come back in ten seconds.")
