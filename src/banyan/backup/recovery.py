"""A server that replays the log from a base backup up to a moment, once."""

import os
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from banyan.kit.embedded import ARCHIVING, EmbeddedPostgres

__all__ = ["Recovery"]

_BEGINNING = 10.0  # seconds until a server that was started has written its number, or is gone again
# What a server of another make may have been set to, and cannot be had here, or must not.
_SOBER = {
    "archive_mode": "on",
    "archive_command": ARCHIVING["archive_command"],
    "hot_standby": "off",  # else it would insist on as many connections as the primary had
    "huge_pages": "off",
    "local_preload_libraries": "",
    "log_destination": "stderr",
    "logging_collector": "off",
    "port": "5432",
    "primary_conninfo": "",
    "session_preload_libraries": "",
    "shared_preload_libraries": "",
    "ssl": "off",
    "synchronous_standby_names": "",
}
# Of what comes with the archive, the newest wins; what is not there PostgreSQL looks for in pg_wal.
_FETCH = "test -f ../wal/%f.gz && gzip -dc ../wal/%f.gz > %p"
_SINCE_18 = ("io_method",)


class Recovery(EmbeddedPostgres):
    """The database in `folder`/data, replayed from `folder`/wal.

    Args:
        url: how the database that it is a copy of is connected to; its name and its role are the same here.
        target: PostgreSQL's `recovery_target_…`, without that beginning.
    """

    def __init__(self, folder: Path, *, url: str, programs: Path, major: int, target: dict[str, str]) -> None:
        wanted = {f"recovery_target_{name}": value for name, value in target.items()}
        own = folder.absolute() / "settings"
        super().__init__(
            folder,
            settings={
                **_SOBER,
                "config_file": str(own / "postgresql.conf"),
                "hba_file": str(own / "access.conf"),
                "ident_file": str(own / "names.conf"),
                "restore_command": _FETCH,
                "recovery_target_action": "promote",
                **wanted,
            },
        )
        self._own_settings = own
        self.given_up = threading.Event()
        self._programs = programs
        if major < 18:
            self._settings = {name: value for name, value in self._settings.items() if name not in _SINCE_18}
        parts = urlsplit(url)
        user, name = parts.username or "banyan", parts.path.strip("/") or "banyan"
        self._database = f"postgresql://{quote(user)}@/{quote(name)}?host={quote(str(self._socket))}"

    @property
    def url(self) -> str:
        """How to connect to it."""
        return self._database

    @property
    def data(self) -> Path:
        """Its files."""
        return self._data

    @property
    def whole_log(self) -> str:
        """What it wrote into its log."""
        return self._log.read_text(errors="replace")

    def allow_prepared(self, transactions: int) -> None:
        """Let as many transactions be prepared as on the server that wrote the log: those of a Citus cluster are."""
        self._settings["max_prepared_transactions"] = str(transactions)

    def hand_over(self) -> None:
        """Make everything in the folder, which is root's until now, that of the user that the server runs as."""
        self._own_settings.mkdir(mode=0o700)
        for name, text in (("postgresql.conf", ""), ("access.conf", "local all all trust\n"), ("names.conf", "")):
            (self._own_settings / name).write_text(text)
        (self._data / "recovery.signal").touch(mode=0o600)
        for path in (self.folder, *self.folder.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)
            if self._user:
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)

    def _initialise(self) -> None:
        """There is nothing to make."""

    def _launch(self, *flags: str) -> int:
        """Start it, and wait for as long as the log is being replayed, which may be hours."""
        started = time.monotonic()
        failed = super()._launch("-W", *flags)
        while not failed and not self._ready():
            gone = not self.running and time.monotonic() > started + _BEGINNING
            failed = int(gone or self.given_up.is_set())
            time.sleep(0.05)
        return failed

    def _ready(self) -> bool:
        """What the server says of itself in the eighth line (PostgreSQL's src/include/utils/pidfile.h)."""
        try:
            return self.running and self._pid_file.read_text().split("\n")[7].strip() == "ready"
        except (OSError, IndexError):
            return False
