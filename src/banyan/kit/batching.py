"""Concurrent small writes of one kind, gathered into one statement and acknowledged after its commit.

While one batch is being written the next one gathers, so a lone write waits for nobody and a crowd shares one commit.
Source: the design's measurement on two cores, 9,000 single-row upserts/s without, 30,000 with.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from prometheus_client import Histogram

from banyan.kit.problems import Unavailable

__all__ = ["Batcher"]

C = TypeVar("C")
R = TypeVar("R")
BATCH_ROWS = Histogram(
    "banyan_batch_rows", "Rows written by one batch.", ["batch"], buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)


class Batcher(Generic[C, R]):
    """Gathers commands for `write`, which gets a list of them and gives one result each, in order.

    Args:
        name: names the batch in the metrics.
        write: stores the commands in one transaction.
        key: commands with the same key never share a batch, and are written in the order they came.
        largest: at most this many commands a batch.
        waiting: with more than this many waiting, new ones are refused.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[C]], Awaitable[Sequence[R]]],
        *,
        key: Callable[[C], Hashable],
        largest: int = 500,
        waiting: int = 20_000,
    ) -> None:
        self._write = write
        self._key = key
        self._largest = largest
        self._limit = waiting
        self._waiting: deque[tuple[C, asyncio.Future[R]]] = deque()
        self._flusher: asyncio.Task[None] | None = None
        self._rows = BATCH_ROWS.labels(name)

    async def submit(self, command: C) -> R:
        """Store `command`; returns when it is on disk.

        Raises:
            Unavailable: too many are waiting already.
            Exception: what `write` raised for this command.
        """
        if len(self._waiting) >= self._limit:
            raise Unavailable("Too much is being saved at once. Please try again in a moment.")
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, done))
        if self._flusher is None or self._flusher.done():
            # A context of its own: a batch serves many requests and must not inherit the deadline of one.
            self._flusher = asyncio.create_task(self._flush(), context=contextvars.Context())
        return await done

    async def close(self) -> None:
        """Wait until everything submitted is written."""
        if self._flusher is not None:
            await self._flusher

    async def _flush(self) -> None:
        while self._waiting:
            batch = self._take()
            try:
                await self._store(batch)
            except BaseException as error:
                for _, done in batch:
                    _fail(done, error)
                if not isinstance(error, Exception):
                    raise

    def _take(self) -> list[tuple[C, asyncio.Future[R]]]:
        batch: dict[Hashable, tuple[C, asyncio.Future[R]]] = {}
        later: list[tuple[C, asyncio.Future[R]]] = []
        while self._waiting and len(batch) < self._largest:
            entry = self._waiting.popleft()
            key = self._key(entry[0])
            if key in batch:
                later.append(entry)
            elif not entry[1].cancelled():
                batch[key] = entry
        self._waiting.extendleft(reversed(later))
        return list(batch.values())

    async def _store(self, batch: list[tuple[C, asyncio.Future[R]]]) -> None:
        if not batch:
            return
        self._rows.observe(len(batch))
        try:
            results = await self._write([command for command, _ in batch])
        except Unavailable:
            raise
        except Exception as error:
            if len(batch) == 1:
                _fail(batch[0][1], error)
                return
            # One bad command must not fail the others: each is tried by itself.
            for entry in batch:
                await self._store([entry])
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)


def _fail(done: "asyncio.Future[R]", error: BaseException) -> None:
    if done.done():
        return
    if isinstance(error, asyncio.CancelledError):
        done.cancel()
    else:
        done.set_exception(error)
