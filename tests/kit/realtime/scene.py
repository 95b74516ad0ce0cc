"""One gateway without sockets or a database, for stories in which the turn of the loop matters."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from banyan.kit.actor import Actor
from banyan.kit.bus import Bus
from banyan.kit.ids import new_id
from banyan.kit.problems import Unavailable
from banyan.kit.realtime import Admission, Credential, Room, RoomKind, words
from banyan.kit.realtime.connection import Connection
from banyan.kit.realtime.conversation import Conversation
from banyan.kit.realtime.hub import Hub
from banyan.kit.realtime.watch import Watch
from tests.kit.bare import bare_kit
from tests.kit.realtime.archive import Archive
from tests.kit.realtime.clock import at_once
from tests.kit.realtime.members import payloads


class Wire:
    """What a connection writes to; a stand-in for its socket and transport."""

    def __init__(self) -> None:
        self.heard_frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self.heard = asyncio.get_running_loop().time()
        self.unread = 0
        self.pings = 0
        self.transport = self

    @property
    def open(self) -> bool:
        return self.code is None

    @property
    def close_sent(self) -> bool:
        return self.code is not None

    def is_closing(self) -> bool:
        return False

    def write(self, frames: bytes) -> None:
        self.heard_frames += payloads(frames)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def waiting(self) -> int:
        return self.unread

    def ping_once(self, _now: float) -> None:
        self.pings += 1

    def close(self, code: int, _reason: str = "") -> None:
        self.code = code

    def events(self) -> list[int]:
        return [frame["seq"] for frame in self.heard_frames if frame["op"] == "event"]

    def errors(self) -> list[str]:
        return [frame["code"] for frame in self.heard_frames if frame["op"] == "error"]


class Scene:
    """One process: a hub, whose sessions and admissions the story decides."""

    def __init__(self) -> None:
        self.archive = Archive()
        self.room = Room("talk", self.archive.id)
        self.barred: set[UUID] = set()
        self.ended: set[bytes] = set()
        self.actors: dict[bytes, Actor] = {}
        self.turns = 0  # that an admission takes after the database has been asked
        self.gone = False
        self.asked: Callable[[], None] = lambda: None  # called when an admission is decided and nobody knows yet
        self.bus = Bus()
        kind = RoomKind("talk", self._admit)
        kit = replace(bare_kit(self.archive.database()))
        self.hub = Hub(kit, self.bus, [kind], cast("Any", self))

    async def _admit(self, _kit: Any, requests: Sequence[Admission]) -> list[bool]:
        answer = [request.actor.id not in self.barred for request in requests]
        self.asked()
        await self._takes_turns()
        return answer

    async def again(self, token_hashes: list[bytes]) -> dict[bytes, Actor]:
        answer = {each: self.actors[each] for each in token_hashes if each not in self.ended}
        await self._takes_turns()
        return answer

    async def _takes_turns(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.gone:
            raise Unavailable

    def connect(self, *, add: bool = True) -> tuple[Connection, Conversation, Wire]:
        wire = Wire()
        actor = Actor(new_id(), new_id(), "learner", new_id())
        token_hash = actor.id.bytes
        self.actors[token_hash] = actor
        credential = Credential(actor, token_hash, datetime.now(UTC) + timedelta(days=1))
        connection = Connection(cast("Any", wire), credential, waiting=1 << 20, rate=1e9)
        if add:
            self.hub.add(connection)
        return connection, Conversation(self.hub, connection), wire

    async def join(self, conversation: Conversation, after: int | None = None) -> None:
        options = "" if after is None else f',"after":{after}'
        await conversation.serve(f'{{"op":"join","room":"{self.room}"{options}}}')

    def happen(self) -> None:
        """Something is stored and said."""
        self.bus.publish(str(self.room), words.encode(self.archive.happen()))

    def expel(self, connection: Connection) -> None:
        """Someone is barred, and everyone told."""
        self.barred.add(connection.actor.id)
        word = words.Expelled(str(self.room), connection.actor.id)
        self.bus.publish(words.GATEWAYS, words.encode(word))

    def end(self, connection: Connection) -> None:
        """A session ends, and everyone is told."""
        self.ended.add(connection.token_hash)
        self.bus.publish(words.GATEWAYS, words.encode(words.SessionsChanged([connection.token_hash])))


def tell(body: Callable[[Scene], Awaitable[None]]) -> None:
    async def told() -> None:
        scene = Scene()
        await body(scene)
        await asyncio.sleep(1)
        await scene.hub.close()
        await asyncio.sleep(1)
        assert not scene.hub._tasks
        assert not scene.hub._opening

    at_once(told())


def watched(body: Callable[[Scene], Awaitable[None]]) -> None:
    """A story in which the gateway goes its rounds."""

    async def told(scene: Scene) -> None:
        running = Watch(scene.hub).start()
        try:
            await body(scene)
        finally:
            running.cancel()
            await asyncio.wait([running])

    tell(told)
