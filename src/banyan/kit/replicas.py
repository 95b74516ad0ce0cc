"""Replicas of the database: which of them may be read, by what they have replayed.

A position in the write-ahead log (LSN) is a number that only grows. A session that has written carries the position
after its last write; a replica that has replayed up to there has that write and everything before it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import asyncpg
import structlog
from prometheus_client import Counter, Gauge

from banyan.kit.connections import Connections
from banyan.kit.nodes import Nodes
from banyan.kit.pools import Pooler, open_pool
from banyan.kit.statements import GONE

__all__ = ["FROM_PRIMARY", "Replica", "Replicas", "open_replicas", "seen"]

# What a read must not lie behind. None: the caller is not a request that may read from a replica.
seen: ContextVar[int | None] = ContextVar("seen", default=None)
_POSITION = "select (pg_current_wal_insert_lsn() - '0/0')::bigint"
log = structlog.get_logger(__name__)
_NOT_SEEN = "not looked at yet"
_NOWHERE = (1 << 63) - 1  # a position that no replica has
_READS = Counter("banyan_reads", "Statements that read, by where they went.", ["from"])
FROM_PRIMARY = _READS.labels("primary").inc
_FROM_REPLICA = _READS.labels("replica").inc
_LAG = Gauge(
    "banyan_replica_lag_seconds",
    "How long ago what the replica shows was true.",
    ["replica"],
    multiprocess_mode="livemax",
)
_BEHIND = Gauge(
    "banyan_replica_lag_bytes", "What the replica has not replayed yet.", ["replica"], multiprocess_mode="livemax"
)
_IN_USE = Gauge("banyan_replica_in_use", "1 while it is read from.", ["replica"], multiprocess_mode="livemin")


class Replica:
    """One replica, as the monitor last saw it.

    Attributes:
        name: host and port, without secrets.
        replayed: the position up to which it has replayed.
        timeline: the last one that it is known to have followed. Who follows whom is told only while they are
            connected, and nobody goes back to an earlier one.
    """

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self.name = _name(url)
        self.nodes = Nodes(url)
        self.connections = Connections(pool, self.name)
        self.pool = pool
        self.replayed = 0
        self.timeline = 0
        self.trouble: str | None = _NOT_SEEN
        _IN_USE.labels(self.name).set(0)

    def well(self, replayed: int, lag: float, behind: int) -> None:
        """It may be read from."""
        self.replayed = replayed
        self._measured(lag, behind)
        if self.trouble is not None:
            log.info("replica_in_use", replica=self.name)
        self.trouble = None
        _IN_USE.labels(self.name).set(1)

    def left_out(self, trouble: str, *, replayed: int = 0, lag: float = 0, behind: int = 0) -> None:
        """It must not be read from."""
        self.replayed = replayed
        self._measured(lag, behind)
        if self.trouble in (None, _NOT_SEEN):
            log.warning("replica_left_out", replica=self.name, reason=trouble)
        self.trouble = trouble
        _IN_USE.labels(self.name).set(0)

    def _measured(self, lag: float, behind: int) -> None:
        _LAG.labels(self.name).set(lag)
        _BEHIND.labels(self.name).set(behind)


class Replicas:
    """All replicas of the installation; there may be none.

    Args:
        lag: seconds behind the primary after which a replica is left out.

    Attributes:
        position: after the last commit of this process.
    """

    def __init__(self, replicas: Sequence[Replica], lag: float) -> None:
        self.each = replicas
        self._longest = lag
        self.position = 0
        self._next = 0
        self._uncertain = 0
        self._timeline = 0  # of the primary; each that takes over begins another
        self._history: deque[tuple[float, int]] = deque(maxlen=240)  # when the primary was where

    def choose(self, position: int) -> Replica | None:
        """One that has replayed `position`, each in turn; None when none has."""
        for _ in self.each:
            self._next = (self._next + 1) % len(self.each)
            replica = self.each[self._next]
            if replica.trouble is None and replica.replayed >= position:
                _FROM_REPLICA()
                return replica
        return None

    def farthest(self) -> Replica | None:
        """The one that has replayed most; None when none may be read."""
        usable = (each for each in self.each if each.trouble is None)
        replica = max(usable, key=lambda each: each.replayed, default=None)
        if replica is not None:
            _FROM_REPLICA()
        return replica

    def primary_is_at(self, position: int, timeline: int) -> None:
        """What the monitor has just heard from the primary."""
        self._timeline = timeline
        self._history.append((time.monotonic(), position))
        if self._uncertain:
            self._uncertain -= 1
            self.position = _NOWHERE if self._uncertain else position

    async def committed_on(self, connection: Any) -> None:
        """A transaction has been committed on this connection to the primary: remember where the log is now."""
        try:
            position: int = await connection.fetchval(_POSITION, timeout=2)
        except (*GONE, asyncpg.PostgresError, asyncpg.InterfaceError):
            # It is on disk, only nobody said where, perhaps because a pooler leads to a node that is a standby by now:
            # everything is read from the primary until the monitor has asked after it. The first answer may have been
            # on its way before.
            self.position, self._uncertain = _NOWHERE, 2
        else:
            self.position = max(self.position, position)

    def heard_from(self, replica: Replica, *, standby: bool, replayed: int, timeline: int) -> None:
        """What the monitor has just heard from a replica."""
        if not standby:
            replica.left_out("it is no replica: it takes writes of its own", replayed=replayed)
            return
        replica.timeline = max(replica.timeline, timeline)
        if replica.timeline < self._timeline:
            # It may have been the primary, and have written on after another took over: then positions mean nothing.
            trouble = f"it follows timeline {replica.timeline}, the primary is on {self._timeline}"
            replica.left_out(trouble, replayed=replayed)
            return
        # As of the primary's last sign of life: without one nobody falls further behind.
        latest, position = self._history[-1] if self._history else (0.0, replayed)
        lag = max((latest - when for when, at in self._history if at > replayed), default=0.0)
        behind = max(0, position - replayed)
        if lag > self._longest:
            replica.left_out(f"{lag:.0f} s behind", replayed=replayed, lag=lag, behind=behind)
        else:
            replica.well(replayed, lag, behind)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(replica.connections.close() for replica in self.each))


async def open_replicas(
    urls: Sequence[str], *, size: int, statement_timeout: float, pooler: Pooler, lag: float
) -> Replicas:
    """The replicas at `urls`; none is connected to before it is needed."""
    replicas = []
    for url in urls:
        pool = await open_pool(Nodes(url), size=size, statement_timeout=statement_timeout, pooler=pooler, eager=False)
        replicas.append(Replica(url, pool))
    return Replicas(replicas, lag)


def _name(url: str) -> str:
    without_scheme = url.partition("://")[2]
    return without_scheme.rpartition("@")[2].partition("?")[0].partition("/")[0] or "socket"
