"""Two levels of cache: the process's memory, then Redis if there is one.

A value is loaded once however many ask at the same time. What is invalidated here is invalidated in every process,
through Redis; when Redis is down values live for their time in memory and nothing breaks.
"""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import msgspec
import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from banyan.kit.database import uncommitted
from banyan.kit.endings import end
from banyan.kit.remembered import Remembered

__all__ = ["Cache", "connect_redis"]

T = TypeVar("T")
log = structlog.get_logger(__name__)
LOOKUPS = Counter("banyan_cache_lookups", "Cache look-ups by the level that answered.", ["level"])
_MEMORY, _REDIS, _LOADED = (LOOKUPS.labels(level) for level in ("memory", "redis", "loaded"))
_CHANNEL = "banyan:invalidate"
_PREFIX = "banyan:cache:"
_RETRY_REDIS_AFTER = 2.0  # seconds
_SILENCE = 10.0  # seconds without a word from Redis before it is asked whether it is there
_CHANGED = b""  # in the place of a value that was invalidated
_KEEP_OUT = 30_000  # milliseconds; longer than any load takes


class Cache:
    """Values by key, each with its time to live in seconds.

    Memory holds `entries` small values. A large one says how many it stands for, in an attribute `weight`; one that is
    heavier than a tenth of all is left to Redis.
    """

    def __init__(self, redis: Redis | None = None, *, entries: int = 20_000) -> None:
        self._memory = Remembered(entries)
        self._heaviest = max(1, entries // 10)
        self._loading: dict[str, asyncio.Task[Any]] = {}
        self._redis = redis
        self._redis_silent_until = 0.0
        self._listener: asyncio.Task[None] | None = None
        self._subscribed = asyncio.Event()

    def peek(self, key: str) -> Any | None:
        """The value if it is in this process's memory."""
        value = self._memory.get(key)
        if value is None or uncommitted():
            return None
        _MEMORY.inc()
        return value

    async def get(self, key: str, ttl: float, kind: type[T], load: Callable[[], Awaitable[T]]) -> T:
        """The value of `key`, from the nearest level that has it, else from `load`; never None.

        Inside a `joined_write()` it is always loaded and not kept: the writer sees what it wrote, and nobody else does.

        Raises:
            Exception: what `load` raised; nothing is kept then.
        """
        if uncommitted():
            return await load()
        value: T | None = self._memory.get(key)
        if value is not None:
            _MEMORY.inc()
            return value
        task = self._loading.get(key)
        if task is None:
            # A context of its own: a load serves many requests and must not inherit the deadline of one.
            loading = self._load(key, ttl, kind, load)
            task = self._loading[key] = asyncio.create_task(loading, context=contextvars.Context())
            task.add_done_callback(partial(self._loaded, key))
        # Shielded: one impatient caller must not cancel the load for the others.
        return await asyncio.shield(task)

    async def invalidate(self, *keys: str) -> None:
        """Forget `keys`, here and in every other process."""
        self._forget(keys)
        redis = self._reachable_redis()
        if redis is None or not keys:
            return
        try:
            async with redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    # Not deleted: what marks it as changed keeps out loads that began before, in any process.
                    pipe.set(_PREFIX + key, _CHANGED, px=_KEEP_OUT)
                pipe.publish(_CHANNEL, msgspec.json.encode(keys))
                await pipe.execute()
        except (RedisError, OSError) as error:
            self._redis_failed(error)

    def clear(self) -> None:
        """Forget everything in this process's memory."""
        self._memory.clear()
        self._loading.clear()

    async def start(self) -> None:
        """Begin to hear what other processes invalidate."""
        if self._redis is not None:
            self._listener = asyncio.create_task(self._listen(self._redis))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._subscribed.wait(), 1)

    async def close(self) -> None:
        """Stop listening and loading."""
        await end(*filter(None, (self._listener, *self._loading.values())))

    def _forget(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._memory.forget(key)
            # A load that began before the change may bring the old value: it answers those who wait, and is not kept.
            self._loading.pop(key, None)

    def _loaded(self, key: str, task: asyncio.Task[Any]) -> None:
        if self._loading.get(key) is task:
            del self._loading[key]
        if not task.cancelled():
            task.exception()

    async def _load(self, key: str, ttl: float, kind: type[T], load: Callable[[], Awaitable[T]]) -> T:
        value: T
        value, left = await self._from_redis(key, kind)
        if left <= 0:
            value = await load()
            _LOADED.inc()
        if self._loading.get(key) is asyncio.current_task():
            weight = getattr(value, "weight", 1)
            if weight <= self._heaviest:
                self._memory.keep(key, value, left if left > 0 else ttl, weight)
            if left <= 0:
                await self._to_redis(key, ttl, value)
        return value

    async def _from_redis(self, key: str, kind: type[T]) -> tuple[Any, float]:
        """The value in Redis and the seconds that it has left; none when it is not there."""
        redis = self._reachable_redis()
        if redis is None:
            return None, 0
        try:
            async with redis.pipeline(transaction=False) as pipe:
                pipe.get(_PREFIX + key)
                pipe.pttl(_PREFIX + key)
                stored, left = await pipe.execute()
        except (RedisError, OSError) as error:
            self._redis_failed(error)
            return None, 0
        if stored is None or stored == _CHANGED:
            return None, 0
        try:
            value = msgspec.json.decode(stored, type=kind)
        except msgspec.MsgspecError:
            return None, 0  # written by another version of Banyan
        _REDIS.inc()
        return value, left / 1000

    async def _to_redis(self, key: str, ttl: float, value: Any) -> None:
        redis = self._reachable_redis()
        if redis is None:
            return
        try:
            await redis.set(_PREFIX + key, msgspec.json.encode(value), px=max(1, int(ttl * 1000)), nx=True)
        except (RedisError, OSError) as error:
            self._redis_failed(error)

    def _reachable_redis(self) -> Redis | None:
        return self._redis if time.monotonic() >= self._redis_silent_until else None

    def _redis_failed(self, error: Exception) -> None:
        log.warning("redis_unavailable", error=str(error))
        self._redis_silent_until = time.monotonic() + _RETRY_REDIS_AFTER

    async def _listen(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as channel:
                    await channel.subscribe(_CHANNEL)
                    await self._hear(channel)
            except (RedisError, OSError, msgspec.MsgspecError) as error:
                log.warning("redis_subscription_lost", error=repr(error))
                await asyncio.sleep(_RETRY_REDIS_AFTER)

    async def _hear(self, channel: PubSub) -> None:
        asked = False
        while True:
            message = await channel.get_message(timeout=_SILENCE)
            if message is None:
                if asked:
                    raise ConnectionError("Redis has fallen silent")
                await channel.ping()
                asked = True
                continue
            asked = False
            if message["type"] == "subscribe":
                self.clear()  # what was invalidated while nobody listened is unknown
                self._subscribed.set()
            elif message["type"] == "message":
                self._forget(tuple(msgspec.json.decode(message["data"], type=list[str])))


def connect_redis(url: str) -> Redis:
    """A client that gives up soon: whatever Redis knows can be had elsewhere."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1))
