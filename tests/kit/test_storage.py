"""Bytes are kept once, under what they are."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from banyan.kit.objects import StoreUnreachable
from banyan.kit.problems import NoRoom, NotFound, TooLarge, Unavailable
from banyan.kit.storage import Storage
from banyan.kit.telemetry import set_up_logs
from tests.services import fill, small_disk


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def whole(storage: Storage, digest: bytes, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in storage.read(digest, start, end)])


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "files"))


@pytest.mark.parametrize("content", [b"", b"x", b"trees" * 100, bytes(range(256)) * 20_000], ids=len)
async def test_what_is_put_in_comes_out(storage: Storage, content: bytes) -> None:
    stored = await storage.put(chunks(content[:100], b"", content[100:]), limit=10 << 20)
    assert (stored.digest, stored.size) == (hashlib.sha256(content).digest(), len(content))
    assert await whole(storage, stored.digest) == content


async def test_the_same_bytes_are_kept_once(storage: Storage, tmp_path: Path) -> None:
    one = await storage.put(chunks(b"tr", b"ees"), limit=10)
    before = [path.stat().st_mtime_ns for path in kept(tmp_path)]
    two = await storage.put(chunks(b"tree", b"s"), limit=10)
    assert one.digest == two.digest
    assert [path.stat().st_mtime_ns for path in kept(tmp_path)] == before
    assert len(before) == 1


async def test_more_than_the_limit_is_refused_and_nothing_kept(storage: Storage, tmp_path: Path) -> None:
    assert (await storage.put(chunks(b"12345"), limit=5)).size == 5
    for parts in ((b"123456",), (b"123", b"456"), (b"12345", b"6")):
        with pytest.raises(TooLarge):
            await storage.put(chunks(*parts), limit=5)
    assert len(kept(tmp_path)) == 1


async def test_an_upload_that_breaks_off_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"tre"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await storage.put(broken(), limit=100)
    assert kept(tmp_path) == []


async def test_an_upload_can_be_looked_at_before_it_is_kept(storage: Storage, tmp_path: Path) -> None:
    async with storage.receive(chunks(b"leaf", b"less", b" trees"), limit=100) as upload:
        assert (upload.head(4), upload.tail(5), upload.size) == (b"leaf", b"trees", 14)
        assert (upload.head(100), upload.tail(100)) == (b"leafless trees",) * 2
        assert kept(tmp_path) == []
        await storage.keep(upload)
    assert await whole(storage, upload.digest) == b"leafless trees"
    async with storage.receive(chunks(b"not these"), limit=100):
        pass
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 10), (3, 7), (9, 10), (4, None), (0, None)])
async def test_a_part_can_be_read(storage: Storage, start: int, end: int | None) -> None:
    stored = await storage.put(chunks(b"0123456789"), limit=100)
    assert await whole(storage, stored.digest, start, end) == b"0123456789"[start:end]


async def test_what_was_never_kept_is_not_there(storage: Storage) -> None:
    with pytest.raises(NotFound):
        await whole(storage, hashlib.sha256(b"nothing").digest())


async def test_another_process_finds_what_was_kept(storage: Storage, tmp_path: Path) -> None:
    stored = await storage.put(chunks(b"trees"), limit=100)
    again = Storage((tmp_path / "files").as_uri())
    assert await whole(again, stored.digest) == b"trees"


async def test_a_store_that_is_away_is_told_to_the_log_and_not_to_who_asks(
    storage: Storage, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stored = await storage.put(chunks(b"trees"), limit=100)
    (tmp_path / "files").rename(tmp_path / "away")
    (tmp_path / "files").write_bytes(b"")
    set_up_logs()
    for act in (storage.put(chunks(b"leaves"), limit=100), whole(storage, stored.digest)):
        with pytest.raises(Unavailable) as caught:
            await act
        assert str(tmp_path) not in str(caught.value)
    with pytest.raises(StoreUnreachable, match="cannot be used"):
        await storage.probe()
    assert f"{tmp_path / 'files'} cannot be used" in capfd.readouterr().err


async def test_what_was_cut_short_by_a_power_cut_is_stored_anew(storage: Storage, tmp_path: Path) -> None:
    stored = await storage.put(chunks(b"trees"), limit=100)
    [path] = kept(tmp_path)
    path.write_bytes(b"")
    await storage.put(chunks(b"trees"), limit=100)
    assert await whole(storage, stored.digest) == b"trees"


async def test_a_full_disk_is_told_and_leaves_nothing_half_done() -> None:
    content = b"trees" * 100_000
    with small_disk(4 << 20) as disk:
        storage = Storage(str(disk / "files"))
        before = await storage.put(chunks(b"trees"), limit=10)
        ballast = fill(disk, leave=100_000)
        with pytest.raises(NoRoom):
            await storage.put(chunks(content), limit=1 << 20)
        assert len(kept(disk)) == 2, "what was there before, and what takes the room"
        assert await whole(storage, before.digest) == b"trees"
        ballast.unlink()
        after = await storage.put(chunks(content), limit=1 << 20)
        assert await whole(storage, after.digest) == content
