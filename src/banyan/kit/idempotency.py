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

__all__ = ["IdempotencyMismatch", "Idempotent", "Keeper"]

Keeper = Callable[[Scope], Awaitable[tuple[Database, UUID] | None]]

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
    """Takes back what a failed request began."""


class Idempotent:
    """ASGI middleware. Without the header it costs one look at the headers of a POST.

    Args:
        app: what answers.
        keeper: where the answer to a request may be kept, and for which account; None when it may not be kept.
    """

    def __init__(self, app: App, keeper: Keeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        keeper = await self._keeper(scope) if key is not None else None
        if key is None or keeper is None:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        for message in await self._once(*keeper, key, scope, body):
            await send(message)

    async def _once(
        self, database: Database, account: UUID, key: str, scope: Scope, body: bytes
    ) -> list[MutableMapping[str, Any]]:
        digest = hashlib.sha256(b"\0".join([scope["path"].encode(), scope["query_string"], body])).digest()
        messages: list[MutableMapping[str, Any]] = []
        try:
            async with database.joined_write() as tx:
                known = await _claim(tx, account, key, digest)
                if known is not None:
                    return _answer(known, digest)
                await self._app(scope, _replay(body), _collect(messages))
                await _keep(tx, account, key, messages)
        except _Refused:
            pass  # the answer says why
        return messages


def _key(scope: Scope) -> str | None:
    if scope["method"] != "POST":
        return None
    key = next((value for name, value in scope["headers"] if name == b"idempotency-key"), None)
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not all(0x20 < byte < 0x7F for byte in key):
        raise BadRequest("An Idempotency-Key has 1 to 200 printable characters.")
    return str(key.decode())


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
    headers = [(b"idempotency-replayed", b"true")]
    if stored.body:
        headers.append((b"content-type", b"application/json"))
    if stored.status != 204:
        headers.append((b"content-length", str(len(stored.body or b"")).encode()))
    return [
        {"type": "http.response.start", "status": stored.status, "headers": headers},
        {"type": "http.response.body", "body": stored.body or b""},
    ]


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when the caller went away before its end."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LARGEST_BODY:
            raise TooLarge("At most 1 MiB is accepted here.")
    return bytes(body)


def _replay(body: bytes) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


def _collect(messages: list[MutableMapping[str, Any]]) -> Send:
    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    return send
