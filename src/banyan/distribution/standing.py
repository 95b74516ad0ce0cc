"""How a cluster stands: for the doctor, and for those who make backups of its nodes."""

import asyncpg
import msgspec

from banyan.distribution import store
from banyan.distribution.model import NotReady
from banyan.distribution.planning import plan
from banyan.kit.nodes import Nodes

__all__ = ["Standing", "own_node", "standing"]

_CONNECT = 4.0  # seconds until a node is taken for silent


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is so of a cluster.

    Attributes:
        coordinator: whether this node is it; what follows is known to it alone.
        workers: the addresses of those that may hold shards.
        inactive: the nodes that it has been told not to use.
        silent: those that do not answer it.
        apart: ways between two other nodes that cannot be gone.
        empty: workers that hold nothing of any table that is split.
        tables: how many are split, or copied to every node.
        waiting: those that should be, and are not.
        aside: foreign keys that an interrupted run has set aside.
        wrong: what is not as it declares, in words.
    """

    coordinator: bool
    workers: list[str] = []
    inactive: list[str] = []
    silent: list[str] = []
    apart: list[str] = []
    empty: list[str] = []
    tables: int = 0
    waiting: list[str] = []
    aside: list[str] = []
    wrong: str = ""


async def standing(url: str) -> Standing | None:
    """Look at the cluster from the node at `url`; None if it is none: no Citus, or nobody has been told to it.

    Raises:
        OSError, asyncpg.PostgresError: the node itself does not answer.
    """
    connection = await Nodes(url).connect(server_settings={"application_name": "banyan doctor"}, timeout=_CONNECT)
    try:
        if await store.extension(connection) is None:
            return None
        if not await store.is_coordinator(connection):
            return Standing(coordinator=False)
        nodes = await store.all_nodes(connection)
        if not any(node.holds for node in nodes):
            return None
        return await _of_coordinator(connection, nodes)
    finally:
        await connection.close(timeout=_CONNECT)


async def own_node(connection: asyncpg.Connection) -> str:
    """Which node of a cluster this is: `coordinator` or `worker …`; empty for a database that has everything."""
    return await store.own_name(connection) if await store.extension(connection) else ""


async def _of_coordinator(connection: asyncpg.Connection, nodes: list[store.Node]) -> Standing:
    inactive = [node.address for node in nodes if not node.active]
    silent = [
        node.address for node in nodes if node.active and not await store.answers(connection, node, seconds=_CONNECT)
    ]
    tables = await store.tables(connection)
    keys = await store.foreign_keys(connection) if any(table.name == "foreign_key_aside" for table in tables) else []
    wrong = ""
    try:
        plan(tables, keys)
    except NotReady as reason:
        wrong = str(reason)
    return Standing(
        coordinator=True,
        workers=[node.address for node in nodes if node.holds],
        inactive=inactive,
        silent=silent,
        # A node that is silent to one is to all, and to ask them takes long.
        apart=[] if silent else await store.unreachable(connection),
        empty=[node.address for node in nodes if node.holds and not node.shards],
        tables=sum(table.placement is not None and table.placement.kind != "local" for table in tables),
        waiting=[table.name for table in tables if table.declared.sound and table.waits],
        aside=[f"{key.child}.{key.name}" for key in keys if key.parent is None],
        wrong=wrong,
    )
