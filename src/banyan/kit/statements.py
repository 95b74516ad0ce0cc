"""Running a statement: its name in the metrics, the struct of its rows, and what its failure means."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeVar

import asyncpg
import structlog
from prometheus_client import Histogram

from banyan.kit import rows
from banyan.kit.problems import NoRoom, Unavailable
from banyan.kit.request import time_left

__all__ = ["GONE", "Observer", "Statement", "closed", "sharded", "statement", "unavailable"]

T = TypeVar("T")
_SHARDED = re.compile(r"/\* sharded: (.*?) \*/", re.DOTALL)
Observer = Callable[[str, Sequence[Any]], None]
log = structlog.get_logger(__name__)

STATEMENT_SECONDS = Histogram(
    "banyan_statement_seconds",
    "Time of a database statement, without the wait for a connection.",
    ["statement"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
# Another try may succeed, and this one changed nothing.
GONE = (
    OSError,  # refused, reset, timed out, or the socket's file is not there
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,  # the connection broke between two messages, or a type changed below it
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,  # a deadlock
)


def sharded(sql: str) -> str:
    """A statement as a Citus cluster gets it: with what stands behind `sharded:` in its comments.

    What many share a statement for comes as arrays, and the rows that it is about are looked up one by one. Citus sends
    a statement to one shard when it sees before it runs that all of its tables are asked for the same keys:
    `/* sharded: and learner_id = any($1) */` tells it so. Elsewhere that would only cost time, for every row.
    """
    return _SHARDED.sub(r"\1", sql)


class Statement:
    """What is remembered of one SQL text."""

    __slots__ = ("_decoders", "_observe", "_sharded", "_sql")

    def __init__(self, sql: str, name: str) -> None:
        self._sql = sql
        self._sharded = sharded(sql)
        self._observe = STATEMENT_SECONDS.labels(name).observe
        self._decoders: dict[Any, Callable[[asyncpg.Record], Any]] = {}

    async def run(
        self, connection: Any, method: Literal["fetch", "execute"], args: Sequence[Any], observers: Iterable[Observer]
    ) -> Any:
        """Run it on a connection, watched and measured.

        Raises:
            Unavailable: the database is gone, or the request's time is up.
            asyncpg.PostgresError, asyncpg.InterfaceError: the statement, or a value in it, is wrong.
        """
        for observer in observers:
            observer(self._sql, args)
        started = time.perf_counter()
        try:
            sql = self._sharded if getattr(connection, "sharded", False) else self._sql
            return await getattr(connection, method)(sql, *args, timeout=time_left())
        except GONE as error:
            raise unavailable(error) from error
        except asyncpg.InterfaceError as error:
            if closed(connection):
                raise unavailable(error) from error
            raise
        finally:
            self._observe(time.perf_counter() - started)

    def read(self, row: type[T], records: Sequence[asyncpg.Record]) -> list[T]:
        """Its rows as structs."""
        if not records:
            return []
        decode = self._decoders.get(row)
        if decode is None:
            decode = self._decoders[row] = rows.decoder(row, records[0])
        return [decode(record) for record in records]


_statements: dict[str, Statement] = {}


def statement(sql: str, asking: str) -> Statement:
    """What is remembered of `sql`. At first sight it is named by the function that made the module `asking` ask."""
    known = _statements.get(sql)
    if known is None:
        known = _statements[sql] = Statement(sql, _caller(asking))
    return known


def _caller(asking: str) -> str:
    frame = sys._getframe()  # noqa: SLF001 -- once a statement
    while frame.f_back and frame.f_globals.get("__name__") in (__name__, asking):
        frame = frame.f_back
    module = str(frame.f_globals.get("__name__", "")).removeprefix("banyan.")
    return f"{module}.{frame.f_code.co_name}"


def unavailable(error: BaseException, detail: str = "") -> Unavailable:
    """What a caller is told of a database that is gone."""
    if isinstance(error, asyncpg.DiskFullError):
        log.error("no_room", where="database", detail=str(error))
        return NoRoom(detail or "The database has no room left. Nothing was changed.")
    log.warning("database_unavailable", error=type(error).__name__, detail=str(error))
    return Unavailable(detail or "The database does not answer right now. Please try again in a moment.")


def closed(connection: Any) -> bool:
    """Whether the connection is of no use any more."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool took it back when it broke
        return True
