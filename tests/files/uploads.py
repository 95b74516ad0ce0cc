"""Bytes of files, as they begin in earnest, and what takes them in."""

import io
import zipfile
from collections.abc import AsyncIterator

from banyan.files.content import media_type
from banyan.kit.storage import Storage

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">{}</svg>'


async def in_chunks(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """The content, as it comes over the network."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def look_at(storage: Storage, name: str, content: bytes) -> str:
    """The media type of an upload."""
    async with storage.receive(in_chunks(content), limit=len(content)) as upload:
        return await media_type(name, upload)


def zipped(*entries: tuple[str, str], compressed: bool = True) -> bytes:
    """A zip archive."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return body.getvalue()


def packed(media_type: str) -> bytes:
    """A zip archive that says first what it is, as OpenDocument and EPUB do."""
    return zipped(("mimetype", media_type), ("META-INF/container.xml", "<container/>"), compressed=False)


def office(folder: str) -> bytes:
    """An Office Open XML document."""
    return zipped(("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<x/>"), (f"{folder}/document.xml", "<x/>"))


def iso_media(brand: str, *others: str) -> bytes:
    """The beginning of a file in the ISO base media format."""
    brands = brand.encode() + bytes(4) + "".join(others).encode()
    return (8 + len(brands)).to_bytes(4) + b"ftyp" + brands + bytes(32)
