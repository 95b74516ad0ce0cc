"""Who is this? The answer, for every request: from the process's memory, else by one primary-key look-up.

Those who ask at the same time are looked up together: in an exam ten thousand come back every minute, and none of their
sessions is remembered for so long.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from banyan.accounts.sightings import Sightings
from banyan.accounts.store_sessions import SessionRow, find_session, find_sessions
from banyan.kit.actor import Actor, Visitor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Database, uncommitted
from banyan.kit.edge import Scope
from banyan.kit.problems import Forbidden
from banyan.kit.security import hash_token
from banyan.kit.toolbox import Kit

__all__ = [
    "COOKIE",
    "CrossSite",
    "SessionLookups",
    "cookie_token",
    "refuse_cross_site",
    "session_key",
    "token_of",
    "visitor_of",
]

COOKIE = "banyan_session"
_REMEMBERED = 3.0  # seconds; a session revoked by another process without Redis ends at most this much later
_CROWD_SECONDS = 0.002  # that one who comes waits for others
_SAFE = ("GET", "HEAD", "OPTIONS")
_COOKIE = COOKIE.encode()


class Remembered(msgspec.Struct, frozen=True):
    """A look-up's outcome, kept for a moment; None for a token that opens nothing."""

    session: SessionRow | None


class SessionLookups(Batcher[bytes, SessionRow | None]):
    """Gathers the sessions of all who come at the same time into one statement, by the hashes of their tokens."""

    def __init__(self, db: Database) -> None:
        async def look_up(token_hashes: Sequence[bytes]) -> list[SessionRow | None]:
            if len(token_hashes) == 1:
                return [await find_session(db.read(), token_hashes[0])]
            found = await find_sessions(db.read(), token_hashes)
            return [found.get(token_hash) for token_hash in token_hashes]

        super().__init__(
            "sessions",
            look_up,
            key=lambda token_hash: token_hash,
            pause=_CROWD_SECONDS,
            shards=Shards(db.primary, lambda token_hash: token_hash),
        )


class CrossSite(Forbidden):
    """A page of another site sent this with the browser's cookie."""

    code = "cross_site"
    title = "This request came from another site"


def session_key(token_hash: bytes) -> str:
    """Under which the cache knows a session."""
    return f"session:{token_hash.hex()}"


async def visitor_of(kit: Kit, school_id: UUID, scope: Scope) -> Visitor:
    """Who sends this request to this school.

    Raises:
        CrossSite: a writing request with the cookie that another site's page made.
    """
    token, from_cookie = token_of(scope)
    agent = ""
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value[:300].decode("latin-1")
            break
    address = scope["client"][0] if scope.get("client") else ""
    if not token:
        return Visitor(school_id, None, address, agent)
    token_hash = hash_token(token)
    remembered = await kit.cache.get(
        session_key(token_hash), _REMEMBERED, Remembered, lambda: _look_up(kit, token_hash)
    )
    session = remembered.session
    if session is None or session.school_id != school_id or session.expires_at <= datetime.now(UTC):
        return Visitor(school_id, None, address, agent)
    if from_cookie and scope["method"] not in _SAFE:
        refuse_cross_site(scope)
    kit.part(Sightings).note(session)
    return Visitor(school_id, Actor(session.account_id, school_id, session.role, session.id), address, agent)


def cookie_token(scope: Scope) -> str | None:
    """The token that the browser's cookie brings, if it is what the request is made with."""
    token, from_cookie = token_of(scope)
    return token if token and from_cookie else None


def refuse_cross_site(scope: Scope) -> None:
    """Let only pages of this site, and programs that are no browsers, pass.

    Raises:
        CrossSite: the browser says that another site's page made the request.
    """
    host = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"sec-fetch-site" and value not in (b"same-origin", b"none"):
            raise CrossSite
    for name, value in scope["headers"]:
        if name == b"origin" and _authority(value) != host:
            raise CrossSite


async def _look_up(kit: Kit, token_hash: bytes) -> Remembered:
    if uncommitted():  # it has a connection, and must not wait for those who wait for one
        return Remembered(await find_session(kit.db.read(), token_hash))
    return Remembered(await kit.part(SessionLookups).submit(token_hash))


def _authority(origin: bytes) -> bytes | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def token_of(scope: Scope) -> tuple[str, bool]:
    """The token of the request, and whether a cookie brought it."""
    from_cookie = ""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip().decode("latin-1"), False
        if name == b"cookie" and _COOKIE in value:
            for pair in value.split(b";"):
                key, _, token = pair.strip().partition(b"=")
                if key == _COOKIE:
                    from_cookie = token.decode("latin-1")
    return from_cookie, True
