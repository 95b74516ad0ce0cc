"""The server that is backed up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from banyan.backup.model import Busy, Identity, OneOfMany
from banyan.backup.programs import Programs
from banyan.distribution import own_node
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.nodes import Nodes
from banyan.kit.problems import Unavailable
from banyan.settings import Settings

__all__ = ["Source", "url_of"]

_LOCK = 0x62616E79616E  # whoever makes a base backup or throws some away holds this advisory lock
# What a table's digest depends on is the same on every server.
_PLAIN = {
    "application_name": "banyan backup",
    "bytea_output": "hex",
    # A node of a Citus cluster has shards, which are seen and locked like this. Elsewhere it means nothing.
    "citus.enable_manual_changes_to_shards": "on",
    "citus.override_table_visibility": "off",
    "datestyle": "ISO",
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "statement_timeout": "0",
    "timezone": "UTC",
}


def url_of(settings: Settings) -> str:
    """The database, past a pooler."""
    database = settings.database
    return database.direct_url or database.url or EmbeddedPostgres(settings.data / "postgres").url


@dataclass(frozen=True, slots=True)
class Source:
    """A server: how to connect to it, and the programs of its version.

    Attributes:
        one_node: it is meant to be one node of a Citus cluster.
    """

    url: str
    programs: Programs
    one_node: bool = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of one's own, to the primary.

        Raises:
            OSError, asyncpg.PostgresError: it does not answer.
        """
        connection = await Nodes(self.url).connect(server_settings=_PLAIN, timeout=10)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """While nobody else makes a base backup of this database, on whichever machine.

        Raises:
            Busy: somebody does.
        """
        async with self.connection() as connection:
            if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                raise Busy("Another backup of this database is being made. Wait until it is done.")
            yield

    async def node(self) -> str:
        """Which node of a Citus cluster it is; empty if it has everything.

        Raises:
            OneOfMany: it is one, and is not meant to be.
        """
        async with self.connection() as connection:
            found = await own_node(connection)
        if found and not self.one_node:
            raise OneOfMany(
                f"This is the {found} of a Citus cluster: a backup of it has nothing of what lies on the other nodes. "
                "Back up every node, each to a place of its own, and say so to each by BANYAN_BACKUP_ONE_NODE=true. "
                "docs/operate/citus.md has the steps."
            )
        return found

    async def identity(self) -> Identity:
        """Which database it is."""
        async with self.connection() as connection:
            return await identity_of(connection)

    async def check(self) -> int:
        """Make sure that it can be backed up with these programs; its version.

        Raises:
            Unavailable: it cannot; the message says what to do.
        """
        async with self.connection() as connection:
            major = int(await connection.fetchval("show server_version_num")) // 10_000
            tablespaces = await connection.fetchval(
                "select string_agg(spcname, ', ') from pg_tablespace where spcname !~ '^pg_'"
            )
        if (ours := await self.programs.major()) != major:
            raise Unavailable(
                f"The database is PostgreSQL {major}, and the programs in {self.programs.folder} are of {ours}. Let "
                f"[backup] programs name the folder of the right ones, such as /usr/lib/postgresql/{major}/bin."
            )
        if tablespaces:
            raise Unavailable(f"Backups of a database with tablespaces of its own ({tablespaces}) are not supported.")
        return major


async def identity_of(connection: asyncpg.Connection) -> Identity:
    """Which database this is a connection to."""
    (row,) = await connection.fetch(
        """
        select system_identifier::text as system,
               (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment_size
          from pg_control_system()
        """
    )
    return Identity(row["system"], row["segment_size"])
