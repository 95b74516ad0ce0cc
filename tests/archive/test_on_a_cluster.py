"""On a Citus cluster what is old goes from every shard."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from banyan.distribution import distribute
from banyan.kit import migrations
from banyan.kit.database import connect
from banyan.kit.objects import Objects
from banyan.kit.partitions import make_ahead, month_after, partitions
from banyan.settings import load
from tests.archive.conftest import NOW, Place
from tests.citus import ClusterDatabases

pytestmark = pytest.mark.citus
_DATABASE = "banyan_archive"
SCHOOLS = [UUID(int=number << 64) for number in range(1, 9)]
ROOMS = [UUID(int=number << 64) for number in range(1, 6)]
_LEFT = "select count(*) from pg_class where relname ~ '^audit_entry_(before|early|[0-9]{4})'"


@pytest.fixture
async def place(cluster: ClusterDatabases, tmp_path: Path) -> AsyncIterator[Place]:
    """One with room for half a year, distributed."""
    cluster.make(_DATABASE)
    cluster.join(_DATABASE)
    url = cluster.url(_DATABASE)
    await migrations.migrate(url)
    await distribute(url, lambda _: None, shards=2)
    db = await connect(url, size=4)
    async with db.write() as tx:
        await make_ahead(tx, "audit_entry", month_after(NOW, 3))
    yield Place(db, url, load({}, data=tmp_path))
    await db.close()
    cluster.drop(_DATABASE)


async def tables_on_workers(place: Place) -> list[int]:
    """How many tables each worker has for the months of the audit."""
    counts = "select result::integer as tables from run_command_on_workers($1) order by nodeport"
    return await place.db.read().all(int, counts, _LEFT)


async def test_old_months_of_every_shard_become_files(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for months in (0, 1, 2):
        for school in SCHOOLS:
            await place.note(months, count=2, school=school)
    for room in ROOMS:
        await place.say(room, range(1, 4), month_after(NOW, 0))
        await place.say(room, range(4, 6), month_after(NOW, 2))
    before, tables = await place.ids(), await tables_on_workers(place)
    made = await place.run(3)
    assert [(line.table_name, line.rows) for line in made] == [
        ("audit_entry", 16), ("audit_entry", 16), ("room_event", 15),
    ]  # fmt: skip
    names = [each.name for each in await partitions(place.db.read(), "audit_entry")]
    assert names[:2] == ["audit_entry_before", f"audit_entry_{month_after(NOW, 2):%Y_%m}"]
    assert all(now < then for now, then in zip(await tables_on_workers(place), tables, strict=True))
    assert sorted(row["id"] for row in await place.read()) + await place.ids() == before
    assert len(await place.read("room_event")) == 15
    assert await place.db.read().one(int, "select count(*) from room_event") == 10
    assert [finding.wrong async for finding in place.archive.verify()] == [None, None, None]
    assert await place.archive.unlisted() == []
    assert await place.run(3) == []
    await place.note(0, school=SCHOOLS[0])
    assert len(await place.ids()) == 17, "what comes late for its month has a place"

    put = Objects.put
    noted: list[asyncio.Task[None]] = []

    async def slow(store: Objects, path: str, content: Any, **options: Any) -> None:
        if not noted:
            noted.append(asyncio.create_task(place.note(2, school=SCHOOLS[1])))
            await asyncio.sleep(0.5)
            assert not noted[0].done(), "else it would go with the month, and be in no file"
        else:
            await noted[0]
        await put(store, path, content, **options)

    monkeypatch.setattr(Objects, "put", slow)
    made = await place.run(4)
    assert [line.rows for line in made] == [1, 17, 10]
    assert len(await place.read()) == 50
    assert await place.ids() == []


async def test_rows_stay_when_their_file_cannot_be_kept(place: Place) -> None:
    for school in SCHOOLS:
        await place.note(0, school=school)
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    place.folder.write_text("in the way")
    with pytest.raises(Exception, match=r"The archive's place .* cannot be used"):
        await place.run()
    place.folder.unlink()
    assert len(await place.ids()) == 8
    async with place.db.write() as tx:  # nobody is held up by what was given up
        await tx.execute("delete from audit_entry where school_id = $1", SCHOOLS[0])
    assert [line.rows for line in await place.run()] == [7]
    late = month_after(NOW, 1) + timedelta(days=1)
    assert {row["at"] < late for row in await place.read()} == {True}
