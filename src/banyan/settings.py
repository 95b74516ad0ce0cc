"""Every setting: one small struct per concern, from BANYAN_* variables and a TOML file.

`BANYAN_DATABASE_URL=…` in the environment is `url = …` under `[database]` in the file; the environment wins. The file
is `banyan.toml` in the data folder, or what BANYAN_CONFIG names.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec

__all__ = ["SECRETS", "Settings", "SettingsError", "hidden", "load", "masked"]

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Size = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
# A description says what would be right, for those who wrote something else.
Rate = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[1-9]\d* per ([1-9]\d* )?(second|minute|hour|day)s?$",
        description='"20 per minute" or "5 per 10 minutes"',
    ),
]
WebUrl = Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/\s]\S*)?$", description="https://learn.example")]
_PORT = r":(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_NODE = rf"(\[[0-9a-fA-F:.]+\]|[^\s,:/?@\[\]]+)({_PORT})?"
_DATABASE = rf"postgres(ql)?://([^@/\s]*@)?(({_NODE}|{_PORT})(,({_NODE}|{_PORT}))*)?(/[^\s?]*)?(\?\S*)?"
DatabaseUrl = Annotated[
    str, msgspec.Meta(pattern=rf"^({_DATABASE})?$", description="postgresql://user:password@host:5432/database")
]
DatabaseUrls = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^({_DATABASE}(\s+{_DATABASE})*)?$",
        description="postgresql://user:password@one/database postgresql://user:password@two/database",
    ),
]
RedisUrl = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^(unix://\S+|rediss?://([^@\s]*@)?({_NODE})?(/\d*)?(\?\S*)?"
        rf"|rediss?\+cluster://([^@\s]*@)?{_NODE}(,{_NODE})*(/?\?\S*)?)?$",
        description="redis://user:password@host:6379/0 or redis+cluster://one:6379,two:6379",
    ),
]
BackupUrl = Annotated[
    str, msgspec.Meta(pattern=r"^(/.*|(file|s3|s3a|gs|az)://\S+)?$", description="/srv/backups or s3://bucket/banyan")
]
StorageUrl = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^((?!\w[\w+.-]*://).*|(file|s3|s3a|gs|az|adl|azure|abfss?)://\S+)$",
        description="/srv/files or s3://bucket/banyan",
    ),
]
MailUrl = Annotated[
    str, msgspec.Meta(pattern=r"^((smtps?|folder)://\S+)?$", description="smtp://user:password@host:587")
]
SECRETS = {
    ("database", "url"),
    ("database", "direct_url"),
    ("database", "replicas"),
    ("redis", "url"),
    ("mail", "url"),
    ("storage", "url"),
    ("backup", "url"),
    ("archive", "url"),
}
_ELSEWHERE = ("BANYAN_DATA", "BANYAN_CONFIG")


class SettingsError(ValueError):
    """A setting is wrong; the message says which, and what would be right."""


class Concern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of settings."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # values may be secret, and are printed only by `masked`


class Server(Concern, frozen=True):
    """Where Banyan listens, and how the world calls it."""

    host: str = "127.0.0.1"
    port: Port = 8000
    base_url: WebUrl = ""  # as people see it, for links in mail; empty: http://host:port
    proxies: str = ""  # addresses whose X-Forwarded-* is believed, comma separated
    drain_seconds: Annotated[float, msgspec.Meta(ge=0)] = 3.0  # on SIGTERM, for connections that proxies keep


class AdminSettings(Concern, frozen=True):
    """A listener of its own for school administration and figures, to be kept off the public network.

    Without a port there is none, and the public one answers everything. Whoever reaches it must sign in as anywhere.
    """

    host: str = "127.0.0.1"
    port: Port = 0
    base_url: WebUrl = ""  # as administrators see it; empty: http://host:port


class DatabaseSettings(Concern, frozen=True):
    """PostgreSQL 16 or newer; without a URL the embedded one in the data folder."""

    url: DatabaseUrl = ""  # of several nodes (postgresql://user@one:5432,two:5432/banyan) the one that is primary
    direct_url: DatabaseUrl = ""  # past a pooler, for what needs a session: migrations, the job queue, backups
    replicas: DatabaseUrls = ""
    replica_lag: Seconds = 10.0  # behind the primary, after which a replica is left out
    pooler: Literal["none", "transaction"] = "none"  # what `url` and `replicas` lead through: PgBouncer, in that mode
    newer: Literal["refuse", "accept"] = "refuse"  # one that a newer Banyan has migrated, after going back a version
    connections: Size = 20  # to the primary, and to each replica
    statement_timeout: Seconds = 15.0

    @property
    def replica_urls(self) -> list[str]:
        """The URL of each replica."""
        return self.replicas.split()


class RedisSettings(Concern, frozen=True):
    """Redis joins when there is more than one process."""

    url: RedisUrl = ""


class StorageSettings(Concern, frozen=True):
    """Files: a folder or s3://, gs://, az://; without a URL `files` in the data folder."""

    url: StorageUrl = ""
    largest_upload: Size = 200  # MiB
    largest_attachment: Size = 25  # MiB, of a message in a study group
    largest_import: Size = 200  # MiB, unpacked


class MailSettings(Concern, frozen=True):
    """smtp://user:password@host:port, smtps://…, or folder:///path; without a URL `mail` in the data folder."""

    url: MailUrl = ""
    sender: str = "Banyan <banyan@localhost>"


class LogSettings(Concern, frozen=True):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "console"


class BackupSettings(Concern, frozen=True):
    """Base backups of the database, and the log that follows them."""

    url: BackupUrl = ""  # a folder or s3://, gs://, az://; empty: `backups` in the data folder, and no log is kept
    keep: Size = 14  # days, of which any moment can be restored
    rpo_seconds: Seconds = 300.0  # most that may be lost; the doctor and a drill complain
    rto_seconds: Seconds = 900.0  # longest that a restore may take; a drill complains
    one_node: bool = False  # the database is one node of a Citus cluster; each has backups and a place of its own
    programs: str = ""  # the folder of pg_basebackup and its kin, of the database's version; empty: the embedded ones

    @property
    def archiving(self) -> bool:
        """Whether the log is brought there too."""
        return bool(self.url)


class ArchiveSettings(Concern, frozen=True):
    """What becomes too old for the database, as Parquet files."""

    url: BackupUrl = ""  # a folder or s3://, gs://, az://; empty: `archive` below where files are
    after_months: Annotated[int, msgspec.Meta(ge=0, le=1200)] = 0  # whole months; 0: never


class AccountSettings(Concern, frozen=True):
    """Sessions and sign-in."""

    session_days: Size = 30
    sign_in_per_address: Rate = "60 per minute"  # a class behind one address comes at once
    sign_in_per_account: Rate = "10 per 5 minutes"
    mails_per_address: Rate = "20 per hour"


class RealtimeSettings(Concern, frozen=True):
    """WebSockets, as one process takes them."""

    connections: Size = 50_000
    rooms: Size = 200  # that one connection may be in
    frames_per_second: Size = 100  # from one connection, four times as many in a burst
    largest_frame: Size = 64  # KiB
    waiting: Size = 1024  # KiB that may wait for a slow reader
    drain_seconds: Seconds = 5.0  # over which a process that stops lets its clients go


class Settings(Concern, frozen=True):
    """All of them."""

    data: Path = Path("data")
    server: Server = Server()
    admin: AdminSettings = AdminSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()
    accounts: AccountSettings = AccountSettings()
    realtime: RealtimeSettings = RealtimeSettings()
    backup: BackupSettings = BackupSettings()
    archive: ArchiveSettings = ArchiveSettings()

    @property
    def base_url(self) -> str:
        """How the world calls this installation, without a slash at the end."""
        return self.server.base_url.rstrip("/") or f"http://{self.server.host}:{self.server.port}"

    @property
    def admin_url(self) -> str:
        """How administrators call the listener that is theirs, without a slash at the end; empty without one."""
        if not self.admin.port:
            return ""
        return self.admin.base_url.rstrip("/") or f"http://{self.admin.host}:{self.admin.port}"

    @property
    def storage_url(self) -> str:
        """Where files are kept."""
        return self.storage.url or str(self.data / "files")

    @property
    def backup_url(self) -> str:
        """Where backups are kept."""
        return self.backup.url or str(self.data / "backups")

    @property
    def archive_url(self) -> str:
        """Where what is taken out of the database is kept."""
        place, question, query = self.storage_url.partition("?")
        return self.archive.url or f"{place.rstrip('/')}/archive{question}{query}"

    @property
    def mail_url(self) -> str:
        """Where mail goes."""
        return self.mail.url or (self.data / "mail").absolute().as_uri().replace("file:", "folder:", 1)


def load(environment: Mapping[str, str] | None = None, *, data: Path | None = None, **given: Any) -> Settings:
    """Read the settings. `data` and `given` (such as `server={"port": 9000}`) come from the command line and win.

    Raises:
        SettingsError: an unknown name or a value that does not fit.
    """
    env = os.environ if environment is None else environment
    folder = (data or Path(env.get("BANYAN_DATA") or default_data())).expanduser().absolute()
    merged = _from_file(env.get("BANYAN_CONFIG"), folder)
    for concern, values in (*_from_environment(env).items(), *given.items()):
        merged.setdefault(concern, {}).update({name: value for name, value in values.items() if value is not None})
    try:
        settings = msgspec.convert(
            {**merged, "data": str(folder)}, Settings, strict=False, dec_hook=lambda kind, value: kind(value)
        )
    except msgspec.ValidationError as error:
        raise SettingsError(_explanation(error)) from None
    _check_listeners(settings)
    return settings


def _check_listeners(settings: Settings) -> None:
    if settings.admin.port and settings.admin.port == settings.server.port:
        raise SettingsError(
            f"[server] and [admin] both listen on port {settings.admin.port}. Choose another for the administration "
            "(BANYAN_ADMIN_PORT), or 0 to have it on the public port."
        )
    for proxy in filter(None, map(str.strip, settings.server.proxies.split(","))):
        try:
            if proxy != "*":
                ip_network(proxy)
        except ValueError as error:
            raise SettingsError(
                f"The setting proxies of [server] (BANYAN_SERVER_PROXIES) is wrong: {error}. Expected addresses and "
                "networks, such as 127.0.0.1,10.0.0.0/8."
            ) from None


def default_data() -> Path:
    """`data` in the current folder; for root the place that PostgreSQL's own user can always reach."""
    return Path("/var/lib/banyan") if os.geteuid() == 0 else Path("data")


def masked(settings: Settings) -> dict[str, Any]:
    """The settings as plain values, with what is secret in them hidden."""
    plain: dict[str, Any] = msgspec.to_builtins(settings, enc_hook=str)
    for concern, name in SECRETS:
        if plain[concern][name]:
            plain[concern][name] = hidden(plain[concern][name])
    return plain


def hidden(url: str) -> str:
    """A URL, or several, with what is secret in them hidden."""
    url = re.sub(r"(?<!\S)([\w+.-]+://[^:@/\s]*):\S*@", r"\1:***@", url)
    return re.sub(r"([?&][^=&]*(?:password|secret|key|token)[^=&]*=)[^&]*", r"\1***", url, flags=re.IGNORECASE)


def _concerns() -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(Settings) if field.name != "data"}


def _explanation(error: msgspec.ValidationError) -> str:
    message, _, path = str(error).partition(" - at `$.")
    concern, _, name = path.rstrip("`").partition(".")
    meta = getattr(get_type_hints(_concerns()[concern], include_extras=True)[name], "__metadata__", ())
    described = [entry.description for entry in meta if entry.description]
    expected = f"Expected something like {described[0]}" if described else message
    return f"The setting {name} of [{concern}] (BANYAN_{concern.upper()}_{name.upper()}) is wrong. {expected}."


def _from_file(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "banyan.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if named:
            raise SettingsError(f"BANYAN_CONFIG names {path}, which does not exist.") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    for concern, values in found.items():
        if concern == "data":
            raise SettingsError(f"{path}: the data folder is chosen by --data or BANYAN_DATA, not in the file.")
        _check_known(f"{path}: there is no section [{{}}].", concern, _concerns())
        if not isinstance(values, dict):
            raise SettingsError(f"{path}: [{concern}] is a section, not a value.")
        for name in values:
            _check_known(
                f"{path}: there is no setting {{}} in [{concern}].", name, _concerns()[concern].__struct_fields__
            )
    return found


def _from_environment(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    known = {
        f"BANYAN_{concern}_{setting}".upper(): (concern, setting)
        for concern, kind in _concerns().items()
        for setting in kind.__struct_fields__
    }
    found: dict[str, dict[str, str]] = {}
    for name, value in env.items():
        if not name.startswith("BANYAN_") or name.startswith("BANYAN_TEST_") or name in _ELSEWHERE:
            continue
        _check_known("There is no setting {}.", name, known)
        if value:  # compose files set what is left open to nothing
            concern, setting = known[name]
            found.setdefault(concern, {})[setting] = value
    return found


def _check_known(complaint: str, name: str, known: Iterable[str]) -> None:
    if name in known:
        return
    fuller = [each for each in known if each.startswith("BANYAN_") and each.endswith(name.removeprefix("BANYAN"))]
    near = fuller or get_close_matches(name, known, n=1)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise SettingsError(f"{complaint.replace('{}', name)}{hint} `banyan config` lists them all.")
