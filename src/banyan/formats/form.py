"""A form with a file that is small enough to be held whole, and the fields beside it, in any order."""

import asyncio
from collections.abc import AsyncIterable
from io import BytesIO

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from banyan.kit.problems import FieldError, Malformed, TooLarge

__all__ = ["Sent", "form_in"]

_MOST_PARTS = 20
_MOST_BESIDES = 1 << 16  # bytes of a form that are not the file's


class Sent(msgspec.Struct, frozen=True):
    """What was sent: the file's name and bytes, and the other fields."""

    name: str
    data: bytes
    fields: dict[str, str]


async def form_in(content_type: str, body: AsyncIterable[bytes], *, limit: int) -> Sent:
    """A form whose part `file` has at most `limit` bytes.

    Raises:
        Malformed: it is no form, or has no such part.
        TooLarge: the file has more bytes, or there is too much beside it.
    """
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Malformed(errors=[FieldError("/file", "Send the file as the part `file` of a form.")])
    held = BytesIO()
    async for chunk in body:
        if held.tell() + len(chunk) > limit + _MOST_BESIDES:
            raise TooLarge(f"A file may have {limit >> 20} MB.")
        held.write(chunk)
    return await asyncio.to_thread(_parsed, held, options["boundary"])


def _parsed(held: BytesIO, boundary: str) -> Sent:
    held.seek(0)
    whole = held.getbuffer().nbytes
    fields: dict[str, str] = {}
    sent: tuple[str, bytes] | None = None
    try:
        parts = MultipartParser(held, boundary, part_limit=_MOST_PARTS, memory_limit=whole + 1, spool_limit=whole + 1)
        for part in parts:
            if part.name == "file" and part.filename and sent is None:
                sent = (part.filename, part.raw)
            elif not part.filename:
                fields.setdefault(part.name, part.value)
    except (MultipartError, UnicodeError, ValueError) as error:
        raise Malformed(f"The form cannot be read: {error}.") from None
    if sent is None:
        raise Malformed(errors=[FieldError("/file", "The form has no part `file`.")])
    return Sent(*sent, fields)
