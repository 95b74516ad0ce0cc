"""Files, in a local folder or any object store, kept under the SHA-256 of their bytes.

The same bytes are stored once; a name is never reused for other bytes, so what is stored may be cached for ever.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import msgspec
import obstore
from obstore.store import LocalStore, from_url

from banyan.kit.problems import NotFound, TooLarge

__all__ = ["Storage", "Stored"]

_CHUNK = 1 << 20
_IN_MEMORY = 1 << 20  # uploads up to this size never touch the disk before they are stored


class Stored(msgspec.Struct, frozen=True):
    """What was stored: its SHA-256 and its size in bytes; `head` are its first bytes, to tell what it is."""

    digest: bytes
    size: int
    head: bytes


class Storage:
    """A content-addressed store at `url`: a folder's path, or `s3://`, `gs://`, `az://`."""

    def __init__(self, url: str) -> None:
        self._store: Any
        if urlsplit(url).scheme in ("", "file"):
            folder = Path(urlsplit(url).path)
            folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(folder)
        else:
            self._store = from_url(url)

    async def put(self, chunks: AsyncIterable[bytes], *, limit: int) -> Stored:
        """Store what `chunks` bring, at most `limit` bytes; nothing is kept if that is exceeded.

        Raises:
            TooLarge: there is more than `limit`.
        """
        digest = hashlib.sha256()
        size = 0
        head = b""
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"At most {limit // (1 << 20)} MiB are accepted.")
                digest.update(chunk)
                head = head if len(head) >= 4096 else (head + chunk)[:4096]
                spool.write(chunk)
            stored = Stored(digest.digest(), size, head)
            if not await self._has(stored.digest):
                spool.seek(0)
                await self._upload(stored.digest, spool)
        return stored

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

    async def _has(self, digest: bytes) -> bool:
        try:
            await obstore.head_async(self._store, _path(digest))
        except FileNotFoundError:
            return False
        return True

    async def _upload(self, digest: bytes, spool: IO[bytes]) -> None:
        await obstore.put_async(self._store, _path(digest), spool)


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"
