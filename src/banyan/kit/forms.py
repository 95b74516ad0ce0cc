"""A file in a multipart form (RFC 7578), taken in as it arrives: nothing of it is held but the piece at hand.

So whoever asked decides how much of it to read, and can refuse before the first byte of the file is read.
"""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from banyan.kit.problems import FieldError, Malformed, TooLarge

__all__ = ["FilePart", "file_in"]

_MOST_PARTS = 100
_MOST_BESIDES = 1 << 20  # bytes of a form that are not the file's


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that is being sent: what it is called there, and its bytes, which can be read once."""

    name: str
    chunks: AsyncIterator[bytes]


async def file_in(content_type: str, body: AsyncIterable[bytes]) -> FilePart:
    """The part `file` of a form. Reads up to its beginning; the rest is read with its `chunks`.

    Raises:
        Malformed: it is no form, or has no such part; reading the chunks raises it for what is wrong later.
        TooLarge: there is more than a mebibyte besides the file.
    """
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        raise Malformed(errors=[FieldError("/file", "Send the file as the part `file` of a form.")])
    pieces = _pieces(options.get("boundary", ""), body)
    room = _MOST_BESIDES
    async for piece in pieces:
        if isinstance(piece, MultipartSegment) and piece.name == "file" and piece.filename:
            return FilePart(piece.filename, _content(pieces, room))
        room = _less(room, piece)
    raise Malformed(errors=[FieldError("/file", "The form has no part `file`.")])


async def _content(pieces: AsyncIterator[Any], room: int) -> AsyncIterator[bytes]:
    """The pieces of the file; then the rest of the form, so that it is known to be whole."""
    async for piece in pieces:
        if piece is None:
            break
        yield bytes(piece)
    async for piece in pieces:
        room = _less(room, piece)


def _less(room: int, piece: Any) -> int:
    room -= len(piece) if isinstance(piece, bytes | bytearray) else 0
    if room < 0:
        raise TooLarge("The form has too much in it besides the file.")
    return room


async def _pieces(boundary: str, body: AsyncIterable[bytes]) -> AsyncIterator[Any]:
    """What the parser finds: of each part a segment, then pieces of its content, then None."""
    outside = 0  # bytes since the last piece: what stands before the first boundary, or after the last
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
            async for chunk in body:
                outside += len(chunk)
                if outside > _MOST_BESIDES:
                    raise TooLarge("The form has too much in it besides the file.")
                if chunk and not parser.closed:
                    for piece in parser.parse(chunk):
                        outside = 0
                        yield piece
    except (MultipartError, UnicodeError) as error:
        raise Malformed(f"The form cannot be read: {error}.") from None
