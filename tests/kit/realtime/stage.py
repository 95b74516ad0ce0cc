"""A gateway on a real socket, and clients that speak to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from banyan import accounts
from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.bus import Bus
from banyan.kit.edge import Receive, Scope, Send
from banyan.kit.ids import new_id
from banyan.kit.problems import Forbidden, NotFound
from banyan.kit.punctual import PunctualHttp
from banyan.kit.realtime import Admission, NewEvent, Room, RoomKind
from banyan.kit.realtime import Send as Sendable
from banyan.kit.realtime.gateway import Gateway
from banyan.kit.realtime.hub import Hub
from banyan.kit.realtime.protocol import GatewayProtocol
from banyan.kit.toolbox import Kit
from tests.story import Person


class Words(msgspec.Struct, frozen=True):
    """What is said in a room of these tests."""

    text: str


class Talk:
    """A kind of room: whoever is on the list may be in it, and what they say is stored."""

    def __init__(self) -> None:
        self.barred: set[UUID] = set()
        self.reads: list[tuple[UUID, UUID, int]] = []
        self.asked: list[int] = []
        self.kind = RoomKind(
            "talk", self.admit, {"words": Sendable(Words, self.send)}, self.read, forgets=frozenset({"taken_back"})
        )

    async def admit(self, _kit: Kit, requests: Sequence[Admission]) -> list[bool]:
        self.asked.append(len(requests))
        return [request.actor.id not in self.barred for request in requests]

    async def send(self, kit: Kit, actor: Actor, room_id: UUID, key: str, words: Words) -> int:
        if actor.id in self.barred:
            raise Forbidden("You may not speak here.")
        room = Room("talk", room_id)
        async with kit.db.write() as tx:
            heads = await kit.rooms.lock(tx, [room_id])
            if room_id not in heads:
                raise NotFound
            known = await kit.rooms.known(tx, [(room_id, actor.id, key)])
            if known:
                return next(iter(known.values()))
            seq = heads[room_id].seq + 1
            await kit.rooms.record(tx, [NewEvent(room, seq, "words", words, author_id=actor.id, key=key)])
        return seq

    async def read(self, _kit: Kit, actor: Actor, room_id: UUID, seq: int) -> None:
        self.reads.append((actor.id, room_id, seq))


class Client:
    """One WebSocket."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self._passed_over: list[dict[str, Any]] = []

    async def say(self, **frame: Any) -> None:
        await self.wire.send(json.dumps(frame))

    async def hear(self, op: str, *, within: float = 20, **wanted: Any) -> dict[str, Any]:
        """The first frame not heard yet that is like this; others are kept for later."""
        wanted["op"] = op
        for heard in self._passed_over:
            if all(heard.get(name) == value for name, value in wanted.items()):
                self._passed_over.remove(heard)
                return heard
        async with asyncio.timeout(within):
            while True:
                frame: dict[str, Any] = json.loads(await self.wire.recv())
                if all(frame.get(name) == value for name, value in wanted.items()):
                    return frame
                self._passed_over.append(frame)

    async def hear_nothing(self, op: str, seconds: float = 0.3) -> None:
        """No frame of this kind comes for a while."""
        try:
            frame = await self.hear(op, within=seconds)
        except TimeoutError:
            return
        raise AssertionError(f"heard {frame}")

    async def join(self, room: Room, **options: Any) -> dict[str, Any]:
        await self.say(op="join", room=str(room), **options)
        return await self.hear("joined", room=str(room))

    async def send(self, room: Room, key: str, text: str) -> int:
        await self.say(op="send", room=str(room), key=key, type="words", data={"text": text})
        return int((await self.hear("ack", key=key))["seq"])

    async def events(self, count: int) -> list[dict[str, Any]]:
        return [await self.hear("event") for _ in range(count)]

    async def closed(self, within: float = 20) -> int:
        """Read until the server closes; the code."""
        async with asyncio.timeout(within):
            while True:
                try:
                    await self.wire.recv()
                except ConnectionClosed as end:
                    return int(end.rcvd.code) if end.rcvd else 0


class Stage:
    """A gateway that listens."""

    def __init__(self, banyan: Banyan, gateway: Gateway, port: int) -> None:
        self.banyan = banyan
        self.gateway = gateway
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/ws"

    async def room(self) -> Room:
        """A new room of the kind `talk`."""
        room = Room("talk", new_id())
        async with self.banyan.kit.db.write() as tx:
            await self.banyan.kit.rooms.open(tx, room)
        return room

    async def fill(self, room: Room, count: int) -> None:
        """Let so many things happen in a room at once."""
        rooms = self.banyan.kit.rooms
        async with self.banyan.kit.db.write() as tx:
            start = (await rooms.lock(tx, [room.id]))[room.id].seq
            await rooms.record(
                tx, [NewEvent(room, start + n, "words", Words(f"word {n}")) for n in range(1, count + 1)]
            )

    @asynccontextmanager
    async def client(self, person: Person | None = None, **options: Any) -> AsyncIterator[Client]:
        """Someone connected."""
        headers = {"authorization": f"Bearer {person.token}"} if person else {}
        headers |= options.pop("headers", {})
        async with connect(
            self.url, additional_headers=headers, compression=None, proxy=None, max_size=None, **options
        ) as wire:
            yield Client(wire)


@asynccontextmanager
async def serving(banyan: Banyan, kinds: Sequence[RoomKind], *, bus: Bus | None = None) -> AsyncIterator[Stage]:
    """A gateway for rooms of these kinds, on a port of its own."""
    hub = Hub(banyan.kit, bus or banyan.bus, kinds, accounts.Doorkeeper(banyan.kit))
    gateway = Gateway(hub)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await gateway(scope, receive, send)

    with socket.socket(proto=socket.IPPROTO_TCP) as door:  # without, asyncio leaves Nagle's algorithm on: 40 ms a frame
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=PunctualHttp,
                ws=GatewayProtocol,
                ws_max_size=banyan.kit.settings.realtime.largest_frame * 1024,
                ws_per_message_deflate=False,
                ws_ping_interval=None,
                lifespan="off",
                log_config=None,
            )
        )
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup([door])
        try:
            yield Stage(banyan, gateway, door.getsockname()[1])
        finally:
            await gateway.close()
            await server.shutdown([door])
