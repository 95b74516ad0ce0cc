"""Turning an installation into a Citus cluster, and keeping it one."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from banyan.distribution import store
from banyan.distribution.model import NotReady, Step
from banyan.distribution.planning import plan
from banyan.kit import migrations
from banyan.kit.nodes import Nodes

__all__ = ["distribute", "migrate", "steps"]

Tell = Callable[[str], None]
_OLDEST = 12  # of Citus, with what is used here
_MANUAL = "docs/operate/citus.md has the steps."


async def steps(url: str, *, shards: int | None = None) -> list[Step]:
    """What `distribute` would do, in order; nothing is changed.

    Raises:
        NotReady: see its message.
        OSError, asyncpg.PostgresError: the database does not answer.
    """
    async with _opened(url) as connection:
        await _check_ready(connection, url)
        return await _plan(connection, shards)


async def distribute(url: str, tell: Tell, *, shards: int | None = None) -> int:
    """Distribute every table as it declares, and tell each statement as it begins; the number of steps it took.

    What has been done already is left alone, and what an interrupted run has left half done is finished. Rows are
    copied while nothing writes them: the installation must be read-only, or stopped.

    Args:
        url: the coordinator, past any pooler.
        shards: into how many shards each group of tables is split; what Citus is set to unless told.

    Raises:
        NotReady: see its message.
        OSError, asyncpg.PostgresError: the database does not answer, or refuses a step. Those before it stay done.
    """
    async with _opened(url) as connection:
        await _check_ready(connection, url)
        await _check_quiet(connection)
        return await _take(connection, await _plan(connection, shards), tell)


async def migrate(url: str, tell: Tell = lambda _: None) -> list[str]:
    """Apply the migrations that wait, and name them; on a cluster the tables that they make are distributed, too.

    Raises:
        NotReady: a new table cannot be distributed.
        OSError, asyncpg.PostgresError: the database does not answer or refuses.
    """
    applied = await migrations.migrate(url)
    async with _opened(url) as connection:
        if await store.is_distributed(connection):
            await _take(connection, await _plan(connection, None), tell)
    return applied


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await Nodes(url).connect()
    try:
        # The time that one statement may take is for those that serve people.
        await connection.execute("set statement_timeout = 0; set client_min_messages = error")
        # Two who distribute, or migrate, take turns.
        await connection.execute("select pg_advisory_lock(hashtext('banyan.migrations'))")
        yield connection
    finally:
        await connection.close()


async def _plan(connection: asyncpg.Connection, shards: int | None) -> list[Step]:
    return plan(await store.tables(connection), await store.foreign_keys(connection), shards)


async def _take(connection: asyncpg.Connection, planned: list[Step], tell: Tell) -> int:
    for step in planned:
        async with connection.transaction():
            for statement in step.statements:
                tell(statement)
                await connection.execute(statement)
    return len(planned)


async def _check_ready(connection: asyncpg.Connection, url: str) -> None:
    await _check_cluster(connection)
    if waiting := (await migrations.status(url)).waiting:
        raise NotReady(f"Migrations wait ({', '.join(waiting)}): run `banyan db migrate`, then this again.")


async def _check_cluster(connection: asyncpg.Connection) -> None:
    await _check_extension(connection)
    if not await store.is_coordinator(connection):
        raise NotReady(
            "This is a worker of the Citus cluster. Name the coordinator in BANYAN_DATABASE_DIRECT_URL or _URL."
        )
    nodes = await store.nodes(connection)
    if not any(coordinator for _, coordinator, _ in nodes):
        raise NotReady(
            "The coordinator does not know its own address. Connect to it and say `select "
            "citus_set_coordinator_host('its address', its port)`, as the workers reach it, then run this again."
        )
    if not any(holds for _, _, holds in nodes):
        raise NotReady(
            "This cluster has no worker. Connect to the coordinator and say `select citus_add_node('address', port)` "
            f"for each, then run this again. {_MANUAL}"
        )
    if ways := await store.unreachable(connection):
        raise NotReady(
            f"Not every node reaches every other: {', '.join(ways)}. Is each running? Look at their "
            "pg_hba.conf, passwords (.pgpass of the servers' user) and firewalls, then run this again."
        )


async def _check_extension(connection: asyncpg.Connection) -> None:
    version = await store.extension(connection)
    if version is not None and int(re.split(r"\D", version, maxsplit=1)[0]) >= _OLDEST:
        return
    if version is not None:
        raise NotReady(f"This is Citus {version}; Banyan needs {_OLDEST} or newer. Update it on every node.")
    if not await store.has_extension_at_hand(connection):
        raise NotReady(f"Citus is not installed on this server. Install it on every node first. {_MANUAL}")
    if not await store.is_preloaded(connection):
        raise NotReady(
            "Citus is installed but not loaded: name it first in shared_preload_libraries and restart, on every node."
        )
    raise NotReady(
        "This database does not use Citus yet. Say `create extension citus` in it, on the coordinator and on every "
        f"worker, then name the workers to the coordinator. {_MANUAL}"
    )


async def _check_quiet(connection: asyncpg.Connection) -> None:
    if busy := await store.busy_connections(connection):
        raise NotReady(
            f"Processes of Banyan are at work ({busy} connections). Stop them, or say `banyan mode read-only`; restart "
            "them afterwards, for a cluster is asked in another way."
        )
