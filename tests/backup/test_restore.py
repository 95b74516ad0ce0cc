"""A database comes back as it was: to the end, to a moment, along its newest history, and never over another."""

import asyncio
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from banyan.backup import Backups, NotCovered
from banyan.backup.base import create
from banyan.backup.index import history_path
from banyan.backup.model import Busy, Damaged, ForeignStore, NotEmpty
from banyan.backup.restore import _only_one
from banyan.backup.retention import trim
from banyan.kit.embedded import RESTORING, EmbeddedPostgres
from banyan.kit.problems import Unavailable
from tests.backup.conftest import KEEPING, Installation, begun, notes_in


@dataclass
class Story:
    """What happened: `base` was written, a backup made, then `first`, then `second`; all of it is in the store."""

    at: Installation
    after_first: datetime
    end: datetime


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with begun() as installation:

        async def happen() -> Story:
            await installation.note("base")
            await installation.backups.create()
            after_first = await installation.note("first")
            await installation.hand_over()
            end = await installation.note("second")
            await installation.keep_log()
            return Story(installation, after_first, end)

        yield asyncio.run(happen())


async def test_it_comes_back_as_far_as_the_log_reaches(story: Story) -> None:
    target = story.at.folder / "all"
    target.mkdir()  # an empty one will do
    done = await story.at.backups.restore(target)
    assert await notes_in(target) == ["base", "first", "second"]
    assert done.last_commit is not None
    assert done.last_commit > story.after_first
    assert stat.S_IMODE((target / "data").stat().st_mode) == 0o700
    assert sorted(path.name for path in target.iterdir()) == ["archive", "data", "postgres.log"]
    owner = (story.at.settings.data / "postgres").stat().st_uid
    assert {path.lstat().st_uid for path in target.rglob("*")} == {owner}
    assert owner != 0
    assert not target.with_name(f"all{RESTORING}").exists()


async def test_it_comes_back_as_it_was_at_a_moment(story: Story) -> None:
    assert await story.at.replayed(story.after_first) == ["base", "first"]


async def test_a_history_that_is_damaged_and_not_needed_stops_nobody(story: Story) -> None:
    store = story.at.backups.store
    path = history_path("00000009.history", "0" * 64)
    await store.put(path, b"no gzip")
    try:
        (reach,) = await story.at.backups.reaches()
        assert reach.until >= story.after_first
        (verdict,) = await story.at.backups.verify()
        assert ["The history 00000009.history in the store is damaged" in each for each in verdict.problems] == [True]
        assert await story.at.replayed() == ["base", "first", "second"]
    finally:
        await store.delete(path)


async def test_a_moment_that_is_not_covered_is_told_with_what_is(story: Story) -> None:
    for moment in (story.end + timedelta(hours=1), story.after_first - timedelta(days=1)):
        with pytest.raises(NotCovered, match=r"do not reach .* They cover .* to "):
            await story.at.backups.restore(story.at.folder / "never", moment)
    assert not (story.at.folder / "never").exists()


async def test_a_folder_with_something_in_it_is_left_alone(story: Story) -> None:
    with pytest.raises(NotEmpty, match="never overwrites"):
        await story.at.backups.restore(story.at.settings.data / "postgres")
    (story.at.folder / "mine").mkdir()
    (story.at.folder / "mine" / "letter").write_text("dear")
    with pytest.raises(NotEmpty):
        await story.at.backups.restore(story.at.folder / "mine")
    assert (story.at.folder / "mine" / "letter").read_text() == "dear"


async def test_a_restore_that_is_killed_is_begun_again_and_until_then_no_empty_database_takes_its_place(
    story: Story,
) -> None:
    target = story.at.folder / "killed"
    script = (
        "import asyncio, os, signal\nfrom pathlib import Path\nfrom banyan.backup import Backups, recovery\n"
        "from banyan.settings import load\n"
        "recovery.Recovery._ready = lambda self: self.running and os.kill(os.getpid(), signal.SIGKILL)\n"
        f"backups = Backups(load({{}}, data=Path({str(story.at.settings.data)!r}),"
        f" backup={{'url': {story.at.settings.backup.url!r}}}))\n"
        f"asyncio.run(backups.restore(Path({str(target)!r})))\n"
    )
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with pytest.raises(Unavailable, match=r"has been interrupted\. Run `banyan backup restore` again"):
        await asyncio.to_thread(EmbeddedPostgres(target, settings=KEEPING).start)
    assert list(target.iterdir()) == []
    done = await story.at.backups.restore(target)
    assert (done.folder, (target / "data" / "PG_VERSION").exists()) == (target, True)
    assert not target.with_name(f"killed{RESTORING}").exists()


async def test_two_restores_into_one_folder_do_not_meet(story: Story) -> None:
    target = story.at.folder / "both"
    with _only_one(target.with_name(f"both{RESTORING}")), pytest.raises(Busy, match="is under way"):
        await story.at.backups.restore(target)


async def test_what_is_damaged_in_the_store_is_found_by_verify_and_not_restored(story: Story) -> None:
    backups = story.at.backups
    (fine,) = await backups.verify()
    assert fine.problems == []
    assert len(fine.reach.line) >= 2
    assert backups.store.folder is not None
    for pattern, told in (("base/*/base.tar.gz", "not what was put"), ("wal/0*/*.gz", "damaged|not what was put")):
        path = max(backups.store.folder.glob(pattern))
        whole = path.read_bytes()
        path.write_bytes(whole[:-1000] + bytes(1000))
        try:
            (broken,) = await backups.verify()
            assert any("damaged" in each or "not what was put" in each for each in broken.problems)
            with pytest.raises(Damaged, match=told):
                await backups.restore(story.at.folder / "broken")
            assert not (story.at.folder / f"broken{RESTORING}").exists()
        finally:
            path.write_bytes(whole)


async def test_when_a_segment_cannot_be_read_it_is_told_what_can_be_restored(story: Story) -> None:
    backups = story.at.backups
    (fine,) = await backups.verify()
    assert backups.store.folder is not None
    path = backups.store.folder / fine.reach.line[-1].kept.path
    whole = path.read_bytes()
    path.write_bytes(whole[:-1000])
    try:
        with pytest.raises(Damaged, match=r"committed before it can be restored: --at (\S+)\.$") as caught:
            await backups.restore(story.at.folder / "cut")
    finally:
        path.write_bytes(whole)
    moment = datetime.fromisoformat(str(caught.value).rpartition(" ")[2].rstrip("."))
    assert moment < story.end
    commits = [stored.last_commit for stored in fine.reach.line[:-1] if stored.last_commit]
    assert timedelta(0) < max(commits) - moment < timedelta(seconds=3)


async def test_a_missing_segment_is_told_and_what_lies_before_it_can_be_restored(story: Story) -> None:
    backups = story.at.backups
    assert backups.store.folder is not None
    segments = sorted(backups.store.folder.glob("wal/0*/*.gz"))
    (verdict,) = await backups.verify()
    gone = next(path for path in segments if path.name.startswith(verdict.reach.line[-2].name))
    content = gone.read_bytes()
    gone.unlink()
    try:
        (verdict,) = await backups.verify()
        assert verdict.problems == [f"Missing: the segment {gone.name[:24]}."]
        assert verdict.reach.until < story.end
        with pytest.raises(NotCovered):
            await backups.restore(story.at.folder / "gap", story.end - timedelta(microseconds=1))
        done = await backups.restore(story.at.folder / "before-the-gap")
        assert done.beyond == verdict.reach.gaps
    finally:
        gone.write_bytes(content)


async def test_the_history_goes_on_from_a_restore_and_the_old_one_can_still_be_chosen(story: Story) -> None:
    place = story.at.folder / "second-life"
    await story.at.backups.restore(place / "postgres", story.after_first)
    server = EmbeddedPostgres(place / "postgres", settings=story.at.server._settings)
    await asyncio.to_thread(server.start)
    try:
        settings = story.at.settings
        living = Installation(place, server, Backups(type(settings)(data=place, backup=settings.backup)))
        await living.note("third")
        await living.keep_log()
        assert await living.ask("select timeline_id from pg_control_checkpoint()") == 2
    finally:
        await asyncio.to_thread(server.stop)
    (verdict,) = await living.backups.verify()
    assert verdict.problems == []
    assert verdict.reach.timeline == 2
    assert await living.replayed() == ["base", "first", "third"]
    assert await living.replayed(timeline=1) == ["base", "first", "second"]


async def test_without_the_log_a_backup_comes_back_as_it_was_when_it_was_made() -> None:
    with begun(continuous=False) as alone:
        await alone.note("before")
        backup = await alone.backups.create()
        await alone.note("after")
        assert backup.tables is not None
        assert backup.tables["public.note"].rows == 1
        assert alone.backups.store.name == str(alone.settings.data / "backups")
        with pytest.raises(NotCovered):
            await alone.backups.restore(alone.folder / "later", datetime.now(UTC))
        found = await alone.backups.drill()
        assert (found.different, found.continuous) == ([], False)
        assert found.rows == 1
        assert await alone.replayed() == ["before"]


async def test_another_database_keeps_out_of_the_store(story: Story) -> None:
    with begun(continuous=False) as other:
        stranger = Backups(type(story.at.settings)(data=other.settings.data, backup=story.at.settings.backup))
        with pytest.raises(ForeignStore, match="of another database"):
            await stranger.create()
        with pytest.raises(ForeignStore):
            await stranger.ship()


async def test_of_two_backups_at_once_one_is_made(story: Story) -> None:
    backups = story.at.backups
    both = await asyncio.gather(
        *(create(backups.source, backups.store, backups.settings.data) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["Backup", "Busy"]
    assert not list(backups.settings.data.glob("backup-draft-*"))


async def test_after_old_backups_are_gone_the_newest_still_comes_back(story: Story) -> None:
    backups = story.at.backups
    await backups.create()
    await story.at.note("last")
    await story.at.keep_log()
    kept = (await backups.store.backups())[-1]
    trimmed = await trim(backups.store, kept.identity, timedelta(0), datetime.now(UTC))
    assert trimmed.backups >= 1
    (verdict,) = await backups.verify()
    assert verdict.problems == []
    assert await story.at.replayed(timeline=1) == ["base", "first", "last", "second"]
