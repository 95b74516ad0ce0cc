"""A primary with standbys on this machine, from the programs of the embedded PostgreSQL."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]  # it has no types

from banyan.kit import migrations
from banyan.kit.embedded import EmbeddedPostgres
from tests.conftest import HASTY
from tests.services import free_port, reachable_folder

__all__ = ["Cluster", "Node"]

_QUICK = HASTY | {"listen_addresses": "127.0.0.1", "max_connections": "80", "wal_receiver_timeout": "5s"}


class Node(EmbeddedPostgres):
    """A server that listens on loopback; made as a copy of another one if one is given."""

    def __init__(self, folder: Path, *, of: "Node | None" = None, **settings: str) -> None:
        self.port = free_port()
        super().__init__(folder, settings=_QUICK | {"port": str(self.port)} | settings)
        self._of = of

    @property
    def address(self) -> str:
        """How clients connect to it over the network."""
        return f"postgresql://banyan@127.0.0.1:{self.port}/banyan"

    def _initialise(self) -> None:
        if self._of is None or (self._data / "PG_VERSION").exists():
            super()._initialise()
            return
        source = ["-h", "127.0.0.1", "-p", str(self._of.port), "-U", "banyan"]
        self._run("pg_basebackup", *source, "-D", self._data.name, "-X", "stream", "-R", "-c", "fast")

    @property
    def url(self) -> str:
        """Through its socket, whose name has the port."""
        return f"{super().url}&port={self.port}"

    def kill(self) -> None:
        """End it as a crash would; all of its processes go."""
        self._pg_ctl("stop", "-m", "immediate")

    def pause(self) -> None:
        """Let it stand still: its connections stay open, and nothing comes back."""
        for process in self._processes():
            process.suspend()

    def go_on(self) -> None:
        """Let it go on."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[psutil.Process]:
        first = psutil.Process(int(self._pid_file.read_text().split()[0]))
        return [first, *first.children()]

    def follow(self, other: "Node") -> None:
        """Let it, which is stopped, come back as a standby of another one, with the log that it has."""
        for name, text in (
            ("standby.signal", ""),
            ("postgresql.auto.conf", f"primary_conninfo = 'host=127.0.0.1 port={other.port} user=banyan'\n"),
        ):
            file = self._data / name
            file.write_text(text)
            if self._user:
                os.chown(file, self._user.pw_uid, self._user.pw_gid)

    def promote(self) -> None:
        """Make the standby a primary."""
        self._pg_ctl("promote")

    async def ask(self, sql: str) -> Any:
        """The one value of a statement."""
        connection = await asyncpg.connect(self.address)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()


class Cluster:
    """A primary and its standbys, each with the migrated schema."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.primary = Node(folder / "one", wal_level="replica", max_wal_senders="8")
        self.standbys: list[Node] = []

    def add_standby(self, **settings: str) -> Node:
        """One more, in step with the primary."""
        standby = Node(self._folder / f"standby{len(self.standbys)}", of=self.primary, **settings)
        standby.start()
        self.standbys.append(standby)
        return standby

    @property
    def several(self) -> str:
        """A URL that names all nodes."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in (self.primary, *self.standbys))
        return f"postgresql://banyan@{hosts}/banyan"

    def stop(self) -> None:
        """Stop all of them."""
        for node in (*self.standbys, self.primary):
            node.stop()


@contextmanager
def cluster(standbys: int = 1) -> Iterator[Cluster]:
    """A cluster for one test."""
    with reachable_folder() as folder:
        made = Cluster(folder)
        try:
            made.primary.start()
            asyncio.run(migrations.migrate(made.primary.address))
            for _ in range(standbys):
                made.add_standby()
            yield made
        finally:
            made.stop()
