"""Lets a session read from replicas, but never anything older than what it wrote.

The answer to every request that may write tells the position after it, as a cookie and in a header; what comes back
with one of them reads only from replicas that are as far. A program that sends neither reads from the primary.
"""

import re
from collections.abc import Callable, MutableMapping
from typing import Any

from banyan.kit.database import Database
from banyan.kit.edge import App, Receive, Scope, Send
from banyan.kit.replicas import seen

__all__ = ["Recency"]

_READING = frozenset({"GET", "HEAD"})
_COOKIE = re.compile(rb"(?:^|;\s*)banyan_seen=([0-9a-f]{1,16})(?:;|$)")
_HEX = re.compile(rb"[0-9a-f]{1,16}")
_KEEP = 60  # seconds, after which every replica in use is as far
_ATTRIBUTES = f"; Max-Age={_KEEP}; Path=/; HttpOnly; SameSite=Lax"


class Recency:
    """Wraps the application; without replicas, and in the normal mode, it does nothing.

    Args:
        database: gives the database, once there is one.
        secure: says whether the cookies of the request being served are for TLS only.
    """

    def __init__(self, app: App, database: Callable[[], Database | None], secure: Callable[[], bool]) -> None:
        self._app = app
        self._database = database
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        database = self._database()
        if database is None or not (database.replicas.each or database.mode.read_only):
            await self._app(scope, receive, send)
            return
        writing = scope["method"] not in _READING
        position = _position(scope)

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers(database, position, writing=writing)]
            await send(message)

        token = seen.set(None if writing else position)
        try:
            await self._app(scope, receive, answer)
        finally:
            seen.reset(token)

    def _headers(self, database: Database, before: int | None, *, writing: bool) -> list[tuple[bytes, bytes]]:
        headers = [(b"banyan-mode", b"read-only")] if database.mode.read_only else []
        if writing and database.replicas.each:
            # Another process may have told more than this one knows.
            position = f"{max(before or 0, database.replicas.position):x}"
            headers.append((b"banyan-seen", position.encode()))
            attributes = _ATTRIBUTES + "; Secure" * self._secure()
            headers.append((b"set-cookie", f"banyan_seen={position}{attributes}".encode()))
        return headers


def _position(scope: Scope) -> int | None:
    """What the request must not read behind; None: it must read from the primary."""
    position = 0
    is_program = told = False
    for name, value in scope["headers"]:
        if name == b"cookie" and (found := _COOKIE.search(value)):
            position = max(position, int(found[1], 16))
        elif name == b"banyan-seen" and _HEX.fullmatch(value):
            position, told = max(position, int(value, 16)), True
        elif name == b"authorization":
            is_program = True
    return None if is_program and not told else position
