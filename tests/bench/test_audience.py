"""The audience of a room: what it counts must be what everyone heard, and it must notice when somebody did not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from bench import frames
from bench.hall import Hall
from bench.machine import Cores
from bench.orders import ComeBack, Lose, Open, Say, Talk

ROOM = "group:1"
Spoil = Callable[[int, list[str]], list[str]]  # of a member's number and the frames for it


class Room:
    """A server with one room, which keeps what was said."""

    def __init__(self, spoil: Spoil = lambda _member, sent: sent) -> None:
        self.spoil = spoil
        self.events: list[str] = []
        self.members: dict[ServerConnection, int] = {}
        self.joins: list[dict[str, int]] = []

    async def __call__(self, socket: ServerConnection) -> None:
        try:
            async for text in socket:
                frame = json.loads(text)
                await (self.join(socket, frame) if frame["op"] == "join" else self.say(frame))
        except ConnectionClosed:
            pass
        finally:
            self.members.pop(socket, None)

    async def join(self, socket: ServerConnection, frame: dict[str, int]) -> None:
        assert socket.request
        self.joins.append(frame)
        self.members[socket] = number = int(socket.request.headers["authorization"].removeprefix("Bearer token-"))
        await socket.send(json.dumps({"op": "joined", "room": ROOM, "epoch": 7, "seq": len(self.events)}))
        for event in self.spoil(number, self.events[frame["after"] :] if "after" in frame else []):
            await socket.send(event)

    async def say(self, frame: dict[str, object]) -> None:
        event = {"op": "event", "room": ROOM, "seq": len(self.events) + 1, "type": "message", "data": frame["data"]}
        self.events.append(json.dumps(event))
        for member, number in self.members.items():
            for heard in self.spoil(number, [self.events[-1]]):
                broadcast([member], heard)


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(Cores()) as hall:
        yield hall


@asynccontextmanager
async def open_to(server: Callable[[ServerConnection], object]) -> AsyncIterator[int]:
    running: Server
    async with serve(server, "127.0.0.1", 0, compression=None) as running:  # type: ignore[arg-type]
        yield next(iter(running.sockets)).getsockname()[1]


def everyone(port: int, members: int = 6, *, strict: bool = True) -> Open:
    return Open(port, ROOM, [f"token-{number}" for number in range(members)], strict=strict)


async def test_everyone_hears_what_anyone_says(hall: Hall) -> None:
    room = Room()
    async with open_to(room) as port:
        gathered = await asyncio.to_thread(hall.open, everyone(port))
        heard = await asyncio.to_thread(hall.talk, Talk(talkers=2, seconds=0.3))
        said = await asyncio.to_thread(hall.say, Say(messages=5))
    assert gathered.joined == 6
    assert heard.messages > 4
    assert heard.deliveries == heard.messages * 6
    assert heard.messages + 5 == len(room.events)
    assert said.heard.deliveries == 5 * 6
    assert 0 < said.heard.p50 <= said.heard.p95 <= said.heard.seconds
    assert 0 < said.whole < 5


def left_out(member: int, sent: list[str]) -> list[str]:
    return [event for event in sent if member != 3 or '"seq": 2,' not in event]


def doubled(member: int, sent: list[str]) -> list[str]:
    return [event for event in sent for _ in range(2 if member == 4 and '"seq": 2,' in event else 1)]


class Swapped:
    """Gives one member the second and the third in the wrong order."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def __call__(self, member: int, sent: list[str]) -> list[str]:
        if member != 5 or not sent:
            return sent
        if '"seq": 2,' in sent[0]:
            self.kept = sent
            return []
        kept, self.kept = self.kept, []
        return sent + kept


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "spoiled", [lambda: left_out, lambda: doubled, Swapped], ids=["left out", "doubled", "swapped"]
)
async def test_a_message_that_is_left_out_doubled_or_out_of_order_is_noticed(
    hall: Hall, spoiled: Callable[[], Spoil], strict: bool
) -> None:
    async with open_to(Room(spoiled())) as port:
        await asyncio.to_thread(hall.open, everyone(port, strict=strict))
        with pytest.raises(RuntimeError, match="not everyone heard everything once and in order"):
            await asyncio.to_thread(hall.talk, Talk(talkers=2, seconds=0.2, patience=0.5))


async def test_whoever_comes_back_hears_what_they_missed(hall: Hall) -> None:
    room = Room()
    async with open_to(room) as port:
        await asyncio.to_thread(hall.open, everyone(port))
        await asyncio.to_thread(hall.say, Say(messages=3))
        await asyncio.to_thread(hall.lose, Lose())
        room.joins.clear()
        first = await asyncio.to_thread(hall.come_back, ComeBack(port, 0, 1, within=0))
        await asyncio.to_thread(hall.say, Say(messages=4))
        others = await asyncio.to_thread(hall.come_back, ComeBack(port, 1, 6, within=0.1))
        heard = await asyncio.to_thread(hall.say, Say(messages=1))
    assert {join["after"] for join in room.joins} == {3}
    assert (first.joined, first.replayed) == (1, 0)
    assert (others.joined, others.replayed, others.behind) == (5, 20, 0)
    assert heard.heard.members == 6


async def test_a_hole_in_what_was_missed_is_noticed(hall: Hall) -> None:
    async with open_to(Room(left_out)) as port:
        await asyncio.to_thread(hall.open, everyone(port))
        await asyncio.to_thread(hall.say, Say(messages=1))
        await asyncio.to_thread(hall.lose, Lose())
        await asyncio.to_thread(hall.come_back, ComeBack(port, 0, 1, within=0))
        await asyncio.to_thread(hall.say, Say(messages=2))
        with pytest.raises(RuntimeError, match="not all came in"):
            await asyncio.to_thread(hall.come_back, ComeBack(port, 1, 6, within=0, patience=0.5))


async def test_connections_that_a_server_drops_while_nobody_asks_are_not_held_against_the_next_one(hall: Hall) -> None:
    room = Room()
    async with open_to(room) as port:
        await asyncio.to_thread(hall.open, everyone(port))
        await asyncio.to_thread(hall.say, Say(messages=2))
    await asyncio.to_thread(hall.lose, Lose(wait=True))
    async with open_to(room) as port:
        again = await asyncio.to_thread(hall.come_back, ComeBack(port, 0, 6, within=0))
    assert (again.joined, again.lost, again.replayed) == (6, 0, 0)


async def test_someone_who_is_turned_away_is_noticed(hall: Hall) -> None:
    with pytest.raises(RuntimeError, match="not all came in"):
        await asyncio.to_thread(hall.open, everyone(9))


async def test_an_error_is_noticed(hall: Hall) -> None:
    async def refuse(socket: ServerConnection) -> None:
        async for _ in socket:
            await socket.send('{"op": "error", "code": "not_found"}')

    async with open_to(refuse) as port:
        with pytest.raises(RuntimeError, match="not_found"):
            await asyncio.to_thread(hall.open, Open(port, ROOM, ["token"], patience=0.3))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_frames_are_told_apart_wherever_the_stream_is_cut(size: int) -> None:
    payload = b"x" * size
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65_536 else b""
    frame = b"\x81" + (length or b"\x7f" + size.to_bytes(8, "big")) + payload
    stream = frame + b"\x89\x00"
    assert frames.split(stream) == ([(frames.TEXT, payload), (frames.PING, b"")], b"")
    for cut in [*range(1, min(len(frame), 20)), len(frame) - 1]:
        assert frames.split(stream[:cut]) == ([], stream[:cut])
