"""ETags for documents: a reader who has the current one is told so instead of being sent it again (RFC 9110, 8.8)."""

import hashlib
from collections.abc import MutableMapping
from typing import Any

import msgspec

from banyan.kit.edge import App, Receive, Scope, Send
from banyan.kit.freshness import DEPENDS_ON_WHO, Freshness

__all__ = ["TAGGED", "Tagged", "etag_of", "matches", "send_document"]


Headers = list[tuple[bytes, bytes]]
_CREDENTIALS = frozenset({b"cookie", b"authorization"})
_encode = msgspec.json.Encoder().encode


def etag_of(body: bytes | bytearray) -> bytes:
    """A strong validator of these bytes, quoted."""
    return b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'


def matches(scope: Scope, etag: bytes) -> bool:
    """Whether the request says that it has this version."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return _names(value, etag)
    return False


_PERSONAL = (Freshness.ASKED.header, DEPENDS_ON_WHO)
_PUBLISHED = (Freshness.PUBLISHED.header, DEPENDS_ON_WHO)


def _names(value: bytes, etag: bytes) -> bool:
    return value.strip() == b"*" or etag in (part.strip().removeprefix(b"W/") for part in value.split(b","))


def _read(scope: Scope, etag: bytes) -> tuple[bool, Headers]:
    """Whether the reader has this version, and the headers it comes with.

    Who brings no credentials, and no cookie that could be one, gets what everyone gets who is not signed in.
    """
    known, kept = False, _PUBLISHED
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            known = _names(value, etag)
        elif name in _CREDENTIALS:
            kept = _PERSONAL
    return known, [(b"etag", etag), *kept]


async def send_document(scope: Scope, send: Send, document: Any) -> None:
    """Send one document as JSON with its ETag, or 304 to a reader who has it."""
    body = _encode(document)
    etag = etag_of(body)
    known, headers = _read(scope, etag)
    if known:
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Tagged:
    """ASGI middleware for routes that answer with one document: adds its ETag, or answers 304.

    A person's may be kept by the browser, which asks each time, and by nobody between; see `Freshness`.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: MutableMapping[str, Any] = {}
        body = bytearray()

        async def tag(message: MutableMapping[str, Any]) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            if start["status"] != 200:
                await send(start)
                await send({"type": "http.response.body", "body": bytes(body)})
                return
            etag = etag_of(body)
            known, headers = _read(scope, etag)
            said = [(name, value) for name, value in start["headers"] if not (known and name.startswith(b"content-"))]
            await send({**start, "status": 304 if known else 200, "headers": [*said, *headers]})
            await send({"type": "http.response.body", "body": b"" if known else bytes(body)})

        await self._app(scope, receive, tag)


# As a route's `middleware`; Litestar's types of ASGI are narrower than the protocol's.
TAGGED: Any = [Tagged]
