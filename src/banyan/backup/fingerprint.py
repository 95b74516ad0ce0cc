"""What the tables hold at one moment, so that a restored database can be held against it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from banyan.backup.model import TablePrint
from banyan.backup.source import Source
from banyan.backup.wal import parse_lsn

__all__ = ["Point", "differences", "point", "prints"]

_ATTEMPTS = 40
_PATIENCE = "200ms"  # for one table; a fifth of `deadlock_timeout`, so that it is never somebody else who is given up
_WHOLE = 256 << 20  # bytes of a table that is looked at as a whole
_SAMPLE = 64 << 20  # bytes that are looked at of a larger one
_TABLES = """
    select format('%I.%I', nspname, relname) as name, pg_table_size(c.oid) as size
      from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and relpersistence = 'p' and nspname !~ '^pg_' and nspname <> 'information_schema' {but}
     order by 1
"""
# On a node of a Citus cluster what it has is in its shards. Their tables stand for what lies on all nodes.
_NO_SHELLS = "and c.oid not in (select logicalrelid from pg_dist_partition)"


@dataclass(frozen=True, slots=True)
class Point:
    """A moment, the byte of the log that it ends before, and a connection that sees everything as it was then."""

    at: datetime
    lsn: int
    connection: asyncpg.Connection


@asynccontextmanager
async def point(source: Source) -> AsyncIterator[Point | None]:
    """A moment at which nothing is being written. Writing waits for some milliseconds, for 200 at most.

    What is committed and what is visible would else not be the same: a transaction is in the log before others see it.
    None if there was no such moment: transactions that write take too long, one after another.
    """
    async with source.connection() as reader, source.connection() as gate:
        tables = [name for name, _ in await _tables(gate)]
        for _ in range(_ATTEMPTS):
            try:
                async with gate.transaction():
                    await gate.execute(f"set local lock_timeout = '{_PATIENCE}'")
                    if tables:
                        await gate.execute(f"lock table {', '.join(tables)} in share mode")
                    reading = reader.transaction(isolation="repeatable_read", readonly=True)
                    await reading.start()
                    (row,) = await reader.fetch(
                        "select pg_current_wal_insert_lsn()::text as lsn, clock_timestamp() as at"
                    )
                break
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311 -- so that writers come in between
        else:
            yield None
            return
        try:
            yield Point(row["at"], parse_lsn(row["lsn"]), reader)
        finally:
            if not reader.is_closed():
                await reading.rollback()


async def prints(connection: asyncpg.Connection) -> dict[str, TablePrint]:
    """What each table holds; of a large one, of a sample of its blocks, the same on every copy of the database."""
    found = {}
    for name, size in await _tables(connection):
        percent = 100.0 if size <= _WHOLE else round(100 * _SAMPLE / size, 4)
        sample = "" if percent == 100 else f" tablesample system ({percent}) repeatable (7)"
        (held,) = await connection.fetch(
            f"""
            select count(*) as rows, coalesce(sum(hashtextextended(the_row::text, 0)::numeric), 0)::text as digest
              from {name} as the_row{sample}
            """  # noqa: S608 -- the catalogue's own names, quoted by it
        )
        found[name] = TablePrint(held["rows"], held["digest"], percent)
    return found


async def _tables(connection: asyncpg.Connection) -> list[tuple[str, int]]:
    """What there is to look at, with its size in bytes."""
    cluster = await connection.fetchval("select to_regclass('pg_catalog.pg_dist_partition') is not null")
    return [(row["name"], row["size"]) for row in await connection.fetch(_TABLES.format(but=_NO_SHELLS * cluster))]


def differences(then: dict[str, TablePrint], now: dict[str, TablePrint]) -> list[str]:
    """The tables that are not what they were, in words."""
    told = []
    for name in sorted(then.keys() | now.keys()):
        before, after = then.get(name), now.get(name)
        if before is None or after is None:
            told.append(f"{name} {'was not there' if before is None else 'is missing'}")
        elif before != after:
            rows = f"{before.rows} rows, now {after.rows}" if before.rows != after.rows else f"{before.rows} rows"
            told.append(f"{name} is different ({rows})")
    return told
