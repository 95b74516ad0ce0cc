"""Bringing the log into the store: what the embedded server has put into its archive folder."""

import asyncio
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from banyan.backup.model import Damaged
from banyan.backup.packing import decompress
from banyan.backup.segments import Shelf
from banyan.backup.wal import is_history

__all__ = ["Shipped", "Waiting", "ship", "waiting"]

log = structlog.get_logger(__name__)
_NAMED = re.compile(r"(?P<name>[0-9A-F]{24}|[0-9A-F]{8}\.history)(?P<partial>\.partial)?\.gz")
_NOTE = re.compile(r"[0-9A-F]{24}\.[0-9A-F]{8}\.backup\.gz")  # PostgreSQL's note of a base backup, for people
_LARGEST = 1 << 30


class _Shipped(Exception):
    """Another process has shipped it."""


@dataclass(slots=True)
class Shipped:
    """What was brought into the store: how many files, up to which commit, and those that cannot be."""

    files: int = 0
    until: datetime | None = None
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not in the store yet: files, bytes, and when the oldest was finished."""

    files: int
    size: int
    since: float | None


def waiting(archive: Path) -> Waiting:
    """What lies in the archive folder."""
    found = []
    for name in _names(archive):
        try:
            found.append((archive / name).lstat())
        except FileNotFoundError:  # shipped in this moment
            continue
    oldest = min((each.st_mtime for each in found), default=None)
    return Waiting(len(found), sum(each.st_size for each in found), oldest)


async def ship(shelf: Shelf, archive: Path) -> Shipped:
    """Bring everything that is finished into the store, the oldest first, and forget it here once it is there.

    Several may do this at once, and one that is killed is no harm: the same file goes to the same place. What is not
    a piece of this database's log stays where it is, and is told.

    Raises:
        StoreUnreachable, OSError: what is left waits for the next time.
    """
    done = Shipped()
    names = await asyncio.to_thread(_names, archive)
    if not names:
        return done
    with _opened(archive) as folder:
        for name in names:
            try:
                until = await _ship_one(shelf, name, await asyncio.to_thread(_read, name, folder))
            except _Shipped:
                continue
            except Damaged as error:
                log.error("backup_segment_broken", file=str(archive / name), reason=str(error))
                done.broken.append(name)
                continue
            done.files += 1
            done.until = max(filter(None, (done.until, until)), default=None)
            _forget(name, folder)
    return done


async def _ship_one(shelf: Shelf, name: str, packed: bytes) -> datetime | None:
    found = _NAMED.fullmatch(name)
    if found is None:  # a note
        return None
    content = await asyncio.to_thread(decompress, packed)
    if is_history(found["name"]):
        await shelf.keep_history(found["name"], content)
        return None
    _, until = await shelf.keep(found["name"], content, partial=found["partial"] is not None)
    return until


def _names(archive: Path) -> list[str]:
    """Files that PostgreSQL has finished: histories first, since without them nothing on their timelines is found."""
    try:
        names = [path.name for path in archive.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    finished = [name for name in names if _NAMED.fullmatch(name) or _NOTE.fullmatch(name)]
    return sorted(finished, key=lambda name: (".history" not in name, name))


# The folder is that of the user that PostgreSQL runs as, and this process may be root: whatever lies there is never
# followed to another place.
@contextmanager
def _opened(archive: Path) -> Iterator[int]:
    number = os.open(archive, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield number
    finally:
        os.close(number)


def _read(name: str, folder: int) -> bytes:
    try:
        number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(number, "rb") as file:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                raise Damaged(f"{name} is not a file of the log.")
            return file.read()
    except FileNotFoundError:
        raise _Shipped from None
    except OSError as error:
        raise Damaged(f"{name} cannot be read: {error.strerror}.") from error


def _forget(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:  # another process has shipped it too
        return
