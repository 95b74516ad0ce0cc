"""Values in Redis, each loaded by one process for all.

Who finds no value gets a lease: it alone is to load it, and others wait a little for what it brings. A value is taken
only from who holds the lease, and whatever changes the thing takes the lease away; so a load that began before the
change stores nothing. After Nishtala et al., *Scaling Memcache at Facebook* (NSDI 2013), 3.2.1.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from prometheus_client import Counter

from banyan.kit.ids import new_id
from banyan.kit.redis import Away, RedisLink

__all__ = ["Found", "Leases"]

_WAITS = Counter(
    "banyan_cache_waits",
    "Waits for a value that another process was loading: given it, or loaded all the same, in vain.",
    ["outcome"],
)
_GIVEN, _IN_VAIN = (_WAITS.labels(outcome) for outcome in ("given", "in_vain"))
_PATIENCE = 0.3  # seconds that one waits for another; most loads take a hundredth of it
_FIRST_PAUSE = 0.004  # seconds; each pause is twice as long as the one before
_LEASE = 3_000  # milliseconds, after which a process that has died with a lease is no longer waited for
# Both keys of a value are on the same node of a cluster.
_VALUE = "banyan:cache:{%s}"
_HELD = "banyan:lease:{%s}"
_LOOK = """
local left = redis.call('pttl', KEYS[1])
if left > tonumber(ARGV[1]) then
    return {left, redis.call('get', KEYS[1])}
end
if redis.call('set', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then
    return {0, ''}
end
return {-1, ''}
"""
_STORE = """
if redis.call('get', KEYS[2]) == ARGV[1] then
    redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
    redis.call('del', KEYS[2])
end
"""
_RELEASE = "if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('del', KEYS[2]) end"


class Found(msgspec.Struct, frozen=True):
    """What Redis has: a value with the seconds that are left to it, or nothing, with a lease for who is to load it."""

    value: bytes | None = None
    left: float = 0.0
    lease: str | None = None


class Leases:
    """The values of an installation.

    Args:
        patience: seconds that one waits for another who loads.
    """

    def __init__(self, link: RedisLink, *, patience: float = _PATIENCE) -> None:
        self._link = link
        self._patience = patience
        self._look = link.keys.register_script(_LOOK)
        self._store = link.keys.register_script(_STORE)
        self._release = link.keys.register_script(_RELEASE)

    async def find(self, key: str, *, with_left: float) -> Found:
        """The value, if more than `with_left` seconds are left to it; else, maybe after a wait, a lease or nothing."""
        lease = new_id().hex
        waited, pause = 0.0, _FIRST_PAUSE
        while True:
            try:
                left, value = await self._run(self._look, key, int(with_left * 1000), lease, _LEASE)
            except Away:
                return Found()
            if left >= 0:
                if waited and left:
                    _GIVEN.inc()
                return Found(value, left / 1000) if left else Found(lease=lease)
            if waited >= self._patience:
                _IN_VAIN.inc()
                return Found()
            await asyncio.sleep(pause)
            waited += pause
            pause *= 2

    async def keep(self, key: str, lease: str, value: bytes, seconds: float) -> None:
        """Store what the holder of a lease has loaded, unless it was forgotten meanwhile; no error if Redis is away."""
        try:
            await self._run(self._store, key, lease, value, max(1, int(seconds * 1000)))
        except Away:
            return

    async def give_back(self, key: str, lease: str) -> None:
        """Let another try, whose load may not fail."""
        try:
            await self._run(self._release, key, lease)
        except Away:
            return

    async def forget(self, keys: Sequence[str]) -> None:
        """Take away the values and all leases for them; asks even a Redis that was away.

        Raises:
            RedisError, RedisClusterException, OSError: they may still be there.
        """
        async with self._link.keys.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.delete(_VALUE % key, _HELD % key)
            await pipe.execute()

    async def _run(self, script: Any, key: str, *args: Any) -> Any:
        return await self._link.ask(lambda: script(keys=[_VALUE % key, _HELD % key], args=args))
