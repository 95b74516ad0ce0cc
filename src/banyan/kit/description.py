"""What the HTTP interface says of itself (OpenAPI 3.1).

Litestar knows paths and parameters. Bodies and answers are described by what reads and writes them, msgspec, so that
the description cannot say anything else; words and errors come from the docstrings of the routes.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from banyan.kit.problems import FieldError, Problem

__all__ = ["BYTES", "FORM", "describe", "problems", "raised"]

BYTES: dict[str, Any] = {"type": "string", "format": "binary"}
"""Whatever bytes."""
FORM: dict[str, Any] = {"type": "object", "properties": {"file": BYTES}, "required": ["file"]}
"""A form with a file in its part `file`."""

_REF = "#/components/schemas/{name}"
_PAGE = re.compile(r"^Page_(\w+)_$")
_RAISES = re.compile(r"([A-Z]\w*(?:, [A-Z]\w*)*): (\d{3})(?:, (.*))?\.$")
_PROBLEM = "application/problem+json"


class ProblemDocument(msgspec.Struct):
    """An error (RFC 9457). `code` is stable; `errors` points at what is wrong; `current` is the thing as it is now."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    current: Any = msgspec.UNSET


def problems() -> dict[str, type[Problem]]:
    """Every kind of problem, by the name of its class."""
    found: dict[str, type[Problem]] = {}
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        kind = waiting.pop()
        found[kind.__name__] = kind
        waiting += kind.__subclasses__()
    return found


def raised(docstring: str) -> Iterator[tuple[str, int, str]]:
    """The problems that a route says it raises: the class's name, the status, and when.

    Raises:
        ValueError: a line does not say so.
    """
    _, _, section = inspect.cleandoc(docstring).partition("\nRaises:\n")
    for line in section.splitlines():
        told = _RAISES.fullmatch(line.strip())
        if told is None:
            raise ValueError(f"not a problem with its status: {line}")
        for name in told[1].split(", "):
            yield name, int(told[2]), told[3] or ""


def describe(api: Litestar) -> dict[str, Any]:
    """The document, as plain JSON values.

    A route whose body or answer is not JSON says so in its options: `takes` and `gives`, schemas by media type, and
    `statuses` besides the usual one.
    """
    document = api.openapi_schema.to_schema()
    handlers = list(_handlers(api))
    components = _Components([ProblemDocument, *(kind for _, _, one in handlers for kind in _kinds(one))])
    for path, method, handler in handlers:
        _complete(document["paths"][path][method], handler, components)
    document["components"]["schemas"] = components.schemas
    return document


def _handlers(api: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in api.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.opt.get("policy"):
                for method in handler.http_methods:
                    yield route.path_format, str(method).lower(), handler


class _Components:
    """The schemas of all bodies and answers, by short names."""

    def __init__(self, kinds: list[Any]) -> None:
        unique = list(dict.fromkeys(kinds))
        references, schemas = msgspec.json.schema_components(unique, ref_template=_REF)
        self._of = {kind: _renamed(reference) for kind, reference in zip(unique, references, strict=True)}
        self.schemas = {_name(name): _renamed(schema) for name, schema in sorted(schemas.items())}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of what is one of these kinds."""
        kinds = _alternatives(kind)
        return self._of[kinds[0]] if len(kinds) == 1 else {"anyOf": [self._of[one] for one in kinds]}


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler, components: _Components) -> None:
    docstring = inspect.cleandoc(handler.fn.__doc__ or "")
    text = " ".join(docstring.partition("\nRaises:")[0].split())
    domain = handler.fn.__module__.split(".")[1]
    operation.update(
        operationId=f"{domain}_{handler.handler_name}",
        summary=re.split(r"(?<=[.;])\s", text, maxsplit=1)[0].rstrip(".;"),
        description=text,
        tags=[domain],
        responses={**_answers(handler, components), **_errors(docstring)},
    )
    data = handler.parsed_fn_signature.parameters.get("data")
    takes = {"application/json": components.of(data.annotation)} if data else handler.opt.get("takes")
    if takes:
        operation["requestBody"] = {"required": True, "content": _content(takes, components)}
    if not _signed_in(handler):
        operation["security"] = [{}, {"bearer": []}, {"cookie": []}]


def _answers(handler: HTTPRouteHandler, components: _Components) -> dict[str, Any]:
    kind = _answer(handler)
    gives = handler.opt.get("gives") or ({} if kind in (None, type(None)) else {"application/json": kind})
    statuses = (handler.status_code, *handler.opt.get("statuses", ()))
    found: dict[str, Any] = {str(status): {"description": HTTPStatus(status).phrase} for status in statuses}
    if gives:
        for status in statuses:
            if status not in (204, 304):
                found[str(status)]["content"] = _content(gives, components)
    return found


def _errors(docstring: str) -> dict[str, Any]:
    """What the route says it raises, by status; `default` is for what every route may answer."""
    known = problems()
    told: dict[str, list[str]] = {}
    for name, status, when in raised(docstring):
        told.setdefault(str(status), []).append(f"`{known[name].code}`: {when or known[name].title}.")
    content = {_PROBLEM: {"schema": {"$ref": _REF.format(name="ProblemDocument")}}}
    errors = {status: {"description": " ".join(words), "content": content} for status, words in told.items()}
    return {**errors, "default": {"description": "A problem; `code` says which.", "content": content}}


def _content(kinds: Mapping[str, Any], components: _Components) -> dict[str, Any]:
    return {media: {"schema": kind if isinstance(kind, dict) else components.of(kind)} for media, kind in kinds.items()}


def _signed_in(handler: HTTPRouteHandler) -> bool:
    """Whether the route is for someone who is signed in: it or its policy asks for an actor."""
    policy = inspect.signature(handler.opt["policy"])
    return "actor" in handler.parsed_fn_signature.parameters or "actor" in policy.parameters


def _kinds(handler: HTTPRouteHandler) -> Iterator[Any]:
    data = handler.parsed_fn_signature.parameters.get("data")
    if data:
        yield data.annotation
    for kind in [*handler.opt.get("takes", {}).values(), *handler.opt.get("gives", {}).values(), _answer(handler)]:
        if kind not in (None, type(None)) and not isinstance(kind, dict):
            yield from _alternatives(kind)


def _answer(handler: HTTPRouteHandler) -> Any:
    """What the route's JSON is; None when it sends none, or something else."""
    kind = handler.parsed_fn_signature.return_type.annotation
    if handler.opt.get("gives") or kind is Stream:
        return None
    return get_args(kind)[0] if get_origin(kind) is Response else kind


def _alternatives(kind: Any) -> list[Any]:
    # msgspec could not read a union of two structs back, and need not.
    return list(get_args(kind)) if isinstance(kind, type(int | str)) else [kind]


def _name(name: str) -> str:
    return _PAGE.sub(r"PageOf\1", name)


def _renamed(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _REF.format(name=_name(value.rpartition("/")[2])) if key == "$ref" else _renamed(value)
            for key, value in schema.items()
        }
    return [_renamed(one) for one in schema] if isinstance(schema, list) else schema
