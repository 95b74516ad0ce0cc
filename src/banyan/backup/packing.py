"""gzip, for files that fit into memory."""

import hashlib
import zlib

from banyan.backup.model import Damaged

__all__ = ["MOST", "compress", "decompress", "digest"]

MOST = 1 << 30  # bytes; the largest segment that PostgreSQL can be made with
_GZIP = 31  # zlib's word for: in gzip's format, with the largest window
_LEVEL = 4


def compress(content: bytes) -> bytes:
    """The same bytes give the same result: it has no time in it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()


def decompress(packed: bytes) -> bytes:
    """What was compressed, at most `MOST` bytes.

    Raises:
        Damaged: it is not whole, or not gzip.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(packed, MOST)
    except zlib.error as error:
        raise Damaged(f"It cannot be unpacked: {error}.") from error
    if not unpacker.eof:
        raise Damaged("It ends in the middle.")
    return content


def digest(content: bytes) -> str:
    """SHA-256, as text."""
    return hashlib.sha256(content).hexdigest()
