"""Writing on, over and over, while a fault happens."""

import asyncio
from collections.abc import Coroutine, Iterator
from itertools import count, takewhile

import httpx

__all__ = ["Writing"]


class Writing:
    """Many who write at once, until the server is gone or it is over."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    def begin(self, *writers: Coroutine[None, None, None]) -> None:
        """Let each of them write."""
        self._tasks += [asyncio.create_task(writer) for writer in writers]

    def numbers(self, first: int) -> Iterator[int]:
        """Count from `first` until it is over."""
        return takewhile(lambda _: not self._over, count(first))

    async def end(self) -> None:
        """Let each finish what it is at: who is cut off while it connects leaves that connection open."""
        self._over = True
        outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
        assert all(outcome is None or isinstance(outcome, httpx.TransportError) for outcome in outcomes), outcomes
