"""Limits on how often something may be done, counted in memory or, for several processes, in Redis."""

import math
import time
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from banyan.kit.problems import TooMany
from banyan.kit.redis import Away, RedisLink

__all__ = ["RateLimiter", "network"]

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


class _Linked(RedisStorage):
    """Counts through our own link to Redis, be it a server or a cluster."""

    def __init__(self, link: RedisLink) -> None:
        self._client = link.keys
        super().__init__("async+redis://", implementation="redispy", key_prefix="banyan:limit")

    def configure_bridge(self) -> None:
        self.bridge.storage = self._client  # type: ignore[attr-defined]  # of the bridge for this library
        self.bridge.connection_getter = lambda _readonly: self._client  # type: ignore[attr-defined]


class RateLimiter:
    """Moving windows. When Redis is down each process counts for itself: slower attacks, never an open door."""

    def __init__(self, link: RedisLink | None = None) -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._link = link
        self._shared = MovingWindowRateLimiter(_Linked(link)) if link else None
        self._parsed: dict[str, RateLimitItem] = {}

    async def check(self, rate: str, *key: str) -> None:
        """Count one use of `key`, such as ("sign_in", address); `rate` reads like "10 per minute".

        Raises:
            TooMany: with the seconds until the next use is possible.
        """
        item = self._item(rate)
        shared = self._shared
        if self._link is not None and shared is not None:
            try:
                await self._link.ask(lambda: self._hit(shared, item, key))
                return
            except Away:
                pass
        await self._hit(self._own, item, key)

    async def forgive(self, rate: str, *key: str) -> None:
        """Forget the uses of `key` so far: who has proven to be the right one starts afresh."""
        item = self._item(rate)
        shared = self._shared
        if self._link is not None and shared is not None:
            with suppress(Away):
                await self._link.ask(lambda: shared.clear(item, *key))
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
