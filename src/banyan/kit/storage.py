"""Files, in a local folder or any object store, kept under the SHA-256 of their bytes.

The same bytes are stored once; a name is never reused for other bytes, so what is stored may be cached for ever.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, from_url

from banyan.kit.problems import NotFound, TooLarge

__all__ = ["Storage", "Upload"]

_CHUNK = 1 << 20
_IN_MEMORY = 1 << 20  # uploads up to this size never touch the disk before they are stored


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that have come in and are not stored yet: their SHA-256, their number, and a file to look at them."""

    digest: bytes
    size: int
    body: IO[bytes]

    def head(self, size: int) -> bytes:
        """The first `size` bytes, or fewer if there are no more."""
        self.body.seek(0)
        return self.body.read(size)

    def tail(self, size: int) -> bytes:
        """The last `size` bytes, or fewer if there are no more."""
        self.body.seek(max(0, self.size - size))
        return self.body.read(size)


class Storage:
    """A content-addressed store at `url`: a folder's path, or `s3://`, `gs://`, `az://`."""

    def __init__(self, url: str) -> None:
        self._store: Any
        if "://" not in url or url.startswith("file://"):
            folder = Path(unquote(urlsplit(url).path) if "://" in url else url)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = LocalStore(folder)
        else:
            self._store = from_url(url)

    async def put(self, chunks: AsyncIterable[bytes], *, limit: int) -> Upload:
        """Store what `chunks` bring, at most `limit` bytes; nothing is kept if that is exceeded.

        Raises:
            TooLarge: there is more than `limit`.
        """
        async with self.receive(chunks, limit=limit) as upload:
            await self.keep(upload)
        return upload

    @asynccontextmanager
    async def receive(self, chunks: AsyncIterable[bytes], *, limit: int) -> AsyncIterator[Upload]:
        """Take in what `chunks` bring, to be looked at before it is kept, or forgotten.

        Raises:
            TooLarge: there is more than `limit` bytes.
        """
        digest = hashlib.sha256()
        size = 0
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"At most {_readable(limit)} are accepted.")
                digest.update(chunk)
                spool.write(chunk)
            yield Upload(digest.digest(), size, spool)

    async def keep(self, upload: Upload) -> None:
        """Store an upload under its digest, unless the same bytes are there already."""
        if not await self._has(upload.digest):
            upload.body.seek(0)
            await obstore.put_async(self._store, _path(upload.digest), upload.body)

    async def read(self, digest: bytes, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks.

        Raises:
            NotFound: nothing is stored under this digest.
        """
        options = {"range": (start, end)} if end is not None else {"range": {"offset": start}} if start else {}
        try:
            result = await obstore.get_async(self._store, _path(digest), options=options)  # type: ignore[arg-type]
        except FileNotFoundError:
            raise NotFound("The file is listed, but its bytes are missing from storage.") from None
        async for chunk in result.stream(min_chunk_size=_CHUNK):
            yield bytes(chunk)

    def open(self, digest: bytes) -> BinaryIO:
        """The bytes as a file, for code that runs in a thread; the caller closes it.

        Raises:
            NotFound: nothing is stored under this digest.
        """
        try:
            return BufferedReader(_Reading(obstore.open_reader(self._store, _path(digest))), _CHUNK)
        except FileNotFoundError:
            raise NotFound("The file is listed, but its bytes are missing from storage.") from None

    async def _has(self, digest: bytes) -> bool:
        try:
            await obstore.head_async(self._store, _path(digest))
        except FileNotFoundError:
            return False
        return True


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


def _readable(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB" if size >= 1 << 10 else f"{size} bytes"


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"
