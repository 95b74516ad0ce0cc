"""What is in the archive can be listed, checked and read; and the database says up to when it has everything."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pyarrow import parquet

from banyan.archive import Damaged, UnknownTable, Unsuitable
from banyan.archive.jobs import archive
from banyan.kit.objects import StoreUnreachable
from banyan.kit.partitions import first_id, month_after, partitions
from banyan.kit.toolbox import Kit
from banyan.settings import Settings, load
from tests.archive.conftest import NOW, Place
from tests.s3 import object_store


async def findings(place: Place) -> list[str | None]:
    return [finding.wrong async for finding in place.archive.verify()]


async def test_files_are_listed_by_table_and_age(place: Place) -> None:
    await place.note(1)
    await place.note(0)
    await place.run(4)
    lines = await place.archive.lines()
    assert [(line.table_name, line.until) for line in lines] == [
        ("audit_entry", month_after(NOW)),
        ("audit_entry", month_after(NOW, 2)),
    ]
    assert [line.size for line in lines] == [(place.folder / line.path).stat().st_size for line in lines]
    assert await place.archive.lines("room_event") == []
    with pytest.raises(UnknownTable, match=r"Nothing of account is archived\. There are: audit_entry, room_event\."):
        await place.archive.lines("account")


async def test_a_file_tells_what_it_is(place: Place) -> None:
    await place.note(1)
    await place.run(4)
    (file,) = place.files
    told = parquet.read_schema(file)
    assert told.names[:2] == ["school_id", "id"]
    assert {key: told.metadata[key] for key in (b"table", b"since", b"until")} == {
        b"table": b"audit_entry",
        b"since": month_after(NOW).isoformat().encode(),
        b"until": month_after(NOW, 2).isoformat().encode(),
    }
    assert file.stat().st_mode & 0o077 == 0, "it holds names"


async def test_every_file_that_is_not_as_it_was_is_found(place: Place) -> None:
    for months in (0, 1, 2):
        await place.note(months, count=20)
    await place.run(5)
    assert await findings(place) == [None, None, None]
    gone, changed, _ = (place.folder / line.path for line in await place.archive.lines())
    gone.unlink()
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    found = await findings(place)
    assert found == [f"It is missing from {place.folder}.", "It is not what was put there.", None]
    with pytest.raises(Damaged):
        await place.read()
    assert len(await place.read(since=month_after(NOW, 2))) == 20


async def test_what_another_process_has_just_thrown_away_stops_nobody(place: Place) -> None:
    await place.note()
    work = place.settings.data / "archive-work"
    work.mkdir()
    (work / "gone").symlink_to(work / "nowhere")  # seen in the folder, and not there when it is looked at
    assert len(await place.run()) == 1


async def test_files_that_no_list_knows_are_told(place: Place) -> None:
    await place.note()
    await place.run()
    assert await place.archive.unlisted() == []
    (file,) = place.files
    file.with_name("other.parquet").write_bytes(b"")
    assert await place.archive.unlisted() == ["audit_entry/other.parquet"]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        (None, None, 6),
        (month_after(NOW), None, 3),
        (None, month_after(NOW), 3),
        (month_after(NOW, 0) + timedelta(days=2, minutes=1), month_after(NOW) + timedelta(days=2, minutes=1), 3),
        (month_after(NOW, 3), None, 0),
    ],
)
async def test_the_rows_of_a_time_are_read(
    place: Place, since: datetime | None, until: datetime | None, count: int
) -> None:
    for months in (0, 1):
        await place.note(months, count=3)
    await place.run(4)
    assert len(await place.read(since=since, until=until)) == count


async def test_a_column_that_cannot_be_kept_is_told_before_anything_goes(place: Place) -> None:
    async with place.db.write() as tx:
        await tx.execute("alter table audit_entry add column range int4range")
    await place.note()
    with pytest.raises(Unsuitable, match="range is int4range, which cannot be archived"):
        await place.run()
    assert len(await place.ids()) == 1


async def test_a_column_that_came_later_does_not_keep_older_files_from_being_read(place: Place) -> None:
    await place.note()
    await place.run()
    async with place.db.write() as tx:
        await tx.execute("alter table audit_entry add column address text")
    await place.note(1)
    await place.run(4)
    assert [row.get("address", "none") for row in await place.read()] == ["none", None]


async def test_any_store_of_objects_will_do(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(monkeypatch) as store:
        there = replace(place, settings=load({}, data=place.settings.data, archive={"url": store.url("cold/banyan")}))
        await there.note(count=3)
        store.full = True
        with pytest.raises(StoreUnreachable, match=r"The archive's place .* cannot be used"):
            await there.run()
        assert len(await there.ids()) == 3
        store.full = False
        assert [line.rows for line in await there.run()] == [3]
        assert (await findings(there), len(await there.read()), await there.archive.unlisted()) == ([None], 3, [])


def test_it_is_below_where_files_are_unless_told() -> None:
    def place(**given: Any) -> str:
        return load({}, data=Path("/srv"), **given).archive_url

    assert place() == "/srv/files/archive"
    assert place(storage={"url": "s3://bucket/school/?region=eu"}) == "s3://bucket/school/archive?region=eu"
    assert place(archive={"url": "s3://cold/banyan"}) == "s3://cold/banyan"


@pytest.fixture
async def aged(place: Place) -> Place:
    """One in which there are months before this one."""
    begin = month_after(NOW, -3)
    async with place.db.write() as tx:
        before, *_ = await partitions(tx, "audit_entry")
        await tx.execute(f"alter table audit_entry detach partition {before.name}")
        await tx.execute(f"alter table {before.name} rename to audit_entry_recent")
        for name, since, until in (
            ("audit_entry_before", "minvalue", f"'{first_id(begin)}'"),
            ("audit_entry_now", f"'{first_id(begin)}'", f"'{first_id(month_after(NOW))}'"),
        ):
            await tx.execute(f"create table {name} partition of audit_entry for values from ({since}) to ({until})")
    await place.note(-9)
    await place.note(-1)
    return place


class TestTheScheduler:
    """It archives where it is asked to, in a process of its own."""

    @pytest.fixture(autouse=True)
    def _environment(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BANYAN_DATABASE_URL", place.url)
        monkeypatch.setenv("BANYAN_ARCHIVE_AFTER_MONTHS", "3")

    async def test_what_is_old_goes(self, aged: Place) -> None:
        await archive.run(kit_of(load(data=aged.settings.data)))
        (line,) = await aged.archive.lines()
        assert (line.rows, len(aged.files), len(await aged.ids())) == (1, 1, 1)

    async def test_nothing_goes_unless_it_is_asked_for(self, aged: Place) -> None:
        await archive.run(kit_of(aged.settings))
        assert len(await aged.ids()) == 2

    async def test_what_fails_is_told(self, aged: Place) -> None:
        aged.folder.parent.mkdir(parents=True, exist_ok=True)
        aged.folder.write_text("in the way")
        with pytest.raises(RuntimeError, match=r"The archive's place .* cannot be used"):
            await archive.run(kit_of(load(data=aged.settings.data)))
        assert len(await aged.ids()) == 2


def kit_of(settings: Settings) -> Kit:
    """All that the job looks at."""

    class Some:
        """A kit with nothing else."""

    some = Some()
    some.settings = settings  # type: ignore[attr-defined]
    return cast("Kit", some)
