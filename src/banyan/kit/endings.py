"""Ending tasks that would go on for ever."""

import asyncio
from typing import Any

__all__ = ["end"]

_PATIENCE = 0.2  # seconds


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and return when they are done.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, with which redis-py sends, loses a cancellation that
    comes just as what it waits for is done (https://github.com/python/cpython/issues/86296).
    """
    going: set[asyncio.Task[Any]] = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=_PATIENCE)
