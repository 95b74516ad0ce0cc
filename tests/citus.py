"""Databases on a real Citus cluster, for a run that names one: BANYAN_TEST_CITUS is the URL of its coordinator.

The database that it names must know the workers (`citus_add_node`), and the role must be one that may make databases
and extensions, on every node and without being asked for more than the URL says.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from banyan import distribution

__all__ = ["COORDINATOR", "ClusterDatabases"]

COORDINATOR = os.environ.get("BANYAN_TEST_CITUS", "")
_SHARDS = 4  # of each group: enough to go wrong, few enough to be emptied after each test
_KEPT = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock", "installation")


class ClusterDatabases:
    """One distributed database, which is emptied after each test: to make another would take seconds."""

    def __init__(self, coordinator: str) -> None:
        self._home = urlsplit(coordinator)
        self._name = f"banyan_test_{os.getpid()}"
        with psycopg.connect(coordinator, autocommit=True) as connection:
            self._workers: list[tuple[str, int]] = connection.execute(
                "select node_name, node_port::int from citus_get_active_worker_nodes() order by 1, 2"
            ).fetchall()
            own = connection.execute("select nodename, nodeport from pg_dist_node where groupid = 0").fetchone()
        if not self._workers or own is None:
            raise LookupError("BANYAN_TEST_CITUS must name a database whose coordinator knows itself and its workers")
        self._own = own
        self.nodes = [self._home.netloc, *(self._beside(name, port) for name, port in self._workers)]
        self.make(self._name)
        self.join(self._name)
        asyncio.run(distribution.migrate(self.url(self._name)))
        asyncio.run(distribution.distribute(self.url(self._name), lambda _: None, shards=_SHARDS))
        self._connection = psycopg.connect(self.url(self._name), autocommit=True)

    def url(self, database: str, node: str = "") -> str:
        """The URL of a database on a node, the coordinator unless told."""
        return urlunsplit(self._home._replace(netloc=node or self._home.netloc, path=f"/{database}"))

    def make(self, database: str) -> None:
        """Make a database with the extension on every node; they do not know each other yet."""
        for node in self.nodes:
            with psycopg.connect(self.url("postgres", node), autocommit=True) as connection:
                connection.execute("set citus.enable_create_database_propagation = off")
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
            with psycopg.connect(self.url(database, node), autocommit=True) as connection:
                connection.execute("create extension citus")

    def join(self, database: str, *, workers: int | None = None) -> None:
        """Let the nodes of a database know each other; of the workers so many, all unless told."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute("select citus_set_coordinator_host(%s, %s)", self._own)
            for worker in self._workers[:workers]:
                connection.execute("select citus_add_node(%s, %s)", worker)

    def drop(self, database: str) -> None:
        """Drop a database on every node."""
        for node in self.nodes:
            with psycopg.connect(self.url("postgres", node), autocommit=True) as connection:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        """The URL of the database; it is empty."""
        yield self.url(self._name)
        await asyncio.to_thread(self._empty)

    def close(self) -> None:
        """Drop it."""
        self._connection.close()
        self.drop(self._name)

    def _beside(self, name: str, port: int) -> str:
        user, _, _ = self._home.netloc.rpartition("@")
        return f"{user}@{name}:{port}" if user else f"{name}:{port}"

    def _empty(self) -> None:
        """Row by row: to truncate a table takes Citus fifty times as long as to delete the few rows of a test."""
        rows = self._connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and not relispartition and relname <> all (%s)",
            [list(_KEPT)],
        ).fetchall()
        left = [
            name
            for (name,) in rows
            if self._connection.execute(sql.SQL("select from {} limit 1").format(sql.Identifier(name))).rowcount
        ]
        while left:
            left = [name for name in left if not self._emptied(name)]
        self._connection.execute("update installation set read_only = false, reason = ''")

    def _emptied(self, name: str) -> bool:
        try:
            self._connection.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
        except psycopg.errors.ForeignKeyViolation:
            return False  # others come first
        return True
