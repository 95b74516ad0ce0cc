"""Two processes and a Redis: what one stores, everyone hears, whatever becomes of Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from banyan.app import Banyan
from banyan.kit import bus as bus_module
from banyan.kit import listening
from banyan.kit.bus import Bus
from banyan.kit.realtime import Room, watch, words
from banyan.settings import load
from tests.kit.realtime.stage import Client, Stage, Talk, serving
from tests.services import RedisServer
from tests.story import Person, School


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_ROUND", 0.05)
    monkeypatch.setattr(watch, "_COMPARE_ALONE_EVERY", 0.1)
    for module in (bus_module, listening):
        monkeypatch.setattr(module, "_RETRY_AFTER", 0.1)


pytestmark = pytest.mark.usefixtures("_hasty")


@asynccontextmanager
async def process(folder: Path, url: str, redis: RedisServer, talk: Talk) -> AsyncIterator[Stage]:
    """One process of the installation, with a Redis connection of its own."""
    settings = load({}, data=folder, server={"base_url": "http://demo.school"}, redis={"url": redis.url})
    banyan = Banyan(settings, url, roles=frozenset({"web"}))
    await banyan.start()
    try:
        async with serving(banyan, [talk.kind]) as stage:
            yield stage
    finally:
        await banyan.stop()


@pytest.fixture
async def two(
    tmp_path: Path, database_url: str, redis_server: RedisServer, talk: Talk
) -> AsyncIterator[tuple[Stage, Stage]]:
    async with (
        process(tmp_path, database_url, redis_server, talk) as one,
        process(tmp_path, database_url, redis_server, talk) as other,
    ):
        yield one, other


@pytest.fixture
async def people(two: tuple[Stage, Stage]) -> AsyncIterator[School]:
    """The school; who acts over HTTP does so in the first process."""
    school = await School.open(two[0].banyan, "demo", "demo.school")
    yield school
    await school.close()


@asynccontextmanager
async def a_talk(two: tuple[Stage, Stage], school: School) -> AsyncIterator[tuple[Room, Client, Client, Person]]:
    """Two people in one room through two processes, each of which listens to it; the second of them."""
    room = await two[0].room()
    amina, bo = await school.learner(), await school.learner()
    async with two[0].client(amina) as first, two[1].client(bo) as second:
        await first.join(room)
        await second.join(room)
        for client in (first, second):
            while (await client.hear("ephemeral", type="presence", within=10))["data"]["count"] != 2:
                pass
        yield room, first, second, bo


async def test_what_one_says_the_other_hears_soon_and_both_are_told_who_is_here_and_types(
    two: tuple[Stage, Stage], people: School
) -> None:
    async with a_talk(two, people) as (room, first, second, bo):
        for number in range(20):
            speaker = (first, second)[number % 2]
            assert await speaker.send(room, f"k{number}", "word") == number + 1
        for client in (first, second):
            assert [event["seq"] for event in await client.events(20)] == list(range(1, 21))
        await second.say(op="typing", room=str(room))
        assert (await first.hear("ephemeral", type="typing"))["data"]["accounts"] == [str(bo.id)]
        await second.wire.close()
        while (await first.hear("ephemeral", type="presence"))["data"]["count"] != 1:
            pass


async def test_both_at_once_are_heard_by_both_in_one_order(two: tuple[Stage, Stage], people: School) -> None:
    async with a_talk(two, people) as (room, first, second, _):

        async def speak(client: Client, name: str) -> None:
            for number in range(60):
                await client.say(
                    op="send", room=str(room), key=f"{name}{number}", type="words", data={"text": f"{name}{number}"}
                )
            for number in range(60):
                await client.hear("ack", key=f"{name}{number}")

        await asyncio.gather(speak(first, "a"), speak(second, "b"))
        heard = [await client.events(120) for client in (first, second)]
        assert heard[0] == heard[1]
        assert [event["seq"] for event in heard[0]] == list(range(1, 121))


async def test_whoever_is_expelled_or_signed_out_in_one_process_is_out_of_the_other_at_once(
    two: tuple[Stage, Stage], people: School, talk: Talk
) -> None:
    async with a_talk(two, people) as (room, first, second, bo):
        talk.barred.add(bo.id)
        kit = two[0].banyan.kit
        async with kit.db.write() as tx:
            kit.rooms.expel(tx, room, bo.id)
        assert (await second.hear("error", within=2))["code"] == "expelled"
        await first.send(room, "k", "between us")
        assert (await bo.delete("/sessions/current")).status_code == 204
        assert await second.closed(within=2) == 4401


async def test_a_room_that_is_removed_is_left_in_both(two: tuple[Stage, Stage], people: School) -> None:
    async with a_talk(two, people) as (room, first, second, _):
        kit = two[0].banyan.kit
        async with kit.db.write() as tx:
            await kit.rooms.remove(tx, [room])
        for client in (first, second):
            assert (await client.hear("error", within=2))["code"] == "expelled"


async def test_nothing_is_lost_while_redis_is_away_and_all_is_quick_when_it_is_back(
    two: tuple[Stage, Stage], people: School, redis_server: RedisServer
) -> None:
    with capture_logs() as logs:
        async with a_talk(two, people) as (room, first, second, _):
            stop = asyncio.Event()

            async def speak(client: Client, name: str) -> int:
                sent = 0
                while not stop.is_set():
                    await client.send(room, f"{name}{sent}", f"{name}{sent}")
                    sent += 1
                    await asyncio.sleep(0.01)
                return sent

            speaking = [asyncio.create_task(speak(first, "a")), asyncio.create_task(speak(second, "b"))]
            await asyncio.sleep(0.2)
            redis_server.kill()
            await asyncio.sleep(0.5)
            stop.set()
            total = sum([await each for each in speaking])
            heard = [await client.events(total) for client in (first, second)]
            assert heard[0] == heard[1]
            assert [event["seq"] for event in heard[0]] == list(range(1, total + 1))
            redis_server.start()
            async with asyncio.timeout(10):
                while not all(stage.banyan.bus.whole for stage in two):  # noqa: ASYNC110 -- a state, not an event
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            assert await first.send(room, "back", "quick") == total + 1
            assert (await second.hear("event", within=2))["seq"] == total + 1
    assert {log["event"] for log in logs if log["log_level"] == "error"} == set()


@pytest.mark.parametrize("heals", ["the next word", "the comparison"])
async def test_a_word_that_is_lost_is_made_up_for(
    two: tuple[Stage, Stage], people: School, monkeypatch: pytest.MonkeyPatch, heals: str
) -> None:
    if heals == "the comparison":
        monkeypatch.setattr(watch, "_COMPARE_EVERY", 0.5)
    async with a_talk(two, people) as (room, first, second, _):
        with monkeypatch.context() as silence:
            silence.setattr(Bus, "tell_others", lambda *_: None)
            assert await first.send(room, "lost", "word") == 1
        if heals == "the next word":
            await second.hear_nothing("event", 0.1)
            assert await first.send(room, "next", "word") == 2
            assert [event["seq"] for event in await second.events(2)] == [1, 2]
        else:
            assert (await second.hear("event"))["seq"] == 1


async def test_words_in_the_wrong_order_and_twice_are_put_right(
    two: tuple[Stage, Stage], people: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_talk(two, people) as (room, first, second, _):
        kept: list[tuple[Bus, str, bytes]] = []
        tell = Bus.tell_others
        with monkeypatch.context() as mixed:
            mixed.setattr(Bus, "tell_others", lambda self, topic, word: kept.append((self, topic, word)))
            for number in range(10):
                await first.send(room, f"k{number}", "word")
        events = [each for each in kept if isinstance(words.decode(each[2]), words.Event)]
        assert len(events) == 10
        for bus, topic, word in (*events[::-2], *events[::2], *events):
            tell(bus, topic, word)
        assert [event["seq"] for event in await second.events(10)] == list(range(1, 11))
        await second.hear_nothing("event", 0.2)


async def test_whoever_comes_back_through_the_other_process_gets_what_was_missed(
    two: tuple[Stage, Stage], people: School
) -> None:
    async with a_talk(two, people) as (room, first, second, bo):
        await second.wire.close()
        for number in range(5):
            await first.send(room, f"k{number}", "word")
        async with two[0].client(bo) as again:
            assert (await again.join(room, after=2))["seq"] == 5
            assert [event["seq"] for event in await again.events(3)] == [3, 4, 5]
        async with two[1].client(bo) as again:
            await again.join(room, after=4)
            assert [event["seq"] for event in await again.events(1)] == [5]


async def test_what_another_process_says_that_this_one_does_not_know_does_no_harm(
    two: tuple[Stage, Stage], people: School
) -> None:
    async with a_talk(two, people) as (room, first, second, _):
        with capture_logs() as logs:
            for word in (b"", b"\xc1", b"nonsense", b"\x92\xa1z\x01", b"\x91\xa1e", b"\x94\xa1e\x01\xa1x\x01"):
                two[0].banyan.bus.tell_others(str(room), word)
                two[0].banyan.bus.tell_others(words.GATEWAYS, word)
            await first.send(room, "k", "word")
            assert (await second.hear("event"))["seq"] == 1
        assert [log["event"] for log in logs if log["log_level"] == "error"] == []
