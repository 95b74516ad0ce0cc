"""Litestar, kept thin: routing, decoding, injection and the OpenAPI document. Everything else is ours.

Explicit markers only (`FromPath`, `FromQuery`, `JSONBody`, `NamedDependency`), no plugins, no `contrib`: a step to
version 3 changes this file.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from banyan.kit.problems import BadRequest, FieldError, Malformed, NotFound, Problem, TooLarge, render
from banyan.kit.request import request_id

__all__ = ["api"]

_LARGEST_BODY = 1 << 20
_POINTER = re.compile(r" - at `\$(.*?)`")


class MethodNotAllowed(BadRequest):
    """The path exists, but not with this method."""

    status = 405
    code = "method_not_allowed"
    title = "This method is not for that address"


def api(
    domains: Sequence[Any], dependencies: Mapping[str, Any], *, version: str, middleware: Sequence[Any] = ()
) -> Litestar:
    """The HTTP interface of these domains below /api/v1, described at /api/openapi.json.

    Every route declares `policy`, the function that decides who may call it.

    Raises:
        TypeError: a route does not.
    """
    routes = [route for domain in domains for route in domain.routes]
    for route in routes:
        if not callable(route.opt.get("policy")):
            raise TypeError(f"route {route} declares no policy")
    return Litestar(
        route_handlers=[Router("/api/v1", route_handlers=routes)],
        dependencies={name: Provide(call, sync_to_thread=False) if not _is_async(call) else Provide(call)
                      for name, call in dependencies.items()},
        exception_handlers={Exception: _on_error},
        middleware=list(middleware),
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


def _is_async(call: Any) -> bool:
    return bool(getattr(call, "__code__", None) and call.__code__.co_flags & 0x80)


def _on_error(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    problem = _as_problem(error)
    if problem is None:
        raise error  # the edge logs it and answers
    return Response(
        render(problem, request_id.get()),
        status_code=problem.status,
        headers={**problem.headers, "cache-control": "no-store"},
        media_type="application/problem+json",
    )


def _as_problem(error: Exception) -> Problem | None:  # noqa: PLR0911 -- a table, one line a kind of error
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return Malformed(errors=_field_errors(error))
    if isinstance(error, NotFoundException):
        return NotFound("There is nothing at this address.")
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed()
    if isinstance(error, asyncpg.DataError):
        return Malformed("A value is outside of what can be stored.")
    if isinstance(error, HTTPException) and error.status_code < 500:
        return TooLarge("At most 1 MiB is accepted here.") if error.status_code == 413 else Malformed(error.detail)
    return None


def _field_errors(error: ValidationException) -> list[FieldError]:
    """Litestar gives a message per parameter, msgspec one for a body, with a path such as `$.modules[2].title`."""
    found = []
    for entry in error.extra if isinstance(error.extra, list) else []:
        message, key = str(entry.get("message", "")), str(entry.get("key", ""))
        path = _POINTER.search(message)
        inside = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path.group(1)) if path else ""
        pointer = "/".join(part for part in (key + inside).replace("data.", ".", 1).split("."))
        found.append(FieldError(pointer if pointer.startswith("/") else f"/{pointer}", _POINTER.sub("", message)))
    return found or [FieldError("", _POINTER.sub("", str(error.detail)))]
