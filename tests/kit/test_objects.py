"""Objects are kept the same way in a folder and in a store that speaks S3: whole, or not at all."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from banyan.kit.objects import Objects, StoreUnreachable
from tests.s3 import ObjectStore, object_store

LARGE = bytes(range(256)) * (6 << 12)  # more than S3 takes in one part


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as kept:
        yield kept


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return Objects(str(tmp_path / "place"))
    store: ObjectStore = request.getfixturevalue("s3")
    return Objects(store.url("place"))


@pytest.mark.parametrize("content", [b"", b"leaf", LARGE], ids=len)
async def test_what_is_put_comes_out_in_each_way(place: Objects, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "original").write_bytes(content)
    for name, given in (("bytes", content), ("file", io.BytesIO(content)), ("path", tmp_path / "original")):
        await place.put(f"a/{name}", given)
        assert await place.get(f"a/{name}") == content
        assert b"".join([chunk async for chunk in place.stream(f"a/{name}")]) == content
        assert await place.size(f"a/{name}") == len(content)
        with place.open(f"a/{name}") as opened:
            assert opened.read() == content


async def test_a_part_can_be_read(place: Objects) -> None:
    await place.put("digits", b"0123456789")
    for start, end in ((0, 1), (3, 7), (9, 10), (4, None)):
        assert b"".join([chunk async for chunk in place.stream("digits", start, end)]) == b"0123456789"[start:end]


@pytest.mark.parametrize("content", [b"leaf", LARGE], ids=len)
async def test_a_copy_from_one_place_to_another_is_the_same(place: Objects, content: bytes, tmp_path: Path) -> None:
    other = Objects(str(tmp_path / "other"))
    await other.put("a/leaf", content)
    await place.copy("b/leaf", other, "a/leaf")
    assert await place.get("b/leaf") == content
    await other.copy("c/leaf", place, "b/leaf")
    assert await other.get("c/leaf") == content
    with pytest.raises(FileNotFoundError):
        await place.copy("b/none", other, "a/none")


async def test_what_is_there_is_listed_by_path(place: Objects) -> None:
    assert await place.list() == []
    for name in ("b/2", "a/1", "b/3", "b/1", "c"):
        await place.put(name, name.encode() * 2)
    assert [(kept.path, kept.size) for kept in await place.list("b")] == [("b/1", 6), ("b/2", 6), ("b/3", 6)]
    assert len(await place.list()) == 5


async def test_a_probe_leaves_nothing(place: Objects) -> None:
    await place.probe()
    assert await place.list() == []


async def test_a_store_that_takes_nothing_fails_its_probe(s3: ObjectStore, tmp_path: Path) -> None:
    s3.full = True
    (tmp_path / "file").write_bytes(b"")
    for url in (s3.url("place"), str(tmp_path / "file" / "place")):
        with pytest.raises(StoreUnreachable, match="cannot be used"):
            await Objects(url).probe()


async def test_what_is_to_be_new_never_replaces_anything(place: Objects) -> None:
    await place.put("mark", b"first", new=True)
    with pytest.raises(FileExistsError):
        await place.put("mark", b"second", new=True)
    assert await place.get("mark") == b"first"
    await place.put("mark", b"third")
    assert await place.get("mark") == b"third"


async def test_what_is_not_there_is_told_and_forgetting_twice_is_no_mistake(place: Objects) -> None:
    await place.put("leaf", b"1")
    await place.delete("leaf")
    await place.delete("leaf")
    assert await place.size("leaf") is None
    with pytest.raises(FileNotFoundError):
        await place.get("leaf")
    with pytest.raises(FileNotFoundError):
        place.open("leaf")
    with pytest.raises(FileNotFoundError):
        [chunk async for chunk in place.stream("leaf")]


async def test_a_folder_is_for_nobody_elses_eyes_and_looking_makes_nothing(tmp_path: Path) -> None:
    place = Objects((tmp_path / "place").as_uri())
    assert await place.list() == []
    assert not (tmp_path / "place").exists()
    await place.put("a/b/leaf", b"secret")
    for path in (tmp_path / "place", *(tmp_path / "place").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


async def test_a_bucket_that_is_not_there_is_told_in_one_line(s3: ObjectStore) -> None:
    place = Objects(s3.url("place", bucket="nobodys"))
    for act in (place.put("a", b"1"), place.list()):
        with pytest.raises(StoreUnreachable, match="s3://nobodys/place cannot be used") as caught:
            await act
        assert "\n" not in str(caught.value)


async def test_a_store_that_takes_no_more_is_told_and_keeps_what_it_has(s3: ObjectStore) -> None:
    place = Objects(s3.url("place"))
    await place.put("before", b"1")
    s3.full = True
    for content in (b"2", LARGE):
        with pytest.raises(StoreUnreachable, match=r"QuotaExceeded|403"):
            await place.put("after", content)
    assert [kept.path for kept in await place.list()] == ["before"]


async def test_a_store_that_is_broken_is_asked_a_few_times_while_someone_waits(s3: ObjectStore) -> None:
    s3.broken = 0
    with pytest.raises(StoreUnreachable, match=r"SlowDown|503"):
        await Objects(s3.url("place")).get("before")
    assert s3.broken == 4


async def test_a_store_that_goes_while_it_is_read_is_told(s3: ObjectStore) -> None:
    place = Objects(s3.url("place"))
    await place.put("large", LARGE)
    with place.open("large") as opened:
        assert opened.read(10) == LARGE[:10]
        s3.objects.clear()
        with pytest.raises((StoreUnreachable, FileNotFoundError)):
            opened.read()


@pytest.mark.parametrize("url", ["s3:///nothing", "s3://", "gopher://hole"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(StoreUnreachable, match="cannot be used"):
        Objects(url)


async def test_what_is_put_into_a_folder_is_on_the_disk_with_every_name_on_the_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settled: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda number: settled.append(Path(f"/proc/self/fd/{number}").readlink()))
    await Objects(str(tmp_path / "place")).put("a/b/leaf", b"1")
    on_the_way = [tmp_path, tmp_path / "place", tmp_path / "place" / "a", tmp_path / "place" / "a" / "b"]
    assert settled == [*on_the_way[:-1], on_the_way[-1] / "leaf", on_the_way[-1]]
