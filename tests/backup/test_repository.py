"""Where backups are kept: whole or not at all, for nobody else's eyes, one database to a place."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from banyan.backup import Backup, BackupStore, NoBackup, StoreUnreachable
from banyan.backup.model import Damaged, ForeignStore, Identity

OURS = Identity("7710908072663457762", 1 << 24)


@pytest.fixture
def store(tmp_path: Path) -> BackupStore:
    return BackupStore(str(tmp_path / "store"))


def described(name: str) -> Backup:
    at = datetime(2026, 3, 31, tzinfo=UTC)
    return Backup(
        id=name, started_at=at, ended_at=at, timeline=1, start_lsn=0, end_lsn=9, major=18, banyan="0", identity=OURS,
        size=1, parts={}, wal=[], tables=None,
    )  # fmt: skip


async def test_what_is_put_is_there_for_nobody_else(store: BackupStore, tmp_path: Path) -> None:
    await store.claim(OURS)
    await store.put("base/one/part", b"secret")
    assert await store.get("base/one/part") == b"secret"
    assert [(each.path, each.size) for each in await store.list("base")] == [("base/one/part", 6)]
    for path in (tmp_path / "store").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


async def test_nothing_is_there_before_something_is_put(store: BackupStore, tmp_path: Path) -> None:
    assert await store.identity() is None
    assert await store.list("wal") == []
    assert await store.backups() == []
    assert await store.last_drill() is None
    with pytest.raises(NoBackup, match="banyan backup create"):
        await store.backup(None)
    assert not (tmp_path / "store").exists(), "looking makes nothing"


async def test_it_belongs_to_one_database(store: BackupStore) -> None:
    await store.claim(OURS)
    await store.claim(OURS)
    with pytest.raises(ForeignStore, match="keeps the backups of another database"):
        await store.claim(Identity("1", 1 << 24))
    assert await store.identity() == OURS


async def test_a_description_that_is_damaged_takes_no_other_backup_along(store: BackupStore) -> None:
    whole = described("whole")
    await store.put("base/whole/backup.json", msgspec.json.encode(whole))
    await store.put("base/damaged/backup.json", msgspec.json.encode(described("damaged"))[:-9])
    with capture_logs() as logs:
        assert await store.backups() == [whole]
    assert [(entry["event"], entry["file"]) for entry in logs] == [("backup_unreadable", "base/damaged/backup.json")]


async def test_a_mark_that_is_damaged_is_told_and_how_to_mend_it(store: BackupStore) -> None:
    await store.put("banyan-backups.json", b"{")
    with pytest.raises(Damaged, match=r"banyan-backups.json in .* is damaged.*remove that file"):
        await store.claim(OURS)
    await store.put("drill.json", b"{")
    assert await store.last_drill() is None


async def test_what_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = BackupStore(str(tmp_path / "file" / "store"))
    for act in (store.claim(OURS), store.put("a/b", b"")):
        with pytest.raises(StoreUnreachable, match=r"cannot be used") as caught:
            await act
        assert "\n" not in str(caught.value)


async def test_secrets_in_its_address_are_not_told() -> None:
    assert "hidden" not in BackupStore("s3://bucket/banyan?secret_access_key=hidden").name


async def test_any_store_of_objects_will_do() -> None:
    store = BackupStore("memory:///")
    assert await store.identity() is None
    await store.claim(OURS)
    with pytest.raises(ForeignStore):
        await store.claim(Identity("1", 1 << 24))
    await store.put("base/one/part", b"content")
    with store.open("base/one/part") as part:
        assert part.read() == b"content"
    assert [each.path for each in await store.list("base")] == ["base/one/part"]
    await store.delete("base/one/part")
    assert await store.list("base") == []


async def test_forgetting_twice_is_no_mistake(store: BackupStore) -> None:
    await store.put("a/b", b"1")
    await store.delete("a/b")
    await store.delete("a/b")
    with pytest.raises(FileNotFoundError):
        await store.get("a/b")
