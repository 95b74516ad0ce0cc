"""What scenarios stand on: a PostgreSQL, a school, the cores, and how long to measure."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

import asyncpg
import psutil

from banyan.kit import migrations
from banyan.kit.embedded import EmbeddedPostgres
from bench import school
from bench.machine import Cores

__all__ = ["CONNECTIONS", "Ground", "Pace", "postgres_cpu_seconds"]

CONNECTIONS = "400"  # that the server takes: all sides of a scenario are connected at once


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure: `rounds` of `seconds` for each side in turn, after a warm-up; in exams, by how many.

    `client` is the kind of user that Locust makes of them, of those in `bench/exam/locustfile.py`.
    """

    rounds: int = 5
    seconds: float = 4.0
    warm_up: float = 2.0
    takers: int = 10_000
    client: str = "LeanTaker"


class Ground:
    """One run's ground, in a folder that is gone after it. What a scenario does not use is not made."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.cores = Cores()
        self.folder = Path(tempfile.mkdtemp(prefix="banyan-bench-"))
        self.folder.chmod(0o755)  # PostgreSQL's own user must get in when this runs as root
        self._started: EmbeddedPostgres | None = None
        self._names = 0

    def __enter__(self) -> "Ground":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._started is not None:
            self._started.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def school(self) -> school.School:
        """The school; every database of the ground has it."""
        return asyncio.run(school.found(self.postgres.url))

    def database(self) -> str:
        """The URL of a database with the school, for one scenario."""
        assert self.school.learners
        self._names += 1
        name = f"scenario_{self._names}"
        asyncio.run(self._copy(name))
        return self.postgres.url.replace("/banyan?", f"/{name}?")

    @contextmanager
    def postgres_everywhere(self) -> Iterator[None]:
        """Inside, PostgreSQL runs on all cores."""
        self._keep_postgres_on(Cores(apart=False))
        try:
            yield
        finally:
            self._keep_postgres_on(self.cores)

    def _keep_postgres_on(self, cores: Cores) -> None:
        postmaster = _postmaster(self.postgres)
        for process in [postmaster, *postmaster.children()]:
            with suppress(psutil.NoSuchProcess):
                process.cpu_affinity(list(cores.of_load))

    def postgres_version(self) -> str:
        """The version of the PostgreSQL that everything ran on."""
        return asyncio.run(_version(self.postgres.url))

    def database_cpu_seconds(self) -> float:
        """Processor time that PostgreSQL has used, in seconds."""
        return postgres_cpu_seconds(self.postgres)

    @cached_property
    def postgres(self) -> EmbeddedPostgres:
        """The server, with Banyan's own settings but for the number of connections."""
        server = EmbeddedPostgres(self.folder / "postgres", settings={"max_connections": CONNECTIONS})
        with self.cores.for_load():
            server.start()
        self._started = server
        asyncio.run(migrations.migrate(server.url))
        return server

    async def _copy(self, name: str) -> None:
        admin = await asyncpg.connect(self.postgres.url.replace("/banyan?", "/postgres?"))
        try:
            await admin.execute(f"create database {name} template banyan strategy file_copy")
            await admin.execute("checkpoint")
        finally:
            await admin.close()


def postgres_cpu_seconds(server: EmbeddedPostgres) -> float:
    """Processor time that a server and all of its processes have used, those that have ended too."""
    postmaster = _postmaster(server)
    own = postmaster.cpu_times()
    used: float = own.children_user + own.children_system
    for process in [postmaster, *postmaster.children()]:
        times = process.cpu_times()
        used += times.user + times.system
    return used


def _postmaster(server: EmbeddedPostgres) -> psutil.Process:
    return psutil.Process(int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("show server_version"))
    finally:
        await connection.close()
