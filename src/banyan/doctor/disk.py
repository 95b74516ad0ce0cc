"""Disks: room where the database, files and backups are, and how long it will last. Seeds 000 and 003."""

import os
import shutil
from pathlib import Path

from banyan.backup import Backup, BackupStore, StoreUnreachable
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, warn, worst
from banyan.kit.objects import folder_of

__all__ = ["CHECKS", "judge"]

_WARN, _FAIL = 0.85, 0.95  # of a disk
_PLENTY = 50 << 30  # bytes; with so many left the share that is used says little
_SOON, _LATER = 7.0, 30.0  # days


@check("disk.room", "On a full disk PostgreSQL stops, and nothing is written any more.")
async def room(installation: Installation) -> Verdict:
    """What is left where data, files, archive and backups are kept, as far as those are folders; and file entries."""
    settings = installation.settings
    found: dict[int, Path] = {}
    for place in (str(settings.data), settings.storage_url, settings.archive_url, settings.backup_url):
        folder = _nearest(place)
        if folder is not None:
            found.setdefault(folder.stat().st_dev, folder)
    return worst(*(judge(folder) for folder in found.values()))


def judge(folder: Path) -> Verdict:
    """How the disk of a folder stands."""
    usage = shutil.disk_usage(folder)
    entries = os.statvfs(folder)
    share = 1 - usage.free / usage.total
    told = f"{folder}: {_size(usage.free)} free, {share:.0%} used."
    if entries.f_files and entries.f_ffree / entries.f_files < 1 - _FAIL:
        return fail(f"{folder}: hardly a file more can be made (no inodes).", "See what makes so many files: df -i.")
    mend = "Make the disk larger, or move what is not Banyan's. Never delete anything in pg_wal."
    if share > _FAIL and usage.free < _PLENTY:
        return fail(told, mend)
    return warn(told, mend) if share > _WARN and usage.free < _PLENTY else ok(told)


@check("disk.growth", "Room that shrinks can be seen to end, weeks before it does.")
async def growth(installation: Installation) -> Verdict:
    """The size of the database, how it grew from backup to backup, and how long the data folder's disk lasts."""
    size = await installation.value("select pg_database_size(current_database())")
    told = f"The database has {_size(size)}"
    try:
        backups = await BackupStore(installation.settings.backup_url).backups()
    except StoreUnreachable:
        backups = []
    pace = _pace(backups)
    if pace is None:
        return ok(f"{told}; backups of more than a day will show how it grows.")
    told += f", and grows by {_size(pace)} a day"
    if not installation.embedded:
        return ok(f"{told}; its disk is elsewhere.")
    if pace <= 0:
        return ok(f"{told}.")
    days = shutil.disk_usage(installation.settings.data).free / pace
    told += f": the disk lasts for {days:,.0f} days."
    mend = "Make the disk larger in time; `\\dt+` shows which tables grow."
    return fail(told, mend) if days < _SOON else warn(told, mend) if days < _LATER else ok(told)


def _pace(backups: list[Backup]) -> float | None:
    """Bytes a day, from the oldest to the newest backup."""
    if len(backups) < 2:
        return None
    days = (backups[-1].ended_at - backups[0].ended_at).total_seconds() / 86_400
    return max(0, backups[-1].size - backups[0].size) / days if days >= 1 else None


def _nearest(place: str) -> Path | None:
    """The folder, or the nearest above it that is there; None for an object store."""
    folder = folder_of(place)
    if folder is None:
        return None
    path = folder.absolute()
    return next((each for each in (path, *path.parents) if each.exists()), None)


def _size(size: float) -> str:
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"


CHECKS = (room, growth)
