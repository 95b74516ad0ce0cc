"""Frames that are wrong get an error or a close code of docs/realtime.md, and nobody else notices."""

import asyncio
import json
from collections.abc import AsyncIterator

import msgspec
import pytest

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.realtime import protocol
from tests.kit.realtime.conftest import nothing_is_left
from tests.kit.realtime.raw import BINARY, CLOSE, CONT, PING, TEXT, frame, handshake, raw
from tests.kit.realtime.stage import Client, Stage
from tests.story import School

pytestmark = pytest.mark.usefixtures("quiet", "_hasty")
ROOM = f"talk:{new_id()}"


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_CLOSING", 0.2)


@pytest.fixture
async def witness(stage: Stage, school: School) -> AsyncIterator[Client]:
    """Someone who talks on, before and after; nothing is left when they have gone."""
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        await client.join(room)
        assert await client.send(room, "before", "hello") == 1
        yield client
        assert await client.send(room, "after", "hello") == 2
        assert [event["seq"] for event in await client.events(2)] == [1, 2]
        assert len(stage.gateway.hub.connections) == 1
    await nothing_is_left(stage.gateway.hub)


def settings(banyan: Banyan, stage: Stage, **realtime: int) -> None:
    """Let the gateway have other limits; for connections from now on."""
    changed = msgspec.structs.replace(banyan.kit.settings.realtime, **realtime)
    object.__setattr__(banyan.kit, "settings", msgspec.structs.replace(banyan.kit.settings, realtime=changed))
    stage.gateway._settings = changed


NOT_FRAMES = [
    "",
    "nonsense",
    "null",
    "17",
    '"ping"',
    "[]",
    '[{"op":"ping"}]',
    "{}",
    '{"op":null}',
    '{"op":17}',
    '{"op":"Ping"}',
    '{"op":"unknown"}',
    '{"op":"ping"',
    '{"op":"ping"}{"op":"ping"}',
    '{"op":"ping","more":1}',
    '{"op":"join"}',
    '{"op":"join","room":null}',
    '{"op":"join","room":17}',
    '{"op":"join","room":["talk"]}',
    '{"op":"join","room":""}',
    '{"op":"join","room":"talk"}',
    '{"op":"join","room":"talk:"}',
    '{"op":"join","room":"talk:17"}',
    '{"op":"join","room":"talk:--------------------------------"}',
    '{"op":"join","room":"TALK:00000000-0000-0000-0000-000000000000"}',
    '{"op":"join","room":"talk:00000000-0000-0000-0000-000000000000\\u0000"}',
    '{"op":"join","room":"talk:00000000-0000-0000-0000-000000000000\\n"}',
    json.dumps({"op": "join", "room": "x" * 60_000}),
    json.dumps({"op": "join", "room": ROOM, "after": -1}),
    json.dumps({"op": "join", "room": ROOM, "after": 2**63}),
    json.dumps({"op": "join", "room": ROOM, "after": 10**400}),
    json.dumps({"op": "join", "room": ROOM, "after": 1.5}),
    json.dumps({"op": "join", "room": ROOM, "after": "1"}),
    json.dumps({"op": "join", "room": ROOM, "after": True}),
    json.dumps({"op": "join", "room": ROOM, "epoch": -1}),
    json.dumps({"op": "join", "room": ROOM, "other": 1}),
    json.dumps({"op": "read", "room": ROOM}),
    json.dumps({"op": "read", "room": ROOM, "seq": -1}),
    json.dumps({"op": "read", "room": ROOM, "seq": None}),
    json.dumps({"op": "send", "room": ROOM, "key": "k", "type": "words"}),
    json.dumps({"op": "send", "room": ROOM, "key": "", "type": "words", "data": {"text": ""}}),
    json.dumps({"op": "send", "room": ROOM, "key": "k" * 101, "type": "words", "data": {"text": ""}}),
    json.dumps({"op": "send", "room": ROOM, "key": "k\0", "type": "words", "data": {"text": ""}}),
    json.dumps({"op": "send", "room": ROOM, "key": "k", "type": "x" * 41, "data": {"text": ""}}),
    '{"op":"typing","room":"\\ud800"}',
    "[" * 30_000,
    '{"op":' * 10_000,
    '{"op":"send","room":"x","key":"k","type":"words","data":' + "[" * 30_000,
    "\0",
    "\ufeff{}",
]


async def test_what_is_no_frame_gets_an_error(stage: Stage, school: School, witness: Client) -> None:
    person = await school.learner()
    for start in range(0, len(NOT_FRAMES), 10):  # more would close the connection
        async with stage.client(person) as client:
            for text in NOT_FRAMES[start : start + 10]:
                await client.wire.send(text)
                error = await client.hear("error")
                assert (error["status"], error["code"]) == (400, "malformed"), text
                await client.say(op="ping")
                await client.hear("pong")


NOT_WORDS = [
    "17",
    "null",
    "[]",
    "{}",
    '{"text":17}',
    '{"text":"\\ud800"}',
    "[" * 20_000 + "]" * 20_000,
    '{"text":"a","text2":1',
]


async def test_what_cannot_be_sent_gets_an_error(stage: Stage, school: School, witness: Client) -> None:
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        for data in NOT_WORDS:
            await client.wire.send(f'{{"op":"send","room":"{room}","key":"k","type":"words","data":{data}}}')
            assert (await client.hear("error"))["status"] == 400, data
        assert await client.send(room, "k", "hello") == 1


async def test_what_kind_of_thing_is_sent_must_be_known(stage: Stage, school: School) -> None:
    room = await stage.room()
    async with stage.client(await school.learner()) as client:
        await client.say(op="send", room=str(room), key="k", type="other", data={})
        assert (await client.hear("error", key="k"))["status"] == 400
        await client.say(op="send", room=f"other:{new_id()}", key="l", type="words", data={})
        assert (await client.hear("error", key="l"))["status"] == 404
        await client.say(op="typing", room=str(room))
        assert (await client.hear("error"))["code"] == "not_in_room"
        await client.say(op="auth", token="again")
        assert (await client.hear("error"))["status"] == 409
        await client.say(op="leave", room=str(room))  # not being there already is what was wanted


async def test_one_connection_is_in_so_many_rooms_at_most(
    banyan: Banyan, stage: Stage, school: School, witness: Client
) -> None:
    settings(banyan, stage, rooms=3)
    rooms = [await stage.room() for _ in range(5)]
    async with stage.client(await school.learner()) as client:
        for room in rooms[:3]:
            await client.join(room)
        await client.say(op="join", room=str(rooms[3]))
        assert (await client.hear("error"))["code"] == "too_many_rooms"
        await client.join(rooms[0])  # again
        await client.say(op="leave", room=str(rooms[0]))
        await client.join(rooms[3])


BROKEN = [
    ("binary", frame(b"{}", BINARY), 1003),
    ("empty binary", frame(b"", BINARY), 1003),
    ("not UTF-8", frame(b'{"op":"\xff"}'), 1007),
    ("half of a letter", frame(b"\xc3"), 1007),
    ("a surrogate", frame(b'"\xed\xa0\x80"'), 1007),
    ("too large", frame(b" " * (64 * 1024 + 1)), 1009),
    ("much too large", frame(b" " * 4_000_000), 1009),
    ("too large, says its head", b"\x81\xff\x7f" + b"\xff" * 7 + b"\0\0\0\0", 1009),
    ("too large in parts", frame(b"", fin=False) + frame(b" " * 1000, CONT, fin=False) * 70, 1009),
    ("too large in small parts", frame(b" " * 65_000, fin=False) + frame(b" ", CONT, fin=False) * 600, 1009),
    ("parts without end", frame(b"", fin=False) + frame(b"", CONT, fin=False) * 5_000, 4429),
    ("pings without end", frame(b"", PING) * 5_000, 4429),
    ("not masked", frame("{}", masked=False), 1002),
    ("a part of nothing", frame("{}", CONT), 1002),
    ("a message within a message", frame("{", fin=False) + frame("{}", TEXT), 1002),
    ("an unknown opcode", frame("{}", 0x5), 1002),
    ("a reserved bit", b"\xf1\x80\0\0\0\0", 1002),
    ("a large ping", frame(b" " * 126, PING), 1002),
    ("a ping in parts", frame(b"", PING, fin=False), 1002),
    ("a close code of its own", frame(b"\x00\x01", CLOSE), 1002),
]


async def test_frames_that_break_the_protocol_are_told_by_a_code(stage: Stage, school: School, witness: Client) -> None:
    person = await school.learner()
    for name, data, code in BROKEN:
        async with raw(stage, person) as client:
            await client.write(data)
            assert await client.code() == code, name
            await client.gone()


async def test_a_message_in_parts_is_a_message(stage: Stage, school: School) -> None:
    async with raw(stage, await school.learner()) as client:
        text = b'{"op":"ping"}'
        parts = [frame(text[n : n + 1], CONT if n else TEXT, fin=n == len(text) - 1) for n in range(len(text))]
        await client.write(frame(b"!", PING).join(parts))
        assert [await client.frame() for _ in range(12)] == [(0xA, b"!")] * 12
        assert await client.frame() == (TEXT, b'{"op":"pong"}')
        await client.write(frame(b'{"op":"ping"}'.ljust(64 * 1024)))
        assert await client.frame() == (TEXT, b'{"op":"pong"}')


async def test_whoever_cannot_be_understood_is_told_to_stay_away(stage: Stage, school: School, witness: Client) -> None:
    async with stage.client(await school.learner()) as client:
        for _ in range(15):
            await client.wire.send("nonsense")
            for _ in range(2):
                await client.say(op="ping")  # what is understood makes up for it
        for _ in range(25):
            await client.wire.send("nonsense")
        assert await client.closed() == 4400


async def test_whoever_floods_is_told_and_then_closed(
    banyan: Banyan, stage: Stage, school: School, witness: Client
) -> None:
    room = await stage.room()
    settings(banyan, stage, frames_per_second=1)
    async with stage.client(await school.learner()) as client:
        await client.join(room)
        keys = {f"k{number}" for number in range(20)}
        for key in sorted(keys):
            await client.say(op="send", room=str(room), key=key, type="words", data={"text": "flood"})
        refused: set[str] = set()
        acknowledged: set[str] = set()
        while refused | acknowledged != keys:
            answer = json.loads(await client.wire.recv())
            if answer["op"] == "error":
                assert (answer["status"], answer["retry_after"], answer["room"]) == (429, 1, str(room))
                refused.add(answer["key"])
            elif answer["op"] == "ack":
                acknowledged.add(answer["key"])
        assert len(refused) > 10
        assert len(acknowledged) >= 3
        async with raw(stage, await school.learner()) as other:
            await other.write(frame('{"op":"ping"}') * 2_000)
            assert await other.code() == 4429


async def test_what_came_before_a_connection_was_closed_is_not_done_after(stage: Stage, school: School) -> None:
    room = await stage.room()
    async with raw(stage, await school.learner()) as client:
        send = json.dumps({"op": "send", "room": str(room), "key": "k", "type": "words", "data": {"text": "late"}})
        await client.write(frame("nonsense") * 30 + frame(send))
        assert await client.code() == 4400
    await nothing_is_left(stage.gateway.hub)
    assert (await stage.banyan.kit.rooms.head(stage.banyan.kit.db.read(), room.id)).seq == 0


async def test_a_process_takes_so_many_connections_and_counts_those_who_sign_in_late(
    banyan: Banyan, stage: Stage, school: School, witness: Client
) -> None:
    settings(banyan, stage, connections=3)
    people = [await school.learner() for _ in range(4)]
    async with stage.client() as late, stage.client(people[0]) as second, stage.client(people[1]) as third:
        for client in (second, third):
            await client.say(op="ping")
            await client.hear("pong")
        async with stage.client(people[2]) as fourth:
            assert await fourth.closed() == 4503
        await late.say(op="auth", token=people[3].token)
        assert await late.closed() == 4503


SHAKES = {
    "version": (handshake().replace(b"Version: 13", b"Version: 7"), b"HTTP/1.1 4"),
    "key": (handshake().replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"short"), b"HTTP/1.1 400"),
    "path": (handshake().replace(b"/ws", b"/w\xff"), b"HTTP/1.1 "),
    "header": (handshake().replace(b"\r\n\r\n", b"\r\nX: \xff\xfe\r\n\r\n"), b"HTTP/1.1 "),
    "headers": (handshake().replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 300 + b"\r\n"), b"HTTP/1.1 431"),
    "large": (handshake().replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 20_000 + b"\r\n\r\n"), b"HTTP/1.1 431"),
    "no host": (handshake().replace(b"Host: demo.school\r\n", b""), b"HTTP/1.1 "),
    "bad host": (handshake().replace(b"Host: demo.school", b"Host: \xff"), b"HTTP/1.1 "),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"HTTP/1.1 400"),
}


async def test_a_handshake_that_is_wrong_is_refused(stage: Stage, witness: Client) -> None:
    for name, (shake, answer) in SHAKES.items():
        async with raw(stage, shake=shake) as client:
            got = await asyncio.wait_for(client.reader.read(100), 10)
            assert got.startswith(answer), name
