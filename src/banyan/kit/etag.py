"""ETags for documents: a reader who has the current one is told so instead of being sent it again (RFC 9110, 8.8)."""

import hashlib
from collections.abc import MutableMapping
from typing import Any

import msgspec

from banyan.kit.edge import App, Receive, Scope, Send

__all__ = ["TAGGED", "Tagged", "etag_of", "matches", "send_document"]


_encode = msgspec.json.Encoder().encode


def etag_of(body: bytes | bytearray) -> bytes:
    """A strong validator of these bytes, quoted."""
    return b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'


def matches(scope: Scope, etag: bytes) -> bool:
    """Whether the request says that it has this version."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return value.strip() == b"*" or etag in (part.strip().removeprefix(b"W/") for part in value.split(b","))
    return False


_DOCUMENT = (b"cache-control", b"private, no-cache")


async def send_document(scope: Scope, send: Send, document: Any) -> None:
    """Send one personal document as JSON with its ETag, or 304 to a reader who has it."""
    body = _encode(document)
    etag = etag_of(body)
    headers = [(b"etag", etag), _DOCUMENT]
    if matches(scope, etag):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Tagged:
    """ASGI middleware for routes that answer with one document: adds its ETag, or answers 304.

    What it tags is personal: it may be kept by the browser, which asks each time, and by nobody between.
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
            known = matches(scope, etag)
            kept = [(name, value) for name, value in start["headers"] if not (known and name.startswith(b"content-"))]
            headers = [*kept, (b"etag", etag), _DOCUMENT]
            await send({**start, "status": 304 if known else 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if known else bytes(body)})

        await self._app(scope, receive, tag)


# As a route's `middleware`; Litestar's types of ASGI are narrower than the protocol's.
TAGGED: Any = [Tagged]
