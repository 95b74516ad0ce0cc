"""Sessions and tokens over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.accounts import policy, signing_in
from banyan.accounts.answers import once, signed_in, signed_out
from banyan.accounts.model import CreateToken, NewToken, Session, SignedIn, SignIn
from banyan.accounts.sessions import cookie_token, refuse_cross_site
from banyan.kit.actor import Actor, Visitor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@post("/sessions", policy=policy.is_anyone, status_code=201)
async def sign_in(
    kit: NamedDependency[Kit],
    visitor: NamedDependency[Visitor],
    data: JSONBody[SignIn],
    request: Request[Any, Any, Any],
) -> Response[SignedIn]:
    """Sign in. The browser gets the cookie; a session that it had before ends.

    Raises:
        WrongCredentials: 401, unknown address or wrong password.
        Suspended: 403.
        TooMany: 429.
    """
    # Another site must not sign its visitors in here, as someone whose course they then write into.
    refuse_cross_site(request.scope)  # type: ignore[arg-type]  # Litestar narrows the ASGI types
    return signed_in(kit, await signing_in.sign_in(kit, visitor, data, cookie_token(request.scope)))  # type: ignore[arg-type]


@get("/sessions", policy=policy.is_oneself)
async def sessions(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Session]:
    """Where the caller is signed in, newest first."""
    return await signing_in.sessions_of(kit, actor, "browser", after, limit)


@delete("/sessions/current", policy=policy.is_oneself)
async def sign_out(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> Response[None]:
    """Sign out here."""
    await signing_in.sign_out(kit, actor)
    return signed_out(kit)


@delete("/sessions/{session_id:uuid}", policy=policy.is_oneself)
async def end_session(kit: NamedDependency[Kit], actor: NamedDependency[Actor], session_id: FromPath[UUID]) -> None:
    """Sign out elsewhere."""
    await signing_in.end(kit, actor, "browser", session_id)


@delete("/sessions", policy=policy.is_oneself)
async def end_other_sessions(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> None:
    """Sign out everywhere else."""
    await signing_in.end_others(kit, actor)


@get("/tokens", policy=policy.is_oneself)
async def tokens(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Session]:
    """The tokens that the caller's programs have, newest first."""
    return await signing_in.sessions_of(kit, actor, "token", after, limit)


@post("/tokens", policy=policy.is_oneself, status_code=201)
async def create_token(
    kit: NamedDependency[Kit], visitor: NamedDependency[Visitor], data: JSONBody[CreateToken]
) -> Response[NewToken]:
    """Make a token for a program. It is shown this once.

    Raises:
        TokensMakeNoTokens: 403, the caller is a program itself.
    """
    return once(await signing_in.create_token(kit, visitor, data))


@delete("/tokens/{token_id:uuid}", policy=policy.is_oneself)
async def end_token(kit: NamedDependency[Kit], actor: NamedDependency[Actor], token_id: FromPath[UUID]) -> None:
    """End a token."""
    await signing_in.end(kit, actor, "token", token_id)


ROUTES = [
    sign_in, sessions, sign_out, end_session, end_other_sessions, tokens, create_token, end_token,
]  # fmt: skip
