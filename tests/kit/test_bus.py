"""Words between processes, through a real Redis that may die."""

import asyncio
import gc
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from banyan.kit import bus as bus_module
from banyan.kit import listening
from banyan.kit.bus import Bus
from banyan.kit.redis import connect_redis
from tests.services import RedisServer


@asynccontextmanager
async def process(server: RedisServer) -> AsyncIterator[Bus]:
    """The bus of one process."""
    redis = connect_redis(server.url)
    bus = Bus(redis)
    await bus.start()
    yield bus
    await bus.close()
    await redis.close()


# redis-py leaves the sockets of those who never answered to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class Ear:
    """Listens to one topic."""

    def __init__(self, bus: Bus, topic: str = "room") -> None:
        self.words: list[bytes] = []
        self.confirmed = 0
        self._news = asyncio.Event()
        bus.listen(topic, self._hear, heard=self._confirm)

    def _hear(self, word: bytes) -> None:
        self.words.append(word)
        self._news.set()

    def _confirm(self) -> None:
        self.confirmed += 1
        self._news.set()

    async def until(self, holds: Callable[[], bool], within: float = 10) -> None:
        async with asyncio.timeout(within):
            while not holds():
                self._news.clear()
                await self._news.wait()


async def _come_true(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bus_module, listening):
        monkeypatch.setattr(module, "_RETRY_AFTER", 0.05)


async def test_a_process_alone_hears_itself_at_once_and_knows_that_it_hears_everything() -> None:
    bus = Bus()
    await bus.start()
    ear = Ear(bus)
    assert ear.confirmed == 1
    bus.publish("room", b"hello")
    bus.publish("another room", b"not for us")
    assert ear.words == [b"hello"]
    bus.unlisten("room")
    bus.publish("room", b"nobody listens")
    assert ear.words == [b"hello"]
    assert (bus.alone, bus.whole) == (True, True)
    await bus.close()


async def test_one_who_listens_badly_harms_nobody() -> None:
    bus = Bus()

    def stumble(_word: bytes) -> None:
        raise ValueError("no")

    bus.listen("room", stumble)
    with capture_logs() as logs:
        bus.publish("room", b"hello")
    assert [log["event"] for log in logs] == ["bus_listener_failed"]


async def test_words_cross_in_order_and_nobody_hears_their_own_twice(redis_server: RedisServer) -> None:
    async with process(redis_server) as one, process(redis_server) as other:
        here, there = Ear(one), Ear(other)
        await there.until(lambda: there.confirmed > 0)
        await here.until(lambda: here.confirmed > 0)
        words = [b"%d" % number for number in range(3000)]
        for word in words:
            one.publish("room", word)
        await there.until(lambda: len(there.words) == 3000)
        assert there.words == words
        other.tell_others("room", b"to others")
        await here.until(lambda: here.words[-1] == b"to others")
        assert here.words == [*words, b"to others"]
        assert there.words == words


async def test_a_topic_may_be_left_and_entered_again(redis_server: RedisServer) -> None:
    async with process(redis_server) as one, process(redis_server) as other:
        for number in range(20):
            there = Ear(other)
            await there.until(lambda ear=there: ear.confirmed > 0)  # type: ignore[misc]
            one.publish("room", b"%d" % number)
            await there.until(lambda ear=there: ear.words != [])  # type: ignore[misc]
            assert there.words == [b"%d" % number]
            other.unlisten("room")
        other.unlisten("room")
        there = Ear(other)
        other.unlisten("room")
        there = Ear(other)
        await there.until(lambda: there.confirmed > 0)
        one.publish("room", b"last")
        await there.until(lambda: there.words == [b"last"])


@pytest.mark.usefixtures("_quick")
async def test_when_redis_comes_back_everything_is_heard_again_and_the_loss_is_told(redis_server: RedisServer) -> None:
    async with process(redis_server) as one, process(redis_server) as other:
        there = Ear(other)
        await there.until(lambda: there.confirmed > 0)
        losses: list[None] = []
        other.on_lost(lambda: losses.append(None))
        assert other.whole
        with capture_logs() as logs:
            redis_server.kill()
            one.publish("room", b"lost")
            await _come_true(lambda: not other.whole)
            meanwhile = Ear(other, "opened meanwhile")
            for _ in range(4):
                await asyncio.sleep(0.1)  # twice as long as between two tries
                one.publish("room", b"lost")
            assert meanwhile.confirmed == 0
            redis_server.start()
            await _come_true(lambda: other.whole)
            await meanwhile.until(lambda: meanwhile.confirmed > 0)
        told = Counter(log["event"] for log in logs)
        assert 1 <= told.pop("redis_subscription_lost") <= 2, "once a process, however long it takes"
        assert 1 <= told.pop("redis_subscription_back") <= 2
        assert told.pop("redis_takes_no_words") == 1
        assert told.keys() <= {"redis_takes_words"}
        assert {log["log_level"] for log in logs} == {"warning"}
        assert losses
        async with asyncio.timeout(10):
            while b"back" not in there.words or not meanwhile.words:
                one.publish("room", b"back")  # until this one has found Redis again as well
                one.publish("opened meanwhile", b"hello")
                await asyncio.sleep(0.02)
        assert b"lost" not in there.words


@pytest.mark.usefixtures("_quick")
async def test_a_connection_that_is_cut_is_a_loss_too(redis_server: RedisServer) -> None:
    """Redis itself goes on; words in between went nowhere."""
    async with process(redis_server) as other:
        there = Ear(other)
        await there.until(lambda: there.confirmed > 0)
        losses: list[None] = []
        other.on_lost(lambda: losses.append(None))
        redis = Redis.from_url(redis_server.url)
        for cuts in range(1, 4):
            await redis.client_kill_filter(_type="pubsub")
            await _come_true(lambda cuts=cuts: len(losses) >= cuts)  # type: ignore[misc]
        async with process(redis_server) as one:
            one.publish("room", b"hello")
            await there.until(lambda: there.words == [b"hello"])
        await redis.aclose()


@pytest.mark.usefixtures("_quick")
async def test_a_redis_that_hangs_is_noticed(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_SILENCE", 0.1)
    async with process(redis_server) as other:
        there = Ear(other)
        await there.until(lambda: there.confirmed > 0)
        await asyncio.sleep(0.5)
        assert other.whole, "silence alone is no loss"
        redis = Redis.from_url(redis_server.url)
        pid = int((await redis.info("server"))["process_id"])
        await redis.aclose()
        os.kill(pid, signal.SIGSTOP)
        try:
            await _come_true(lambda: not other.whole)
        finally:
            os.kill(pid, signal.SIGCONT)
        await _come_true(lambda: other.whole)


@pytest.mark.usefixtures("_quick")
async def test_a_topic_whose_subscription_failed_is_subscribed_to_later(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(redis_server) as one, process(redis_server) as other:
        assert other._channel is not None
        subscribe = other._channel.subscribe
        failures = 2

        async def sometimes(*topics: bytes) -> None:
            nonlocal failures
            if failures:
                failures -= 1
                raise RuntimeError("something that nobody has thought of")
            await subscribe(*topics)

        monkeypatch.setattr(other._channel, "subscribe", sometimes)
        with capture_logs() as logs:
            there = Ear(other)
            await there.until(lambda: there.confirmed > 0)
        assert [log["event"] for log in logs] == ["redis_takes_no_words"]
        one.publish("room", b"hello")
        await there.until(lambda: there.words == [b"hello"])


async def test_without_redis_from_the_start_a_process_works_by_itself(redis_server: RedisServer) -> None:
    redis_server.kill()
    async with process(redis_server) as bus:
        ear = Ear(bus)
        for number in range(3):
            bus.publish("room", b"%d" % number)
        assert ear.words == [b"0", b"1", b"2"]
        assert not bus.whole


async def test_what_waits_for_redis_is_bounded_and_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "_WAITING", 10)
    bus = Bus(connect_redis("unix:///nowhere"))
    for number in range(100):
        bus.publish("room", b"%d" % number)
    assert [word for _, word in bus._waiting] == [b"%d" % number for number in range(90, 100)]


async def test_a_process_that_stops_says_first_what_it_has_to_say(redis_server: RedisServer) -> None:
    async with process(redis_server) as other:
        there = Ear(other)
        await there.until(lambda: there.confirmed > 0)
        async with process(redis_server) as one:
            for number in range(2000):
                one.publish("room", b"%d" % number)
        await there.until(lambda: len(there.words) == 2000)


@pytest.mark.parametrize("turns", range(8))
async def test_it_stops_in_the_middle_of_a_word(redis_server: RedisServer, turns: int) -> None:
    redis = connect_redis(redis_server.url)
    bus = Bus(redis)
    await bus.start()
    bus.publish("news", b"first")
    await bus._said.wait()
    bus.publish("news", b"second")
    bus._said.set()  # it does not wait for the second to be said
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await bus.close()
    await redis.close()
