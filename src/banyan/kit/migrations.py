"""The database's shape: plain SQL files, applied forward only and in order, by yoyo.

PgQueuer brings its own tables; they are installed and upgraded with ours.
"""

import re
from importlib.resources import files
from pathlib import Path

import msgspec
from pgqueuer.queries import Queries

from banyan.kit.nodes import Nodes
from banyan.kit.problems import Unavailable

__all__ = ["MIGRATIONS", "Status", "migrate", "status"]

_OLDEST = 16  # major version of PostgreSQL
_QUEUE = "pgqueuer"  # its tables, listed as if they were one migration more
MIGRATIONS = Path(str(files("banyan") / "migrations"))
_FOREIGN_TABLES = """
    select c.oid::regclass::text as name
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and (c.relname like 'pgqueuer%' or c.relname like '%yoyo%')
"""


class Status(msgspec.Struct, frozen=True):
    """Which migrations have been applied, which wait, and which the database has that this Banyan does not know."""

    applied: list[str]
    waiting: list[str]
    unknown: list[str]

    def check_known(self) -> None:
        """Make sure that nothing has been done to the database that this Banyan does not know of.

        Raises:
            Unavailable: a newer one has migrated it.
        """
        if self.unknown:
            raise Unavailable(
                f"The database has been migrated by a newer Banyan ({', '.join(self.unknown)}). Run that one; or, to "
                "go back by one version, set BANYAN_DATABASE_NEWER=accept."
            )


async def status(url: str) -> Status:
    """Compare the database with the files.

    Raises:
        OSError, asyncpg.PostgresError: the database does not answer.
        Unavailable: it is of a PostgreSQL that is too old.
    """
    connection = await Nodes(url).connect()
    try:
        version = connection.get_server_version()
        if version.major < _OLDEST:
            raise Unavailable(
                f"The database is PostgreSQL {version.major}, and Banyan needs {_OLDEST} or newer. Upgrade it with "
                "pg_upgrade, or name another (BANYAN_DATABASE_URL)."
            )
        done: list[str] = []
        if await connection.fetchval("select to_regclass('public._yoyo_migration') is not null"):
            done = [row["migration_id"] for row in await connection.fetch("select migration_id from _yoyo_migration")]
        queue_is_current = await _queue_is_current(Queries.from_asyncpg_connection(connection))
    finally:
        await connection.close()
    files_here = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
    return Status(
        applied=[name for name in files_here if name in done] + [_QUEUE] * queue_is_current,
        waiting=[name for name in files_here if name not in done] + [_QUEUE] * (not queue_is_current),
        unknown=sorted(set(done) - set(files_here)),
    )


async def migrate(url: str) -> list[str]:
    """Apply what waits, each file in a transaction of its own, and name it. Many may call this at once.

    Raises:
        OSError, asyncpg.PostgresError: the database does not answer or refuses.
        Unavailable: some wait although a newer Banyan has migrated it, or its PostgreSQL is too old.
    """
    found = await status(url)
    if not found.waiting:
        return []
    found.check_known()  # what waits is not made for what has been done since
    nodes = Nodes(url)
    connection = await nodes.connect()
    try:
        # Two processes that start together take turns; the second finds nothing to do.
        await connection.execute("select pg_advisory_lock(hashtext('banyan.migrations'))")
        waiting = (await status(url)).waiting
        if waiting not in ([], [_QUEUE]):
            _apply(nodes.last_primary)
        if _QUEUE in waiting:
            queue = Queries.from_asyncpg_connection(connection)
            await (queue.upgrade() if await queue.schema_is_installed() else queue.install())
        for row in await connection.fetch(_FOREIGN_TABLES):
            await connection.execute(f"comment on table {row['name']} is 'distribution: local'")
    finally:
        await connection.close()
    return waiting


async def _queue_is_current(queue: Queries) -> bool:
    return await queue.schema_is_installed() and not (await queue.plan_upgrade()).statements


def _apply(url: str) -> None:
    # Imported here because yoyo and psycopg cost 15 MB that a running server has no use for.
    from yoyo import get_backend, read_migrations  # noqa: PLC0415

    backend = get_backend(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    try:
        backend.apply_migrations(backend.to_apply(read_migrations(str(MIGRATIONS))))
    finally:
        backend.connection.close()
