"""Files, in a local folder or any object store, kept under the SHA-256 of their bytes.

The same bytes are stored once; a name is never reused for other bytes, so what is stored may be cached for ever.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

import structlog

from banyan.kit.objects import Objects, StoreUnreachable
from banyan.kit.problems import NoRoom, NotFound, TooLarge, Unavailable

__all__ = ["Storage", "Upload"]

log = structlog.get_logger(__name__)
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
    """A content-addressed store at `url`: a folder's path, or `s3://`, `gs://`, `az://`.

    Each of its methods raises `Unavailable` when the store does not answer, refuses, or is full.
    """

    def __init__(self, url: str) -> None:
        self._objects = Objects(url)

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
        """Store an upload under its digest, unless the same bytes are there already; on disk when this returns."""
        path = _path(upload.digest)
        with _told():
            if await self._objects.size(path) != upload.size:
                upload.body.seek(0)
                await self._objects.put(path, upload.body)

    async def read(self, digest: bytes, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks.

        Raises:
            NotFound: nothing is stored under this digest.
        """
        with _told():
            async for chunk in self._objects.stream(_path(digest), start, end):
                yield chunk

    def open(self, digest: bytes) -> BinaryIO:
        """The bytes as a file, for code that runs in a thread; the caller closes it.

        Raises:
            NotFound: nothing is stored under this digest.
        """
        with _told():
            return self._objects.open(_path(digest))

    async def probe(self) -> None:
        """Write something of no meaning, read it back, compare, and delete it.

        Raises:
            StoreUnreachable: it cannot be done; the message names the store and says why.
        """
        await self._objects.probe()


@contextmanager
def _told() -> Iterator[None]:
    """Where files are kept, and what is wrong with it, is told in the log: whoever asks for one has no use for it."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound("The file is listed, but its bytes are missing from storage.") from None
    except StoreUnreachable as error:
        if any(os.strerror(number) in str(error) for number in (errno.ENOSPC, errno.EDQUOT)):
            log.error("no_room", where="files", error=str(error))
            raise NoRoom("There is no room left for files. Nothing was changed.") from error
        log.error("storage_unreachable", error=str(error))
        raise Unavailable("Files cannot be stored or read right now. Try again in a while.", retry_after=30) from error


def _readable(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB" if size >= 1 << 10 else f"{size} bytes"


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"
