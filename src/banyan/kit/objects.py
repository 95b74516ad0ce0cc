"""Objects: bytes under a path, in a folder or any object store."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, ClassVar
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from banyan.kit.problems import Unavailable

__all__ = ["Kept", "Objects", "StoreUnreachable", "folder_of"]

_CHUNK = 1 << 20
# Someone waits for the answer: obstore's own would be ten more tries over three minutes.
_RETRIES: Any = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=10),
    "backoff": {"max_backoff": timedelta(seconds=1)},
}


class StoreUnreachable(Unavailable):
    """The place that objects are kept in does not answer, refuses, or is full."""

    code = "store_unreachable"
    title = "What is kept in a store cannot be reached right now"


@dataclass(frozen=True, slots=True)
class Kept:
    """An object: where it is, its size in bytes, when it was put there."""

    path: str
    size: int
    at: datetime


def folder_of(url: str) -> Path | None:
    """The folder that a place is; None if it is none."""
    if "://" not in url:
        return Path(url)
    return Path(unquote(urlsplit(url).path)) if url.startswith("file://") else None


class Objects:
    """Objects at `url`: a folder's path, or `s3://`, `gs://`, `az://`. What is put is there whole, or not at all.

    A folder is made when the first of them is put into it. Each of the methods raises `StoreUnreachable` when the place
    does not answer, refuses, or is full.
    """

    called: ClassVar[str] = "The place"  # begins what is told when it cannot be reached

    def __init__(self, url: str) -> None:
        self.name = urlsplit(url)._replace(query="").geturl() if "://" in url else url
        self.folder = folder_of(url)
        self._store: Any = None
        if self.folder is None:
            with self._reached():
                self._store = from_url(url, retry_config=_RETRIES)

    async def put(self, path: str, content: bytes | Path | IO[bytes], *, new: bool = False) -> None:
        """Keep `content` under `path`, on disk when this returns.

        Raises:
            FileExistsError: it is to be `new`, and something is there.
        """
        try:
            with self._reached():
                self._make_room(path)
                await self._do(obstore.put, path, content, mode="create" if new else "overwrite")
                await asyncio.to_thread(self._settle, path)
        except AlreadyExistsError:
            raise FileExistsError(path) from None
        except FileNotFoundError as error:  # no such bucket, or the folder has been taken away
            raise self._unreachable(error) from error

    async def copy(self, path: str, source: "Objects", original: str) -> None:
        """Keep under `path` what another place has as `original`.

        Raises:
            FileNotFoundError: it is not there any more.
        """
        # By way of a file: while obstore writes, it cannot be asked to read.
        with tempfile.SpooledTemporaryFile(max_size=_CHUNK) as spool:
            async for chunk in source.stream(original):
                spool.write(chunk)
            spool.seek(0)
            await self.put(path, spool)

    async def get(self, path: str) -> bytes:
        """What is kept under `path`.

        Raises:
            FileNotFoundError: nothing is.
        """
        with self._reached():
            content: bytes = await self._do(lambda store: bytes(obstore.get(store, path).bytes()))
        return content

    async def stream(self, path: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks.

        Raises:
            FileNotFoundError: nothing is kept there.
        """
        options: Any = {"range": (start, end)} if end is not None else {"range": {"offset": start}} if start else {}
        with self._reached():
            result = await obstore.get_async(self._opened(), path, options=options)
            async for chunk in result.stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    def open(self, path: str) -> BinaryIO:
        """The same as a file, for code that runs in a thread; the caller closes it.

        Raises:
            FileNotFoundError: nothing is there.
        """
        with self._reached():
            return BufferedReader(_Reading(obstore.open_reader(self._opened(), path), self._reached), _CHUNK)

    async def size(self, path: str) -> int | None:
        """Bytes of what is kept under `path`; None if nothing is."""
        try:
            with self._reached():
                found = await self._do(obstore.head, path)
        except FileNotFoundError:
            return None
        return int(found["size"])

    async def list(self, prefix: str = "") -> list[Kept]:
        """What is kept below `prefix`, by path."""

        def all_of(store: Any) -> list[Kept]:
            chunks = obstore.list(store, prefix or None)
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

    async def probe(self) -> None:
        """Write something of no meaning, read it back, compare, and delete it."""
        content = secrets.token_bytes(1024)
        path = f"probe-{secrets.token_hex(16)}"
        await self.put(path, content, new=True)
        try:
            came_back = await self.get(path)
        except FileNotFoundError as error:
            raise self._unreachable(error) from error
        finally:
            await self.delete(path)
        if came_back != content:
            raise StoreUnreachable(f"{self.called} {self.name} cannot be used: what comes back is not what was written")

    # In threads, not by obstore's own coroutines: threads of its own that still want to tell an event loop of something
    # when the interpreter ends abort the process, now and then.
    async def _do(self, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return await asyncio.to_thread(lambda: act(self._opened(), *args, **options))

    def _opened(self) -> Any:
        if self._store is None:
            if self.folder is None or not self.folder.is_dir():
                raise FileNotFoundError(self.name)
            self._store = LocalStore(self.folder)
        return self._store

    def _make_room(self, path: str) -> None:
        """In a folder: the folders on the way, for nobody else's eyes."""
        if self.folder is None:
            return
        folder = self.folder
        for name in (None, *Path(path).parts[:-1]):
            folder = folder / name if name else folder
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=name is None, exist_ok=True)
                _to_disk(folder.parent)  # else its name might be lost with the power, and all in it

    def _settle(self, path: str) -> None:
        """In a folder: to the disk, with the name. A store of objects has done so."""
        if self.folder is None:
            return
        target = self.folder / path
        target.chmod(0o600)
        _to_disk(target)
        _to_disk(target.parent)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, AlreadyExistsError):
            raise
        except (BaseError, OSError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> StoreUnreachable:
        return StoreUnreachable(f"{self.called} {self.name} cannot be used: {_reason(error)}")


class _Reading(RawIOBase):
    """What a place reads, as the standard library expects a file to be."""

    def __init__(self, reader: "obstore.ReadableFile", reached: Callable[[], AbstractContextManager[None]]) -> None:
        self._reader = reader
        self._reached = reached

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._reached():
            chunk = self._reader.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _reason(error: Exception) -> str:
    """The first line: below it the library shows its own insides."""
    return str(error).strip().split("\n", 1)[0]
