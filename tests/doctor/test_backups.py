"""Backups as they really stand in the store, and what the last drill said."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from banyan.backup import Drill
from banyan.doctor.backups import _drilled
from banyan.settings import BackupSettings
from tests.backup.conftest import begun
from tests.doctor.conftest import look

DRILL = Drill(
    at=datetime(2026, 3, 1, tzinfo=UTC), backup="b", continuous=True, rpo=100, rto=200, tables=1, rows=1, different=[]
)


async def test_what_is_missing_in_the_store_is_found() -> None:
    with begun() as installation:
        url = installation.server.url

        async def said(name: str) -> str:
            found = (await look(installation.settings, url, name))[name]
            return f"{found.verdict}: {found.found}"

        assert await said("backups.fresh") == "fail: There is no backup."
        backup = await installation.backups.create()
        await installation.note("something")
        await installation.keep_log()
        assert await said("backups.fresh") == "ok: Everything that was written is in the store."
        assert (await said("backups.log")).startswith("ok: It is handed over")
        assert await said("backups.restorable") == "warn: No restore has been tried."
        assert (await said("backups.elsewhere")).endswith("is on the disk of the data folder.")
        await installation.ask("create table more (key integer primary key)")
        assert (await said("backups.fresh")).startswith("ok: What was written after ")
        assert (await said("log.archived")).startswith("ok: The archiver works")

        store = installation.backups.store
        await store.put(f"base/{backup.id}/base.tar.gz", b"cut off")
        assert "There is no whole backup" in await said("backups.fresh")


@pytest.mark.parametrize(
    ("drill", "days", "verdict"),
    [
        ({}, 1, "ok"),
        ({}, 40, "warn"),
        ({"rpo": 301}, 1, "fail"),
        ({"rto": 901}, 1, "fail"),
        ({"different": ["progress"]}, 1, "fail"),
    ],
)
def test_the_last_drill_is_held_against_what_is_promised(drill: dict[str, object], days: int, verdict: str) -> None:
    assert _drilled(msgspec.structs.replace(DRILL, **drill), timedelta(days=days), BackupSettings()).word == verdict
