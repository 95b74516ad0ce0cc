"""How connections to PostgreSQL are opened, straight or through a pooler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal, TypeAlias

import asyncpg

from banyan.kit import rows
from banyan.kit.nodes import Nodes
from banyan.kit.statements import GONE, closed

__all__ = ["Pooler", "keep_session_settings", "one_conversation", "open_pool", "settings_to_keep"]

Pooler: TypeAlias = Literal["none", "transaction"]
_SESSION = {
    "idle_in_transaction_session_timeout": "30000",
    "timezone": "UTC",
    "jit": "off",
    "client_connection_check_interval": "2000",  # who is gone gives up its locks
    # The plans that tests look at are those that run. Left to itself PostgreSQL plans `= any($1)` anew each time, which
    # takes longer than the statement.
    "plan_cache_mode": "force_generic_plan",
    # A table is small until the crowd comes. There is an index for everything that is asked of large ones.
    "enable_seqscan": "off",
}
# Citus cannot plan a statement for values that it does not know: which shard has the row? It is asked for a plan that
# holds for all values only where it has said that it can make one. And a transaction that has changed several shards at
# the same time may then change no table that they refer to: so it changes them one after another.
_CITUS = {"plan_cache_mode": "auto", "citus.multi_shard_modify_mode": "sequential"}
_SET = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _CITUS.items())
_ON_CITUS = f"select {_SET} from pg_extension where extname = 'citus'"  # noqa: S608 -- constants


class _Connection(asyncpg.Connection):
    """A connection that needs no reset between users: nothing here sets session state.

    Attributes:
        sharded: it leads to the coordinator of a Citus cluster.
    """

    sharded = False

    def get_reset_query(self) -> str:
        return ""


async def open_pool(
    nodes: Nodes, *, size: int, statement_timeout: float, pooler: Pooler = "none", eager: bool = True
) -> asyncpg.Pool:
    """A pool of at most `size` connections; no statement runs longer than `statement_timeout` seconds.

    Behind a pooler in transaction mode (PgBouncer) a connection has no session: its settings are the role's (see
    `keep_session_settings`), and no statement stays prepared. With `eager` it connects at once.

    Raises:
        OSError, asyncpg.PostgresError: the server does not answer or refuses.
    """
    direct = pooler == "none"
    session = _session(statement_timeout) if direct else {}
    return await asyncpg.create_pool(
        connect=nodes.connect,
        min_size=min(2, size) if eager else 0,
        max_size=size,
        init=_prepare,
        connection_class=_Connection,
        statement_cache_size=512 if direct else 0,
        max_inactive_connection_lifetime=300,
        server_settings={"application_name": "banyan", **session},
    )


async def keep_session_settings(connection: asyncpg.Connection, statement_timeout: float) -> None:
    """Make what `open_pool` sets for a session the role's own in this database, for sessions behind a pooler."""
    target = await connection.fetchval("select format('%I in database %I', current_user, current_database())")
    for name, value in (await settings_to_keep(connection, statement_timeout)).items():
        await connection.execute(f"alter role {target} set {name} = '{value}'")


async def settings_to_keep(connection: asyncpg.Connection, statement_timeout: float) -> dict[str, str]:
    """What `keep_session_settings` makes the role's own, by name."""
    settings = _session(statement_timeout)
    if await connection.fetchval("select exists (select from pg_extension where extname = 'citus')"):
        settings |= _CITUS
    return settings


@asynccontextmanager
async def one_conversation(connection: Any) -> AsyncIterator[None]:
    """Keep the messages of one statement together: a pooler gives the server to others between two transactions."""
    await connection.execute("begin")
    try:
        yield
    except BaseException:
        if not closed(connection):
            with suppress(*GONE, asyncpg.InterfaceError):  # then nobody gets this connection any more
                await connection.execute("rollback", timeout=2)
        raise
    await connection.execute("commit")


def _session(statement_timeout: float) -> dict[str, str]:
    return {**_SESSION, "statement_timeout": str(int(statement_timeout * 1000))}


async def _prepare(connection: Any) -> None:
    # What this sets behind a pooler is what `keep_session_settings` has set.
    connection.sharded = await connection.execute(_ON_CITUS) == "SELECT 1"
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + rows.encode_json(value),
        decoder=lambda value: rows.Json(value[1:]),
    )
