"""Members of a room in the stories of this folder, and how these are told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.kit.realtime import Room, RoomKind, words
from banyan.kit.realtime.connection import Connection
from banyan.kit.realtime.live import LiveRoom
from tests.kit.realtime.archive import Archive
from tests.kit.realtime.clock import at_once


async def _nobody(*_: Any) -> list[bool]:
    return []


KIND = RoomKind("talk", _nobody, forgets=frozenset({"taken_back"}))
Body = Callable[[LiveRoom, Archive], Awaitable[None]]


def payloads(frames: bytes) -> list[dict[str, Any]]:
    """What frames of a server say."""
    found = []
    while frames:
        assert frames[0] == 0x81
        size, start = frames[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(frames[2:start], "big")
        found.append(json.loads(frames[start : start + size]))
        frames = frames[start + size :]
    return found


class Member:
    """Holds every event against the one before; a stand-in for a connection."""

    def __init__(self) -> None:
        self.actor = Actor(new_id(), new_id(), "learner", new_id())
        self.seq = -1
        self.heard: list[int] = []
        self.texts: list[str] = []
        self.resyncs = 0
        self.takes = True
        self.let_go = False

    @property
    def connection(self) -> Connection:
        return cast("Connection", self)

    def write(self, frames: bytes) -> bool:
        for frame in payloads(frames):
            if frame["op"] == "event":
                assert frame["seq"] == self.seq + 1, (self.seq, frame)
                self.seq = frame["seq"]
                self.heard.append(self.seq)
                self.texts.append(frame["data"]["text"])
            elif frame["op"] == "resync":
                self.seq = frame["seq"]
                self.resyncs += 1
        return self.takes

    def fell_behind(self) -> None:
        self.let_go = True

    async def join(self, live: LiveRoom, after: int | None = None) -> None:
        """As a connection joins."""
        missed: bytes | None = b""
        if after is not None:
            missed = await live.missed_since(after)
        live.come(self.connection)
        self.seq = live.seq if after is None or missed is None else after
        if missed is None:
            self.resyncs += 1
        else:
            self.write(missed)


@asynccontextmanager
async def room(archive: Archive, said: list[words.Word] | None = None) -> AsyncIterator[LiveRoom]:
    """A room that begins where the archive is."""
    heard = said if said is not None else []
    live = LiveRoom(Room("talk", archive.id), KIND, archive.database(), UUID(int=1), heard.append)
    live.begin(archive.head())
    yield live
    live.close()
    await asyncio.sleep(0.1)


async def settle(live: LiveRoom, archive: Archive) -> None:
    """What the gateway's round does for a room sooner or later."""
    archive.gone = False
    live.compare(archive.head())
    await asyncio.sleep(1)


def tell(body: Body, *, happened: int = 0) -> None:
    """Tell a story of a room in which so much has happened."""

    async def told() -> None:
        archive = Archive()
        for _ in range(happened):
            archive.happen()
        async with room(archive) as live:
            await body(live, archive)

    at_once(told())
