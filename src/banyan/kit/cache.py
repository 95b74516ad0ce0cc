"""Two levels of cache: the process's memory, then Redis if there is one.

A value is loaded once however many ask at the same time, in whatever process (`leases`). What is asked for in the last
tenth of its time is renewed in the background, so that nobody waits for what is asked for often: as in Vattani et al.,
*Optimal Probabilistic Cache Stampede Prevention* (VLDB 2015), where a lease stands in for the draw. What is invalidated
here is invalidated in every process, through Redis; when Redis is away values live for their time in memory and nothing
breaks.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import msgspec
from prometheus_client import Counter
from redis.asyncio.client import PubSub

from banyan.kit.database import uncommitted
from banyan.kit.endings import end
from banyan.kit.leases import Leases
from banyan.kit.listening import listen
from banyan.kit.redis import Away, RedisLink
from banyan.kit.remembered import Remembered

__all__ = ["Cache"]

T = TypeVar("T")
LOOKUPS = Counter("banyan_cache_lookups", "Cache look-ups by the level that answered.", ["level"])
_MEMORY, _REDIS, _LOADED = (LOOKUPS.labels(level) for level in ("memory", "redis", "loaded"))
_RENEWALS = Counter("banyan_cache_renewals", "Values that were renewed in the background, before their time was over.")
_CHANNEL = b"banyan:invalidate"
_EARLY = 0.1  # of a value's time
_OWED = 10_000  # keys that Redis has not been told of; beyond, the oldest live there for their time
_AT_ONCE = 500


class Cache:
    """Values by key, each with its time to live in seconds.

    Memory holds `entries` small values. A large one says how many it stands for, in an attribute `weight`; one that is
    heavier than a tenth of all is left to Redis.
    """

    def __init__(self, link: RedisLink | None = None, *, entries: int = 20_000, leases: Leases | None = None) -> None:
        self._memory = Remembered(entries)
        self._heaviest = max(1, entries // 10)
        self._loading: dict[str, asyncio.Task[Any]] = {}
        self._link = link
        self._leases = leases or (Leases(link) if link else None)
        self._owed: dict[str, None] = {}
        self._listener: asyncio.Task[None] | None = None
        self._subscribed = asyncio.Event()
        if link is not None:
            link.on_back(self._settle)

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
        found, is_due = self._memory.look(key)
        value: T | None = found
        if value is not None:
            _MEMORY.inc()
            if is_due and key not in self._loading:
                _RENEWALS.inc()
                self._begin(key, ttl, kind, load, with_left=ttl * _EARLY)
            return value
        task = self._loading.get(key) or self._begin(key, ttl, kind, load)
        # Shielded: one impatient caller must not cancel the load for the others.
        return await asyncio.shield(task)

    async def invalidate(self, *keys: str) -> None:
        """Forget `keys`, here and in every other process; those of a Redis that is away when it is back."""
        self._forget(keys)
        if self._link is not None and keys:
            self._owed.update(dict.fromkeys(keys))
            while len(self._owed) > _OWED:
                del self._owed[next(iter(self._owed))]
            with suppress(Away):
                await self._link.ask(self._settle)

    def clear(self) -> None:
        """Forget everything in this process's memory."""
        self._memory.clear()
        self._loading.clear()

    async def start(self) -> None:
        """Begin to hear what other processes invalidate."""
        if self._link is not None:
            self._listener = asyncio.create_task(listen(self._link.words, lambda: [_CHANNEL], self._hear))
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

    def _begin(
        self, key: str, ttl: float, kind: type[T], load: Callable[[], Awaitable[T]], *, with_left: float = 0.0
    ) -> asyncio.Task[T]:
        # A context of its own: a load serves many requests and must not inherit the deadline of one.
        loading = self._load(key, ttl, kind, load, with_left)
        task = self._loading[key] = asyncio.create_task(loading, context=contextvars.Context())
        task.add_done_callback(partial(self._loaded, key))
        return task

    def _loaded(self, key: str, task: asyncio.Task[Any]) -> None:
        if self._loading.get(key) is task:
            del self._loading[key]
        if not task.cancelled():
            task.exception()

    async def _load(self, key: str, ttl: float, kind: type[T], load: Callable[[], Awaitable[T]], with_left: float) -> T:
        leases = self._leases
        if leases is None:
            value = await load()
            _LOADED.inc()
            self._keep(key, value, ttl, ttl)
            return value
        found = await leases.find(key, with_left=with_left)
        if found.value is not None:
            with suppress(msgspec.MsgspecError):  # what another version of Banyan has written is loaded anew
                value = msgspec.json.decode(found.value, type=kind)
                _REDIS.inc()
                self._keep(key, value, found.left, ttl)
                return value
        try:
            value = await load()
        except BaseException:
            if found.lease:
                await leases.give_back(key, found.lease)
            raise
        _LOADED.inc()
        wanted = self._keep(key, value, ttl, ttl)
        if found.lease and wanted:
            await leases.keep(key, found.lease, msgspec.json.encode(value), ttl)
        elif found.lease:
            await leases.give_back(key, found.lease)
        return value

    def _keep(self, key: str, value: Any, seconds: float, ttl: float) -> bool:
        """Remember what the running task has brought; whether it is still wanted."""
        if self._loading.get(key) is not asyncio.current_task():
            return False
        weight = getattr(value, "weight", 1)
        if weight <= self._heaviest:
            self._memory.keep(key, value, seconds, weight, early=ttl * _EARLY)
        return True

    async def _settle(self) -> None:
        """Tell Redis and the other processes of all that they have not been told yet."""
        while self._link is not None and self._leases is not None and self._owed:
            owed = tuple(islice(self._owed, _AT_ONCE))
            await self._leases.forget(owed)
            await self._link.words.publish(_CHANNEL, msgspec.json.encode(owed))
            for key in owed:
                self._owed.pop(key, None)

    def _hear(self, _channel: PubSub, message: Mapping[str, Any]) -> None:
        if message["type"] == "subscribe":
            self.clear()  # what was invalidated while nobody listened is unknown
            self._subscribed.set()
        elif message["type"] == "message":
            self._forget(tuple(msgspec.json.decode(message["data"], type=list[str])))
