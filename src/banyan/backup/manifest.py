"""Holding the files of a base backup against the manifest that PostgreSQL wrote with it.

This is what pg_verifybackup does, done here because it then needs no second copy on a disk, and because that program
does not start in every build of the embedded PostgreSQL. Source: https://www.postgresql.org/docs/18/backup-manifest-format.html
"""

import hashlib
import re
import tarfile
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from banyan.backup.model import Damaged
from banyan.backup.wal import parse_lsn

__all__ = ["Manifest", "check_files", "read_manifest"]

# What the server writes anew, or pg_basebackup itself; and the log, which has a check of its own in each record.
_UNLISTED = re.compile(r"backup_manifest|(recovery|standby)\.signal|postgresql\.auto\.conf(\.tmp)?|pg_wal/.*")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """Sizes and SHA-256 of all files by path, and the log that the backup needs."""

    files: dict[str, tuple[int, str]]
    timeline: int
    start_lsn: int
    end_lsn: int


def read_manifest(raw: bytes) -> Manifest:
    """Read one, and make sure that it is whole.

    Raises:
        Damaged: it is not.
    """
    try:
        plain: dict[str, Any] = msgspec.json.decode(raw)
        said = plain["Manifest-Checksum"]
        body = raw[: raw.rindex(b'"Manifest-Checksum"')]
        log = plain["WAL-Ranges"][-1]
        manifest = Manifest(
            {_path(each): (each["Size"], each.get("Checksum", "")) for each in plain["Files"]},
            log["Timeline"],
            parse_lsn(plain["WAL-Ranges"][0]["Start-LSN"]),
            parse_lsn(log["End-LSN"]),
        )
    except (msgspec.DecodeError, KeyError, IndexError, ValueError, TypeError, UnicodeDecodeError) as error:
        raise Damaged(f"The backup's manifest cannot be read: {error}.") from error
    if hashlib.sha256(body).hexdigest() != said:
        raise Damaged("The backup's manifest is not what PostgreSQL wrote.")
    return manifest


def check_files(manifest: Manifest, archive: BinaryIO) -> None:
    """Read a compressed base.tar through, and compare every file.

    Raises:
        Damaged: one is missing, too many, or not what it was.
    """
    left = dict(manifest.files)
    try:
        with tarfile.open(fileobj=archive, mode="r|gz") as tar:
            for member in tar:
                if not member.isfile() or _UNLISTED.fullmatch(member.name):
                    left.pop(member.name, None)
                    continue
                size, expected = left.pop(member.name, (None, ""))
                if size != member.size or _digest(tar, member) != expected:
                    raise Damaged(f"In the base backup {member.name} is not what it was.")
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Damaged(f"The base backup cannot be read: {error}.") from error
    if missing := [name for name in left if not _UNLISTED.fullmatch(name)]:
        raise Damaged(f"In the base backup {len(missing)} files are missing, such as {missing[0]}.")


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest = hashlib.sha256()
    content = tar.extractfile(member)
    while content and (chunk := content.read(_CHUNK)):
        digest.update(chunk)
    return digest.hexdigest()


def _path(entry: dict[str, Any]) -> str:
    if "Path" in entry:
        return str(entry["Path"])
    return bytes.fromhex(entry["Encoded-Path"]).decode("utf-8", "surrogateescape")
