"""An installation of several processes on this machine: PostgreSQL as in production, a Redis, and gateways."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types

from banyan.kit import migrations
from banyan.kit.embedded import EmbeddedPostgres
from tests.services import RedisServer, free_port, reachable_folder

__all__ = ["HOST", "Cluster", "Door", "Node", "processes_in", "running"]

HOST = "demo.school"
_START = 60.0  # seconds at most
_STOP = 30.0


class Door:
    """Where an installation can be reached."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.url = f"http://127.0.0.1:{port}"


class Node(Door):
    """One `banyan serve` on a port of its own."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str], role: str = "web,realtime") -> None:
        super().__init__(name, free_port())
        self._role = role
        self._folder = folder
        self._log = folder / f"{name}.log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """All that it has printed, also before it was started again."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._running().pid

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start it, without waiting for it."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("BANYAN_")}
        command = [
            str(Path(sys.executable).with_name("banyan")),
            "serve",
            "--role",
            self._role,
            "--port",
            str(self.port),
        ]
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--data", str(self._folder / "data")],
                stdout=log,
                stderr=log,
                env=kept | dict(self._settings),
                start_new_session=True,  # Ctrl-C is for the test, which then stops it
            )
        return self._process

    async def start(self) -> None:
        """Start it, and wait until it wants traffic."""
        process = self.spawn()
        async with asyncio.timeout(_START):
            while not await self.is_ready():
                assert process.poll() is None, f"{self.name} does not start:\n{self.output}"
                await asyncio.sleep(0.05)

    async def is_ready(self) -> bool:
        """Whether it says that it is."""
        return await asyncio.to_thread(self._says_ready)

    async def stop(self) -> int:
        """Tell it to stop, as an orchestrator does; its exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Kill it at once."""
        await self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it do nothing, as a machine that swaps or a hypervisor that moves it does."""
        self._running().send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        self._running().send_signal(signal.SIGCONT)

    def clean_up(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _says_ready(self) -> bool:
        door = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            door.request("GET", "/ready")
            return door.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            door.close()

    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} has ended by itself:\n{self.output}"
        return self._process

    async def _end(self, number: signal.Signals) -> int:
        process = self._running()
        process.send_signal(number)
        return await asyncio.to_thread(process.wait, _STOP)


class Cluster:
    """Everything that runs, in one folder."""

    def __init__(self, folder: Path, postgres: EmbeddedPostgres, redis: RedisServer, roles: Sequence[str]) -> None:
        self.folder = folder
        self.redis = redis
        self.database_url = postgres.url
        settings = {
            "BANYAN_DATABASE_URL": postgres.url,
            "BANYAN_REDIS_URL": redis.url,
            "BANYAN_REALTIME_DRAIN_SECONDS": "3",
            "BANYAN_LOG_LEVEL": "warning",
        }
        self.nodes = [Node(f"node {number}", folder, settings, role) for number, role in enumerate(roles, 1)]


def processes_in(folder: Path) -> list[psutil.Process]:
    """All that runs in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in f"{process.cwd()} {' '.join(process.cmdline())}":
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@asynccontextmanager
async def running(roles: Sequence[str] = ("web,realtime", "web,realtime")) -> AsyncIterator[Cluster]:
    """PostgreSQL with its tables, Redis, and nodes that are yet to be started. Nothing of it is left running."""
    with reachable_folder() as folder:
        postgres = EmbeddedPostgres(folder / "postgres")  # its settings are those of production: fsync is on
        redis = RedisServer(folder)
        cluster = Cluster(folder, postgres, redis, roles)
        try:
            await asyncio.to_thread(postgres.start)
            await asyncio.to_thread(redis.start)
            await migrations.migrate(postgres.url)
            yield cluster
        finally:
            for node in cluster.nodes:
                node.clean_up()
            redis.kill()
            await asyncio.to_thread(postgres.stop)
        assert processes_in(folder) == []
