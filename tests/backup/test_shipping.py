"""The log reaches the store whatever happens on the way, and nothing is forgotten before it is there."""

import asyncio
import gzip
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from banyan.backup import StoreUnreachable
from banyan.backup.index import read_index
from banyan.backup.shipping import waiting
from tests.backup.conftest import Installation


def lying(installation: Installation) -> list[str]:
    return sorted(path.name for path in installation.backups.archive.glob("*.gz"))


async def in_store(installation: Installation) -> list[str]:
    """The names of the segments, each as often as it is there."""
    shelf = await installation.backups.shelf()
    index = await read_index(installation.backups.store, shelf.identity.segment_size)
    return sorted(stored.name for found in index.whole.values() for stored in found)


async def test_a_segment_goes_to_the_store_with_its_last_commit(installation: Installation) -> None:
    before = await installation.ask("select clock_timestamp()")
    await installation.note("shipped")
    await installation.hand_over()
    after = await installation.ask("select clock_timestamp()")
    names = lying(installation)
    assert waiting(installation.backups.archive).files == len(names) > 0
    done = await installation.backups.ship()
    assert (done.files, done.broken) == (len(names), [])
    assert done.until is not None
    assert before < done.until < after
    assert lying(installation) == []
    assert {name.removesuffix(".gz") for name in names} <= set(await in_store(installation))
    assert waiting(installation.backups.archive).since is None
    assert (await installation.backups.ship()).files == 0


async def test_two_that_ship_at_once_ship_each_segment_once(installation: Installation) -> None:
    for number in range(2):
        await installation.note(f"at once {number}")
        await installation.hand_over()
    wanted = {name.removesuffix(".gz") for name in lying(installation)}
    both = await asyncio.gather(installation.backups.ship(), installation.backups.ship())
    assert sum(done.files for done in both) >= len(wanted)
    there = await in_store(installation)
    assert [there.count(name) for name in sorted(wanted)] == [1] * len(wanted)
    assert lying(installation) == []


async def test_what_is_half_written_damaged_or_not_ours_stays_and_is_told(installation: Installation) -> None:
    await installation.note("whole")
    await installation.hand_over()
    (name,) = lying(installation)
    archive = installation.backups.archive
    whole = (archive / name).read_bytes()
    content = bytearray(gzip.decompress(whole))
    content[24:32] = bytes(8)  # another system
    odd = {
        f"{1:08X}{0:08X}{0xA0:08X}.gz": whole[: len(whole) // 2],
        f"{1:08X}{0:08X}{0xA1:08X}.gz": b"",
        f"{1:08X}{0:08X}{0xA2:08X}.gz": gzip.compress(bytes(content), 1),
        f"{1:08X}{0:08X}{0xA3:08X}.gz": whole,
    }
    for other, broken in odd.items():
        (archive / other).write_bytes(broken)
    (archive / f"{1:08X}{0:08X}{0xA4:08X}.part").write_bytes(whole)
    (archive / f"{1:08X}{0:08X}{0xA5:08X}.gz").symlink_to("/etc/passwd")
    try:
        done = await installation.backups.ship()
        assert (done.files, done.broken) == (1, [*odd, f"{1:08X}{0:08X}{0xA5:08X}.gz"])
        assert not any(name.endswith(("A0", "A1", "A2", "A3", "A4", "A5")) for name in await in_store(installation))
        assert Path("/etc/passwd").exists()
    finally:
        for path in archive.iterdir():
            path.unlink()


async def test_without_a_place_for_what_is_looked_at_no_segment_is_called_broken_or_passed_over(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await installation.note("no room in /tmp")
    await installation.hand_over()
    names = lying(installation)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        with pytest.raises(OSError, match="gone"):
            await installation.backups.ship()
    assert lying(installation) == names
    done = await installation.backups.ship()
    assert (done.files, done.broken) == (len(names), [])


async def test_while_the_store_is_away_everything_waits(installation: Installation) -> None:
    store = installation.backups.store.folder
    assert store is not None
    away = store.with_name("away")
    await installation.backups.ship()
    store.rename(away)
    store.write_bytes(b"a disk that is not there")
    await installation.note("meanwhile")
    await installation.hand_over()
    names = lying(installation)
    try:
        with pytest.raises(StoreUnreachable):
            await installation.backups.ship()
        store.unlink()
        store.mkdir()
        with pytest.raises(StoreUnreachable, match="Is its disk mounted"):
            await installation.backups.ship()
        assert lying(installation) == names
    finally:
        store.rmdir()
        away.rename(store)
    assert (await installation.backups.ship()).files == len(names)


async def test_a_full_disk_is_seen_and_what_was_held_back_comes_when_there_is_room(installation: Installation) -> None:
    await installation.backups.ship()
    archive = installation.backups.archive
    full = await installation.ask("select pg_walfile_name(pg_current_wal_lsn())")
    (archive / f"{full}.part").symlink_to("/dev/full")
    await installation.note("too much")
    await installation.ask("select pg_switch_wal()")
    deadline = time.monotonic() + 30
    while not await installation.ask("select failed_count > 0 from pg_stat_archiver"):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    await installation.note("the server goes on")
    assert f"{full}.gz" not in lying(installation)
    (archive / f"{full}.part").unlink()
    await installation.note("there is room")
    await installation.hand_over()  # PostgreSQL tries again as soon as there is more, and each minute
    assert f"{full}.gz" in lying(installation)
    done = await installation.backups.ship()
    assert done.files >= 1
    assert done.broken == []
    shutil.rmtree(archive)
    assert (await installation.backups.ship()).files == 0, "a folder that is not there is empty"
    await installation.hand_over()
