"""Ways past the framework for routes that are asked for so often that the framework would be most of their cost.

The route itself stays: it is described in the OpenAPI document, and answers what a shortcut does not take. Both call
the same use case, which checks the policy, and both answer alike, byte for byte: whatever is wrong with a request is
found in the same order, by the same decoder.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from banyan.kit.edge import Receive, Scope, Send, send_response
from banyan.kit.problems import BadRequest, FieldError, Malformed, TooLarge
from banyan.kit.wire import decode

__all__ = ["ID", "Answer", "Shortcut", "Shortcuts", "no_body", "read_body", "send_answer"]

ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"  # as Banyan writes an id; another spelling takes the long way
_LARGEST_BODY = 1 << 20
_JSON = (b"content-type", b"application/json")
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route that is no plain document answers."""

    status: int
    document: Any


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A way past the framework for one route.

    Attributes:
        pattern: what the whole path looks like; its groups are ids.
        template: the route's path, for the metrics.
        answer: called with the kit, the school, the visitor and the ids, and with the body if there is one; gives a
            document, which is sent with its ETag, or an `Answer`.
        method: the HTTP method.
        takes: what the body is, for a route that has one. Such a route is for those who are signed in.
    """

    pattern: re.Pattern[str]
    template: str
    answer: Callable[..., Awaitable[Any]]
    method: str = "GET"
    takes: type | None = None

    def ids_in(self, path: str) -> list[UUID] | None:
        """The ids in a path; None for another route's."""
        found = self.pattern.fullmatch(path)
        return [UUID(each) for each in found.groups()] if found else None


class Shortcuts:
    """All of them, by method."""

    def __init__(self, shortcuts: Iterable[Shortcut]) -> None:
        self._by_method: dict[str, list[Shortcut]] = {}
        for shortcut in shortcuts:
            self._by_method.setdefault(shortcut.method, []).append(shortcut)

    def find(self, scope: Scope) -> tuple[Shortcut, list[UUID]] | None:
        """The shortcut for a request, and the ids in its path.

        None for what has a query, which is the framework's to read, or a key under which its answer is to be kept.
        """
        if scope["query_string"]:
            return None
        path = scope["path"]
        for shortcut in self._by_method.get(scope["method"], ()):
            ids = shortcut.ids_in(path)
            if ids is not None:
                if scope["method"] == "POST" and any(name == b"idempotency-key" for name, _ in scope["headers"]):
                    return None
                return shortcut, ids
        return None


async def read_body(kind: type, scope: Scope, receive: Receive) -> Any:
    """The body of a request as `kind`; None if it has none, see `Shortcut`.

    Raises:
        TooLarge: over 1 MiB.
        Malformed: it is not such a thing.
    """
    _announced(scope)
    parts = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended before its body did.")
        part = message.get("body", b"")
        size += len(part)
        if size > _LARGEST_BODY:
            raise TooLarge("At most 1 MiB is accepted here.")
        parts.append(part)
        more = message.get("more_body", False)
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    return decode(body, kind) if body else None


def no_body() -> Malformed:
    """What someone is told who sent nothing to a route that takes something."""
    return Malformed(errors=[FieldError("", "The request has no body.")])


async def send_answer(send: Send, answer: Answer) -> None:
    """Send an answer as JSON."""
    await send_response(send, answer.status, [_JSON], _encode(answer.document))


def _announced(scope: Scope) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Malformed(f"Invalid content-length: {value.decode('latin-1')!r}")
            if int(value) > _LARGEST_BODY:
                raise TooLarge("At most 1 MiB is accepted here.")
