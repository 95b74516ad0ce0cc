"""The edge of the application: what happens to every request before and after its route.

A request gets an id and a deadline; its answer gets the security headers; it is logged and measured; and whatever goes
wrong behind it becomes a problem document. Plain ASGI, because every request pays for it.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from banyan.kit.ids import new_id
from banyan.kit.problems import Problem, render
from banyan.kit.request import deadline, request_id
from banyan.kit.security import SECURITY_HEADERS
from banyan.kit.telemetry import REQUEST_SECONDS, REQUESTS

__all__ = ["App", "Edge", "Receive", "Scope", "Send", "send_problem", "send_response"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger("banyan.requests")
_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_DEADLINE = 20.0  # seconds; an upload or an import has its own, longer one
_LONG_DEADLINE = 300.0
_LONG_ROUTES = ("/api/v1/files", "/api/v1/courses/imports")


async def send_response(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"", *, head: bool = False
) -> None:
    """Send a whole answer; with `head`, only what comes before its body."""
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def send_problem(send: Send, problem: Problem) -> None:
    """Send a problem document."""
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    headers += [(name.encode(), value.encode()) for name, value in problem.headers.items()]
    await send_response(send, problem.status, headers, render(problem, request_id.get()))


class Edge:
    """Wraps the application. A route names itself for the metrics with `scope["banyan.route"]`."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        name = self._name(scope)
        request_id.set(name)
        limit = _LONG_DEADLINE if scope["path"].startswith(_LONG_ROUTES) else _DEADLINE
        deadline.set(asyncio.get_running_loop().time() + limit)
        status = 0

        async def answer(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_HEADERS, (b"x-request-id", name.encode())]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Problem as problem:
            if not status:
                await send_problem(answer, problem)
        except Exception:
            log.exception("unexpected", method=scope["method"], path=scope["path"])
            if status:
                raise  # half of an answer is out: only closing the connection tells the client
            await send_problem(answer, Problem("We have noted what happened. Nothing you entered was changed."))
        finally:
            self._measure(scope, status, time.perf_counter() - started)

    def _name(self, scope: Scope) -> str:
        for key, value in scope["headers"]:
            if key == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                return str(value.decode())
        return new_id().hex

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("banyan.route", "other")
        REQUESTS.labels(route, scope["method"], status).inc()
        REQUEST_SECONDS.labels(route).observe(seconds)
        if status >= 500 or seconds > 1:
            log.warning(
                "slow_or_failed",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
            )
        else:
            log.debug("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
