"""However many ask for a value at once, in however many processes, it is loaded once, and what is asked for often is
renewed before anyone has to wait for it.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from banyan.kit import remembered
from banyan.kit.cache import Cache
from banyan.kit.leases import Leases
from banyan.kit.redis import RedisLink, connect_redis
from tests.kit.test_cache import Source
from tests.kit.test_remembered import Clock
from tests.services import RedisServer

LONG = 30.0  # seconds; as long as it takes on a busy machine


@asynccontextmanager
async def process(redis: RedisServer, *, patience: float = LONG) -> AsyncIterator[Cache]:
    """The cache of a process that waits as long as it must."""
    link = connect_redis(redis.url, patience=LONG)
    cache = Cache(link, leases=Leases(link, patience=patience))
    await cache.start()
    try:
        yield cache
    finally:
        await cache.close()
        await link.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Of the processes' memories; Redis has its own."""
    made = Clock()
    monkeypatch.setattr(remembered, "time", made)
    return made


def at_once(cache: Cache, source: Source, key: str = "key", ttl: float = 100) -> str:
    """What the cache gives without waiting for anything."""
    asking = cache.get(key, ttl, str, source)
    try:
        asking.send(None)
    except StopIteration as given:
        return str(given.value)
    asking.close()
    raise AssertionError("it has to wait")


async def until_loaded(cache: Cache) -> None:
    async with asyncio.timeout(LONG):
        while cache._loading:  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.005)


async def test_a_crowd_in_two_processes_costs_one_load(redis_server: RedisServer, tmp_path: Path) -> None:
    loads = tmp_path / "loads"
    loads.touch()
    others = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kit.other_process", redis_server.url, str(loads), "200",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for key in ("first", "second", "third"):
        for other in others:
            assert other.stdin is not None
            other.stdin.write(f"{key}\n".encode())
        told = [await other.stdout.readline() for other in others if other.stdout is not None]
        assert told == [f"{key} 200\n".encode()] * 2
    assert sorted(loads.read_text().split()) == ["first", "second", "third"]
    for other in others:
        other.stdin.close()  # type: ignore[union-attr]  # it is a pipe
        assert await other.wait() == 0


async def test_others_wait_for_who_loads_and_get_what_it_brings(redis_server: RedisServer) -> None:
    source, unasked = Source("mine"), Source("another")
    source.go.clear()
    async with process(redis_server) as one, process(redis_server) as two:
        loading = asyncio.create_task(one.get("key", 60, str, source))
        await source.begun.wait()
        waiting = asyncio.create_task(two.get("key", 60, str, unasked))
        await asyncio.sleep(0.05)
        source.go.set()
        assert (await loading, await waiting) == ("mine", "mine")
    assert unasked.asked == 0


async def test_nobody_waits_for_ever_for_a_process_that_has_died(redis_server: RedisServer) -> None:
    source = Source("stuck")
    source.go.clear()
    async with process(redis_server) as dead, process(redis_server, patience=0.05) as other:
        dying = asyncio.create_task(dead.get("key", 60, str, source))
        await source.begun.wait()
        assert await other.get("key", 60, str, Source("own")) == "own"
        dying.cancel()


async def test_a_load_that_fails_lets_another_try_at_once(redis_server: RedisServer) -> None:
    failing = asyncio.Event()

    async def fail() -> str:
        failing.set()
        await asyncio.sleep(0.05)
        raise ValueError("no")

    async with process(redis_server) as one, process(redis_server) as two:
        first = asyncio.create_task(one.get("key", 60, str, fail))
        await failing.wait()
        assert await two.get("key", 60, str, Source("fine")) == "fine"
        with pytest.raises(ValueError, match="no"):
            await first
        assert await one.get("key", 60, str, Source("unasked")) == "fine"


async def test_after_a_change_it_is_loaded_once_again_and_shared(redis_server: RedisServer) -> None:
    source = Source()
    async with process(redis_server) as one, process(redis_server) as two:
        await one.get("key", 60, str, source)
        source.value = "new"
        await one.invalidate("key")
        two.clear()
        assert [await each.get("key", 60, str, source) for each in (one, two, one)] == ["new"] * 3
    assert source.asked == 2


async def test_who_asks_often_never_waits_and_is_never_told_what_is_over(clock: Clock) -> None:
    cache, source = Cache(), Source()
    assert await cache.get("key", 100, str, source) == "old"
    source.value = "new"
    source.go.clear()
    clock.now += 89
    assert at_once(cache, source) == "old"
    assert source.asked == 1
    clock.now += 2
    assert {at_once(cache, source) for _ in range(200)} == {"old"}  # while one renews it
    await source.begun.wait()
    source.go.set()
    await until_loaded(cache)
    assert source.asked == 2
    clock.now += 50
    assert at_once(cache, source) == "new"
    clock.now += 51
    source.value = "newest"
    assert await cache.get("key", 100, str, source) == "newest"  # nobody asked: as if it had never been there


async def test_a_renewal_that_fails_is_told_to_nobody_while_there_is_a_value(clock: Clock) -> None:
    cache, source = Cache(), Source()

    async def fail() -> str:
        raise ValueError("no")

    assert await cache.get("key", 100, str, source) == "old"
    clock.now += 95
    assert await cache.get("key", 100, str, fail) == "old"
    await until_loaded(cache)
    assert await cache.get("key", 100, str, fail) == "old"
    clock.now += 6
    with pytest.raises(ValueError, match="no"):
        await cache.get("key", 100, str, fail)


async def test_a_renewal_does_not_bring_back_what_changed_meanwhile(clock: Clock) -> None:
    cache, source = Cache(), Source()
    await cache.get("key", 100, str, source)
    clock.now += 95
    source.go.clear()
    source.begun.clear()
    at_once(cache, source)
    await source.begun.wait()
    source.value = "new"
    await cache.invalidate("key")
    source.go.set()
    assert await cache.get("key", 100, str, source) == "new"


async def test_of_all_processes_one_renews_and_the_others_take_it_over(redis_server: RedisServer, clock: Clock) -> None:
    source = Source()
    async with process(redis_server) as one, process(redis_server) as two, process(redis_server) as three:
        processes = (one, two, three)
        assert [await each.get("key", 100, str, source) for each in processes] == ["old"] * 3
        await _spend(redis_server, "key", left=5)
        clock.now += 95
        source.value = "new"
        assert {at_once(each, source) for each in processes} == {"old"}
        for each in processes:
            await until_loaded(each)
        assert {at_once(each, source) for each in processes} == {"new"}
    assert source.asked == 2


async def _spend(redis: RedisServer, key: str, *, left: int) -> None:
    """Let a value in Redis come near its end."""
    link: RedisLink = connect_redis(redis.url, patience=LONG)
    assert await link.keys.pexpire(f"banyan:cache:{{{key}}}", left * 1000)
    await link.close()
