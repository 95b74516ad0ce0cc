"""PostgreSQL, with reading and writing as different types.

`db.read()` gives a `Reader`; `db.write()` a `Writer` that is one transaction: one use case, one transaction. A write on
a `Reader` is a type error. SQL is written by hand next to the struct that it fills.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

import asyncpg
import structlog

from banyan.kit.connections import Connections
from banyan.kit.mode import Mode
from banyan.kit.monitor import Monitor
from banyan.kit.nodes import Nodes
from banyan.kit.pools import Pooler, one_conversation, open_pool
from banyan.kit.problems import NotFound, Unavailable
from banyan.kit.replicas import Replicas, open_replicas
from banyan.kit.request import time_left
from banyan.kit.sources import Sources
from banyan.kit.statements import GONE, Observer, Statement, closed, statement, unavailable
from banyan.kit.taking_part import Emit, Enqueue, no_events, no_jobs

__all__ = ["Database", "Reader", "Writer", "connect", "uncommitted"]

T = TypeVar("T")
Hook = Callable[[], Awaitable[None] | None]
log = structlog.get_logger(__name__)
_PATIENCE = 10.0  # seconds for a connection, unless the request's deadline is nearer
_ROLLBACK_SECONDS = 2.0
_COMMIT_SECONDS = 20.0
_BEGIN_REPLANNING = "begin; set local plan_cache_mode = force_custom_plan"
_UNKNOWN = "The database went away; whether this was saved is not known."
_ambient: ContextVar["Writer | None"] = ContextVar("ambient_transaction", default=None)


class Reader:
    """Reads rows as structs, or single columns as plain values."""

    __slots__ = ("_database",)

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def all(self, row: type[T], sql: str, *args: Any) -> list[T]:
        """Every row that the statement gives."""
        known = statement(sql, __name__)
        return known.read(row, await self._run(known, "fetch", args))

    async def maybe(self, row: type[T], sql: str, *args: Any) -> T | None:
        """The one row, or None.

        Raises:
            LookupError: there is more than one.
        """
        found = await self.all(row, sql, *args)
        return _only(found) if found else None

    async def one(self, row: type[T], sql: str, *args: Any) -> T:
        """The one row.

        Raises:
            NotFound: there is none.
            LookupError: there is more than one.
        """
        found = await self.all(row, sql, *args)
        if not found:
            raise NotFound
        return _only(found)

    def lots(self, items: Sequence[T]) -> list[Sequence[T]]:
        """What one statement may be about: all of it, or on a cluster one after another.

        For rows of many shards that Citus cannot lock, join or change in one statement.
        """
        return [items[at : at + 1] for at in range(len(items))] if self._database.primary.sharded else [items]

    async def _run(self, known: Statement, method: Literal["fetch", "execute"], args: Sequence[Any]) -> Any:
        database = self._database
        source = database.sources.now()
        try:
            return await self._run_on(source, known, method, args)
        except Unavailable as error:
            instead = await database.sources.instead_of(source, error)
            if instead is None:
                raise
        return await self._run_on(instead, known, method, args)

    async def _run_on(self, source: Connections, known: Statement, method: Any, args: Sequence[Any]) -> Any:
        connection = await _acquired(source)
        observers = self._database.observers
        try:
            if self._database.pooler == "none":
                outcome = await known.run(connection, method, args, observers)
            else:
                async with one_conversation(connection):
                    outcome = await known.run(connection, method, args, observers)
        except BaseException as error:
            # Before the statement, or after it: around it that is told already.
            lost = isinstance(error, GONE) or (isinstance(error, asyncpg.InterfaceError) and closed(connection))
            await source.discard(connection)
            if lost:
                raise unavailable(error) from error
            raise
        source.give(connection)
        return outcome


class Writer(Reader):
    """One transaction. It commits when its `async with` ends, or rolls back when that raises."""

    __slots__ = ("_connection", "_turn", "hooks", "open")

    def __init__(self, database: "Database", connection: Any) -> None:
        super().__init__(database)
        self._connection = connection
        self._turn = asyncio.Lock()
        self.hooks: list[Hook] = []
        self.open = True

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement; the number of rows that it changed."""
        status: str = await self._run(statement(sql, __name__), "execute", args)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def enqueue(self, *jobs: Any) -> None:
        """Store background jobs with this transaction: they exist if, and only if, it commits."""
        await self._database.enqueue(self, jobs)

    async def emit(self, event: Any) -> None:
        """Tell other domains: their reactions take part in this transaction."""
        await self._database.emit(self, event)

    def after_commit(self, hook: Hook) -> None:
        """Call `hook` once the transaction is on disk. Best effort: a failure is logged, not raised."""
        self.hooks.append(hook)

    @asynccontextmanager
    async def part(self) -> AsyncIterator["Writer"]:
        """A part of the transaction: if it fails, it alone is taken back. Parts follow one another."""
        async with self._turn:
            await _control(self._connection, "savepoint part")
            part = Writer(self._database, self._connection)
            try:
                yield part
            except BaseException:
                try:
                    await _control(
                        self._connection, "rollback to savepoint part; release savepoint part", _ROLLBACK_SECONDS
                    )
                except BaseException:
                    _drop(self._connection)  # so that what was not taken back cannot be committed
                raise
            finally:
                part.open = False
            await _control(self._connection, "release savepoint part")
            self.hooks += part.hooks

    async def _run(self, known: Statement, method: Literal["fetch", "execute"], args: Sequence[Any]) -> Any:
        async with self._turn:  # a transaction is one conversation: its statements follow one another
            return await known.run(self._connection, method, args, self._database.observers)


class Database:
    """The primary of an installation, and its replicas if it has any."""

    def __init__(self, pool: asyncpg.Pool, replicas: Replicas | None = None, pooler: Pooler = "none") -> None:
        self.pool = pool
        self.primary = Connections(pool)
        self.replicas = replicas or Replicas((), 0)
        self.pooler = pooler
        self.mode = Mode()
        self.sources = Sources(self.primary, self.replicas, self.mode)
        self.monitor: Monitor | None = None
        self.observers: list[Observer] = []
        self.enqueue: Enqueue = no_jobs
        self.emit: Emit = no_events
        self._reader = Reader(self)
        self._endings: set[asyncio.Task[None]] = set()

    def read(self) -> Reader:
        """A reader: each statement takes a connection for itself, or reads in the `joined_write()` above it."""
        return _joined() or self._reader

    @asynccontextmanager
    async def write(self, *, replan: bool = False) -> AsyncIterator[Writer]:
        """One transaction. Inside `joined_write()` it is a part of that one.

        With `replan` its statements are planned each time, for the values that they get and the tables as they are: for
        those that write for a crowd. The plan that was best for a hundred rows in a table would scan all of them for
        each of the hundred thousand that there are a minute later. Planning costs less than a row of most batches.

        Raises:
            Unavailable: there is no primary to write to, or it did not answer in time.
        """
        above = _joined()
        if above is None:
            async with self._transaction(_BEGIN_REPLANNING if replan else "begin") as tx:
                yield tx
        else:
            async with above.part() as tx:
                with _joining(tx):
                    yield tx

    @asynccontextmanager
    async def joined_write(self) -> AsyncIterator[Writer]:
        """One transaction that every `write()` below it joins, to store something with what they do."""
        async with self._transaction() as tx:
            with _joining(tx):
                yield tx

    @property
    def measures(self) -> list[Callable[[], None]]:
        """What tells the metrics how the pools stand."""
        return [each.measure for each in (self.primary, *(replica.connections for replica in self.replicas.each))]

    async def close(self) -> None:
        """Close all connections, waiting up to five seconds for those in use."""
        if self.monitor is not None:
            await self.monitor.close()
        try:
            async with asyncio.timeout(5):
                if self._endings:
                    await asyncio.wait(self._endings)
                await asyncio.gather(self.primary.close(), self.replicas.close())
        except TimeoutError:
            self.pool.terminate()
            for replica in self.replicas.each:
                replica.pool.terminate()

    @asynccontextmanager
    async def _transaction(self, begin: str = "begin") -> AsyncIterator[Writer]:
        self.mode.check_write()
        connection = await _acquired(self.primary)
        tx = Writer(self, connection)
        try:
            await _control(connection, begin)
            yield tx
        except BaseException:
            tx.open = False
            await self._end(self._roll_back(connection))
            raise
        tx.open = False
        await self._end(self._commit(tx, connection))

    async def _end(self, ending: Coroutine[Any, Any, None]) -> None:
        """Bring a transaction to its end, also when whoever waits for it goes away meanwhile."""
        task = asyncio.create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
        await asyncio.shield(task)

    async def _commit(self, tx: Writer, connection: Any) -> None:
        try:
            outcome = await connection.execute("commit", timeout=_COMMIT_SECONDS)
        except (*GONE, asyncpg.InterfaceError) as error:
            _drop(connection)
            await self.primary.discard(connection)
            raise unavailable(error, _UNKNOWN) from error
        except BaseException:
            await self.primary.discard(connection)
            raise
        if self.replicas.each:
            await self.replicas.committed_on(connection)
        self.primary.give(connection)
        if outcome != "COMMIT":
            # PostgreSQL answers so when a statement failed before and nobody let the error through.
            raise RuntimeError("the transaction was rolled back: an error of a statement in it was ignored")
        for hook in tx.hooks:
            await _call(hook)

    async def _roll_back(self, connection: Any) -> None:
        try:
            await _control(connection, "rollback", _ROLLBACK_SECONDS)
        except Exception:
            _drop(connection)
        finally:
            await self.primary.discard(connection)


def uncommitted() -> bool:
    """Whether the caller is inside a `joined_write()`, and so reads what nobody else may see yet."""
    return _joined() is not None


def _joined() -> Writer | None:
    tx = _ambient.get()
    return tx if tx is not None and tx.open else None  # a task that outlives the transaction has it still


@contextmanager
def _joining(tx: Writer) -> Iterator[None]:
    token = _ambient.set(tx)
    try:
        yield
    finally:
        _ambient.reset(token)


def _only(found: list[T]) -> T:
    if len(found) > 1:
        raise LookupError("a statement that gives at most one row gave more")
    return found[0]


async def _acquired(source: Connections) -> Any:
    """A connection, to be given back by `give` or `discard`.

    Raises:
        Unavailable: none can be had in time.
    """
    left = time_left()
    try:
        return await source.acquire(_PATIENCE if left is None else min(left, _PATIENCE))
    except (*GONE, asyncpg.InterfaceError) as error:  # InterfaceError: the pool is closed
        raise unavailable(error) from error


async def _control(connection: Any, sql: str, seconds: float | None = None) -> None:
    try:
        # Not asyncpg's own timeout: that counts only once the server has confirmed that a statement before this one is
        # cancelled, and a cancellation is lost when it overtakes its statement.
        async with asyncio.timeout(time_left() if seconds is None else seconds):
            await connection.execute(sql)
    except (*GONE, asyncpg.InterfaceError) as error:
        raise unavailable(error) from error


def _drop(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # the pool took it back when it broke
        connection.terminate()


async def _call(hook: Hook) -> None:
    try:
        outcome = hook()
        if outcome is not None:
            await outcome
    except Exception:
        log.exception("after_commit_failed")


async def connect(
    url: str,
    *,
    size: int = 20,
    statement_timeout: float = 15.0,
    replicas: Sequence[str] = (),
    replica_lag: float = 10.0,
    pooler: Pooler = "none",
) -> Database:
    """Open pools of at most `size` connections; no statement runs longer than `statement_timeout` seconds.

    Args:
        url: the primary, or all nodes that may be it; see `each_node`.
        replicas: what may be read besides; with them it also opens while there is no primary.
        replica_lag: seconds behind the primary after which a replica is left out.

    Raises:
        OSError, asyncpg.PostgresError: the server does not answer or refuses.
    """
    options: dict[str, Any] = {"size": size, "statement_timeout": statement_timeout, "pooler": pooler}
    nodes = Nodes(url)
    pool = await open_pool(nodes, **options, eager=not replicas)
    others = await open_replicas(replicas, **options, lag=replica_lag)
    database = Database(pool, others, pooler)
    database.monitor = Monitor(nodes, database.primary, others, database.mode)
    await database.monitor.start()
    return database
