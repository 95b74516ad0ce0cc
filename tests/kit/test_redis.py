"""A Redis that is away costs a moment once, and nothing after it."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from structlog.testing import capture_logs

from banyan.kit.cache import Cache
from banyan.kit.limits import RateLimiter
from banyan.kit.problems import TooMany
from banyan.kit.redis import Away, RedisLink, connect_redis
from tests.services import RedisServer

# redis-py leaves the sockets of those who never answered to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PATIENCE = 0.2


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
async def link(redis_server: RedisServer) -> AsyncIterator[RedisLink]:
    made = connect_redis(redis_server.url, patience=PATIENCE)
    await made.keys.ping()
    yield made
    redis_server.resume()
    await made.close()


async def outcome(link: RedisLink) -> str:
    try:
        await link.ask(lambda: link.keys.get("key"))
    except Away:
        return "away"
    return "there"


async def come_true(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.01)


async def test_a_redis_that_hangs_is_waited_for_once_and_then_no_more(
    redis_server: RedisServer, link: RedisLink
) -> None:
    redis_server.pause()
    with capture_logs() as logs:
        assert await outcome(link) == "away"
        assert not link.up
        started = time.monotonic()
        for _ in range(1000):
            assert await outcome(link) == "away"
        assert time.monotonic() - started < 1000 * PATIENCE / 20
    assert [entry["event"] for entry in logs] == ["redis_unavailable"], "once is enough"
    redis_server.resume()
    await come_true(lambda: link.up)
    assert await outcome(link) == "there"


async def test_as_soon_as_one_finds_out_nobody_waits_any_more(redis_server: RedisServer) -> None:
    link = connect_redis(redis_server.url, patience=1000)
    redis_server.pause()
    crowd = [asyncio.create_task(outcome(link)) for _ in range(50)]
    await asyncio.sleep(0.05)

    async def find_out() -> None:
        raise ConnectionResetError

    with pytest.raises(Away):
        await link.ask(find_out)
    async with asyncio.timeout(0.9):  # before the library gives up by itself
        assert set(await asyncio.gather(*crowd)) == {"away"}
    redis_server.resume()
    await link.close()


async def test_a_redis_that_is_dead_is_asked_no_more_until_it_is_back(
    redis_server: RedisServer, link: RedisLink
) -> None:
    redis_server.kill()
    assert {await outcome(link) for _ in range(10)} == {"away"}
    assert not link.up
    redis_server.start()
    await come_true(lambda: link.up)
    assert await outcome(link) == "there"


async def test_requests_go_on_as_fast_as_without_it(redis_server: RedisServer, link: RedisLink) -> None:
    """Of all that a request asks of Redis: values, what is invalidated, how often something was done."""
    cache, limiter = Cache(link), RateLimiter(link)

    async def load() -> str:
        return "loaded"

    async def request(number: int) -> None:
        await limiter.check("1000 per minute", "address")
        assert await cache.get(f"key:{number}", 60, str, load) == "loaded"
        await cache.invalidate(f"key:{number}")

    await request(0)
    redis_server.pause()
    await request(1)  # finds out
    started = time.monotonic()
    for number in range(2, 302):
        await request(number)
    assert (time.monotonic() - started) / 300 < 0.005
    redis_server.resume()
    await come_true(lambda: link.up)
    await cache.close()


async def test_what_changed_while_it_was_away_is_told_to_it_before_anyone_reads_it(
    redis_server: RedisServer, link: RedisLink
) -> None:
    value = "old"

    async def load() -> str:
        return value

    writer, reader_link = Cache(link), connect_redis(redis_server.url, patience=5)
    assert await writer.get("key", 60, str, load) == "old"
    redis_server.pause()
    await writer.invalidate("key")
    value = "new"
    assert await writer.get("key", 60, str, load) == "new"
    redis_server.resume()
    await come_true(lambda: link.up)
    reader = Cache(reader_link)
    assert await reader.get("key", 60, str, load) == "new"
    for each in (writer, reader):
        await each.close()
    await reader_link.close()


async def test_a_question_that_makes_no_sense_says_nothing_of_redis(link: RedisLink) -> None:
    await link.keys.set("text", "a")
    with capture_logs() as logs, pytest.raises(Away):
        await link.ask(lambda: link.keys.lpush("text", "b"))
    assert [entry["event"] for entry in logs] == ["redis_refused"]
    assert link.up


async def test_a_process_that_is_late_itself_does_not_blame_redis(link: RedisLink) -> None:
    async def slow() -> str:
        await asyncio.sleep(0)
        time.sleep(PATIENCE * 3)  # noqa: ASYNC251 -- what a process does that has too much to do
        return str(await link.keys.echo("there"))

    assert await link.ask(slow) == "b'there'"
    assert link.up


async def test_what_is_raised_for_other_reasons_passes(link: RedisLink) -> None:
    async def refuse() -> None:
        raise TooMany

    with pytest.raises(TooMany):
        await link.ask(refuse)
    assert link.up


async def test_whatever_goes_wrong_in_the_library_is_no_error_of_a_request(link: RedisLink) -> None:
    async def stumble() -> None:
        raise AttributeError("writelines")

    with capture_logs() as logs, pytest.raises(Away):
        await link.ask(stumble)
    assert [entry["log_level"] for entry in logs] == ["error"]
    await come_true(lambda: link.up)


@pytest.mark.parametrize(
    "url", ["redis+cluster://", "redis+cluster://a:b", "redis+cluster://a:1:2", "http://a", "redis+cluster://a,,b"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"Redis"):
        connect_redis(url)
