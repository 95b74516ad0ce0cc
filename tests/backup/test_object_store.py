"""Backups in a store of objects: the same as in a folder, uploads too."""

from pathlib import Path

import pytest

from banyan.backup import Backups, StoreUnreachable, copy_files
from banyan.settings import load
from tests.backup.conftest import begun
from tests.s3 import object_store


async def test_a_database_comes_back_from_a_store_of_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    with begun() as installation, object_store(monkeypatch) as store:
        settings = installation.settings
        installation.backups = Backups(load({}, data=settings.data, backup={"url": store.url("b")}))
        await installation.note("base")
        await installation.backups.create()
        await installation.note("after")
        await installation.keep_log()
        (verdict,) = await installation.backups.verify()
        assert verdict.problems == []
        assert await installation.replayed() == ["after", "base"]
        store.full = True
        await installation.note("too much")
        await installation.hand_over()
        waiting = len(list(installation.backups.archive.glob("*.gz")))
        with pytest.raises(StoreUnreachable):
            await installation.backups.ship()
        store.full = False
        assert (await installation.backups.ship()).files == waiting
        assert (await installation.backups.reaches())[-1].gaps == []


@pytest.mark.parametrize("place", ["folder", "objects"])
async def test_uploads_are_taken_along_each_once(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(monkeypatch) as store:
        settings = load({}, data=tmp_path, backup={"url": store.url("b") if place == "objects" else ""})
        backups = Backups(settings)
        uploads = settings.data / "files" / "ab" / "cd"
        uploads.mkdir(parents=True)
        (uploads / "abcd01").write_bytes(b"leaf")
        (uploads / "abcd02").write_bytes(bytes(6 << 20))
        done = await copy_files(backups)
        assert (done.copied, done.known, done.size) == (2, 0, 4 + (6 << 20))
        (uploads / "abcd03").write_bytes(b"new")
        done = await copy_files(backups)
        assert (done.copied, done.known) == (1, 2)
        assert await backups.store.get("files/ab/cd/abcd01") == b"leaf"
        assert await backups.store.size("files/ab/cd/abcd02") == 6 << 20
