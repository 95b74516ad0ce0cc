"""Who is this? The answer, for every request: from the process's memory, else by one primary-key look-up."""

from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor, Role, Visitor
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Reader
from banyan.kit.edge import Scope
from banyan.kit.problems import Forbidden
from banyan.kit.security import hash_token

__all__ = ["COOKIE", "session_key", "visitor_of"]

COOKIE = "banyan_session"
_REMEMBERED = 3.0  # seconds; a session revoked by another process without Redis ends at most this much later
_SAFE = ("GET", "HEAD", "OPTIONS")


class SessionRow(msgspec.Struct, frozen=True):
    """A session as every request needs it."""

    id: UUID
    account_id: UUID
    school_id: UUID
    role: Role
    expires_at: datetime


class Remembered(msgspec.Struct, frozen=True):
    """A look-up's outcome, kept for a moment; None for a token that opens nothing."""

    session: SessionRow | None


class CrossSite(Forbidden):
    """A page of another site sent this with the browser's cookie."""

    code = "cross_site"
    title = "This request came from another site"


def session_key(token_hash: bytes) -> str:
    """Under which the cache knows a session."""
    return f"session:{token_hash.hex()}"


async def find_session(db: Reader, token_hash: bytes) -> SessionRow | None:
    """The session that a token opens: one row by its primary key."""
    return await db.maybe(
        SessionRow,
        "select id, account_id, school_id, role, expires_at from session where token_hash = $1",
        token_hash,
    )


async def visitor_of(db: Database, cache: Cache, school_id: UUID, scope: Scope) -> Visitor:
    """Who sends this request to this school.

    Raises:
        CrossSite: a writing request with the cookie that another site's page made.
    """
    token, from_cookie = _token(scope)
    agent = ""
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value[:300].decode("latin-1")
            break
    address = scope["client"][0] if scope.get("client") else ""
    if not token:
        return Visitor(school_id, None, address, agent)
    token_hash = hash_token(token)
    remembered = await cache.get(
        session_key(token_hash), _REMEMBERED, Remembered, lambda: _look_up(db.read(), token_hash)
    )
    session = remembered.session
    if session is None or session.school_id != school_id or session.expires_at <= datetime.now(UTC):
        return Visitor(school_id, None, address, agent)
    if from_cookie and scope["method"] not in _SAFE:
        _check_same_site(scope)
    return Visitor(school_id, Actor(session.account_id, school_id, session.role, session.id), address, agent)


async def _look_up(db: Reader, token_hash: bytes) -> Remembered:
    return Remembered(await find_session(db, token_hash))


def _token(scope: Scope) -> tuple[str, bool]:
    """The token of the request, and whether a cookie brought it."""
    cookie = b""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip().decode("latin-1"), False
        if name == b"cookie":
            cookie = value
    if not cookie:
        return "", False
    try:
        morsel = SimpleCookie(cookie.decode("latin-1")).get(COOKIE)
    except CookieError:
        return "", False
    return (morsel.value, True) if morsel else ("", False)


def _check_same_site(scope: Scope) -> None:
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in (b"same-origin", b"none"):
        raise CrossSite
    origin = headers.get(b"origin")
    if origin is not None and urlsplit(origin).netloc != headers.get(b"host"):
        raise CrossSite
