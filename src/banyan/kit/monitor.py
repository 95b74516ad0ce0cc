"""Asks the primary and its replicas again and again how they are, over connections of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import structlog
from prometheus_client import Gauge

from banyan.kit.connections import Connections
from banyan.kit.endings import end
from banyan.kit.mode import Mode, Order
from banyan.kit.nodes import Nodes
from banyan.kit.pools import one_conversation
from banyan.kit.replicas import Replica, Replicas
from banyan.kit.statements import GONE

__all__ = ["SERVING", "Monitor"]

log = structlog.get_logger(__name__)
_UP = Gauge("banyan_primary_up", "1 while there is a primary that takes writes.", multiprocess_mode="livemin")
_OFTEN = 0.5  # seconds between two looks where there are replicas
_SELDOM = 2.0
_NAME = "banyan monitor"
# How many processes serve a database now: each has one line on which it watches the primary. A pooler hides them.
SERVING = f"""
    select count(*) from pg_stat_activity
     where application_name = '{_NAME}' and datname = current_database()
"""  # noqa: S608 -- its own name
_PATIENCE = 2.0  # seconds for an answer; and without a primary, until the installation is read-only
_PRIMARY = """
    select pg_is_in_recovery() as standby,
           case when pg_is_in_recovery() then 0 else (pg_current_wal_insert_lsn() - '0/0')::bigint end as position,
           case when pg_is_in_recovery() then 0
                else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
            end as timeline,
           read_only, reason
      from installation
"""
# Which timeline it follows the receiver tells at once, but only to who may read statistics (pg_read_all_stats); the
# control file does after the next restart point, some minutes later.
_REPLICA = """
    select pg_is_in_recovery() as standby,
           coalesce(pg_last_wal_replay_lsn() - '0/0', 0)::bigint as replayed,
           greatest(
               (select received_tli from pg_stat_wal_receiver),
               (select min_recovery_end_timeline from pg_control_recovery()),
               (select timeline_id from pg_control_checkpoint())
           ) as timeline
"""


class Monitor:
    """Keeps `mode` and `replicas` true, and `primary` free of connections that lead elsewhere.

    Args:
        nodes: where the primary may be.
        primary: the connections that others use.
    """

    def __init__(self, nodes: Nodes, primary: Connections, replicas: Replicas, mode: Mode) -> None:
        self._primary = primary
        self._replicas = replicas
        self._mode = mode
        self._pause = _OFTEN if replicas.each else _SELDOM
        self._missing_since: float | None = None
        self._lines = [_Line(nodes, _PRIMARY, self._hear_primary, self._miss_primary)]
        self._lines += [self._line(replica) for replica in replicas.each]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Look once at everything, then go on looking."""
        await asyncio.gather(*(line.look() for line in self._lines))
        self._tasks = [asyncio.create_task(self._keep_looking(line)) for line in self._lines]

    async def close(self) -> None:
        """Look no more."""
        await end(*self._tasks)
        for line in self._lines:
            line.hang_up()

    async def _keep_looking(self, line: "_Line") -> None:
        while True:
            await asyncio.sleep(_OFTEN if self._missing_since else self._pause)
            await line.look()

    def _line(self, replica: Replica) -> "_Line":
        async def hear(row: Any) -> None:
            self._replicas.heard_from(
                replica, standby=row["standby"], replayed=row["replayed"], timeline=row["timeline"]
            )

        async def miss(reason: str) -> None:
            replica.left_out(f"does not answer: {reason}")

        return _Line(replica.nodes, _REPLICA, hear, miss)

    async def _hear_primary(self, row: Any) -> None:
        if row["standby"]:
            await self._miss_primary("it has become a standby")
            return
        if self._missing_since is not None:
            log.info("primary_found", seconds=round(time.monotonic() - self._missing_since, 1))
        self._missing_since = None
        _UP.set(1)
        self._replicas.primary_is_at(row["position"], row["timeline"])
        self._mode.found_primary(True)
        self._mode.ordered(Order(row["read_only"], row["reason"]))

    async def _miss_primary(self, reason: str) -> None:
        _UP.set(0)
        now = time.monotonic()
        if self._missing_since is None:
            self._missing_since = now
            log.warning("primary_missing", reason=reason)
            # What is open leads to who was primary.
            await self._primary.expire()
        if now - self._missing_since >= _PATIENCE:
            if not self._mode.primary_gone:
                # A machine that is gone without a word leaves its connections open: who waits on one would do so until
                # the system gives up, after minutes or hours.
                self._primary.break_off()
            self._mode.found_primary(False)


class _Line:
    """A connection on which one statement is asked again and again; opened anew when it breaks."""

    def __init__(
        self,
        nodes: Nodes,
        sql: str,
        hear: Callable[[Any], Awaitable[None]],
        miss: Callable[[str], Awaitable[None]],
    ) -> None:
        self._nodes = nodes
        self._sql = sql
        self._hear = hear
        self._miss = miss
        self._connection: asyncpg.Connection | None = None

    async def look(self) -> None:
        """Ask once."""
        try:
            async with asyncio.timeout(_PATIENCE):
                row = await self._ask()
        except (*GONE, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.hang_up()
            await self._miss(repr(error))
        else:
            await self._hear(row)

    def hang_up(self) -> None:
        """Close the connection at once."""
        if self._connection is not None:
            with suppress(asyncpg.InterfaceError):
                self._connection.terminate()
            self._connection = None

    async def _ask(self) -> Any:
        if self._connection is None:
            self._connection = await self._nodes.connect(
                statement_cache_size=0, server_settings={"application_name": _NAME}
            )
        async with one_conversation(self._connection):
            return await self._connection.fetchrow(self._sql)
