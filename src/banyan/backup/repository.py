"""Where backups are kept: a folder, or any object store."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from banyan.backup.model import Backup, Drill, ForeignStore, Identity, NoBackup, StoreUnreachable

__all__ = ["BackupStore", "Kept"]

_MARK = "banyan-backups.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """An object: where it is, its size in bytes, when it was put there."""

    path: str
    size: int
    at: datetime


class BackupStore:
    """Objects at `url`: a folder's path, or `s3://`, `gs://`, `az://`. What is put is there whole, or not at all.

    Each of its methods raises `StoreUnreachable` when the store does not answer, refuses, or is full.

    Args:
        url: the place.
        memory: a file that remembers which place has been used, so that one that is suddenly empty is noticed: a disk
            that is not mounted leaves an empty folder.
    """

    def __init__(self, url: str, memory: Path | None = None) -> None:
        self._memory = memory
        self.name = urlsplit(url)._replace(query="").geturl() if "://" in url else url
        self._store: Any
        self._folder: Path | None = None
        if "://" not in url or url.startswith("file://"):
            self._folder = Path(unquote(urlsplit(url).path) if "://" in url else url)
            self._store = None
        else:
            self._store = from_url(url)

    @property
    def folder(self) -> Path | None:
        """The folder, if it is one."""
        return self._folder

    async def identity(self) -> Identity | None:
        """The database that it belongs to; None if it is new."""
        try:
            return msgspec.json.decode(await self.get(_MARK), type=Identity)
        except FileNotFoundError:
            return None

    async def claim(self, identity: Identity) -> None:
        """Make it this database's own, unless it is.

        Raises:
            ForeignStore: it is another's.
        """
        if await self.identity() is None:
            if self._remembered() == self.name:
                raise StoreUnreachable(
                    f"{self.name} is empty, although there have been backups. Is its disk mounted? If it was emptied "
                    f"on purpose, remove {self._memory}, and new backups will begin."
                )
            with self._reached():
                try:
                    self._make_room(_MARK)
                    await self._do(obstore.put, _MARK, msgspec.json.encode(identity), mode="create")
                    self._settle(_MARK)
                except AlreadyExistsError:
                    pass  # another process was faster
        if (found := await self.identity()) != identity:
            raise ForeignStore(
                f"{self.name} keeps the backups of another database ({found.system if found else 'unknown'}; this one "
                f"is {identity.system}). Give each database a place of its own by [backup] url. If this database was "
                "begun anew by mistake, restore the other one: banyan backup restore."
            )

        if self._memory is not None and self._remembered() != self.name:
            self._memory.write_text(self.name, encoding="utf-8")

    async def backups(self) -> list[Backup]:
        """The base backups, the oldest first."""
        found = [kept for kept in await self.list("base") if kept.path.endswith("/backup.json")]
        return sorted(
            [msgspec.json.decode(await self.get(kept.path), type=Backup) for kept in found],
            key=lambda backup: backup.ended_at,
        )

    async def backup(self, name: str | None) -> Backup:
        """The backup of this name, the newest without one.

        Raises:
            NoBackup: there is none.
        """
        backups = await self.backups()
        if not backups:
            raise NoBackup(f"There is no backup in {self.name}. Make one: banyan backup create.")
        if name is None:
            return backups[-1]
        for backup in backups:
            if backup.id == name:
                return backup
        raise NoBackup(f"There is no backup {name} in {self.name}. `banyan backup list` shows those there are.")

    async def last_drill(self) -> Drill | None:
        """What the last drill found."""
        try:
            return msgspec.json.decode(await self.get("drill.json"), type=Drill)
        except FileNotFoundError:
            return None

    async def put(self, path: str, content: bytes | Path) -> None:
        """Keep `content` under `path`, on disk when this returns."""
        with self._reached():
            self._make_room(path)
            await self._do(obstore.put, path, content)
            await asyncio.to_thread(self._settle, path)

    async def copy(self, path: str, source: "BackupStore", original: str) -> None:
        """Keep under `path` what another store has as `original`.

        Raises:
            FileNotFoundError: it is not there any more.
        """
        with source.open(original) as content, self._reached():
            self._make_room(path)
            await self._do(obstore.put, path, content)
            await asyncio.to_thread(self._settle, path)

    async def get(self, path: str) -> bytes:
        """What is kept under `path`.

        Raises:
            FileNotFoundError: nothing is.
        """
        with self._reached():
            content: bytes = await self._do(lambda store: bytes(obstore.get(store, path).bytes()))
        return content

    def open(self, path: str) -> BinaryIO:
        """The same as a file, for code that runs in a thread.

        Raises:
            FileNotFoundError: nothing is there.
        """
        with self._reached():
            return BufferedReader(_Reading(obstore.open_reader(self._opened(), path)), _CHUNK)

    async def list(self, prefix: str) -> list[Kept]:
        """What is kept below `prefix`, by path."""

        def all_of(store: Any) -> list[Kept]:
            chunks = obstore.list(store, prefix)
            return [Kept(each["path"], each["size"], each["last_modified"]) for chunk in chunks for each in chunk]

        with self._reached():
            try:
                found: list[Kept] = await self._do(all_of)
            except FileNotFoundError:
                return []
        return sorted(found, key=lambda kept: kept.path)

    async def delete(self, path: str) -> None:
        """Forget what is kept under `path`; nothing happens if nothing is."""
        with self._reached():
            try:
                await self._do(obstore.delete, path)
            except FileNotFoundError:
                return

    def _remembered(self) -> str | None:
        try:
            return self._memory.read_text(encoding="utf-8") if self._memory else None
        except FileNotFoundError:
            return None

    # In threads, not by obstore's own coroutines: threads of its own that still want to tell an event loop of something
    # when the interpreter ends abort the process, now and then.
    async def _do(self, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return await asyncio.to_thread(act, self._opened(), *args, **options)

    def _opened(self) -> Any:
        if self._store is None:
            if self._folder is None or not self._folder.is_dir():
                raise FileNotFoundError(self.name)
            self._store = LocalStore(self._folder)
        return self._store

    def _make_room(self, path: str) -> None:
        """In a folder: the folders on the way, for nobody else's eyes. A backup has every secret of the database."""
        if self._folder is None:
            return
        folder = self._folder
        for name in (None, *Path(path).parts[:-1]):
            folder = folder / name if name else folder
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=name is None, exist_ok=True)

    def _settle(self, path: str) -> None:
        """In a folder: to the disk, with the name. A store of objects has done so."""
        if self._folder is None:
            return
        target = self._folder / path
        target.chmod(0o600)
        for each in (target, target.parent):
            number = os.open(each, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, AlreadyExistsError):
            raise
        except (BaseError, OSError) as error:
            raise StoreUnreachable(f"The backups' place {self.name} cannot be used: {_reason(error)}") from error


class _Reading(RawIOBase):
    """What the store reads, as the standard library expects a file to be."""

    def __init__(self, reader: "obstore.ReadableFile") -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._reader.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _reason(error: Exception) -> str:
    """The first line: below it the library shows its own insides."""
    return str(error).strip().split("\n", 1)[0]
