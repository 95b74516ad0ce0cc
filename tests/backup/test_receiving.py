"""The log of a server of one's own reaches the store as it is written."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest

from banyan.backup import Backups, Receiver, standing
from banyan.backup.model import Busy
from banyan.backup.receiving import SLOT
from banyan.backup.restore import recovered
from banyan.kit.endings import end
from banyan.kit.problems import Unavailable
from banyan.settings import load
from tests.backup.conftest import KEEPING, Installation, notes
from tests.replication.cluster import Node
from tests.services import reachable_folder


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    """An installation with a server of its own, which archives nothing."""
    with reachable_folder(in_memory=True) as folder:
        (folder / "data").mkdir()
        node = Node(folder / "node", **KEEPING)
        node.start()
        try:
            settings = load(
                {},
                data=folder / "data",
                database={"url": node.address},
                backup={"url": str(folder / "store"), "rpo_seconds": "30"},
            )
            with psycopg.connect(node.url) as connection:
                connection.execute("create table note (text text primary key)")
            yield Installation(folder, node, Backups(settings))
        finally:
            node.stop()


async def receiver_of(own: Installation) -> Receiver:
    return Receiver(own.backups.source, await own.backups.shelf(), own.settings.data / "wal-received", 0.1)


@asynccontextmanager
async def receiving(own: Installation) -> AsyncIterator[None]:
    task = asyncio.create_task((await receiver_of(own)).run())
    try:
        yield
    finally:
        await end(task)


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    deadline = time.monotonic() + 60
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def reaches(own: Installation, moment: datetime) -> bool:
    return (await own.backups.reaches())[-1].until >= moment


async def test_what_is_written_is_safe_before_its_segment_is_full(own: Installation) -> None:
    async with receiving(own):
        await own.backups.create()
        before = await own.ask("select clock_timestamp()")
        await own.note("one")
        await until(lambda: reaches(own, before))
        assert (await own.backups.reaches())[-1].line[-1].partial
        with pytest.raises(Busy, match="receives the log"):
            await (await receiver_of(own)).run()
        found = await standing(own.backups)
        assert (found.archiver.on, found.archiver.failing) == (True, False)
    assert await own.replayed() == ["one"]


async def test_what_goes_on_while_it_is_restored_is_restored_as_it_is_now(own: Installation) -> None:
    async def written(text: str) -> None:
        before = await own.ask("select clock_timestamp()")
        await own.note(text)
        await until(lambda: reaches(own, before))

    async def restored() -> list[str]:
        place, url = own.folder / "meanwhile", own.server.url
        async with recovered(plan, own.backups.store, own.backups.programs, url, place) as (server, _):
            return await notes(server.url)

    async def finished() -> bool:
        return bool((await own.backups.index())[1].whole.get(plan.line[-1].segment))

    async with receiving(own):
        await written("seen")
        plan = await own.backups.plan()
        assert plan.line[-1].partial
        await written("while it is fetched")
        assert "while it is fetched" in await restored()
        await written("at the end of the segment")
        await own.ask("select pg_switch_wal()")
        await until(finished)
        assert "at the end of the segment" in await restored()


async def test_it_goes_on_where_it_stopped_and_leaves_no_unfinished_segments_behind(own: Installation) -> None:
    await own.note("while nobody received")
    await own.ask("select pg_switch_wal()")
    found = await standing(own.backups)
    assert found.archiver.failing
    assert found.archiver.held > 0
    async with receiving(own):
        before = await own.ask("select clock_timestamp()")
        await own.note("two")
        await own.ask("select pg_switch_wal()")
        await until(lambda: reaches(own, before))
    (reach,) = await own.backups.reaches()
    assert reach.gaps == []
    names = [each.path for each in await own.backups.store.list("wal")]
    assert sum(".partial" in name for name in names) <= 1
    (verdict,) = await own.backups.verify()
    assert verdict.problems == []


async def test_a_drill_measures_and_finds_everything_as_it_was(own: Installation) -> None:
    async with receiving(own):
        found = await own.backups.drill(pace=1)
    assert found.different == []
    assert found.continuous
    assert 0 < found.rpo < 30
    assert found.rto > 0
    assert await own.backups.store.last_drill() == found


async def test_a_drill_without_anybody_who_ships_says_so(own: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = load(
        {}, data=own.settings.data, database={"url": own.settings.database.url},
        backup={"url": own.settings.backup.url, "rpo_seconds": "0.5"},
    )  # fmt: skip
    with pytest.raises(Unavailable, match="Does `banyan backup ship --continuous` run"):
        await Backups(impatient).drill(pace=0.1)


async def test_a_slot_that_was_lost_leaves_a_gap_that_is_told(own: Installation) -> None:
    await own.ask("select pg_drop_replication_slot($1)", SLOT)
    for path in (own.settings.data / "wal-received").iterdir():
        path.unlink()
    for number in range(2):
        await own.note(f"lost {number}")
        await own.ask("select pg_switch_wal()")
    await own.ask("checkpoint")
    assert (await standing(own.backups)).archiver.on is False
    async with receiving(own):
        await until(lambda: own.ask("select count(*) = 1 from pg_replication_slots where active"))
        await own.note("after the gap")
        await own.ask("select pg_switch_wal()")

        async def gap() -> bool:
            return bool((await own.backups.reaches())[-1].gaps)

        await until(gap)
