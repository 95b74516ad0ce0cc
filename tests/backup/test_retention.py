"""Old backups go, but never what a restore to a moment that is to be kept needs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from banyan.backup import Backup, BackupStore
from banyan.backup.index import segment_path
from banyan.backup.model import Identity, Part
from banyan.backup.retention import superfluous, trim
from banyan.backup.wal import Segment

SIZE = 1 << 24
OURS = Identity("7", SIZE)
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
KEEP = timedelta(days=14)


def backup(days: int, segment: int = 0) -> Backup:
    """One that was made so many days ago."""
    at = NOW - timedelta(days=days)
    return Backup(
        id=f"days-{days}", started_at=at, ended_at=at, timeline=1, start_lsn=segment * SIZE, end_lsn=segment * SIZE + 9,
        major=18, banyan="0", identity=OURS, size=1, parts={"base.tar.gz": Part(4, "")}, wal=[], tables=None,
    )  # fmt: skip


def gone(*days: int, broken: tuple[int, ...] = ()) -> list[str]:
    backups = [backup(each) for each in days]
    whole = {each.id for each in backups} - {f"days-{each}" for each in broken}
    return [each.id for each in superfluous(backups, whole, NOW - KEEP)]


def test_the_last_one_before_the_time_that_is_kept_stays() -> None:
    assert gone(30, 20, 15, 10, 1) == ["days-30", "days-20"]


def test_the_newest_stays_however_old() -> None:
    assert gone(90, 60, 40) == ["days-90", "days-60"]
    assert gone(400) == []


def test_one_that_is_broken_does_not_stand_in_for_one_that_is_whole() -> None:
    assert gone(30, 20, 15, broken=(15,)) == ["days-30"]
    assert gone(30, 20, broken=(20, 30)) == []


def test_nothing_goes_before_its_time() -> None:
    assert gone(13, 7, 1) == []


@pytest.fixture
async def store(tmp_path: Path) -> BackupStore:
    made = BackupStore(str(tmp_path))
    for each in (backup(30, 1), backup(15, 5), backup(1, 9)):
        await made.put(f"base/{each.id}/base.tar.gz", b"base")
        await made.put(f"base/{each.id}/backup.json", msgspec.json.encode(each))
    for number in range(1, 12):
        await made.put(segment_path(Segment(1, number).name(SIZE), "0" * 64, None), b"log")
    await made.put(f"wal/history/00000002.history.{'0' * 64}.gz", b"history")
    return made


async def test_the_log_goes_with_the_last_backup_that_needs_it(store: BackupStore) -> None:
    trimmed = await trim(store, OURS, KEEP, NOW)
    assert (trimmed.backups, trimmed.segments) == (1, 4)
    assert [each.id for each in await store.backups()] == ["days-15", "days-1"]
    log = [each.path for each in await store.list("wal")]
    assert len(log) == 8
    assert any("history" in path for path in log)
    assert not any("days-30" in each.path for each in await store.list("base"))
    assert (await trim(store, OURS, KEEP, NOW)).backups == 0


async def test_what_was_never_finished_goes_after_a_while(store: BackupStore) -> None:
    await store.put("base/given-up/base.tar.gz", b"half")
    await trim(store, OURS, KEEP, datetime.now(UTC))
    assert any("given-up" in each.path for each in await store.list("base")), "somebody may be at it"
    await trim(store, OURS, KEEP, datetime.now(UTC) + timedelta(days=3))
    assert not any("given-up" in each.path for each in await store.list("base"))


async def test_a_backup_that_cannot_be_read_any_more_is_kept_for_who_can(store: BackupStore) -> None:
    await store.put("base/odd/base.tar.gz", b"base")
    await store.put("base/odd/backup.json", b"{")
    await trim(store, OURS, KEEP, datetime.now(UTC) + timedelta(days=30))
    assert [kept.path for kept in await store.list("base/odd")] == ["base/odd/backup.json", "base/odd/base.tar.gz"]
