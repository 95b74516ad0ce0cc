"""Looks twice a second at what no event tells: how late the process is, and how its pools of connections stand."""

import asyncio
from collections.abc import Callable, Iterable

from prometheus_client import Histogram

__all__ = ["pulse"]

_LATE = Histogram(
    "banyan_loop_lag_seconds",
    "How much later than due the process turns to what waits; it does one thing at a time.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
_PAUSE = 0.5  # seconds


async def pulse(looks: Iterable[Callable[[], None]]) -> None:
    """Call `looks` again and again, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _PAUSE
        await asyncio.sleep(_PAUSE)
        _LATE.observe(max(0.0, loop.time() - due))
        for look in looks:
            look()
