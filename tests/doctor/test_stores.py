"""Places of objects that are not as they should be."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from banyan.settings import Settings, load
from tests.doctor.conftest import said
from tests.s3 import ObjectStore, object_store


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


async def put(url: str, path: str, size: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        """
        insert into archived (table_name, path, until, rows, digest, sha256, size)
        values ('audit_entry', $1, now(), 1, '', '', $2)
        """,
        path, size,
    )  # fmt: skip
    await connection.close()


def keeping(folder: Path, place: str, months: int = 12) -> Settings:
    return load({}, data=folder, archive={"url": place, "after_months": months})


async def test_a_store_of_files_that_takes_nothing_or_is_not_there_is_told(
    s3: ObjectStore, database_url: str, tmp_path: Path
) -> None:
    settings = load({}, data=tmp_path, storage={"url": s3.url("files")})
    assert await said(settings, database_url, "files.store") == "ok: What is written comes back."
    assert s3.objects == {}, "nothing is left behind"
    s3.full = True
    assert (await said(settings, database_url, "files.store")).startswith("fail: The place s3://school/files cannot be")
    elsewhere = load({}, data=tmp_path, storage={"url": s3.url("files", bucket="nobodys")})
    assert (await said(elsewhere, database_url, "files.store")).startswith("fail: The place s3://nobodys/files cannot")


async def test_an_archive_that_is_not_wanted_is_not_looked_for(database_url: str, tmp_path: Path) -> None:
    settings = load({}, data=tmp_path)
    assert (await said(settings, database_url, "archive.place")).startswith("skip: Nothing is archived")
    assert not (tmp_path / "files").exists(), "looking makes nothing"


async def test_an_archive_that_cannot_be_written_is_told(s3: ObjectStore, database_url: str, tmp_path: Path) -> None:
    settings = keeping(tmp_path, s3.url("archive"))
    assert await said(settings, database_url, "archive.place") == "ok: s3://school/archive is ready."
    assert s3.objects == {}
    s3.full = True
    found = await said(settings, database_url, "archive.place")
    assert found.startswith("fail: The archive's place s3://school/archive cannot be used")
    (tmp_path / "file").touch()
    found = await said(keeping(tmp_path, str(tmp_path / "file" / "archive")), database_url, "archive.place")
    assert found.startswith(f"fail: The archive's place {tmp_path / 'file' / 'archive'} cannot be used")


async def test_files_that_have_gone_from_the_archive_are_told_also_when_nothing_more_is_archived(
    s3: ObjectStore, database_url: str, tmp_path: Path
) -> None:
    settings = keeping(tmp_path, s3.url("archive"), months=0)
    await put(database_url, "audit_entry/whole.parquet", 3)
    s3.objects["archive/audit_entry/whole.parquet"] = b"PAR"
    assert (await said(settings, database_url, "archive.place")).endswith("takes and gives; all 1 files are there.")
    await put(database_url, "audit_entry/cut.parquet", 3)
    s3.objects["archive/audit_entry/cut.parquet"] = b"PA"
    await put(database_url, "audit_entry/gone.parquet", 3)
    found = await said(settings, database_url, "archive.place")
    assert found.startswith(
        "fail: 2 of 3 files are missing or cut in s3://school/archive: audit_entry/cut.parquet, aud"
    )
