"""Peers that say nothing, read nothing or are not there any more are let go, and hold up nobody."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from banyan.kit import punctual
from banyan.kit.realtime import gateway, protocol, watch
from banyan.kit.realtime.connection import CloseCode
from tests.kit.realtime.conftest import nothing_is_left
from tests.kit.realtime.raw import PING, PONG, TEXT, frame, handshake, raw
from tests.kit.realtime.stage import Stage, Talk
from tests.story import School

pytestmark = pytest.mark.usefixtures("quiet", "_hasty")


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds are tenths."""
    for module, name, seconds in (
        (gateway, "_SIGN_IN_SECONDS", 0.3),
        (punctual, "_HEAD_SECONDS", 0.3),
        (protocol, "_PING_PAUSE", 0.2),
        (protocol, "_CLOSING", 0.3),
        (watch, "_ROUND", 0.05),
        (watch, "_PING_AFTER", 0.5),
        (watch, "_DEAD_AFTER", 1.5),
        (watch, "_ROOM_KEPT", 0.2),
    ):
        assert hasattr(module, name)
        monkeypatch.setattr(module, name, seconds)


async def test_whoever_says_not_who_they_are_is_let_go(stage: Stage) -> None:
    async with raw(stage) as client:
        assert await client.code() == 4408
        await client.gone()
    await nothing_is_left(stage.gateway.hub)


@pytest.mark.parametrize("part", [0, 1, 20, len(handshake()) - 1])
async def test_half_a_handshake_is_not_waited_for_for_ever(stage: Stage, part: int) -> None:
    async with raw(stage, shake=handshake()[:part]) as client:
        await client.gone(within=5)


async def test_a_peer_that_answers_pings_stays_and_one_that_does_not_is_closed(stage: Stage, school: School) -> None:
    async with raw(stage, await school.learner()) as answers, raw(stage, await school.learner()) as silent:
        pings = 0

        async def answer() -> None:
            nonlocal pings
            while True:
                opcode, _ = await answers.frame(within=60)
                assert opcode == PING
                pings += 1
                await answers.write(frame(b"", PONG))

        answering = asyncio.create_task(answer())
        assert await silent.code() == 4408
        await silent.gone()  # although it never says goodbye
        await asyncio.sleep(1)
        assert not answering.done()
        assert pings >= 3
        assert len(stage.gateway.hub.connections) == 1
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering
    await nothing_is_left(stage.gateway.hub)


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A way to a port that can be cut, so that neither side hears of it; the port to use and the knife."""
    cut = asyncio.Event()
    ends: list[asyncio.Task[None]] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            if cut.is_set():
                await asyncio.Event().wait()
            writer.write(data)

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        ends.extend([asyncio.create_task(carry(reader, back)), asyncio.create_task(carry(there, writer))])
        await asyncio.wait(ends)
        writer.close()
        back.close()

    server = await asyncio.start_server(joined, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], cut
    finally:
        server.close()
        for end in ends:
            end.cancel()


async def test_a_peer_that_vanishes_without_a_word_is_noticed(stage: Stage, school: School) -> None:
    room = await stage.room()
    bo = await school.learner()
    async with cable(stage.port) as (port, cut), stage.client(await school.learner()) as other:
        await other.join(room)
        far = Stage(stage.banyan, stage.gateway, port)
        async with raw(far, bo) as client:
            await client.write(frame(json.dumps({"op": "join", "room": str(room)})))
            while (await other.hear("ephemeral", type="presence"))["data"]["count"] != 2:
                pass
            cut.set()
            while (await other.hear("ephemeral", type="presence"))["data"]["count"] != 1:
                pass
    await nothing_is_left(stage.gateway.hub)


async def test_a_session_that_expires_ends_the_connection(stage: Stage, school: School) -> None:
    amina = await school.learner()
    async with stage.banyan.kit.db.write() as tx:
        await tx.execute(
            "update session set expires_at = now() + interval '0.5 seconds' where account_id = $1", amina.id
        )
    async with stage.client(amina) as client:
        await client.say(op="ping")
        await client.hear("pong")
        assert await client.closed() == 4401
    await nothing_is_left(stage.gateway.hub)


async def test_whoever_never_reads_is_closed_and_nobody_waits_for_them(
    stage: Stage, school: School, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await stage.room()
    closed: list[int] = []
    close = protocol.GatewayProtocol.close

    def note(self: protocol.GatewayProtocol, code: int, reason: str = "") -> None:
        if self.open:
            closed.append(code)
        close(self, code, reason)

    monkeypatch.setattr(protocol.GatewayProtocol, "close", note)
    monkeypatch.setattr(watch, "_DEAD_AFTER", 60)
    amina, bo, chen = [await school.learner() for _ in range(3)]
    async with (
        stage.client(amina) as speaker,
        stage.client(bo) as listener,
        raw(stage, chen, buffer=4096) as deaf,
    ):
        await speaker.join(room)
        await listener.join(room)
        await deaf.write(frame(json.dumps({"op": "join", "room": str(room)})))
        while len(stage.gateway.hub.rooms[room].members) < 3:  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.01)
        loop = asyncio.get_running_loop()
        slowest = 0.0
        sent = 0
        while not closed:
            began = loop.time()
            sent += 1
            await speaker.send(room, f"k{sent}", "x" * 40_000)
            assert (await listener.hear("event", within=5))["seq"] == sent
            slowest = max(slowest, loop.time() - began)
            assert sent < 300
        assert closed == [CloseCode.TOO_SLOW]
        assert slowest < 2
        assert sent * 40_000 > 1 << 20, "so much may wait"
        await speaker.send(room, "last", "word")
        assert (await listener.hear("event", data={"text": "word"}))["seq"] == sent + 1
        async with asyncio.timeout(5):
            while len(stage.gateway.hub.connections) > 2:  # noqa: ASYNC110 -- a state, not an event
                await asyncio.sleep(0.01)
    await nothing_is_left(stage.gateway.hub)


async def test_whoever_asks_and_never_reads_the_answers_is_answered_no_further(stage: Stage, school: School) -> None:
    room = await stage.room()
    await stage.fill(room, 400)
    join = frame(json.dumps({"op": "join", "room": str(room), "after": 0}))
    async with raw(stage, await school.learner(), buffer=4096) as deaf:
        deaf.writer.transport.set_write_buffer_limits(high=1 << 24)
        await deaf.write(join * 180)  # each asks for 60 KB
        await asyncio.sleep(0.5)
        (connection,) = stage.gateway.hub.connections
        assert connection.socket.waiting() < 256 * 1024
        assert not connection.socket.close_sent
        read = 0
        async with asyncio.timeout(20):
            while read < 180:
                opcode, payload = await deaf.frame()
                read += opcode == TEXT and b'"joined"' in payload
    await nothing_is_left(stage.gateway.hub)


async def test_pings_whose_answers_nobody_reads_fill_no_memory(
    stage: Stage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "_SPARE", 1e9)
    monkeypatch.setattr(protocol, "_SPARE_A_SECOND", 1e12)
    async with raw(stage, await school.learner(), buffer=4096) as deaf:
        (connection,) = stage.gateway.hub.connections
        sock: socket.socket = connection.socket.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        await deaf.write(frame(b"x" * 125, PING) * 40_000)  # 5 MB
        await asyncio.sleep(0.5)
        assert connection.socket.waiting() < 512 * 1024
        assert connection.socket.open
    await nothing_is_left(stage.gateway.hub)


async def test_rooms_that_everyone_has_left_are_closed(stage: Stage, school: School) -> None:
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        await client.join(room)
        await client.say(op="leave", room=str(room))
        async with asyncio.timeout(5):
            while stage.gateway.hub.rooms:  # noqa: ASYNC110 -- a state, not an event
                await asyncio.sleep(0.01)
        await client.join(room, after=0)
        assert await client.send(room, "k", "hello") == 1
        await client.hear("event")
    await nothing_is_left(stage.gateway.hub)
