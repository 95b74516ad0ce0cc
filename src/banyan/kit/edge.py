"""The edge of the application: what happens to every request before and after its route.

A request gets an id and a deadline; its answer gets the security headers, and is kept by no cache unless it says so; it
is logged and measured; and whatever goes wrong behind it becomes a problem document. Plain ASGI, because every request
pays for it.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from itertools import count
from typing import Any

import structlog

from banyan.kit.freshness import settled
from banyan.kit.problems import Problem, render
from banyan.kit.request import deadline, request_id
from banyan.kit.security import SECURITY_HEADERS
from banyan.kit.telemetry import REQUEST_SECONDS, REQUESTS

__all__ = ["App", "Edge", "Receive", "Scope", "Send", "host_of", "send_problem", "send_response"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger("banyan.requests")
_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DEADLINE = 20.0  # seconds
_LONG_DEADLINE = 300.0
_BODILESS = (204, 304)
_SLOW = 1.0  # seconds, after which a request is worth a line in the log
_LINES = 20  # a second; a server that is too slow for a crowd must not write ten thousand lines about it


def host_of(scope: Scope) -> str:
    """The host name that a request is for, without its port."""
    for name, value in scope["headers"]:
        if name == b"host":
            text = value[:255].replace(b"\0", b"").decode("latin-1")  # no database keeps a NUL
            return str(text.rpartition(":")[0] or text).lower()
    return ""


async def send_response(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    """Send a whole answer."""
    if status not in _BODILESS:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_problem(send: Send, problem: Problem) -> None:
    """Send a problem document."""
    headers = [(b"content-type", b"application/problem+json")]
    headers += [(name.encode(), value.encode()) for name, value in problem.headers.items()]
    await send_response(send, problem.status, headers, render(problem, request_id.get()))


class Edge:
    """Wraps the application. A route names itself for the metrics with `scope["banyan.route"]` or `"path_template"`.

    HEAD is GET without the body, for every route.

    Args:
        app: what answers.
        patient: what paths begin with that may take long, such as those of uploads.
    """

    def __init__(self, app: App, *, patient: re.Pattern[str] | None = None) -> None:
        self._app = app
        self._patient = patient
        self._headers = _HEADERS

    def drain(self) -> None:
        """From now on close each connection after its next answer, so that no request comes on it any more."""
        self._headers = [*_HEADERS, (b"connection", b"close")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            scope = {**scope, "method": "GET"}  # the server's own goes on to say that no body follows
        name = _name(scope)
        limit = _LONG_DEADLINE if self._patient and self._patient.match(scope["path"]) else _DEADLINE
        known_by = request_id.set(name)
        until = deadline.set(asyncio.get_running_loop().time() + limit)
        status = 0

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*settled(message["headers"]), *self._headers, (b"x-request-id", name.encode())]
            elif method == "HEAD":
                message["body"] = b""
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Problem as problem:
            if status:
                raise  # half of an answer is out: only closing the connection tells the client
            await send_problem(answer, problem)
        except Exception:
            log.exception("unexpected", method=method, path=scope["path"])
            if status:
                raise
            await send_problem(answer, Problem("We have noted what happened. Nothing you entered was changed."))
        finally:
            request_id.reset(known_by)
            deadline.reset(until)
            _measure(scope, method, status, time.perf_counter() - started)


class _Complaints:
    """Lets some lines a second through, and counts the others."""

    def __init__(self) -> None:
        self._second = 0.0
        self._lines = self._left_out = 0

    def next(self) -> int | None:
        """Whether one more may be written: None if not, else how many were left out before it."""
        now = time.monotonic()
        if now - self._second >= 1:
            self._second, self._lines = now, 0
        if self._lines >= _LINES:
            self._left_out += 1
            return None
        self._lines += 1
        left_out, self._left_out = self._left_out, 0
        return left_out


_complaints = _Complaints()
_process = secrets.token_hex(10)  # so that the ids of two processes differ
_requests = count()


def _name(scope: Scope) -> str:
    for key, value in scope["headers"]:
        if key == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return f"{_process}{next(_requests):012x}"


def _measure(scope: Scope, method: str, status: int, seconds: float) -> None:
    route = scope.get("banyan.route") or scope.get("path_template") or "other"
    # What a client makes up must not become a metric of its own.
    count, observe = _meters(route, method if method in _METHODS else "other", status)
    count()
    observe(seconds)
    facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    if status < 500 and seconds <= _SLOW:
        log.debug("request", **facts)
    elif (left_out := _complaints.next()) is not None:
        log.warning("request", **facts, **({"left_out": left_out} if left_out else {}))


@cache
def _meters(route: str, method: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
    return REQUESTS.labels(route, method, status).inc, REQUEST_SECONDS.labels(route).observe
