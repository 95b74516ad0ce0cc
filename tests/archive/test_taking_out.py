"""What is old goes from the database into files, and is in exactly one of the two at any moment."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from banyan.archive import Busy, Damaged, InTheWay, NoRoom, parquet, service
from banyan.archive.model import Held
from banyan.kit.objects import Objects, StoreUnreachable
from banyan.kit.partitions import month_after, partitions, time_of
from tests.archive.conftest import NOW, OTHER, SCHOOL, Place

ROOM, QUIET = UUID(int=1), UUID(int=2)


async def names(place: Place) -> list[str]:
    return [each.name for each in await partitions(place.db.read(), "audit_entry")]


def of_month(months: int) -> str:
    return f"audit_entry_{month_after(NOW, months):%Y_%m}"


async def test_old_months_become_files_and_newer_ones_stay(place: Place) -> None:
    for months in (-30, 0, 1, 2, 3):
        await place.note(months, count=3)
    before = await place.ids()
    made = await place.run(3)
    assert [(line.since, line.until, line.rows) for line in made] == [
        (None, month_after(NOW), 6),
        (month_after(NOW), month_after(NOW, 2), 3),
    ]
    assert await names(place) == ["audit_entry_before", *(of_month(n) for n in range(2, 7)), "audit_entry_later"]
    archived = sorted(row["id"] for row in await place.read())
    assert archived + await place.ids() == before
    assert [path.relative_to(place.folder).as_posix() for path in place.files] == sorted(line.path for line in made)
    assert await place.run(3) == []


async def test_every_column_comes_back_as_it_was(place: Place) -> None:
    details = '{"name": "Ann \\"the\\" Ω\\n", "times": 2, "all": null}'
    await place.note(actor="Zoë, Ph.D.\t=1+1", details=details.encode(), course_id=OTHER)
    await place.note(school=OTHER, actor="")
    rows = await place.db.read().all(dict, "select to_jsonb(e) as row from audit_entry e order by school_id, id")
    await place.run()
    found = await place.read()
    assert [(str(row["id"]), row["actor"], str(row["school_id"])) for row in found] == [
        (row["id"], row["actor"], row["school_id"]) for row in rows
    ]
    assert found[0]["course_id"] == OTHER
    assert found[1]["course_id"] is None
    assert found[0]["at"] == month_after(NOW, 0) + timedelta(days=2)
    assert found[0]["details"] == '{"all": null, "name": "Ann \\"the\\" Ω\\n", "times": 2}'


async def test_more_rows_than_are_in_memory_at_once_keep_their_order(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banyan.archive.parquet.AT_ONCE", 4)
    await place.note(count=10)
    await place.note(count=3, school=OTHER)
    before = await place.ids()
    (line,) = await place.run()
    assert line.rows == 13
    rows = await place.read()
    assert sorted(row["id"] for row in rows) == before
    assert [row["school_id"] for row in rows] == [SCHOOL] * 10 + [OTHER] * 3
    assert [time_of(row["id"]) for row in rows[:10]] == sorted(time_of(row["id"]) for row in rows[:10])


async def test_months_in_which_nothing_happened_go_without_a_file(place: Place) -> None:
    await place.note(2)
    (line,) = await place.run(4)
    assert line.rows == 1
    assert await names(place) == ["audit_entry_before", *(of_month(n) for n in range(3, 7)), "audit_entry_later"]


async def test_what_comes_late_for_its_month_goes_into_a_file_of_its_own(place: Place) -> None:
    await place.note(0)
    await place.run()
    await place.note(0)
    (line,) = await place.run()
    assert (line.since, line.rows) == (None, 1)
    assert len(await place.read()) == 2


async def test_the_rooms_log_goes_by_days_without_what_was_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = month_after(NOW, 0)
    await place.say(ROOM, range(1, 4), first + timedelta(hours=1))
    await place.say(QUIET, range(1, 3), first + timedelta(hours=23))
    await place.say(ROOM, range(4, 6), first + timedelta(days=1))
    await place.say(ROOM, range(6, 8), month_after(NOW, 2))
    monkeypatch.setattr("banyan.archive.store._TOGETHER", 6)
    made = await place.run()
    assert [(line.since, line.until, line.rows) for line in made] == [
        (first, first + timedelta(days=1), 5),
        (first + timedelta(days=1), first + timedelta(days=2), 2),
    ]
    assert await place.db.read().all(int, "select seq from room_event") == [6, 7]
    rows = await place.read("room_event")
    assert [(row["room_id"], row["seq"]) for row in rows] == [
        *((ROOM, seq) for seq in (1, 2, 3)), *((QUIET, seq) for seq in (1, 2)), *((ROOM, seq) for seq in (4, 5))
    ]  # fmt: skip
    assert "data" not in rows[0]
    for path in place.files:
        assert b"Between us" not in path.read_bytes()


async def test_days_of_few_events_share_a_file_a_month(place: Place) -> None:
    for seq, (months, days) in enumerate([(0, 0), (0, 3), (0, 9), (1, 0)]):
        await place.say(ROOM, range(seq, seq + 1), month_after(NOW, months) + timedelta(days))
    made = await place.run(4)
    assert [line.rows for line in made] == [3, 1]


async def test_two_runs_do_not_get_in_each_others_way(place: Place) -> None:
    await place.note(0)
    outcomes = await asyncio.gather(*(place.run() for _ in range(2)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) in (["Busy", "list"], ["list", "list"])
    assert len(await place.read()) == len(place.files) == 1


async def test_a_second_run_at_the_same_time_is_refused(place: Place) -> None:
    async with place.archive._alone():
        with pytest.raises(Busy, match="Another process is archiving"):
            await place.run()


class TestNothingIsLost:
    """Whatever goes wrong, the rows are in the database until they are in a file that has been read back."""

    @pytest.fixture(autouse=True)
    async def _rows(self, place: Place) -> None:
        await place.note(0, count=5)

    async def _all_there(self, place: Place) -> None:
        assert len(await place.ids()) == 5
        assert await place.archive.lines() == []
        assert [line.rows for line in await place.run()] == [5]
        assert len(await place.read()) == 5
        assert await place.ids() == []

    async def test_a_store_that_is_away(self, place: Place, tmp_path: Path) -> None:
        place.folder.parent.mkdir(parents=True, exist_ok=True)
        place.folder.write_text("in the way")
        with pytest.raises(StoreUnreachable, match=r"The archive's place .* cannot be used"):
            await place.run()
        place.folder.unlink()
        await self._all_there(place)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda content: content[:-100],
            lambda content: content[:50] + b"\0" + content[51:],
            lambda _: b"",
        ],
    )
    async def test_a_store_that_keeps_something_else(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]
    ) -> None:
        put = Objects.put

        async def spoilt(store: Objects, path: str, content: Any, **options: Any) -> None:
            await put(store, path, spoil(content.read_bytes()), **options)

        with monkeypatch.context() as patched, pytest.raises(Damaged):
            patched.setattr(Objects, "put", spoilt)
            await place.run()
        await self._all_there(place)

    async def test_a_store_that_loses_it(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        async def lost(*_args: Any, **_options: Any) -> None:
            """Say that it is there."""

        with monkeypatch.context() as patched, pytest.raises(Damaged, match="missing"):
            patched.setattr(Objects, "put", lost)
            await place.run()
        await self._all_there(place)

    async def test_rows_that_are_not_those_that_were_read(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        def other(_file: Path) -> Held:
            return Held(5, bytes(32))

        with monkeypatch.context() as patched, pytest.raises(Damaged, match="Nothing has gone"):
            patched.setattr(service, "_held", other)
            await place.run()
        await self._all_there(place)

    async def test_a_disk_without_room(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_args: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched, pytest.raises(NoRoom, match="archive-work cannot be written: No space"):
            patched.setattr(parquet.Writing, "add", full)
            await place.run()
        await self._all_there(place)

    async def test_somebody_who_holds_the_table(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "_TRIES", 2)
        monkeypatch.setattr(service, "_PAUSE", 0)
        async with place.db.write() as reading:
            await reading.all(int, "select count(*) as rows from audit_entry")
            with pytest.raises(InTheWay, match="Nothing has changed"):
                await place.run()
            await asyncio.wait_for(place.ids(), 5)
        await self._all_there(place)

    async def test_somebody_who_holds_it_for_a_while_is_waited_for(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "_PAUSE", 0.1)
        async with place.db.write() as reading:
            await reading.all(int, "select count(*) as rows from audit_entry")
            running = asyncio.create_task(place.run())
            while not place.files:  # noqa: ASYNC110 -- the folder says so, not an event
                await asyncio.sleep(0.02)
            assert len(await place.ids()) == 5
        assert [line.rows for line in await running] == [5]

    async def test_an_entry_that_comes_while_its_month_is_read_waits_and_is_kept(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = Objects.put
        noted: list[asyncio.Task[None]] = []

        async def slow(store: Objects, path: str, content: Any, **options: Any) -> None:
            if not noted:
                noted.append(asyncio.create_task(place.note(0)))
                await asyncio.sleep(0.2)
                assert not noted[0].done(), "else it would go with the month, and be in no file"
            else:
                await noted[0]
            await put(store, path, content, **options)

        with monkeypatch.context() as patched:
            patched.setattr(Objects, "put", slow)
            (line,) = await place.run()
        assert (line.rows, len(await place.ids())) == (6, 0)

    async def test_a_process_that_is_killed_between_the_file_and_the_end(self, place: Place) -> None:
        environment = {**os.environ, "BANYAN_TEST_URL": place.url, "BANYAN_TEST_DATA": str(place.settings.data)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.archive.dying", env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"stored\n"
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert len(place.files) == 1
        assert await place.archive.unlisted() == [path.relative_to(place.folder).as_posix() for path in place.files]
        await self._all_there(place)
        assert len(place.files) == 1, "the same rows make the same file"
        assert await place.archive.unlisted() == []


async def test_an_event_that_is_taken_back_meanwhile_stays_for_the_next_run(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.say(ROOM, range(1, 4), month_after(NOW, 0))
    put = Objects.put

    async def meanwhile(store: Objects, path: str, content: Any, **options: Any) -> None:
        async with place.db.write() as tx:
            await tx.execute("update room_event set data = '{}' where room_id = $1 and seq = 2", ROOM)
        await put(store, path, content, **options)

    with monkeypatch.context() as patched, pytest.raises(InTheWay, match="Nothing has changed"):
        patched.setattr(Objects, "put", meanwhile)
        await place.run()
    assert await place.db.read().all(int, "select seq from room_event order by seq") == [1, 2, 3]
    assert [line.rows for line in await place.run()] == [3]
