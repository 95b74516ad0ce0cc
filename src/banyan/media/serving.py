"""Bytes of files over HTTP, both ways: what every place that keeps files answers and takes alike."""

from collections.abc import AsyncIterable
from typing import Any, Protocol
from urllib.parse import quote

import msgspec
from litestar import Request
from litestar.response import Response, Stream

from banyan.kit.etag import matches
from banyan.kit.forms import file_in
from banyan.kit.freshness import Freshness
from banyan.kit.problems import FieldError, Malformed, NotFound
from banyan.kit.toolbox import Kit

__all__ = ["LARGEST_BODY", "Kept", "Span", "UnsatisfiableRange", "parse_range", "sent_in", "serve"]

LARGEST_BODY = 1 << 40  # for a route that takes files: the settings' limit counts, checked while the bytes come in
_INLINE = ("image/", "audio/", "video/", "application/pdf", "text/plain", "text/vtt")
# A picture opened by itself must not act: no script, no origin.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class Kept(Protocol):
    """What is known of a file whose bytes are in the kit's storage; `size` in bytes, `digest` names the bytes."""

    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def digest(self) -> bytes: ...


class Span(msgspec.Struct, frozen=True):
    """The bytes from `start` up to, not including, `end`."""

    start: int
    end: int


class UnsatisfiableRange(NotFound):
    """The range lies beyond the end of the file."""

    status = 416
    code = "range_not_satisfiable"
    title = "The file does not reach that far"


async def sent_in(request: Request[Any, Any, Any], name: str) -> tuple[str, AsyncIterable[bytes]]:
    """The file that a request brings, with its name: the body itself, or the part `file` of a multipart form.

    Raises:
        Malformed: it has no name, or the form no such part.
        TooLarge: the form has too much besides.
    """
    if request.content_type[0] == "multipart/form-data":
        part = await file_in(request.headers["content-type"], request.stream())
        return name or part.name, part.chunks
    if not name:
        raise Malformed(errors=[FieldError("/name", "Say the file's name with ?name=…")])
    return name, request.stream()


def serve(
    kit: Kit, request: Request[Any, Any, Any], file: Kept, *, freshness: Freshness = Freshness.OWN_FILE
) -> Response[bytes] | Stream:
    """The bytes of a file, or the part of them that `Range` asks for; 304 for whoever has them.

    Raises:
        UnsatisfiableRange
    """
    headers = _headers(file, freshness)
    if matches(request.scope, headers["etag"].encode()):  # type: ignore[arg-type]  # Litestar narrows the ASGI types
        return Response(b"", status_code=304, headers=headers)
    span = parse_range(request.headers.get("range"), file.size)
    if span is None:
        body = kit.storage.read(file.digest)
        return Stream(body, media_type=file.media_type, headers={**headers, "content-length": str(file.size)})
    headers["content-range"] = f"bytes {span.start}-{span.end - 1}/{file.size}"
    headers["content-length"] = str(span.end - span.start)
    part = kit.storage.read(file.digest, span.start, span.end)
    return Stream(part, media_type=file.media_type, headers=headers, status_code=206)


def parse_range(header: str | None, size: int) -> Span | None:
    """The one range that `Range` asks for (RFC 9110, 14.1.2); None for the whole file.

    Several ranges, other units and nonsense are answered with the whole file, as the standard allows.

    Raises:
        UnsatisfiableRange: it begins beyond the end.
    """
    if not header or not header.startswith("bytes=") or "," in header:
        return None
    first, dash, last = header[6:].strip().partition("-")
    if not dash or not (first or last) or not (first + last).isascii() or not (first + last).isdigit():
        return None
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= size:
        raise UnsatisfiableRange
    return Span(start, end) if start < end else None


def _headers(file: Kept, freshness: Freshness) -> dict[str, str]:
    shown = file.media_type.startswith(_INLINE)
    headers = {
        "etag": f'"{file.digest.hex()[:32]}"',
        "cache-control": freshness.value,
        "accept-ranges": "bytes",
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name, safe='')}",
    }
    if file.media_type != "application/pdf":  # the browser's own viewer refuses to run in a sandbox
        headers["content-security-policy"] = _SANDBOX
    return headers
