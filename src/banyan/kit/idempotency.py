"""`Idempotency-Key`: a POST that is sent twice is done once.

The key is stored in the transaction of the use case, and its answer with it: both are there, or neither. A second
request with the same key waits for the first to commit and gets the same answer.
"""

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import UUID

import msgspec

from banyan.kit.database import Database, Writer
from banyan.kit.edge import App, Receive, Scope, Send
from banyan.kit.problems import BadRequest, TooLarge, Unprocessable

__all__ = ["IdempotencyMismatch", "Idempotent"]

_LONGEST_KEY = 200
_LARGEST_BODY = 1 << 20


class IdempotencyMismatch(Unprocessable):
    """The key has been used for another request."""

    code = "idempotency_mismatch"
    title = "This Idempotency-Key was used for another request"


class StoredAnswer(msgspec.Struct):
    """An answer given before."""

    digest: bytes
    status: int | None
    body: bytes | None


class _Refused(Exception):
    """Rolls back what a failed request began."""


class Idempotent:
    """ASGI middleware for the routes that create. Without the header it costs one look at the headers."""

    def __init__(
        self, app: App, database: Callable[[Scope], Database], caller: Callable[[Scope], Awaitable[UUID]]
    ) -> None:
        self._app = app
        self._database = database
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = next((value for name, value in scope["headers"] if name == b"idempotency-key"), None)
        if key is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if not 0 < len(key) <= _LONGEST_KEY or not all(0x20 < byte < 0x7F for byte in key):
            raise BadRequest("An Idempotency-Key has 1 to 200 printable characters.")
        body = await _read(receive)
        digest = hashlib.sha256(scope["path"].encode() + b"\0" + body).digest()
        account = await self._caller(scope)
        messages: list[MutableMapping[str, Any]] = []
        try:
            async with self._database(scope).joined_write() as tx:
                known = await _claim(tx, account, key.decode(), digest)
                if known is None:
                    await self._app(scope, _replay(body), _collect(messages))
                    await _keep(tx, account, key.decode(), messages)
        except _Refused:
            known = None
        if known is not None:
            messages = _answer(known, digest)
        for message in messages:
            await send(message)


async def _claim(tx: Writer, account: UUID, key: str, digest: bytes) -> StoredAnswer | None:
    """Take the key, or give what it was answered; waits for another request that holds it."""
    taken = await tx.execute(
        """
        insert into idempotent_answer (account_id, key, digest) values ($1, $2, $3)
            on conflict (account_id, key) do nothing
        """,
        account, key, digest,
    )  # fmt: skip
    if taken:
        return None
    return await tx.one(
        StoredAnswer,
        "select digest, status, body from idempotent_answer where account_id = $1 and key = $2",
        account,
        key,
    )


async def _keep(tx: Writer, account: UUID, key: str, messages: list[MutableMapping[str, Any]]) -> None:
    status = next((message["status"] for message in messages if message["type"] == "http.response.start"), 500)
    if status >= 400:
        raise _Refused
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    await tx.execute(
        "update idempotent_answer set status = $3, body = $4 where account_id = $1 and key = $2",
        account,
        key,
        status,
        body,
    )


def _answer(stored: StoredAnswer, digest: bytes) -> list[MutableMapping[str, Any]]:
    if stored.digest != digest:
        raise IdempotencyMismatch
    body = stored.body or b""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"idempotency-replayed", b"true"),
    ]
    return [
        {"type": "http.response.start", "status": stored.status or 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]


async def _read(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LARGEST_BODY:
            raise TooLarge("At most 1 MiB is accepted here.")
    return body


def _replay(body: bytes) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


def _collect(messages: list[MutableMapping[str, Any]]) -> Send:
    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    return send
