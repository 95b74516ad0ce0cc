"""A hundred thousand frames of every sort, beside two people who go on talking and notice nothing."""

import asyncio
import gc
import json
import random
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import psutil  # type: ignore[import-untyped]  # it has no types
import pytest
from websockets.exceptions import ConnectionClosed

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.realtime import Room, RoomKind, protocol
from banyan.kit.realtime import Send as Sendable
from banyan.kit.wire import Command, LongText
from tests.kit.realtime.conftest import nothing_is_left
from tests.kit.realtime.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Raw, frame, raw
from tests.kit.realtime.stage import Client, Stage, Talk, serving
from tests.story import Person, School

FRAMES = 100_000
_DOCUMENTED = {int(code) for code in re.findall(r"(?m)^\| (\d{4}) \|", Path("docs/realtime.md").read_text())}


class Words(Command):
    """What is said."""

    text: LongText


class Fuzz:
    """Makes frames of every sort, the same ones each time.

    Args:
        rooms: names of rooms that there are.
    """

    def __init__(self, seed: int, rooms: list[str]) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- no secret
        self.rooms = [*rooms, f"talk:{new_id()}", f"other:{new_id()}", "talk:", ""]

    def good(self) -> dict[str, Any]:
        """A frame that may be understood."""
        pick = self.random
        op = pick.choice(["ping", "join", "join", "leave", "leave", "typing", "typing", "read", "send", "auth"])
        body: dict[str, Any] = {"op": op}
        if op not in ("ping", "auth"):
            body["room"] = pick.choice(self.rooms)
        if op == "auth":
            body["token"] = "x" * pick.randrange(10)
        if op == "join" and pick.random() < 0.5:
            body["after"] = pick.choice([0, 1, 5, 10**6, pick.randrange(100)])
            if pick.random() < 0.3:
                body["epoch"] = pick.choice([0, 1, 7])
        if op == "read":
            body["seq"] = pick.choice([0, 1, 2**63 - 1])
        if op == "send":
            # Few are meant to be stored: the others' frames are what this is about.
            known = pick.random() < 0.05
            body |= {"key": f"k{pick.randrange(30)}", "type": "words" if known else "nothing", "data": {"text": "fuzz"}}
        return body

    def wrong(self) -> dict[str, Any]:
        """A frame of which something is wrong."""
        pick = self.random
        body = self.good()
        thing: Any = pick.choice([None, True, -1, 1.5, 2**70, [], {}, "", "\0", "x" * 500, [[[[]]]], {"op": "ping"}])
        body[pick.choice([*body, "op", "room", "key", "data", "more"])] = thing
        if pick.random() < 0.3:
            body.pop(pick.choice(list(body)))
        return body

    def text(self) -> bytes:
        """A text message, which may be anything."""
        pick = self.random
        kind = pick.random()
        if kind < 0.55:
            return json.dumps(self.good()).encode()
        if kind < 0.85:
            return json.dumps(self.wrong()).encode()
        if kind < 0.95:
            body = bytearray(json.dumps(self.good()).encode())
            for _ in range(pick.randrange(1, 4)):
                body[pick.randrange(len(body))] = pick.randrange(32, 127)
            return bytes(body)
        return bytes(pick.randrange(128) for _ in range(pick.randrange(30)))

    def some(self) -> tuple[bytes, int, bool]:
        """Bytes for the wire, how many frames they are, and whether what follows on this connection is heard."""
        pick = self.random
        kind = pick.random()
        if kind < 0.93:
            return frame(self.text()), 1, True
        if kind < 0.95:
            return frame(b"x" * pick.randrange(126), pick.choice([PING, PONG])), 1, True
        if kind < 0.98:
            text = self.text()
            cut = pick.randrange(len(text) + 1)
            return frame(text[:cut], fin=False) + frame(b"", PING) + frame(text[cut:], CONT), 3, True
        if kind < 0.997:
            return frame(self.text()), 1, True
        last = pick.randrange(8)
        return [
            (frame(pick.randbytes(20), BINARY), 1, False),
            (frame(b"\xff" + pick.randbytes(20)), 1, False),
            (frame(b"x" * 70_000), 1, False),
            (pick.randbytes(200), 1, False),
            (frame(b"\x03\xe8", CLOSE), 1, False),
            (frame("{}", masked=False), 1, False),
            (frame(self.text(), CONT), 1, False),
            (frame(self.text())[: pick.randrange(1, 6)], 1, False),
        ][last]


class Fuzzers:
    """Connections that throw frames and come back when they are closed."""

    def __init__(self, stage: Stage, people: list[Person], rooms: list[Room]) -> None:
        self.stage = stage
        self.people = people
        self.rooms = [str(room) for room in rooms]
        self.thrown = 0
        self.codes: Counter[int] = Counter()
        self.answers: Counter[str] = Counter()

    async def throw(self, seed: int, count: int) -> None:
        """So many frames, over as many connections as it takes."""
        fuzz = Fuzz(seed, self.rooms)
        person = self.people[seed % len(self.people)]
        end = self.thrown + count
        done = 0
        while done < count:
            async with raw(self.stage, person) as client:
                reading = asyncio.create_task(self._read(client))
                goes_on = True
                with suppress(ConnectionError):
                    while goes_on and done < count and not reading.done():
                        data = b""
                        for _ in range(fuzz.random.randrange(1, 60)):
                            more, frames, goes_on = fuzz.some()
                            data += more
                            done += frames
                            self.thrown += frames
                            if not goes_on:
                                break
                        await client.write(data)
                        await asyncio.sleep(0)
                if not goes_on or reading.done():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.3):
                            await asyncio.shield(reading)
                reading.cancel()
                await asyncio.wait([reading])
        assert self.thrown <= end + 10 * count

    async def _read(self, client: Raw) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                opcode, payload = await client.frame(within=60)
                if opcode == CLOSE:
                    self.codes[int.from_bytes(payload[:2], "big")] += 1
                    return
                if opcode == TEXT:
                    self.answers[json.loads(payload)["op"]] += 1


async def talk_on(client: Client, room: Room, name: str, stop: asyncio.Event) -> list[str]:
    """Say one thing after another; each is acknowledged. What was said."""
    said: list[str] = []
    while not stop.is_set():
        text = f"{name} {len(said)}"
        await client.send(room, f"{name}{len(said)}", text)
        said.append(text)
        await asyncio.sleep(0.05)
    return said


def weigh() -> int:
    """How much memory the process has, in bytes."""
    gc.collect()
    size: int = psutil.Process().memory_info().rss
    return size


@pytest.mark.usefixtures("quiet")
async def test_100_000_frames_of_every_sort_harm_nobody(
    banyan: Banyan, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "_CLOSING", 0.2)
    monkeypatch.setattr("banyan.kit.realtime.conversation._NOT_UNDERSTOOD", 60)
    realtime = msgspec.structs.replace(banyan.kit.settings.realtime, frames_per_second=2_000)
    object.__setattr__(banyan.kit, "settings", msgspec.structs.replace(banyan.kit.settings, realtime=realtime))
    talk = Talk()
    kind = RoomKind("talk", talk.admit, {"words": Sendable(Words, talk.send)}, talk.read)
    async with serving(banyan, [kind]) as stage:
        ours = await stage.room()
        rooms = [await stage.room() for _ in range(4)]
        people = [await school.learner() for _ in range(5)]
        fuzzers = Fuzzers(stage, people, rooms)
        await fuzzers.throw(99, 2_000)  # so that what is made once is there
        await nothing_is_left(stage.gateway.hub)
        tasks, memory = len(asyncio.all_tasks()), weigh()
        amina, bo = await school.learner(), await school.learner()
        stop = asyncio.Event()
        async with stage.client(amina) as first, stage.client(bo) as second:
            for client in (first, second):
                await client.join(ours)
            talking = [
                asyncio.create_task(talk_on(first, ours, "amina", stop)),
                asyncio.create_task(talk_on(second, ours, "bo", stop)),
            ]
            await asyncio.gather(*(fuzzers.throw(seed, FRAMES // 5) for seed in range(5)))
            stop.set()
            said = [await each for each in talking]
            count = sum(map(len, said))
            assert count > 20
            for client in (first, second):
                heard = await client.events(count)
                assert [event["seq"] for event in heard] == list(range(1, count + 1))
                for texts, name in zip(said, ("amina", "bo"), strict=True):
                    told = [event["data"]["text"] for event in heard if event["data"]["text"].startswith(name)]
                    assert told == texts
                with pytest.raises((TimeoutError, ConnectionClosed)):
                    await client.hear("error", within=0.01)
        assert fuzzers.thrown >= FRAMES
        assert set(fuzzers.codes) <= _DOCUMENTED | {1000}, fuzzers.codes
        assert {1002, 1003, 1007, 1009, 4400} <= set(fuzzers.codes), fuzzers.codes
        assert {"pong", "joined", "error", "ack", "event", "resync", "ephemeral"} <= set(fuzzers.answers)
        await nothing_is_left(stage.gateway.hub, tasks=tasks)
        assert weigh() - memory < 40 << 20
