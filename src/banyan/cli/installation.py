"""An installation on this machine: its settings, its database running, its application opened."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import asyncpg
from cyclopts import Parameter

from banyan.app import Banyan
from banyan.kit import migrations
from banyan.kit.embedded import ARCHIVING, EmbeddedPostgres
from banyan.kit.problems import Unavailable
from banyan.kit.toolbox import Kit
from banyan.settings import Settings, SettingsError, load

__all__ = ["Data", "check_begun", "database", "load_settings", "only_one", "opened", "shape"]

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
    """The URL of the database. The embedded one runs for as long as any process uses it."""
    if settings.database.url:
        yield settings.database.url
        return
    archiving = ARCHIVING if settings.backup.archiving else {}
    with EmbeddedPostgres(settings.data / "postgres", settings=archiving).in_use() as url:
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


@asynccontextmanager
async def opened(data: Path | None) -> AsyncIterator[Kit]:
    """What a command needs to call use cases.

    Raises:
        Unavailable: there is no database yet, or it has not been migrated.
    """
    settings = load_settings(data)
    check_begun(settings)
    with database(settings) as url:
        if (await shape(settings, url)).waiting:
            raise Unavailable("The database is not up to date: run `banyan db migrate` first.")
        application = Banyan(settings, url, roles=frozenset())
        await application.start()
        try:
            yield application.kit
        finally:
            await application.stop()
