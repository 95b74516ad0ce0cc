"""Litestar, kept thin: routing, decoding, injection and the OpenAPI document. Everything else is ours.

Explicit markers only (`FromPath`, `FromQuery`, `JSONBody`, `NamedDependency`), no plugins, no `contrib`: a step to
version 3 changes this file.
"""

import errno
import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import structlog
from litestar import Litestar, Request, Response, Router, route
from litestar.di import Provide
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from banyan.kit.problems import FieldError, Malformed, MethodNotAllowed, NoRoom, NotFound, Problem, TooLarge, render
from banyan.kit.request import request_id
from banyan.kit.wire import decode, field_error

__all__ = ["api"]

log = structlog.get_logger(__name__)
_LARGEST_BODY = 1 << 20
_NOTHING = "There is nothing at this address."
_INSIDE = re.compile(r" - at `\$(.*?)`")


class StrictRequest(Request[Any, Any, Any]):
    """Decodes a JSON body in one pass into what its route takes; Litestar alone would take "7" for a 7."""

    async def json(self) -> Any:
        body = self.route_handler.parsed_fn_signature.parameters["data"]
        return decode(await self.body(), body.annotation)


def api(
    domains: Sequence[Any], dependencies: Mapping[str, Any], *, version: str, administration: bool = True
) -> Litestar:
    """The HTTP interface of these domains below /api/v1, described at /api/openapi.json.

    Args:
        administration: with the routes for those who run a school; without them their addresses lead nowhere.

    Every route declares `policy`, the function that decides who may call it.

    Raises:
        TypeError: a route does not.
    """
    public = [route for domain in domains for route in domain.routes]
    closed = [route for domain in domains for route in domain.administration]
    for handler in (*public, *closed):
        if not callable(handler.opt.get("policy")):
            raise TypeError(f"route {handler} declares no policy")
    return Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=[*public, *(closed if administration else map(_nowhere, closed))])
        ],
        dependencies={name: Provide(call, sync_to_thread=False) if not _is_async(call) else Provide(call)
                      for name, call in dependencies.items()},
        exception_handlers={Exception: _on_error},
        request_class=StrictRequest,
        request_max_body_size=_LARGEST_BODY,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Banyan",
            version=version,
            path="/api",
            render_plugins=[],
            components=Components(security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "cookie": SecurityScheme(type="apiKey", name="banyan_session", security_scheme_in="cookie"),
            }),
            security=[{"bearer": []}, {"cookie": []}],
        ),
    )  # fmt: skip


def _nowhere(closed: HTTPRouteHandler) -> HTTPRouteHandler:
    """Stands where a route would, so that nobody learns of it, not even that it takes another method."""

    @route(sorted(closed.paths), http_method=sorted(closed.http_methods), include_in_schema=False)
    async def nowhere() -> None:
        raise NotFound(_NOTHING)

    return nowhere


def _is_async(call: Any) -> bool:
    return bool(getattr(call, "__code__", None) and call.__code__.co_flags & 0x80)


def _on_error(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    problem = _as_problem(error)
    if problem is None:
        raise error  # the edge logs it and answers
    return Response(
        render(problem, request_id.get()),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def _as_problem(error: Exception) -> Problem | None:  # noqa: PLR0911 -- a table, one line a kind of error
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return Malformed(errors=_field_errors(error))
    if isinstance(error, NotFoundException):
        return NotFound(_NOTHING)
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed(*(error.headers or {}).get("allow", "").split(", "))
    if isinstance(error, asyncpg.DataError):
        return Malformed("A value is outside of what can be stored.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        log.error("no_room", where="server", detail=str(error))
        return NoRoom("The server has no room left. Nothing was changed.")
    if isinstance(error, HTTPException) and error.status_code < 500:
        return TooLarge("At most 1 MiB is accepted here.") if error.status_code == 413 else Malformed(error.detail)
    return None


def _field_errors(error: ValidationException) -> list[FieldError]:
    """Litestar gives a message per parameter and one for a body, whose key is `data` or a path inside of it."""
    found = []
    for entry in error.extra if isinstance(error.extra, list) else []:
        message, key = str(entry.get("message", "")), str(entry.get("key", ""))
        inside = _INSIDE.search(message)
        if message == "'data'":
            message = "The request has no body."
        found.append(field_error(("" if key == "data" else key) + (inside[1] if inside else ""),
                                 _INSIDE.sub("", message)))  # fmt: skip
    return found or [FieldError("", str(error.detail))]
