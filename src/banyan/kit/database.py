"""PostgreSQL, with reading and writing as different types.

`db.read()` gives a `Reader`; `db.write()` a `Writer` that is one transaction: one use case, one transaction. A write on
a `Reader` is a type error. SQL is written by hand next to the struct that it fills.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

import asyncpg
import structlog
from prometheus_client import Histogram

from banyan.kit import rows
from banyan.kit.problems import NotFound, Unavailable
from banyan.kit.request import time_left

__all__ = ["Database", "Reader", "Writer", "connect"]

T = TypeVar("T")
Hook = Callable[[], Awaitable[None] | None]
Observer = Callable[[str, Sequence[Any]], None]
log = structlog.get_logger(__name__)

STATEMENT_SECONDS = Histogram(
    "banyan_statement_seconds",
    "Time of a database statement, as the caller waits for it.",
    ["statement"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
_GONE = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.QueryCanceledError,
    ConnectionError,
    TimeoutError,
)
_ambient: ContextVar["Writer | None"] = ContextVar("ambient_transaction", default=None)


class Enqueue(Protocol):
    """Stores jobs in the transaction of the connection that it is given."""

    async def __call__(self, connection: asyncpg.Connection, jobs: Sequence[Any]) -> None: ...


class Emit(Protocol):
    """Lets other domains take part in a transaction, and hear of it after the commit."""

    async def __call__(self, tx: "Writer", event: Any) -> None: ...


class _Statement:
    """What is remembered of one SQL text: its name in the metrics, and how its rows become structs."""

    __slots__ = ("decoders", "observe")

    def __init__(self) -> None:
        frame = sys._getframe(3)  # noqa: SLF001 -- read once a statement, for its name
        while frame.f_back and frame.f_globals.get("__name__") == __name__:
            frame = frame.f_back
        module = str(frame.f_globals.get("__name__", "")).removeprefix("banyan.")
        self.observe = STATEMENT_SECONDS.labels(f"{module}.{frame.f_code.co_name}").observe
        self.decoders: dict[Any, Callable[[Sequence[Any]], Any]] = {}


_statements: dict[str, _Statement] = {}


def _statement(sql: str) -> _Statement:
    known = _statements.get(sql)
    if known is None:
        known = _statements[sql] = _Statement()
    return known


class Reader:
    """Reads rows as structs, or single columns as plain values."""

    __slots__ = ("_database", "_source")

    def __init__(self, database: "Database", source: Any) -> None:
        self._database = database
        self._source = source

    async def all(self, row: type[T], sql: str, *args: Any) -> list[T]:
        """Every row that the statement gives."""
        statement = _statement(sql)
        records = await self._run(self._source.fetch, statement, sql, args)
        if not records:
            return []
        decode = statement.decoders.get(row)
        if decode is None:
            decode = statement.decoders[row] = rows.decoder(row, records[0])
        return [decode(record) for record in records]

    async def maybe(self, row: type[T], sql: str, *args: Any) -> T | None:
        """The one row, or None.

        Raises:
            LookupError: there is more than one.
        """
        found = await self.all(row, sql, *args)
        if len(found) > 1:
            raise LookupError("a statement that gives at most one row gave more")
        return found[0] if found else None

    async def one(self, row: type[T], sql: str, *args: Any) -> T:
        """The one row.

        Raises:
            NotFound: there is none.
        """
        found = await self.maybe(row, sql, *args)
        if found is None:
            raise NotFound
        return found

    async def _run(self, call: Any, statement: _Statement, sql: str, args: Sequence[Any]) -> Any:
        for observer in self._database.observers:
            observer(sql, args)
        started = time.perf_counter()
        try:
            return await call(sql, *args, timeout=time_left())
        except _GONE as error:
            raise _unavailable(error) from error
        finally:
            statement.observe(time.perf_counter() - started)


class Writer(Reader):
    """One transaction. It commits when its `async with` ends, or rolls back when that raises."""

    __slots__ = ("_hooks",)

    def __init__(self, database: "Database", connection: Any) -> None:
        super().__init__(database, connection)
        self._hooks: list[Hook] = []

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement; the number of rows that it changed."""
        status: str = await self._run(self._source.execute, _statement(sql), sql, args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def enqueue(self, *jobs: Any) -> None:
        """Store background jobs with this transaction: they exist if, and only if, it commits."""
        await self._database.enqueue(self._source, jobs)

    async def emit(self, event: Any) -> None:
        """Tell other domains: their reactions take part in this transaction, their listeners hear after the commit."""
        await self._database.emit(self, event)

    def after_commit(self, hook: Hook) -> None:
        """Call `hook` once the transaction is on disk. Best effort: a failure is logged, not raised."""
        self._hooks.append(hook)

    async def run_hooks(self) -> None:
        """Called by the database after the commit."""
        for hook in self._hooks:
            try:
                outcome = hook()
                if outcome is not None:
                    await outcome
            except Exception:
                log.exception("after_commit_failed")


class Database:
    """A pool of connections to one PostgreSQL."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.observers: list[Observer] = []
        self.enqueue: Enqueue = _no_jobs
        self.emit: Emit = _no_events
        self._reader = Reader(self, pool)

    def read(self) -> Reader:
        """A reader: each statement takes a connection for itself, or reads in the `joined_write()` above it."""
        return _ambient.get() or self._reader

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writer]:
        """One transaction. Inside `joined_write()` it joins that one.

        Raises:
            Unavailable: there is no primary to write to.
        """
        ambient = _ambient.get()
        if ambient is not None:
            yield ambient
            return
        async with self._transaction() as tx:
            yield tx
        await tx.run_hooks()

    @asynccontextmanager
    async def joined_write(self) -> AsyncIterator[Writer]:
        """One transaction that every `write()` below it joins, to store something with what they do."""
        async with self._transaction() as tx:
            token = _ambient.set(tx)
            try:
                yield tx
            finally:
                _ambient.reset(token)
        await tx.run_hooks()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Writer]:
        try:
            connection = await self.pool.acquire(timeout=time_left())
        except _GONE as error:
            raise _unavailable(error) from error
        try:
            transaction = connection.transaction()
            try:
                await transaction.start()
            except _GONE as error:
                raise _unavailable(error) from error
            tx = Writer(self, connection)
            try:
                yield tx
            except BaseException:
                if not connection.is_closed():
                    await asyncio.shield(transaction.rollback())
                raise
            try:
                await transaction.commit()
            except _GONE as error:
                raise _unavailable(error) from error
        finally:
            await self.pool.release(connection)

    async def close(self) -> None:
        """Close all connections, waiting up to five seconds for those in use."""
        try:
            await asyncio.wait_for(self.pool.close(), 5)
        except TimeoutError:
            self.pool.terminate()


def _unavailable(error: BaseException) -> Unavailable:
    log.warning("database_unavailable", error=type(error).__name__, detail=str(error))
    return Unavailable("The database does not answer right now. Please try again in a moment.")


async def _no_jobs(connection: asyncpg.Connection, jobs: Sequence[Any]) -> None:
    raise LookupError("this database has no job queue")


async def _no_events(tx: Writer, event: Any) -> None:
    """Nobody listens."""


class _Connection(asyncpg.Connection):
    """A connection that needs no reset between users: nothing here sets session state."""

    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + rows.encode_json(value),
        decoder=lambda value: rows.Json(value[1:]),
    )


async def connect(url: str, *, size: int = 20, statement_timeout: float = 15.0) -> Database:
    """Open a pool of at most `size` connections; no statement runs longer than `statement_timeout` seconds.

    Raises:
        OSError, asyncpg.PostgresError: the server does not answer or refuses.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        init=_prepare,
        connection_class=_Connection,
        statement_cache_size=512,
        max_inactive_connection_lifetime=300,
        server_settings={
            "application_name": "banyan",
            "statement_timeout": str(int(statement_timeout * 1000)),
            "idle_in_transaction_session_timeout": "30000",
            "timezone": "UTC",
            "jit": "off",
        },
    )
    return Database(pool)
