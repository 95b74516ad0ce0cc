"""What a file is, by its content; its name may not say otherwise.

Sources: the WHATWG's MIME Sniffing Standard, sections 6 (images, audio, video, archives) and 7.1 (HTML); ISO 14496-12
for brands; RFC 8794 for EBML; ECMA-376 part 2 for office documents; ODF 1.3 and EPUB OCF 3.3 for `mimetype`.
"""

import asyncio
import codecs
import re

from banyan.files import svg
from banyan.files.kinds import FOLDERS, NAMED, OPEN_DOCUMENT, OPEN_XML, REFUSED_NAMES, UNKNOWN, UNNAMED
from banyan.files.model import MislabelledFile, RefusedFile
from banyan.files.names import extension
from banyan.kit.storage import Upload

__all__ = ["media_type"]

_HEAD = 4096
_TAIL = 1 << 20  # where a zip archive lists what is in it

_MAGIC: list[tuple[bytes, str]] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "application/ogg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole"),
]
_PROGRAMS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce",  # macOS, in its four ways and its universal one, which is also Java's
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",  # WebAssembly
    b"dex\n",  # Android
)
_LAYER_3 = (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)  # an MPEG audio frame without an ID3 tag before it
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_OTHER_PICTURES = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BEFORE_MARKUP = re.compile(r"\s+|<\?.*?>|<!--.*?-->|<!doctype\s+svg[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+html|(?:html|head|body|script|iframe|frameset)[\s/>])", re.IGNORECASE)
_SVG = re.compile(r"<(?:\w+:)?svg[\s/>]", re.IGNORECASE)
_WEBVTT = re.compile(r"WEBVTT(?:[ \t\r\n]|$)")


async def media_type(name: str, upload: Upload) -> str:
    """What kind of file this is, as a media type; where the name does not say, the content does.

    Raises:
        MislabelledFile: the content is not what the name says.
        RefusedFile: a program or a web page.
        TooLarge, UnsafeSvg: see `svg.check`.
    """
    ending = extension(name).lower()
    if ending in REFUSED_NAMES:
        raise RefusedFile(f"Files that end in .{ending} are not accepted.")
    found = _recognise(upload)
    if ending == "svg" and found == "text/plain":
        found = "image/svg+xml"  # an unusual beginning; reading it tells
    kind, contents = NAMED.get(ending, (UNNAMED.get(found, found), {found}))
    if found not in contents or not _holds(FOLDERS.get(ending, b""), upload):
        raise MislabelledFile(f"The content of “{name}” is not that of a .{ending} file.")
    if found == "image/svg+xml":
        await asyncio.to_thread(svg.check, upload)
    return kind


def _recognise(upload: Upload) -> str:
    head = upload.head(_HEAD)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    text = _as_text(head, whole=upload.size <= _HEAD)
    if text is not None:
        return _recognise_text(text)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(_PROGRAMS):
        raise RefusedFile("This is a program. Put it into a zip archive if learners should have it.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _recognise_zip(head, upload)
    return _recognise_media(head)


def _as_text(head: bytes, *, whole: bool) -> str | None:
    """The beginning of a text in UTF-8, UTF-16 with its mark, or one byte a letter; None if it is no text."""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return None if _CONTROL.search(text) else text


def _recognise_text(text: str) -> str:
    at = 0
    while before := _BEFORE_MARKUP.match(text, at):
        at = before.end()
    if _HTML.match(text, at):
        raise RefusedFile("This is a web page. Write it as a lesson, or put it into a zip archive.")
    if _SVG.match(text, at):
        return "image/svg+xml"
    return "text/vtt" if _WEBVTT.match(text) else "text/plain"


def _recognise_zip(head: bytes, upload: Upload) -> str:
    # OpenDocument and EPUB begin with an entry `mimetype` that is not compressed.
    if head[30:46] == b"mimetypeapplicat":
        kind = head[38:120]
        if kind.startswith(b"application/epub+zip"):
            return "application/epub+zip"
        if kind.startswith(OPEN_DOCUMENT.encode()):
            return OPEN_DOCUMENT
    return OPEN_XML if _holds(b"[Content_Types].xml", upload) else "application/zip"


def _holds(entry: bytes, upload: Upload) -> bool:
    """Whether a zip archive lists an entry; told from its beginning and its end, without unpacking."""
    return not entry or entry in upload.head(_HEAD) or entry in upload.tail(_TAIL)


def _recognise_media(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4]), 256), 4))]
        if brands[0] in _OTHER_PICTURES:
            return "image/avif" if b"avif" in brands else UNKNOWN
        return _BRANDS.get(brands[0], "video/mp4")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        opening = head[:64]
        return "video/webm" if b"webm" in opening else "video/x-matroska" if b"matroska" in opening else UNKNOWN
    if len(head) > 3 and head[0] == 0xFF and head[1] in _LAYER_3 and head[2] >> 4 != 0xF and head[2] & 0x0C != 0x0C:
        return "audio/mpeg"
    return UNKNOWN
