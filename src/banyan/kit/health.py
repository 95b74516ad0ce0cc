"""/health says that the process lives, /ready that it should get traffic, /metrics what it measured."""

import asyncio
from collections.abc import Callable

import msgspec

from banyan.kit.database import Database
from banyan.kit.edge import Receive, Scope, Send, send_response
from banyan.kit.problems import NotFound, Problem
from banyan.kit.telemetry import METRICS_TYPE, metrics

__all__ = ["Health"]

_PLAIN = [(b"content-type", b"application/json")]


class Health:
    """The three, as an ASGI application. `draining` makes the process not ready while it finishes.

    Args:
        tells_figures: says whether the request being served may have the metrics.
    """

    def __init__(self, tells_figures: Callable[[], bool] = lambda: True) -> None:
        self._tells_figures = tells_figures
        self.database: Database | None = None
        self.draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["banyan.route"] = scope["path"]
        if scope["path"] == "/health":
            await send_response(send, 200, _PLAIN, b'{"status":"alive"}')
        elif scope["path"] == "/metrics" and self._tells_figures():
            # In a thread: writing thousands of lines must not keep requests waiting.
            told = await asyncio.to_thread(metrics)
            await send_response(send, 200, [(b"content-type", METRICS_TYPE.encode())], told)
        elif scope["path"] == "/ready":
            reason = await self._reason()
            reads_only = self.database is not None and self.database.mode.read_only
            body = msgspec.json.encode(
                {
                    "status": "not ready" if reason else "ready",
                    "reason": reason,
                    "mode": "read-only" if reads_only else "normal",
                }
            )
            await send_response(send, 503 if reason else 200, _PLAIN, body)
        else:
            raise NotFound("There is nothing at this address.")

    async def _reason(self) -> str | None:
        """Why the process should get no traffic; None when it should."""
        if self.draining:
            return "draining"
        if self.database is None:
            return "starting"
        try:
            async with asyncio.timeout(2):
                await self.database.read().one(int, "select 1 as one")
        except (Problem, TimeoutError):
            return "no database"
        return None
