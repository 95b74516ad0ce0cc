"""From bytes to characters: UTF-8, UTF-16, or Windows-1252 when it is neither."""

import codecs
import re

import msgspec

from banyan.formats.model import LARGEST_FILE, TooLarge, Unreadable

__all__ = ["Decoded", "decode", "glance"]

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_KNOWN = re.compile(r"(?:utf|iso8859|cp125|latin|ascii|koi8|mac|gb|big5|shift_jis|euc)[a-z0-9_-]*")
_GLANCE = 1 << 16


class Decoded(msgspec.Struct, frozen=True):
    """The characters of a file; `guessed` when nothing said that they are what they were read as."""

    text: str
    guessed: bool


def decode(data: bytes) -> Decoded:
    """All characters of a file, without a byte order mark.

    Raises:
        TooLarge: it has more than `LARGEST_FILE` bytes.
        Unreadable: it is no text.
    """
    if len(data) > LARGEST_FILE:
        raise TooLarge("too_large", f"A file may have {LARGEST_FILE >> 20} MB.")
    decoded = _decoded(data)
    if "\x00" in decoded.text:
        raise Unreadable("not_text", "This is no text file.")
    return decoded


def glance(data: bytes) -> str:
    """The first characters of a file, whatever they are: for telling formats apart."""
    start = data[:_GLANCE]
    return start.decode(_sixteen_bits(start) or "utf-8-sig", "replace")


def _decoded(data: bytes) -> Decoded:
    sixteen = _sixteen_bits(data)
    if sixteen:
        try:
            return Decoded(data.decode(sixteen), guessed=False)
        except UnicodeDecodeError:
            raise Unreadable("broken_utf16", "The file says that it is UTF-16, but it is damaged.") from None
    try:
        return Decoded(data.decode("utf-8-sig"), guessed=False)
    except UnicodeDecodeError:
        return _as_declared(data)


def _sixteen_bits(data: bytes) -> str | None:
    """The kind of UTF-16 that a mark names or, where there is none, that every other byte of the start is zero."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:8]
    for codec, empty, full in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(start) == 8 and not any(empty) and all(full):
            return codec
    return None


def _as_declared(data: bytes) -> Decoded:
    """XML says itself how it is encoded."""
    declared = _DECLARED.match(data)
    if declared:
        try:
            codec = codecs.lookup(declared[1].decode("ascii")).name
            if _KNOWN.fullmatch(codec.replace("-", "").replace("_", "")) or _KNOWN.fullmatch(codec):
                return Decoded(data.decode(codec), guessed=False)
        except (LookupError, UnicodeDecodeError):
            pass
    return Decoded(data.decode("cp1252", "replace"), guessed=True)
