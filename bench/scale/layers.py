"""The processes around the web workers: nginx, PgBouncer, replicas of the database."""

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from banyan.kit.embedded import EmbeddedPostgres
from bench.ground import CONNECTIONS, postgres_cpu_seconds
from bench.program import Program
from bench.servers import ROOT, free_port

__all__ = ["Nginx", "PgBouncer", "Standbys", "wait_until"]

_PATIENCE = 30.0  # seconds
_POSTGRES_USER = "banyan-postgres"  # that the embedded server runs as under root; nobody else may enter its folder


class Nginx(Program):
    """The nginx of ops/nginx before a server, without its limit of requests an address: the load comes from one."""

    def __init__(self, folder: Path, to: int) -> None:
        folder.mkdir()
        port = free_port()
        changes = {
            "/tmp/nginx": f"{folder}/nginx",  # noqa: S108 -- its own text
            "listen 8080": f"listen 127.0.0.1:{port}",
            "    listen [::]:8080 default_server reuseport;\n": "",
            "127.0.0.1:8000": f"127.0.0.1:{to}",
            "rate=300r/s": "rate=1000000r/s",
            "worker_processes auto": f"worker_processes {os.cpu_count()}",
        }
        _put(folder, sorted((ROOT / "ops" / "nginx").glob("*.conf")), changes)
        shutil.copy(folder / "plain.conf", folder / "listen.conf")
        super().__init__("nginx", ["-c", str(folder / "nginx.conf"), "-g", "daemon off;"], port)


class PgBouncer(Program):
    """PgBouncer with the settings of ops/kubernetes, before the database at `url`."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir(mode=0o755)
        port = free_port()
        to = urlsplit(url)
        self.url = f"postgresql://banyan@127.0.0.1:{port}/banyan"
        changes = {
            "/etc/pgbouncer": str(folder),
            "listen_addr = *": "listen_addr = 127.0.0.1",
            "listen_port = 6432": f"listen_port = {port}",
            "auth_type = scram-sha-256": "auth_type = trust",
        }
        _put(folder, [ROOT / "ops/kubernetes/components/pooler/pgbouncer.ini"], changes)
        (folder / "userlist.txt").write_text('"banyan" ""\n', encoding="utf-8")
        where = f"host={parse_qs(to.query)['host'][0]} dbname={to.path[1:]} user={to.username}"
        (folder / "databases.ini").write_text(f"[databases]\nbanyan = {where}\n", encoding="utf-8")
        user = ["-u", _POSTGRES_USER] if os.geteuid() == 0 else []
        super().__init__("pgbouncer", ["-q", *user, str(folder / "pgbouncer.ini")], port)


class _Standby(EmbeddedPostgres):
    """A streaming copy of another server, on a port of loopback."""

    def __init__(self, folder: Path, of: EmbeddedPostgres) -> None:
        port = free_port()
        own = {"max_connections": CONNECTIONS, "listen_addresses": "127.0.0.1", "port": str(port)}
        super().__init__(folder, settings=own)
        self._of = of
        self.address = f"postgresql://banyan@127.0.0.1:{port}"

    def _initialise(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            host = parse_qs(urlsplit(self._of.url).query)["host"][0]
            source = ["-h", host, "-U", "banyan", "-D", self._data.name]
            self._run("pg_basebackup", *source, "-X", "stream", "-R", "-c", "fast")


class Standbys:
    """Replicas of a server, of which as many run as are asked for."""

    def __init__(self, folder: Path, of: EmbeddedPostgres, most: int) -> None:
        self._each = [_Standby(folder / f"standby{number}", of) for number in range(most)]

    def urls(self, database: str, count: int) -> str:
        """The first `count` of them, as `[database] replicas` takes them."""
        return " ".join(f"{each.address}{urlsplit(database).path}" for each in self._each[:count])

    def run(self, count: int) -> None:
        """Let the first `count` run, and no other."""
        for number, each in enumerate(self._each):
            if number < count:
                each.start()
            elif each.exists:
                each.stop()

    def cpu_seconds(self) -> float:
        """Processor time that those which run have used since they were started."""
        return sum(postgres_cpu_seconds(each) for each in self._each if each.running)


def _put(folder: Path, files: Sequence[Path], changes: Mapping[str, str]) -> None:
    """Copy files of ops/ with what has to be otherwise here.

    Raises:
        RuntimeError: something of it is in none of them any more.
    """
    left = set(changes)
    for file in files:
        text = file.read_text(encoding="utf-8")
        for before, after in changes.items():
            if before in text:
                left.discard(before)
                text = text.replace(before, after)
        (folder / file.name).write_text(text, encoding="utf-8")
    if left:
        raise RuntimeError(f"ops/ no longer says {', '.join(sorted(left))}; bench/scale must follow")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something to come true.

    Raises:
        RuntimeError: it does not.
    """
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {_PATIENCE:.0f} s")
        time.sleep(0.1)
