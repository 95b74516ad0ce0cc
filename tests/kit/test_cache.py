"""A value is loaded once for all who ask, and never kept when it may be old."""

import asyncio
import contextvars
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from banyan.kit import request
from banyan.kit.cache import Cache
from banyan.kit.database import connect
from banyan.kit.redis import connect_redis
from tests.services import RedisServer


class Source:
    """Where values come from: counts how often it is asked, and can be held up."""

    def __init__(self, value: str = "old") -> None:
        self.value = value
        self.asked = 0
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> str:
        self.asked += 1
        value = self.value
        self.begun.set()
        await self.go.wait()
        return value


@asynccontextmanager
async def shared(url: str, *, listening: bool = True) -> AsyncIterator[Cache]:
    """A process's cache on a Redis."""
    redis = connect_redis(url, patience=5)
    cache = Cache(redis)
    if listening:
        await cache.start()
    yield cache
    await cache.close()
    await redis.close()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 -- what is waited for happens in other processes
            await asyncio.sleep(0.01)


async def test_a_crowd_that_asks_at_once_loads_once() -> None:
    cache, source = Cache(), Source()
    source.go.clear()
    crowd = [asyncio.create_task(cache.get("key", 60, str, source)) for _ in range(50)]
    await source.begun.wait()
    source.go.set()
    assert await asyncio.gather(*crowd) == ["old"] * 50
    assert await cache.get("key", 60, str, source) == "old"
    assert source.asked == 1
    assert cache.peek("key") == "old"


async def test_whoever_goes_away_does_not_take_the_load_from_the_others() -> None:
    cache, source = Cache(), Source()
    source.go.clear()
    first, second = (asyncio.create_task(cache.get("key", 60, str, source)) for _ in range(2))
    await source.begun.wait()
    first.cancel()
    await asyncio.sleep(0)
    source.go.set()
    assert await second == "old"
    assert first.cancelled()
    assert source.asked == 1


async def test_an_error_is_told_to_all_who_wait_and_not_kept() -> None:
    cache, go = Cache(), asyncio.Event()

    async def fail() -> str:
        await go.wait()
        raise ValueError("no")

    crowd = [asyncio.create_task(cache.get("key", 60, str, fail)) for _ in range(3)]
    await asyncio.sleep(0)
    go.set()
    assert [str(error) for error in await asyncio.gather(*crowd, return_exceptions=True)] == ["no"] * 3
    assert await cache.get("key", 60, str, Source("fine")) == "fine"


async def test_a_value_lives_for_its_time() -> None:
    cache, source = Cache(), Source()
    assert await cache.get("key", 0.05, str, source) == "old"
    source.value = "new"
    assert await cache.get("key", 0.05, str, source) == "old"
    await asyncio.sleep(0.06)
    assert await cache.get("key", 0.05, str, source) == "new"


async def test_what_changed_during_its_load_is_not_kept() -> None:
    cache, source = Cache(), Source()
    source.go.clear()
    early = asyncio.create_task(cache.get("key", 60, str, source))
    await source.begun.wait()
    source.value = "new"
    await cache.invalidate("key")
    source.go.set()
    late = asyncio.create_task(cache.get("key", 60, str, source))
    assert await early == "old"
    assert await late == "new"
    assert await cache.get("key", 60, str, source) == "new"


async def test_a_load_does_not_end_with_the_deadline_of_the_first_who_asked() -> None:
    cache = Cache()

    async def load() -> str:
        await asyncio.sleep(0.1)
        request.time_left()
        return "loaded"

    request.deadline.set(asyncio.get_running_loop().time() + 0.05)
    assert await cache.get("key", 60, str, load) == "loaded"


async def test_what_is_not_committed_yet_is_seen_by_its_writer_and_nobody_else(database_url: str) -> None:
    db, cache = await connect(database_url, size=2), Cache()
    async with db.write() as tx:
        await tx.execute("create table note (text text)")
        await tx.execute("insert into note values ('old')")

    async def load() -> str:
        return await db.read().one(str, "select text from note")

    assert await cache.get("key", 60, str, load) == "old"
    async with db.joined_write():
        async with db.write() as tx:
            await tx.execute("update note set text = 'new'")
            tx.after_commit(lambda: cache.invalidate("key"))
        assert cache.peek("key") is None
        assert await cache.get("key", 60, str, load) == "new"
        in_another_request = asyncio.create_task(cache.get("other", 60, str, load), context=_empty())
        assert await in_another_request == "old"
    assert await cache.get("key", 60, str, load) == "new"
    await db.close()


def _empty() -> contextvars.Context:
    return contextvars.Context()


async def test_a_second_process_takes_the_value_from_redis(redis_server: RedisServer) -> None:
    source = Source()
    async with shared(redis_server.url) as one, shared(redis_server.url) as two:
        assert await one.get("key", 60, str, source) == "old"
        assert await two.get("key", 60, str, source) == "old"
    assert source.asked == 1


async def test_a_value_from_redis_does_not_live_longer_than_it_would_have_there(redis_server: RedisServer) -> None:
    source = Source()
    async with shared(redis_server.url) as one, shared(redis_server.url) as two:
        await one.get("key", 0.4, str, source)
        await asyncio.sleep(0.3)
        await two.get("key", 0.4, str, source)
        source.value = "new"
        await asyncio.sleep(0.15)
        assert await two.get("key", 0.4, str, source) == "new"


async def test_a_value_of_another_version_is_loaded_afresh(redis_server: RedisServer) -> None:
    class Old(msgspec.Struct):
        name: str

    class New(msgspec.Struct):
        title: str

    async def old() -> Old:
        return Old("a")

    async def new() -> New:
        return New("b")

    async with shared(redis_server.url) as one, shared(redis_server.url) as two:
        await one.get("key", 60, Old, old)
        assert await two.get("key", 60, New, new) == New("b")


async def test_a_change_reaches_another_process(redis_server: RedisServer, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("old")
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kit.other_process", redis_server.url, str(source),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None

    async def ask() -> str:
        other.stdin.write(b"key\n")  # type: ignore[union-attr]  # checked above
        return (await other.stdout.readline()).decode().strip()  # type: ignore[union-attr]

    async def is_new() -> bool:
        return await ask() == "new"

    async with shared(redis_server.url) as cache:
        assert await ask() == "old"
        source.write_text("new")
        assert await ask() == "old"
        await cache.invalidate("key")
        await until(is_new, 2)
    other.stdin.close()
    assert await other.wait() == 0


async def test_a_load_that_began_before_a_change_elsewhere_does_not_fill_redis(redis_server: RedisServer) -> None:
    slow = Source()
    slow.go.clear()
    async with (
        shared(redis_server.url, listening=False) as deaf,
        shared(redis_server.url) as writer,
        shared(redis_server.url) as reader,
    ):
        early = asyncio.create_task(deaf.get("key", 60, str, slow))
        await slow.begun.wait()
        await writer.invalidate("key")
        slow.go.set()
        assert await early == "old"
        assert await reader.get("key", 60, str, Source("new")) == "new"


async def test_a_redis_that_is_killed_and_comes_back_is_not_noticed(redis_server: RedisServer) -> None:
    source = Source()
    async with shared(redis_server.url) as one, shared(redis_server.url) as two:
        assert await one.get("key", 60, str, source) == "old"
        assert await two.get("key", 60, str, source) == "old"
        with capture_logs() as logs:
            redis_server.kill()
            started = time.monotonic()
            for number in range(20):
                assert await one.get(f"other:{number}", 60, str, source) == "old"
            source.value = "new"
            await one.invalidate("key")
            assert await one.get("key", 60, str, source) == "new"
            assert time.monotonic() - started < 2
            redis_server.start()

            async def two_sees_the_change() -> bool:
                return await two.get("key", 60, str, source) == "new"

            await until(two_sees_the_change)
        assert {entry["log_level"] for entry in logs} == {"warning"}
        source.value = "newest"
        await until(lambda: _changed(one, two, source))


async def _changed(one: Cache, two: Cache, source: Source) -> bool:
    await one.invalidate("key")
    await asyncio.sleep(0.1)
    return await two.get("key", 60, str, source) == "newest"


async def test_a_redis_that_does_not_answer_holds_nobody_up(tmp_path: Path) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(silence, tmp_path / "silent.sock")
    async with shared(f"unix://{tmp_path / 'silent.sock'}") as cache:
        started = time.monotonic()
        assert await cache.get("key", 60, str, Source()) == "old"
        await cache.invalidate("key")
        assert time.monotonic() - started < 3
    server.close()
    await server.wait_closed()


async def test_closing_ends_loads_under_way() -> None:
    cache, source = Cache(), Source()
    source.go.clear()
    asking = asyncio.create_task(cache.get("key", 60, str, source))
    await source.begun.wait()
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
