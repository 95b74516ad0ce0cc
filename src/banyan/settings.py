"""Every setting: one small struct per concern, from BANYAN_* variables and a TOML file.

`BANYAN_DATABASE_URL=…` in the environment is `url = …` under `[database]` in the file; the environment wins. The file
is `banyan.toml` in the data folder, or what BANYAN_CONFIG names.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

__all__ = ["Settings", "SettingsError", "load", "masked"]

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Size = Annotated[int, msgspec.Meta(ge=1)]
_SECRETS = {("database", "url"), ("redis", "url"), ("mail", "url"), ("storage", "url")}


class SettingsError(ValueError):
    """A setting is wrong; the message says which, and what would be right."""


class Concern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of settings."""


class Server(Concern, frozen=True):
    """Where Banyan listens, and how the world calls it."""

    host: str = "127.0.0.1"
    port: Port = 8000
    base_url: str = ""  # as people see it, for links in mail; empty: http://host:port
    proxies: str = ""  # addresses whose X-Forwarded-* is believed, comma separated


class DatabaseSettings(Concern, frozen=True):
    """PostgreSQL 16 or newer; without a URL the embedded one in the data folder."""

    url: str = ""
    connections: Size = 20
    statement_timeout: Annotated[float, msgspec.Meta(gt=0)] = 15.0  # seconds


class RedisSettings(Concern, frozen=True):
    """Redis joins when there is more than one process."""

    url: str = ""


class StorageSettings(Concern, frozen=True):
    """Files: a folder or s3://, gs://, az://; without a URL `files` in the data folder."""

    url: str = ""
    largest_upload: Size = 200  # MiB
    largest_import: Size = 200  # MiB, unpacked


class MailSettings(Concern, frozen=True):
    """smtp://user:password@host:port, smtps://…, or folder:///path; without a URL `mail` in the data folder."""

    url: str = ""
    sender: str = "Banyan <banyan@localhost>"


class LogSettings(Concern, frozen=True):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "console"


class AccountSettings(Concern, frozen=True):
    """Sessions and sign-in."""

    session_days: Size = 30
    sign_in_per_address: str = "20 per minute"
    sign_in_per_account: str = "10 per 5 minutes"
    mails_per_address: str = "20 per hour"


class Settings(Concern, frozen=True):
    """All of them."""

    data: Path = Path("data")
    server: Server = Server()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()
    accounts: AccountSettings = AccountSettings()

    @property
    def base_url(self) -> str:
        """How the world calls this installation, without a slash at the end."""
        return self.server.base_url.rstrip("/") or f"http://{self.server.host}:{self.server.port}"

    @property
    def storage_url(self) -> str:
        """Where files are kept."""
        return self.storage.url or str(self.data / "files")

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
    folder = data or Path(env.get("BANYAN_DATA") or default_data())
    merged: dict[str, Any] = _from_file(env.get("BANYAN_CONFIG"), folder)
    for concern, values in _from_environment(env).items():
        merged.setdefault(concern, {}).update(values)
    for concern, values in given.items():
        merged.setdefault(concern, {}).update({key: value for key, value in values.items() if value is not None})
    merged["data"] = str(folder.expanduser().absolute())
    try:
        return msgspec.convert(merged, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting is wrong: {error}") from None


def default_data() -> Path:
    """`data` in the current folder; for root the place that PostgreSQL's own user can always reach."""
    return Path("/var/lib/banyan") if os.geteuid() == 0 else Path("data")


def masked(settings: Settings) -> dict[str, Any]:
    """The settings as plain values, with what is secret in them hidden."""
    plain: dict[str, Any] = msgspec.to_builtins(settings, enc_hook=str)
    for concern, name in _SECRETS:
        if plain[concern][name]:
            plain[concern][name] = _mask(plain[concern][name])
    return plain


def _mask(url: str) -> str:
    head, at, tail = url.rpartition("@")
    scheme, _, user = head.partition("://")
    return f"{scheme}://{user.partition(':')[0]}:***@{tail}" if at and ":" in user else url


def _from_file(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "banyan.toml"
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        if named:
            raise SettingsError(f"BANYAN_CONFIG names {path}, which does not exist.") from None
        return {}
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None


def _from_environment(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    known = {
        f"BANYAN_{concern.name}_{setting}".upper(): (concern.name, setting)
        for concern in msgspec.structs.fields(Settings)
        if concern.name != "data"
        for setting in concern.type.__struct_fields__
    }
    found: dict[str, dict[str, str]] = {}
    for name, value in env.items():
        if (
            not name.startswith("BANYAN_")
            or name in ("BANYAN_DATA", "BANYAN_CONFIG")
            or name.startswith("BANYAN_TEST_")
        ):
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(f"There is no setting {name}.{hint} `banyan config` lists them all.")
        concern, setting = known[name]
        found.setdefault(concern, {})[setting] = value
    return found
