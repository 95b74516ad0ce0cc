"""The connections of a pool, handed straight from one who has finished to the next who waits.

asyncpg's pool makes a task for each release and a timer for each timed acquire, which cost as much as a small
statement. Here a connection on which everything went well goes to the first who waits, or onto a list; only one that
something happened to goes back to the pool, which looks at what is left of it.
"""

import asyncio
import time
from collections import deque
from typing import Any

import asyncpg
import structlog
from prometheus_client import Gauge, Histogram

from banyan.kit.statements import GONE, closed

__all__ = ["Connections"]

log = structlog.get_logger(__name__)
_WAIT = Histogram(
    "banyan_pool_wait_seconds",
    "Time that a statement waited because no connection was idle.",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10),
)
_OPEN = Gauge(
    "banyan_pool_connections",
    "Connections of a pool: idle, used, and max, as many as there may be.",
    ["pool", "state"],
    multiprocess_mode="livesum",
)
_QUEUE = Gauge("banyan_pool_waiting", "Statements that wait for a connection.", ["pool"], multiprocess_mode="livesum")


class Connections:
    """At most as many as the pool has; whoever comes first is served first.

    Args:
        name: names the pool in the metrics.

    Attributes:
        sharded: they lead to the coordinator of a Citus cluster, as was seen when the last of them was opened.
    """

    def __init__(self, pool: asyncpg.Pool, name: str = "primary") -> None:
        self.sharded = False
        self._pool = pool
        self._tell_idle, self._tell_used, self._tell_max = (
            _OPEN.labels(name, state).set for state in ("idle", "used", "max")
        )
        self._tell_waiting = _QUEUE.labels(name).set
        self._size = pool.get_max_size()
        self._out = 0  # taken from the pool: in use, or idle here
        self._idle: list[Any] = []
        self._used: set[Any] = set()
        self._expired: set[Any] = set()
        self._turns: deque[asyncio.Future[Any | None]] = deque()
        self._closing = False
        self._going_back: set[asyncio.Task[None]] = set()

    async def acquire(self, seconds: float) -> Any:
        """A connection, to be given back by `give` or `discard`.

        Raises:
            TimeoutError: none can be had within `seconds`.
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError: none can be opened.
        """
        while self._idle:
            connection = self._idle.pop()
            if not closed(connection):
                self._used.add(connection)
                return connection
            await self.discard(connection)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(seconds):
                connection = await self._wait()
        finally:
            _WAIT.observe(time.perf_counter() - started)
        self._used.add(connection)
        return connection

    def give(self, connection: Any) -> None:
        """Give back a connection on which everything went well."""
        self._used.discard(connection)
        if self._closing or connection in self._expired:
            if connection in self._expired:
                connection.terminate()
            task = asyncio.create_task(self.discard(connection))
            self._going_back.add(task)
            task.add_done_callback(self._going_back.discard)
        else:
            self._pass_on(connection)

    async def discard(self, connection: Any) -> None:
        """Give back a connection that something happened to."""
        self._used.discard(connection)
        self._expired.discard(connection)
        try:
            await self._pool.release(connection)
        except (*GONE, asyncpg.InterfaceError) as error:  # the pool has thrown it away already
            log.debug("connection_lost", error=repr(error))
        finally:
            self._pass_on(None)

    async def expire(self) -> None:
        """Use none of the connections that there are again: what they lead to is no more what it was."""
        self._expired |= self._used
        while self._idle:
            connection = self._idle.pop()
            if not closed(connection):
                connection.terminate()
            await self.discard(connection)

    def break_off(self) -> None:
        """End what is under way: nobody is going to answer."""
        for connection in tuple(self._used):
            if not closed(connection):
                connection.terminate()

    def measure(self) -> None:
        """Tell the metrics how it stands."""
        self._tell_idle(len(self._idle) + self._pool.get_idle_size())
        self._tell_used(len(self._used))
        self._tell_max(self._size)
        self._tell_waiting(len(self._turns))

    async def close(self) -> None:
        """Give everything back to the pool, and wait until those in use have come back too."""
        self._closing = True
        while self._idle:
            await self.discard(self._idle.pop())
        await self._pool.close()

    async def _wait(self) -> Any:
        if self._out < self._size:
            self._out += 1
        else:
            handed = await self._turn()
            if handed is not None:
                return handed
        try:
            connection = await self._pool.acquire()
            self.sharded = getattr(connection, "sharded", False)
            return connection
        except BaseException:
            self._pass_on(None)
            raise

    async def _turn(self) -> Any | None:
        """Wait for a connection, or for None: the right to take one from the pool."""
        turn: asyncio.Future[Any | None] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # handed over while its taker gave up
                self._pass_on(turn.result())
            raise

    def _pass_on(self, connection: Any | None) -> None:
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._out -= 1
        else:
            self._idle.append(connection)
