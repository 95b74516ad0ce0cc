"""A base backup that is not what PostgreSQL wrote is found out."""

import hashlib
import io
import json
import tarfile

import pytest

from banyan.backup.manifest import check_files, read_manifest
from banyan.backup.model import Damaged

FILES = {"PG_VERSION": b"18\n", "base/1/1259": b"rows" * 2000, "global/pg_control": b"control"}


def manifest(files: dict[str, bytes]) -> bytes:
    body = json.dumps(
        {
            "PostgreSQL-Backup-Manifest-Version": 2,
            "Files": [
                {"Path": name, "Size": len(content), "Checksum": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
            ],
            "WAL-Ranges": [{"Timeline": 3, "Start-LSN": "0/2000028", "End-LSN": "0/2000120"}],
        }
    ).encode()[:-1]
    body += b",\n"
    return body + f'"Manifest-Checksum": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def archive(files: dict[str, bytes]) -> io.BytesIO:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return io.BytesIO(raw.getvalue())


def test_one_that_is_whole_is_accepted() -> None:
    found = read_manifest(manifest(FILES))
    assert (found.timeline, found.start_lsn, found.end_lsn) == (3, 0x2000028, 0x2000120)
    check_files(found, archive(FILES))
    check_files(found, archive(FILES | {"postgresql.auto.conf": b"x", "pg_wal/000000010000000000000001": b"log"}))


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (FILES | {"base/1/1259": b"rowS" * 2000}, "base/1/1259 is not what it was"),
        (FILES | {"base/1/1259": b"rows"}, "base/1/1259 is not what it was"),
        (FILES | {"base/1/9": b""}, "base/1/9 is not what it was"),
        ({"PG_VERSION": b"18\n"}, "2 files are missing, such as base/1/1259"),
    ],
)
def test_a_file_that_is_changed_cut_added_or_missing_is_told(files: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(Damaged, match=complaint):
        check_files(read_manifest(manifest(FILES)), archive(files))


def test_an_archive_that_ends_in_the_middle_is_told() -> None:
    cut = archive(FILES).getvalue()
    for end in (len(cut) // 2, 20, 0):
        with pytest.raises(Damaged):
            check_files(read_manifest(manifest(FILES)), io.BytesIO(cut[:end]))


def test_a_manifest_that_was_changed_is_told() -> None:
    raw = manifest(FILES)
    for broken in (raw.replace(b"18", b"19", 1).replace(b"1259", b"1258"), raw[:-40], b"", b"{}", b"[]"):
        with pytest.raises(Damaged, match="manifest"):
            read_manifest(broken)
