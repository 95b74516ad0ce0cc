"""What the catalogues of PostgreSQL and Citus say."""

from typing import Any

import asyncpg
import msgspec

from banyan.distribution.model import ForeignKey, Placement, Table, parse_declared

__all__ = [
    "Node",
    "all_nodes",
    "answers",
    "busy_connections",
    "extension",
    "foreign_keys",
    "has_extension_at_hand",
    "is_coordinator",
    "is_distributed",
    "is_preloaded",
    "nodes",
    "own_name",
    "tables",
    "unreachable",
]


class Node(msgspec.Struct, frozen=True):
    """A primary node of the cluster, as the coordinator knows it.

    Attributes:
        holds: whether it may hold shards.
        shards: how many it holds of tables that are split.
    """

    host: str
    port: int
    active: bool
    holds: bool
    shards: int

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{self.host}:{self.port}"


async def extension(connection: asyncpg.Connection) -> str | None:
    """The version of Citus in this database, None without it."""
    found: str | None = await connection.fetchval("select extversion from pg_extension where extname = 'citus'")
    return found


async def has_extension_at_hand(connection: asyncpg.Connection) -> bool:
    """Whether the server has Citus installed, so that the extension could be made."""
    return bool(await connection.fetchval("select true from pg_available_extensions where name = 'citus'"))


async def is_preloaded(connection: asyncpg.Connection) -> bool:
    """Whether the server has loaded Citus at its start."""
    return bool(await connection.fetchval("select current_setting('citus.version', true) is not null"))


async def is_coordinator(connection: asyncpg.Connection) -> bool:
    """Whether this is the node that knows of the others and changes the shape of tables; on a cluster of one too."""
    return bool(await connection.fetchval("select groupid = 0 from pg_dist_local_group"))


async def own_name(connection: asyncpg.Connection) -> str:
    """Which node of a cluster of several this is; empty for a database that has everything."""
    found: str | None = await connection.fetchval("""
        select case groupid when 0 then 'coordinator'
                    else 'worker ' || (select nodename || ':' || nodeport from pg_dist_node n
                                        where n.groupid = own.groupid and noderole = 'primary')
               end
          from pg_dist_local_group own
         where exists (select from pg_dist_node where groupid <> 0)
    """)
    return found or ""


async def nodes(connection: asyncpg.Connection) -> list[tuple[str, bool, bool]]:
    """Each primary node of the cluster: its address, whether it is the coordinator, whether it may hold shards."""
    rows = await connection.fetch("""
        select nodename || ':' || nodeport as address, groupid = 0 as coordinator, shouldhaveshards
          from pg_dist_node where noderole = 'primary' and isactive order by nodeid
    """)
    return [(row["address"], row["coordinator"], row["shouldhaveshards"]) for row in rows]


async def all_nodes(connection: asyncpg.Connection) -> list[Node]:
    """Each primary node of the cluster, also those that it does not use now."""
    rows = await connection.fetch("""
        select nodename as host, nodeport as port, isactive as active, shouldhaveshards as holds,
               (select count(*)
                  from pg_dist_placement p join pg_dist_shard s using (shardid)
                  join pg_dist_partition t using (logicalrelid)
                 where p.groupid = n.groupid and t.partmethod = 'h') as shards
          from pg_dist_node n where noderole = 'primary' order by nodeid
    """)
    return [Node(**dict(row)) for row in rows]


async def answers(connection: asyncpg.Connection, node: Node, *, seconds: float) -> bool:
    """Whether the coordinator reaches a node within so many seconds."""
    async with connection.transaction():
        await connection.execute(f"set local citus.node_connection_timeout = {seconds * 1000:.0f}")
        found = await connection.fetchval("select citus_check_connection_to_node($1, $2)", node.host, node.port)
    return bool(found)


async def unreachable(connection: asyncpg.Connection) -> list[str]:
    """The ways between two nodes that cannot be gone."""
    rows = await connection.fetch("""
        select from_nodename || ':' || from_nodeport || ' → ' || to_nodename || ':' || to_nodeport as way
          from citus_check_cluster_node_health() where result is not true
    """)
    return [row["way"] for row in rows]


async def busy_connections(connection: asyncpg.Connection) -> int:
    """Connections of Banyan's processes, none when the installation is paused."""
    found: int = await connection.fetchval("""
        select count(*) from pg_stat_activity
         where datname = current_database() and application_name = 'banyan' and pid <> pg_backend_pid()
           and not (select read_only from installation)
    """)
    return found


async def is_distributed(connection: asyncpg.Connection) -> bool:
    """Whether tables of the installation have been distributed."""
    if await extension(connection) is None:
        return False
    return bool(
        await connection.fetchval("""
            select exists (select from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
                            where c.relnamespace = 'public'::regnamespace and (p.partmethod = 'h' or p.repmodel = 't'))
        """)
    )


async def tables(connection: asyncpg.Connection) -> list[Table]:
    """The installation's tables, by name; where they are, as far as Citus has them."""
    rows = await connection.fetch("""
        select c.relname, obj_description(c.oid, 'pg_class') as comment, p.partmethod::text, p.repmodel::text,
               column_to_column_name(p.logicalrelid, p.partkey) as key, p.colocationid,
               (select sum(pg_relation_size(each.relid)) > 0 from pg_partition_tree(c.oid) each) as filled
          from pg_class c left join pg_dist_partition p on p.logicalrelid = c.oid
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and not relation_is_a_known_shard(c.oid)
           and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
         order by c.relname
    """)
    types = {
        (row["relname"], row["attname"]): row["type"]
        for row in await connection.fetch("""
            select c.relname, a.attname, a.atttypid::regtype::text as type
              from pg_attribute a join pg_class c on c.oid = a.attrelid
             where c.relnamespace = 'public'::regnamespace and a.attnum > 0
        """)
    }
    return [_table(row, types) for row in rows]


def _table(row: Any, types: dict[tuple[str, str], str]) -> Table:
    declared = parse_declared(row["comment"])
    placement = None
    if row["partmethod"] is not None:
        unkeyed = "reference" if row["repmodel"] == "t" else "local"
        placement = Placement("distributed" if row["partmethod"] == "h" else unkeyed, row["key"], row["colocationid"])
    hidden = placement is not None and placement.kind != "local" and bool(row["filled"])
    return Table(row["relname"], declared, types.get((row["relname"], declared.key or ""), ""), placement, hidden)


async def foreign_keys(connection: asyncpg.Connection) -> list[ForeignKey]:
    """Those that hold, and those that an interrupted run has set aside."""
    held = await connection.fetch("""
        select c.relname as child, k.conname as name, pg_get_constraintdef(k.oid) as definition, p.relname as parent
          from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
         where k.contype = 'f' and k.conparentid = 0 and k.connamespace = 'public'::regnamespace
           and not relation_is_a_known_shard(c.oid)
         order by c.relname, k.conname
    """)
    aside = await connection.fetch("select child, name, definition from foreign_key_aside order by child, name")
    return [ForeignKey(**dict(row)) for row in (*held, *aside)]
