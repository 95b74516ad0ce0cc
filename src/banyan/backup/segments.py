"""Keeping segments of the log: checked, told how far they reach, compressed."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from banyan.backup.index import Stored, history_path, segment_path, sorted_in
from banyan.backup.model import Damaged, Identity
from banyan.backup.packing import compress, decompress, digest
from banyan.backup.programs import Programs
from banyan.backup.repository import BackupStore
from banyan.backup.wal import check_content

__all__ = ["Shelf"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The part of a store that keeps the log of one database."""

    store: BackupStore
    identity: Identity
    programs: Programs

    async def keep(self, name: str, content: bytes, *, partial: bool = False) -> tuple[str, datetime | None]:
        """Keep a segment; where it is, and when its last transaction was committed.

        Raises:
            Damaged: it is not this segment of this database; nothing is kept.
            StoreUnreachable
        """
        check_content(name, content, self.identity)
        last_commit = await self.programs.last_commit(name, content)
        sha256, packed = await asyncio.to_thread(_packed, content)
        path = segment_path(name, sha256, last_commit, partial=partial)
        await self.store.put(path, packed)
        return path, last_commit

    async def keep_history(self, name: str, content: bytes) -> None:
        """Keep a timeline's history."""
        await self.store.put(history_path(name, digest(content)), compress(content))

    async def read_history(self, name: str, path: str, sha256: str) -> bytes:
        """A timeline's history as it is kept at `path`, compressed.

        Raises:
            Damaged: it is not what was kept.
            StoreUnreachable
        """
        try:
            packed = await self.store.get(path)
            if digest(decompress(packed)) == sha256:
                return packed
        except (Damaged, FileNotFoundError) as error:
            raise Damaged(f"The history {name} in the store is damaged: {error}") from error
        raise Damaged(f"The history {name} in the store is not what was put there.")

    async def read(self, stored: Stored) -> bytes:
        """A segment as it is kept, compressed. Where an unfinished one has gone on meanwhile, what took its place.

        Raises:
            Damaged: it is not what was kept.
            StoreUnreachable
        """
        try:
            packed = await self.store.get(stored.kept.path)
            content = await asyncio.to_thread(decompress, packed)
        except (Damaged, FileNotFoundError) as error:
            if fuller := await self._fuller(stored):
                return await self.read(fuller)
            raise Damaged(f"The segment {stored.name} in the store is damaged: {error}") from error
        if await asyncio.to_thread(digest, content) != stored.sha256:
            raise Damaged(f"The segment {stored.name} in the store is not what was put there.")
        check_content(stored.name, content, self.identity)
        return packed

    async def _fuller(self, stored: Stored) -> Stored | None:
        """What has taken the place of an unfinished segment."""
        there = sorted_in(await self.store.list(f"wal/{stored.name[:16]}"), self.identity.segment_size)
        found = there.find(stored.segment)
        return found if stored.partial and found and found.kept.path != stored.kept.path else None


def _packed(content: bytes) -> tuple[str, bytes]:
    return digest(content), compress(content)
