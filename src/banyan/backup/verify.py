"""Reading backups through: is everything still what was put there, and does the log go on without a gap?"""

import asyncio
import hashlib
from dataclasses import dataclass, field

from banyan.backup.base import MANIFEST
from banyan.backup.chain import Reach, reach_of
from banyan.backup.index import Index
from banyan.backup.manifest import check_files, read_manifest
from banyan.backup.model import Backup, Damaged
from banyan.backup.programs import Programs
from banyan.backup.repository import BackupStore
from banyan.backup.segments import Shelf

__all__ = ["Verdict", "verify"]

_CHUNK = 1 << 20


@dataclass(slots=True)
class Verdict:
    """What was found: how far the backup reaches, and what is wrong with it or with its log."""

    backup: Backup
    reach: Reach
    problems: list[str] = field(default_factory=list)


async def verify(store: BackupStore, backup: Backup, index: Index, programs: Programs) -> Verdict:
    """Read a backup and all the log that follows it.

    Raises:
        StoreUnreachable
    """
    reach = reach_of(backup, index)
    verdict = Verdict(backup, reach)
    for name in backup.parts:
        if complaint := await asyncio.to_thread(_part, store, backup, name):
            verdict.problems.append(complaint)
    if not verdict.problems:
        verdict.problems += await asyncio.to_thread(_files, store, backup)
    shelf = Shelf(store, backup.identity, programs)
    for stored in reach.line:
        try:
            await shelf.read(stored)
        except Damaged as error:
            verdict.problems.append(str(error))
    for name, (path, sha256) in index.history_files.items():
        try:
            await shelf.read_history(name, path, sha256)
        except Damaged as error:
            verdict.problems.append(str(error))
    verdict.problems += [f"Missing: {gap}." for gap in reach.gaps]
    return verdict


def _part(store: BackupStore, backup: Backup, name: str) -> str | None:
    part = backup.parts[name]
    sha256, size = hashlib.sha256(), 0
    try:
        with store.open(f"base/{backup.id}/{name}") as content:
            while chunk := content.read(_CHUNK):
                sha256.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        return f"Of the backup {backup.id} {name} is missing."
    if (size, sha256.hexdigest()) != (part.size, part.sha256):
        return f"Of the backup {backup.id} {name} is not what was put into the store."
    return None


def _files(store: BackupStore, backup: Backup) -> list[str]:
    try:
        with store.open(f"base/{backup.id}/{MANIFEST}") as raw, store.open(f"base/{backup.id}/base.tar.gz") as archive:
            check_files(read_manifest(raw.read()), archive)
    except (Damaged, FileNotFoundError) as error:
        return [f"The backup {backup.id}: {error}"]
    return []
