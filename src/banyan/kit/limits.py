"""Limits on how often something may be done, counted in memory or, for several processes, in Redis."""

import math
import time
from ipaddress import IPv6Address, IPv6Network, ip_address

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import Redis

from banyan.kit.problems import TooMany

__all__ = ["RateLimiter", "network"]

log = structlog.get_logger(__name__)
_ONE_HOUSEHOLD = 64  # bits; whoever has one IPv6 address has all that share them (RFC 6177)


def network(address: str) -> str:
    """What a client's address counts as: itself, or for IPv6 the network that one household has to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or IPv6Network((parsed.packed, _ONE_HOUSEHOLD), strict=False))


class RateLimiter:
    """Moving windows. When Redis is down each process counts for itself: slower attacks, never an open door."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = (
            MovingWindowRateLimiter(
                RedisStorage(
                    "async+redis://",  # names the library; where it is, the pool knows
                    implementation="redispy",
                    wrap_exceptions=True,
                    key_prefix="banyan:limit",
                    connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # missing from its annotation
                )
            )
            if redis
            else None
        )
        self._parsed: dict[str, RateLimitItem] = {}

    async def check(self, rate: str, *key: str) -> None:
        """Count one use of `key`, such as ("sign_in", address); `rate` reads like "10 per minute".

        Raises:
            TooMany: with the seconds until the next use is possible.
        """
        item = self._item(rate)
        if self._shared is not None:
            try:
                await self._hit(self._shared, item, key)
                return
            except StorageError as error:
                log.warning("redis_unavailable", error=str(error))
        await self._hit(self._own, item, key)

    async def forgive(self, rate: str, *key: str) -> None:
        """Forget the uses of `key` so far: who has proven to be the right one starts afresh."""
        item = self._item(rate)
        if self._shared is not None:
            try:
                await self._shared.clear(item, *key)
            except StorageError as error:
                log.warning("redis_unavailable", error=str(error))
        await self._own.clear(item, *key)

    def _item(self, rate: str) -> RateLimitItem:
        item = self._parsed.get(rate)
        if item is None:
            item = self._parsed[rate] = parse(rate)
        return item

    async def _hit(self, window: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> None:
        if await window.hit(item, *key):
            return
        stats = await window.get_window_stats(item, *key)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        raise TooMany(f"Please wait {wait} seconds and try again.", retry_after=wait)
