"""Throwing away what nobody will restore any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from banyan.backup.cluster import moment_of, path_of, points
from banyan.backup.index import parse_path
from banyan.backup.model import Backup, Identity
from banyan.backup.repository import BackupStore, described, lacking
from banyan.kit.objects import Kept

__all__ = ["Trimmed", "superfluous", "trim"]

log = structlog.get_logger(__name__)
_UNFINISHED = timedelta(days=2)  # a base backup that takes longer to be stored was given up


@dataclass(frozen=True, slots=True)
class Trimmed:
    """How many were thrown away."""

    backups: int
    segments: int


def superfluous(backups: Sequence[Backup], whole: set[str], cutoff: datetime) -> list[Backup]:
    """Those that no restore to a moment after `cutoff` begins with. The newest that is whole always stays.

    Args:
        backups: all, the oldest first.
        whole: the ids of those of which everything is there.
    """
    before = [backup for backup in backups if backup.id in whole and backup.ended_at <= cutoff]
    if not before:  # each that is there may be what somebody needs
        return []
    first = before[-1]
    return [backup for backup in backups if backup.ended_at < first.ended_at]


async def trim(store: BackupStore, identity: Identity, keep: timedelta, now: datetime) -> Trimmed:
    """Throw away what is not needed to restore any moment of the last `keep`.

    Raises:
        StoreUnreachable: the rest goes the next time.
    """
    backups = await store.backups()
    files = await store.list("base")
    lacks = lacking(backups, files)
    doomed = superfluous(backups, {name for name in lacks if not lacks[name]}, now - keep)
    for backup in doomed:
        await _forget(store, backup.id, files)
    for name in {_owner(each) for each in files} - described(files):
        parts = [each for each in files if _owner(each) == name]
        if max(each.at for each in parts) < now - _UNFINISHED:
            await _forget(store, name, parts)
    gone = {backup.id for backup in doomed}
    left = [backup for backup in backups if backup.id not in gone]
    segments = await _trim_log(store, identity, left) if doomed else 0
    for point in await points(store):
        if left and moment_of(point) < left[0].ended_at:
            await store.delete(path_of(point))
    if doomed:
        log.info("backups_trimmed", backups=len(doomed), segments=segments)
    return Trimmed(len(doomed), segments)


async def _trim_log(store: BackupStore, identity: Identity, left: Sequence[Backup]) -> int:
    """Positions grow along every timeline, so what lies before all backups is of no use on any. Histories stay."""
    first = min(backup.start_lsn for backup in left) // identity.segment_size
    removed = 0
    for kept in await store.list("wal"):
        stored = parse_path(kept, identity.segment_size)
        if stored is not None and stored.segment.number < first:
            await store.delete(kept.path)
            removed += 1
    return removed


async def _forget(store: BackupStore, name: str, files: Sequence[Kept]) -> None:
    # What makes it a backup goes first: one that is half gone must not look like one.
    await store.delete(f"base/{name}/backup.json")
    for each in files:
        if _owner(each) == name:
            await store.delete(each.path)


def _owner(kept: Kept) -> str:
    return kept.path.split("/")[1]
