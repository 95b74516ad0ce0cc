"""Multipart forms (RFC 7578) with a file, taken in as they arrive.

A large file is handed on piece by piece, so whoever asked decides how much of it to read, and can refuse before the
first byte of it is read. A small one is held whole, with the fields beside it.
"""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from banyan.kit.problems import FieldError, Malformed, TooLarge

__all__ = ["FilePart", "Form", "file_in", "form_in"]

_MOST_PARTS = 100
_MOST_BESIDES = 1 << 20  # bytes of a form that are not the file's
_MOST_PARTS_HELD = 20
_MOST_BESIDES_HELD = 1 << 16


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that is being sent: what it is called there, and its bytes, which can be read once."""

    name: str
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: the file's name and bytes, and the other fields, each as it came first."""

    name: str
    data: bytes
    fields: dict[str, str]


async def file_in(content_type: str, body: AsyncIterable[bytes]) -> FilePart:
    """The part `file` of a form. Reads up to its beginning; the rest is read with its `chunks`.

    Raises:
        Malformed: it is no form, or has no such part; reading the chunks raises it for what is wrong later.
        TooLarge: there is more than a mebibyte besides the file.
    """
    pieces = _pieces(_boundary(content_type), body, _MOST_PARTS)
    room = _MOST_BESIDES
    async for piece in pieces:
        if isinstance(piece, MultipartSegment) and piece.name == "file" and piece.filename:
            return FilePart(piece.filename, _content(pieces, room))
        room = _less(room, piece)
    raise _without_file()


async def form_in(content_type: str, body: AsyncIterable[bytes], *, limit: int) -> Form:
    """A form whose part `file` has at most `limit` bytes, with its fields.

    Raises:
        Malformed: it is no form, has no such part, or a field that is not UTF-8.
        TooLarge: the file has more bytes, or there is too much besides it.
    """
    held = _Held(limit)
    async for piece in _pieces(_boundary(content_type), _up_to(limit + _MOST_BESIDES_HELD, body), _MOST_PARTS_HELD):
        if isinstance(piece, MultipartSegment):
            held.begin(piece.name, piece.filename)
        elif piece is not None:
            held.add(piece)
    return held.form()


class _Held:
    """A form that is being held, part by part."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._room = _MOST_BESIDES_HELD
        self._name: str | None = None
        self._data = bytearray()
        self._fields: dict[str, bytearray] = {}
        self._part: bytearray | None = None  # what comes next belongs to it; None: nobody asked for it

    def begin(self, name: str, filename: str | None) -> None:
        """Another part, of which pieces will come."""
        self._part = None
        if filename and name == "file" and self._name is None:
            self._name, self._part = filename, self._data
        elif not filename and name not in self._fields:
            self._part = self._fields[name] = bytearray()

    def add(self, piece: bytes | bytearray) -> None:
        """More of the part."""
        if self._part is not self._data:
            self._room = _less(self._room, piece)
        elif len(self._data) + len(piece) > self._limit:
            raise TooLarge(f"A file may have {self._limit >> 20} MB.")
        if self._part is not None:
            self._part += piece

    def form(self) -> Form:
        """All of it."""
        if self._name is None:
            raise _without_file()
        try:
            fields = {name: value.decode() for name, value in self._fields.items()}
        except UnicodeDecodeError as error:
            raise Malformed(f"The form cannot be read: {error}.") from None
        return Form(self._name, bytes(self._data), fields)


def _boundary(content_type: str) -> str:
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        raise Malformed(errors=[FieldError("/file", "Send the file as the part `file` of a form.")])
    return str(options.get("boundary", ""))


def _without_file() -> Malformed:
    return Malformed(errors=[FieldError("/file", "The form has no part `file`.")])


async def _up_to(most: int, body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The body, as long as it has no more bytes."""
    async for chunk in body:
        most -= len(chunk)
        if most < 0:
            raise TooLarge("The form is larger than the file may be.")
        yield chunk


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


async def _pieces(boundary: str, body: AsyncIterable[bytes], most_parts: int) -> AsyncIterator[Any]:
    """What the parser finds: of each part a segment, then pieces of its content, then None."""
    outside = 0  # bytes since the last piece: what stands before the first boundary, or after the last
    try:
        with PushMultipartParser(boundary, max_segment_count=most_parts) as parser:
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
