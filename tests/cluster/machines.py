"""Three machines with PostgreSQL under Patroni and a PgBouncer each, as `ops/patroni` has them, on loopback."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]  # it has no types
import psycopg
import pytest

from banyan.kit.embedded import EmbeddedPostgres, wheel_programs
from tests.ops.stages import OPS, variables
from tests.services import free_port

__all__ = ["Etcd", "Machine", "Machines"]

_PATRONI = OPS / "patroni"
_PGBOUNCER = OPS / "kubernetes" / "components" / "pooler" / "pgbouncer.ini"
_SECRET = "change-me"
_START = 90.0  # seconds


def found(program: str, package: str) -> str:
    """The path of a program.

    Raises:
        Failed: it is not installed.
    """
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        pytest.fail(f"There is no {program} on PATH. Install it (Debian: apt install {package}), then try again.")
    return path


class Unprivileged:
    """The user that PostgreSQL and its keepers run as: one's own, unless that is root."""

    def __init__(self, folder: Path) -> None:
        self._is_root = os.geteuid() == 0
        EmbeddedPostgres(folder / "none")  # sees to it that there is such a user
        self._user = pwd.getpwnam("banyan-postgres") if self._is_root else None

    def folder(self, path: Path) -> Path:
        """A folder of theirs."""
        path.mkdir(mode=0o700)
        if self._user:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        return path

    def start(self, command: Iterable[str | Path], log: Path, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a program as them."""
        words = [str(word) for word in command]
        if self._user:
            # They may read what root has installed for itself, Python and PostgreSQL, wherever that is.
            may = "+dac_read_search"
            who = [f"--reuid={self._user.pw_uid}", f"--regid={self._user.pw_gid}", "--clear-groups"]
            words = [found("setpriv", "util-linux"), *who, f"--inh-caps={may}", f"--ambient-caps={may}", *words]
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PATRONI_", "BANYAN_", "PG"))}
        with log.open("a") as output:
            return subprocess.Popen(
                words,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                env=kept | {"LC_ALL": "C", "HOME": str(log.parent)} | environment,
                start_new_session=True,
            )


class Etcd:
    """Where Patroni keeps who is primary. One stands for the three of a real cluster."""

    def __init__(self, folder: Path, user: Unprivileged) -> None:
        self.port = free_port()
        self._folder = user.folder(folder)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting for it."""
        door, peers = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{free_port()}"
        self._process = self._user.start(
            [found("etcd", "etcd-server"), "--data-dir", self._folder / "data",
             "--listen-client-urls", door, "--advertise-client-urls", door,
             "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
             "--initial-cluster", f"default={peers}", "--log-level", "warn"],
            self._folder / "etcd.log",
        )  # fmt: skip

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Machine:
    """One of the three: Patroni, PostgreSQL, PgBouncer."""

    def __init__(self, name: str, folder: Path, etcd: Etcd, user: Unprivileged) -> None:
        self.name = name
        self.postgres_port, self.pooler_port, self._patroni_port = free_port(), free_port(), free_port()
        self._folder = user.folder(folder)
        self._user = user
        self._etcd = etcd
        self._data = self._folder / "data"
        self._patroni: subprocess.Popen[bytes] | None = None
        self._pooler: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """All that Patroni, PostgreSQL and PgBouncer have said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def replica_url(self) -> str:
        """Through its PgBouncer."""
        return f"postgresql://banyan:{_SECRET}@127.0.0.1:{self.pooler_port}/banyan"

    @property
    def direct_url(self) -> str:
        """Past its PgBouncer."""
        return f"postgresql://banyan:{_SECRET}@127.0.0.1:{self.postgres_port}/banyan"

    def superuser_url(self, database: str = "banyan") -> str:
        """As the one who may do everything."""
        return f"postgresql://postgres:{_SECRET}@127.0.0.1:{self.postgres_port}/{database}"

    def start(self) -> None:
        """Start all three, as after the machine was switched on, without waiting for them."""
        self.start_patroni()
        self._pooler = self._user.start([found("pgbouncer", "pgbouncer"), "-q", self._pooler_file()], self._log)

    def start_patroni(self) -> None:
        """Start Patroni, which starts PostgreSQL."""
        environment = variables(_PATRONI / "node.env.example") | {
            "PATRONI_NAME": self.name,
            "PATRONI_ETCD3_HOSTS": f"127.0.0.1:{self._etcd.port}",
            "PATRONI_RESTAPI_LISTEN": f"127.0.0.1:{self._patroni_port}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"127.0.0.1:{self._patroni_port}",
            "PATRONI_POSTGRESQL_LISTEN": f"127.0.0.1:{self.postgres_port}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"127.0.0.1:{self.postgres_port}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self._data),
            "PATRONI_POSTGRESQL_BIN_DIR": str(wheel_programs()),
        }
        self._patroni = self._user.start(
            [Path(sys.executable).with_name("patroni"), _PATRONI / "patroni.yml"], self._log, **environment
        )

    async def role(self) -> str:
        """What Patroni says that it is: `primary`, `sync_standby`, `replica`; nothing while it says nothing."""
        told = await asyncio.to_thread(self._told)
        follows = told.get("role") == "primary" or told.get("replication_state") == "streaming"
        if told.get("state") != "running" or not follows:
            return ""
        return "sync_standby" if told.get("sync_standby") else str(told["role"])

    def _told(self) -> dict[str, Any]:
        door = HTTPConnection("127.0.0.1", self._patroni_port, timeout=2)
        try:
            door.request("GET", "/patroni")
            told: dict[str, Any] = json.loads(door.getresponse().read())
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            door.close()
        return told

    def kill(self) -> None:
        """Everything on it dies at once, as when its power is cut."""
        self._signal(self._processes(), signal.SIGKILL)
        self._reap()

    def pause(self) -> None:
        """It stands still, as when a hypervisor moves it: its connections stay open, and nothing comes back."""
        self._signal(self._processes(), signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on where it was."""
        self._signal(reversed(self._processes()), signal.SIGCONT)

    def stop(self) -> None:
        """Shut it down in good order: PgBouncer last, so that nobody is turned away before PostgreSQL is gone."""
        assert self._patroni is not None
        self._patroni.terminate()
        self._patroni.wait(60)
        self.kill()

    def _processes(self) -> list[psutil.Process]:
        """All that runs on it, those that start others first."""
        running = [each for each in (self._patroni, self._pooler) if each is not None and each.poll() is None]
        try:
            postmaster = [int((self._data / "postmaster.pid").read_text().split()[0])]
        except (OSError, IndexError):
            postmaster = []
        every = []
        for pid in (*(each.pid for each in running), *postmaster):
            try:
                process = psutil.Process(pid)
                if str(self._folder) in f"{process.cwd()} {' '.join(process.cmdline())}":
                    every += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return every

    @staticmethod
    def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue

    def _reap(self) -> None:
        for each in (self._patroni, self._pooler):
            if each is not None:
                each.wait(10)

    @property
    def _log(self) -> Path:
        return self._folder / "machine.log"

    def _pooler_file(self) -> Path:
        folder = self._folder / "pgbouncer"
        if folder.exists():
            return folder / "pgbouncer.ini"
        folder.mkdir(mode=0o755)
        (folder / "userlist.txt").write_text(f'"banyan" "{_SECRET}"\n')
        (folder / "databases.ini").write_text(
            _changed((_PATRONI / "databases.ini").read_text(), {"port=5432": f"port={self.postgres_port}"})
        )
        (folder / "pgbouncer.ini").write_text(
            _changed(
                _PGBOUNCER.read_text(),
                {
                    "/etc/pgbouncer": str(folder),
                    "listen_addr = *": "listen_addr = 127.0.0.1",
                    "listen_port = 6432": f"listen_port = {self.pooler_port}",
                },
            )
        )
        return folder / "pgbouncer.ini"


class Machines:
    """All three."""

    def __init__(self, folder: Path) -> None:
        self._user = Unprivileged(folder)
        self.etcd = Etcd(folder / "etcd", self._user)
        self.each = [Machine(f"node-{n}", folder / f"node-{n}", self.etcd, self._user) for n in (1, 2, 3)]

    @property
    def settings(self) -> Mapping[str, str]:
        """How Banyan finds the database, by variable."""
        poolers = ",".join(f"127.0.0.1:{each.pooler_port}" for each in self.each)
        return {
            "BANYAN_DATABASE_URL": f"postgresql://banyan:{_SECRET}@{poolers}/banyan",
            "BANYAN_DATABASE_DIRECT_URL": self.direct_url,
            "BANYAN_DATABASE_REPLICAS": " ".join(each.replica_url for each in self.each),
            "BANYAN_DATABASE_POOLER": "transaction",
        }

    @property
    def direct_url(self) -> str:
        """Past PgBouncer."""
        hosts = ",".join(f"127.0.0.1:{each.postgres_port}" for each in self.each)
        return f"postgresql://banyan:{_SECRET}@{hosts}/banyan"

    async def start(self) -> None:
        """Start all of it, make Banyan's database, and wait until the standbys follow."""
        self.etcd.start()
        for machine in self.each:
            await asyncio.to_thread(machine.start)
        await self.until(lambda roles: "primary" in roles)
        primary = await self.the("primary")
        connection = await asyncpg.connect(primary.superuser_url("postgres"))
        for statement in (_PATRONI / "databases.sql").read_text().strip().removesuffix(";").split(";"):
            await connection.execute(statement)
        await connection.close()
        await self.well()

    async def well(self) -> None:
        """Wait until there is a primary, a synchronous standby and a replica."""
        await self.until(lambda roles: sorted(roles) == ["primary", "replica", "sync_standby"])

    async def until(self, condition: Callable[[list[str]], bool]) -> None:
        """Wait until something holds of their roles."""
        roles: list[str] = []
        try:
            async with asyncio.timeout(_START):
                while not condition(roles := await self.roles()):  # noqa: ASYNC110 -- other processes say so
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"after {_START:.0f} s the database's machines are {roles}") from None

    async def roles(self) -> list[str]:
        """What each of them is."""
        return list(await asyncio.gather(*(each.role() for each in self.each)))

    async def the(self, role: str) -> Machine:
        """The one that has this role now."""
        return next(each for each, its in zip(self.each, await self.roles(), strict=True) if its == role)

    def connect(self) -> psycopg.Connection:
        """A connection to the primary."""
        return psycopg.connect(f"{self.direct_url}?target_session_attrs=read-write&connect_timeout=5")

    def kill(self) -> None:
        """End all of it at once."""
        for machine in self.each:
            machine.kill()
        self.etcd.kill()


def _changed(text: str, changes: Mapping[str, str]) -> str:
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text
