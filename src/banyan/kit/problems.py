"""Errors that a client is told of, rendered as problem details (RFC 9457).

    Problem
    ├── BadRequest 400 ── Malformed
    ├── Unauthenticated 401
    ├── Forbidden 403
    ├── NotFound 404
    ├── MethodNotAllowed 405
    ├── Conflict 409 ── StaleEdit
    ├── TooLarge 413
    ├── UnsupportedMedia 415
    ├── Unprocessable 422
    ├── TooMany 429
    └── Unavailable 503

A domain names its own by subclassing one of these with a `code`, which is stable, and a `title`.
"""

from typing import Any, ClassVar

import msgspec

__all__ = [
    "BadRequest",
    "Conflict",
    "FieldError",
    "Forbidden",
    "Malformed",
    "MethodNotAllowed",
    "NoRoom",
    "NotFound",
    "Problem",
    "StaleEdit",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Unprocessable",
    "UnsupportedMedia",
    "render",
]


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one part of a request body; `pointer` is a JSON pointer (RFC 6901)."""

    pointer: str
    detail: str


class Problem(Exception):
    """An error with a status and a stable code. `detail` is a sentence for the person who sees it."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: list[FieldError] | None = None,
        current: Any = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = errors or []
        self.current = current
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with the answer."""
        return {"retry-after": str(self.retry_after)} if self.retry_after is not None else {}


class BadRequest(Problem):
    """The request cannot be understood."""

    status = 400
    code = "bad_request"
    title = "The request cannot be understood"


class Malformed(BadRequest):
    """The body or a parameter has the wrong shape; `errors` says where."""

    code = "malformed"
    title = "The request has the wrong shape"


class Unauthenticated(Problem):
    """Nobody is signed in, or no longer."""

    status = 401
    code = "unauthenticated"
    title = "Please sign in"

    @property
    def headers(self) -> dict[str, str]:
        return {"www-authenticate": "Bearer"}


class Forbidden(Problem):
    """The caller may see this, but not do that."""

    status = 403
    code = "forbidden"
    title = "You may not do this"


class NotFound(Problem):
    """There is no such thing, or none that the caller may see: the answer is the same."""

    status = 404
    code = "not_found"
    title = "There is no such thing"


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status = 405
    code = "method_not_allowed"
    title = "This method is not for that address"

    def __init__(self, *allowed: str) -> None:
        super().__init__()
        self._allowed = {*allowed, "HEAD"} if "GET" in allowed else set(allowed)

    @property
    def headers(self) -> dict[str, str]:
        """Which methods are (RFC 9110, 15.5.6)."""
        return {"allow": ", ".join(sorted(self._allowed))}


class Conflict(Problem):
    """The request does not fit how things stand now."""

    status = 409
    code = "conflict"
    title = "This does not fit how things stand"


class StaleEdit(Conflict):
    """Someone else changed the thing first; `current` is how it is now."""

    code = "stale_edit"
    title = "Someone else changed this in the meantime"


class TooLarge(Problem):
    """The body is larger than this route takes."""

    status = 413
    code = "too_large"
    title = "That is too large"


class UnsupportedMedia(Problem):
    """The body is of a kind that this route does not take."""

    status = 415
    code = "unsupported_media"
    title = "This kind of file is not accepted"


class Unprocessable(Problem):
    """The request is well formed, but what it asks makes no sense."""

    status = 422
    code = "unprocessable"
    title = "This cannot be done as asked"


class TooMany(Problem):
    """The caller is too fast; `retry_after` says in how many seconds to come back."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests; please wait a moment"


class Unavailable(Problem):
    """Banyan cannot do this right now, and nothing was changed."""

    status = 503
    code = "unavailable"
    title = "Banyan cannot do this right now"

    def __init__(self, detail: str = "", *, retry_after: int = 2) -> None:
        super().__init__(detail, retry_after=retry_after)


class NoRoom(Unavailable):
    """A disk is full. What was begun has been taken back; it can be done once there is room again."""

    code = "no_room"
    title = "There is no room left to store anything"

    def __init__(self, detail: str = "", *, retry_after: int = 30) -> None:
        super().__init__(detail, retry_after=retry_after)


def render(problem: Problem, request_id: str) -> bytes:
    """The problem as an `application/problem+json` body."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail or problem.title,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = problem.errors
    if problem.current is not None:
        body["current"] = problem.current
    return msgspec.json.encode(body)
