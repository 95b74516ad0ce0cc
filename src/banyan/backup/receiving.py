"""Bringing the log of a server of one's own into the store as it is written, by pg_receivewal."""

import asyncio
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from banyan.backup.index import parse_path
from banyan.backup.model import Busy, Damaged
from banyan.backup.programs import connection_string, ended
from banyan.backup.segments import Shelf
from banyan.backup.source import Source
from banyan.backup.wal import Segment, is_history
from banyan.kit.problems import Unavailable
from banyan.kit.trouble import Trouble

__all__ = ["SLOT", "Receiver"]

log = structlog.get_logger(__name__)
SLOT = "banyan_backup"  # for which the server keeps what has not been received yet
_LOOK = 1.0  # seconds between two looks at what has come in
_AGAIN = 3.0  # seconds until the next try after the server or the store was not there


@dataclass(slots=True)
class Receiver:
    """Receives until it is cancelled; comes back by itself when the server or the store goes and returns.

    Attributes:
        folder: where the log comes in; what is in it goes on when the next one begins.
        pace: seconds after which what has come in of an unfinished segment is brought into the store too.
    """

    source: Source
    shelf: Shelf
    folder: Path
    pace: float
    _partial: dict[str, str] = field(default_factory=dict)  # where the last state of an unfinished segment is
    _shown: float = 0.0

    async def run(self) -> None:
        """Receive.

        Raises:
            Busy: another process receives into the folder.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            while True:
                try:
                    await self._receive()
                except (Trouble, Unavailable, OSError) as error:
                    log.warning("backup_receiving_interrupted", error=str(error))
                await asyncio.sleep(_AGAIN)

    async def _receive(self) -> None:
        url, password = connection_string(self.source.url)
        common = ["-d", url, "--slot", SLOT, "--no-password"]
        await self.source.programs.run("pg_receivewal", *common, "--create-slot", "--if-not-exists", password=password)
        process = await self.source.programs.start(
            "pg_receivewal", *common, "-D", str(self.folder), "--no-loop", password=password
        )
        try:
            while process.returncode is None:
                await self._ship()
                await asyncio.sleep(_LOOK)
            said = await process.stdout.read() if process.stdout else b""
            raise Unavailable(f"pg_receivewal ended: {said.decode(errors='replace').strip()}")
        finally:
            await ended(process)

    async def _ship(self) -> None:
        """What is finished, and now and then what is not."""
        size = self.shelf.identity.segment_size
        for path in sorted(self.folder.iterdir(), key=lambda path: (not is_history(path.name), path.name)):
            if is_history(path.name):
                await self.shelf.keep_history(path.name, path.read_bytes())
                path.unlink()
            elif Segment.parse(path.name, size):
                await self._keep(path.name, path, partial=False)
                path.unlink()
            elif path.suffix == ".partial" and time.monotonic() >= self._shown + self.pace:
                await self._keep(path.stem, path, partial=True)
                self._shown = time.monotonic()

    async def _keep(self, name: str, path: Path, *, partial: bool) -> None:
        try:
            kept, _ = await self.shelf.keep(name, await asyncio.to_thread(path.read_bytes), partial=partial)
        except Damaged as error:
            if not partial:
                raise
            log.debug("backup_partial_not_yet", reason=str(error))  # its first page has not come in yet
            return
        for former in await self._former(name):
            if former != kept:
                await self.shelf.store.delete(former)
        self._partial[name] = kept

    async def _former(self, name: str) -> list[str]:
        """Where earlier states of a segment are."""
        if known := self._partial.pop(name, None):
            return [known]
        size = self.shelf.identity.segment_size
        there = [(kept, parse_path(kept, size)) for kept in await self.shelf.store.list(f"wal/{name[:16]}")]
        return [kept.path for kept, stored in there if stored and stored.partial and stored.name == name]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder.parent / f"{self.folder.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(f"Another process receives the log into {self.folder} already.") from None
            yield
