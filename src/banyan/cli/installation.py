"""An installation on this machine: its settings, and its database running."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import asyncpg
from cyclopts import Parameter

from banyan.kit import migrations
from banyan.kit.embedded import ARCHIVING, EmbeddedPostgres
from banyan.kit.problems import Unavailable
from banyan.kit.revival import kept_running
from banyan.kit.telemetry import set_up_logs
from banyan.settings import Settings, SettingsError, load

__all__ = ["Data", "begun", "check_begun", "check_not_newer", "check_shape", "database", "load_settings", "only_one"]

Data = Annotated[Path | None, Parameter(help="The data folder; BANYAN_DATA says the same.")]


def load_settings(data: Path | None, **given: Any) -> Settings:
    """The settings, with the data folder made.

    Raises:
        SettingsError: a setting is wrong or the folder cannot be made.
    """
    settings = load(data=data, **given)
    try:
        # Root lets PostgreSQL's user pass through it.
        settings.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data} cannot be made: {error.strerror}. Choose another."
        ) from None
    return settings


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Make sure that no other Banyan serves this data folder.

    Raises:
        SettingsError: one does.
    """
    with (settings.data / "banyan.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"Another Banyan already serves the data folder {settings.data}. Stop it, or choose another with DATA=…"
            ) from None
        yield


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the database. The embedded one runs for as long as any process uses it, and again should it die."""
    if settings.database.url:
        yield settings.database.url
        return
    archiving = ARCHIVING if settings.backup.archiving else {}
    server = EmbeddedPostgres(settings.data / "postgres", settings=archiving)
    with server.in_use() as url, kept_running(server):
        yield url


def check_begun(settings: Settings) -> None:
    """Make sure that there is a database.

    Raises:
        Unavailable: there is none yet.
    """
    if not settings.database.url and not EmbeddedPostgres(settings.data / "postgres").exists:
        raise Unavailable(
            f"There is no database in {settings.data}. Name the data folder that you started with by --data, "
            "or begin a new one there with `banyan db migrate`."
        )


@contextmanager
def begun(data: Path | None) -> Iterator[tuple[Settings, str]]:
    """The settings of an installation that there is, and the URL of its database, for a command that tells by itself
    what it does: of the log it shows warnings.

    Raises:
        SettingsError: a setting is wrong or the folder cannot be made.
        Unavailable: there is no database yet.
    """
    settings = load_settings(data)
    set_up_logs("warning", as_json=False)
    check_begun(settings)
    with database(settings) as url:
        yield settings, url


async def shape(settings: Settings, url: str) -> migrations.Status:
    """Which migrations the database has; a replica is asked where there is no primary.

    Raises:
        OSError, asyncpg.PostgresError: none answers.
    """
    try:
        return await migrations.status(settings.database.direct_url or url)
    except (OSError, asyncpg.PostgresError):
        for replica in settings.database.replica_urls:
            with suppress(OSError, asyncpg.PostgresError):
                return await migrations.status(replica)
        raise


async def check_not_newer(settings: Settings, url: str) -> migrations.Status:
    """Make sure that no newer Banyan has migrated the database, unless that is accepted; its shape.

    Raises:
        Unavailable: one has.
        OSError, asyncpg.PostgresError: it does not answer.
    """
    found = await shape(settings, url)
    if settings.database.newer == "refuse":
        found.check_known()
    return found


async def check_shape(settings: Settings, url: str) -> None:
    """Make sure that the database is as this Banyan knows it.

    Raises:
        Unavailable: migrations wait, or it was migrated by a newer Banyan.
        OSError, asyncpg.PostgresError: it does not answer.
    """
    found = await check_not_newer(settings, url)
    if not found.applied:
        raise Unavailable("The database has nothing of Banyan's yet: run `banyan db migrate` first.")
    if found.waiting:
        raise Unavailable(f"Migrations wait ({', '.join(found.waiting)}): run `banyan db migrate` first.")
