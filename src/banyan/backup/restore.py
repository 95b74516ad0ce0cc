"""Putting a database back as it was."""

import asyncio
import fcntl
import hashlib
import re
import shutil
import tarfile
import time
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import structlog

from banyan.backup.chain import Reach
from banyan.backup.index import Index, Stored
from banyan.backup.model import Backup, Busy, Damaged, NotEmpty
from banyan.backup.packing import compress
from banyan.backup.programs import Programs
from banyan.backup.recovery import Recovery
from banyan.backup.repository import BackupStore
from banyan.backup.segments import Shelf
from banyan.backup.unpacking import unpack
from banyan.backup.wal import format_lsn
from banyan.kit.embedded import RESTORING
from banyan.kit.problems import Unavailable

__all__ = ["Plan", "Restored", "recovered", "restore"]

log = structlog.get_logger(__name__)
_LAST = re.compile(r"last completed transaction was at log time (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\+00")
_AT_ONCE = 4  # segments that are fetched side by side
_MARGIN = 1.1  # a database needs more room than its files have
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What to restore: from which backup, by which log, up to where.

    Attributes:
        at: a moment; what was committed later is left out. None: everything there is.
        lsn: a byte of the log instead, before which it ends.
        point: the name of a moment that was written into the log instead.
    """

    reach: Reach
    index: Index
    at: datetime | None = None
    lsn: int | None = None
    point: str | None = None

    @property
    def target(self) -> dict[str, str]:
        """The same in PostgreSQL's words."""
        words = {"timeline": str(self.reach.timeline)}
        if self.lsn is not None:
            return words | {"lsn": format_lsn(self.lsn), "inclusive": "off"}
        if self.point is not None:
            return words | {"name": self.point}
        # At `until` there is nothing more to come, and PostgreSQL would complain that it cannot know.
        if self.at is not None and self.at < self.reach.until:
            return words | {"time": self.at.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")}
        return words

    @property
    def line(self) -> list[Stored]:
        """The segments that it takes."""
        size = self.reach.backup.identity.segment_size
        taken = []
        for stored in self.reach.line:
            if self.lsn is not None and stored.segment.number > self.lsn // size + 1:  # it ends before what follows
                break
            taken.append(stored)
            if self.at is not None and stored.last_commit and stored.last_commit > self.at:
                break
        return taken


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it.

    Attributes:
        last_commit: of what was replayed; None if the backup had everything.
        seconds: that it took until the database answered.
        beyond: what is missing of the log, so that nothing after it could be brought back, though it was asked for.
    """

    backup: Backup
    folder: Path
    last_commit: datetime | None
    seconds: float
    beyond: Sequence[str] = ()


async def restore(plan: Plan, store: BackupStore, programs: Programs, url: str, to: Path) -> Restored:
    """Restore into `to`, which then is as `EmbeddedPostgres` has it: the database's files are in `to`/data.

    Raises:
        NotEmpty: there is something in the folder.
        Busy: another restore into it is under way.
        Damaged: what is needed is not in the store as it was put there.
        Unavailable: PostgreSQL cannot replay it; the end of its log is in the message.
    """
    _check_empty(to)
    async with recovered(plan, store, programs, url, to) as (server, done):
        await asyncio.to_thread(server.stop)
        for rest in ("wal", "settings"):
            await asyncio.to_thread(shutil.rmtree, server.folder / rest)
        server.folder.replace(to)
    return done


@asynccontextmanager
async def recovered(
    plan: Plan, store: BackupStore, programs: Programs, url: str, to: Path
) -> AsyncIterator[tuple[Recovery, Restored]]:
    """A running server with what was restored, in a folder beside `to`, which is gone afterwards unless it was moved.

    What a restore that was killed left there is thrown away first.
    """
    started = time.monotonic()
    backup = plan.reach.backup
    major = await programs.major()
    if major != backup.major:
        raise Unavailable(
            f"The backup is of PostgreSQL {backup.major}, and the programs in {programs.folder} are of {major}. Let "
            f"[backup] programs name the right ones, such as /usr/lib/postgresql/{backup.major}/bin."
        )
    draft = to.with_name(to.name + RESTORING)
    server = Recovery(draft, url=url, programs=programs.folder, major=major, target=plan.target)
    with _only_one(draft):
        await asyncio.to_thread(_clear, server)
        try:
            await _gather(plan, store, programs, draft)
            server.allow_prepared(await programs.prepared_transactions(server.data))
            await asyncio.to_thread(server.hand_over)
            try:
                await asyncio.to_thread(server.start)
            except BaseException:
                server.given_up.set()
                raise
            moments = _LAST.findall(server.whole_log)
            last = datetime.fromisoformat(moments[-1]).replace(tzinfo=UTC) if moments else None
            beyond = plan.reach.gaps if plan.at is None and plan.lsn is None and plan.point is None else ()
            yield server, Restored(backup, to, last, time.monotonic() - started, beyond)
        finally:
            server.given_up.set()
            await asyncio.to_thread(_clear, server)


async def _gather(plan: Plan, store: BackupStore, programs: Programs, draft: Path) -> None:
    """Everything that PostgreSQL needs, checked, in a folder that nobody else can enter."""
    backup = plan.reach.backup
    draft.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(draft.parent).free
    needed = int((backup.size + len(backup.wal) * backup.identity.segment_size) * _MARGIN)
    if free < needed:
        raise Unavailable(f"The restore needs {needed >> 20} MiB in {draft.parent}, where {free >> 20} MiB are free.")
    draft.mkdir(mode=0o700)
    (draft / "wal").mkdir(mode=0o700)
    for name, target in (("base.tar.gz", draft / "data"), ("pg_wal.tar.gz", draft / "data" / "pg_wal")):
        await asyncio.to_thread(_unpack, store, backup, name, target)
    limit = asyncio.Semaphore(_AT_ONCE)
    shelf = Shelf(store, backup.identity, programs)

    async def fetch(place: int, stored: Stored) -> None:
        async with limit:
            try:
                packed = await shelf.read(stored)
            except Damaged as error:
                raise Damaged(f"{error} {_before(plan, place)}") from error
            await asyncio.to_thread((draft / "wal" / f"{stored.name}.gz").write_bytes, packed)

    try:
        async with asyncio.TaskGroup() as tasks:
            for place, stored in enumerate(plan.line):
                tasks.create_task(fetch(place, stored))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    for name, (path, sha256) in plan.index.history_files.items():
        try:
            packed = await shelf.read_history(name, path, sha256)
        except Damaged as error:
            if name == f"{plan.reach.timeline:08X}.history":
                raise
            log.warning("backup_history_damaged", file=path, reason=str(error))
            packed = compress(b"")  # PostgreSQL asks only whether it is there, so as not to give its number away again
        (draft / "wal" / f"{name}.gz").write_bytes(packed)


def _before(plan: Plan, place: int) -> str:
    """What can still be restored when the segment at `place` of the plan's line cannot be read."""
    commits = [stored.last_commit for stored in plan.line[:place] if stored.last_commit]
    if not commits:
        return "An older backup may do: banyan backup list."
    # A moment before the last commit ahead of it, so that the segment is not asked for.
    latest = max(commits) - timedelta(seconds=1)
    return f"What was committed before it can be restored: --at {latest.astimezone().isoformat(timespec='seconds')}."


def _unpack(store: BackupStore, backup: Backup, name: str, target: Path) -> None:
    """Unpack a part of the backup, and make sure that it is what was kept.

    Raises:
        Damaged: it is not, or not there.
    """
    part = backup.parts[name]
    target.mkdir(mode=0o700, exist_ok=True)
    try:
        with store.open(f"base/{backup.id}/{name}") as raw:
            counted = _Counted(raw)
            content = BufferedReader(counted, _CHUNK)
            with tarfile.open(fileobj=content, mode="r|gz") as tar:
                unpack(tar, target)
            while content.read(_CHUNK):
                pass
    except FileNotFoundError:
        raise Damaged(f"Of the backup {backup.id} {name} is missing in the store.") from None
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise Damaged(f"Of the backup {backup.id} {name} cannot be read: {error}.") from error
    if (counted.size, counted.digest.hexdigest()) != (part.size, part.sha256):
        raise Damaged(f"Of the backup {backup.id} {name} is not what was put into the store.")


class _Counted(RawIOBase):
    """Looks at what is read."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.size = 0
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._raw.read(len(buffer))
        self.digest.update(chunk)
        self.size += len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _clear(server: Recovery) -> None:
    if server.folder.exists():
        if server.running:
            server.stop()
        shutil.rmtree(server.folder)


def _check_empty(folder: Path) -> None:
    if folder.is_mount():
        raise NotEmpty(f"{folder} is where a disk begins. Choose a folder on it: --to {folder / 'postgres'}.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(
            f"There is something in {folder}, and a restore never overwrites anything. Stop Banyan and move it away "
            f"(mv {folder} {folder}.before), or choose another folder with --to."
        )


@contextmanager
def _only_one(draft: Path) -> Iterator[None]:
    draft.parent.mkdir(parents=True, exist_ok=True)
    with draft.with_name(f"{draft.name}.turn").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another restore into {draft.with_suffix('')} is under way.") from None
        yield
