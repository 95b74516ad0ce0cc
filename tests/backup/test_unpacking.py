"""A part of a backup is unpacked into its folder and nowhere else."""

import io
import tarfile
from pathlib import Path

import pytest

from banyan.backup.model import Damaged
from banyan.backup.unpacking import unpack


def unpacked(folder: Path, *members: tarfile.TarInfo, content: bytes = b"content") -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w|gz") as tar:
        for member in members:
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))
    packed.seek(0)
    with tarfile.open(fileobj=packed, mode="r|gz") as tar:
        unpack(tar, folder)


def member(name: str, kind: bytes = tarfile.REGTYPE, leads_to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode, made.uid = kind, leads_to, 0o6777, 12345
    return made


def test_files_and_folders_come_out_for_their_owner_alone(tmp_path: Path) -> None:
    unpacked(tmp_path, member("base", tarfile.DIRTYPE), member("base/1", tarfile.DIRTYPE), member("base/1/112"))
    file = tmp_path / "base/1/112"
    assert file.read_bytes() == b"content"
    assert (file.stat().st_mode & 0o7777, file.parent.stat().st_mode & 0o7777) == (0o600, 0o700)
    assert file.stat().st_uid == tmp_path.stat().st_uid


@pytest.mark.parametrize("name", ["/etc/passwd", "../aside", "base/../../aside"])
def test_nothing_gets_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(Damaged, match="leads out of its folder"):
        unpacked(folder, member(name))
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(Damaged, match="neither a file nor a folder"):
        unpacked(tmp_path, member("pg_wal", kind, "/elsewhere"))
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_not_named_are_made(tmp_path: Path) -> None:
    unpacked(tmp_path / "wal", member("archive_status/000000010000000000000001.done"))
    assert (tmp_path / "wal/archive_status/000000010000000000000001.done").read_bytes() == b"content"
