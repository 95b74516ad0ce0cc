"""An installation that keeps its log, small and hasty."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from banyan.backup import Backups, recovery
from banyan.backup.chain import choose
from banyan.backup.restore import Plan, recovered
from banyan.kit.embedded import ARCHIVING, EmbeddedPostgres
from banyan.settings import Settings, load
from tests.conftest import HASTY
from tests.services import reachable_folder

KEEPING: dict[str, Any] = HASTY | {"wal_level": "replica", "max_wal_senders": "8", "max_prepared_transactions": "4"}


@dataclass
class Installation:
    """A server with a table of notes, and its backups."""

    folder: Path
    server: EmbeddedPostgres
    backups: Backups

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return self.backups.settings

    async def ask(self, sql: str, *args: Any) -> Any:
        """The one value of a statement."""
        return await ask(self.server.url, sql, *args)

    async def note(self, text: str) -> datetime:
        """Write something; a moment at which it is there, and nothing later."""
        await self.ask("insert into note values ($1)", text)
        moment: datetime = await self.ask("select clock_timestamp()")
        return moment

    async def hand_over(self) -> None:
        """Have PostgreSQL finish its segment, and wait until it has been in the archive."""
        name = await self.ask("select pg_walfile_name(pg_logical_emit_message(true, 'test', 'something'))")
        await self.ask("select pg_switch_wal()")
        deadline = time.monotonic() + 60
        while not await self.ask("select left(last_archived_wal, 24) >= $1 from pg_stat_archiver", name):
            assert time.monotonic() < deadline, "PostgreSQL archives nothing"
            await asyncio.sleep(0.02)

    async def keep_log(self) -> None:
        """Bring everything up to now into the store."""
        await self.hand_over()
        await self.backups.ship()

    async def replayed(self, at: datetime | None = None, timeline: int | None = None) -> list[str]:
        """The notes that a restore brings back."""
        backups, index = await self.backups.index()
        plan = Plan(choose(backups, index, at, timeline), index, at)
        place = self.folder / "replayed"
        async with recovered(plan, self.backups.store, self.backups.programs, self.server.url, place) as (server, _):
            return await notes(server.url)


async def ask(url: str, sql: str, *args: Any) -> Any:
    """The one value of a statement."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *args)
    finally:
        await connection.close()


async def notes_in(folder: Path) -> list[str]:
    """What the restored database in `folder` has."""
    server = EmbeddedPostgres(folder, settings=KEEPING)
    await asyncio.to_thread(server.start)
    try:
        return await notes(server.url)
    finally:
        await asyncio.to_thread(server.stop)


async def notes(url: str) -> list[str]:
    """All notes."""
    found: list[str] = await ask(url, "select coalesce(array_agg(text order by text), '{}') from note")
    return found


@contextmanager
def begun(*, continuous: bool = True, **server_settings: str) -> Iterator[Installation]:
    """An installation of its own."""
    with reachable_folder(in_memory=True) as folder:
        data = folder / "data"
        data.mkdir(mode=0o711)
        settings = load({}, data=data, backup={"url": str(folder / "store") if continuous else ""})
        archiving = ARCHIVING if continuous else {}
        server = EmbeddedPostgres(data / "postgres", settings=KEEPING | archiving | server_settings)
        server.start()
        try:
            made = Installation(folder, server, Backups(settings))
            with psycopg.connect(server.url) as connection:
                connection.execute("create table note (text text primary key)")
            yield made
        finally:
            server.stop()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One for all tests of a file."""
    with begun() as made:
        yield made


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tests restore need not outlive a power cut."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        monkeypatch.setitem(recovery._SOBER, name, "off")
