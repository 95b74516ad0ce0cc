"""Accounts over HTTP: opening one, oneself, and the people of a school."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.accounts import openings, policy, recovery, service
from banyan.accounts.answers import signed_in
from banyan.accounts.model import (
    ChangeAccount,
    ChangeMe,
    ChangePassword,
    CheckYourMail,
    Confirmation,
    Invitations,
    Invited,
    Member,
    Myself,
    PasswordReset,
    Role,
    SignedIn,
    SignUp,
    Verification,
)
from banyan.accounts.sessions import cookie_token, refuse_cross_site
from banyan.kit.actor import Actor, Visitor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.schools import School

__all__ = ["ADMINISTRATION", "ROUTES"]


@post("/accounts", policy=policy.may_sign_up, status_code=202)
async def sign_up(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    data: JSONBody[SignUp],
) -> CheckYourMail:
    """Ask for an account. A letter with a link follows, whether or not the address is known.

    Raises:
        SignUpClosed: 403, the school takes nobody who was not invited.
        TooMany: 429.
    """
    return await openings.sign_up(kit, school, visitor, data)


@post("/accounts/verification", policy=policy.is_anyone, status_code=201)
async def verify(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    data: JSONBody[Verification],
    request: Request[Any, Any, Any],
) -> Response[SignedIn]:
    """Open the account that a mailed link is for, and sign in. An invitation takes a name and a password, too.

    Raises:
        LinkExpired: 410, used already, expired, or never mailed.
        DetailsNeeded: 422, an invitation without name and password; it can still be used.
    """
    refuse_cross_site(request.scope)  # type: ignore[arg-type]  # Litestar narrows the ASGI types
    entered = await openings.verify(kit, school, visitor, data, cookie_token(request.scope))  # type: ignore[arg-type]
    return signed_in(kit, entered)


@post("/accounts/invitations", policy=policy.may_manage_people, status_code=202)
async def invite(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    actor: NamedDependency[Actor],
    data: JSONBody[Invitations],
) -> Invited:
    """Invite people, at most 500 at a time, each by a letter with a link.

    Raises:
        Forbidden: 403, the caller is no admin.
    """
    return await openings.invite(kit, school, actor, data)


@get("/accounts", policy=policy.may_manage_people)
async def people(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    role: Annotated[Role | None, QueryParameter()] = None,
    after: Annotated[str | None, QueryParameter(max_length=1_000)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Member]:
    """The people of the school by name, or those whose name or address begins with `q`.

    Raises:
        Forbidden: 403, the caller is no admin.
    """
    return await service.people(kit, actor, q, role, after, limit)


@patch("/accounts/{account_id:uuid}", policy=policy.may_change)
async def change_member(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    data: JSONBody[ChangeAccount],
) -> Member:
    """Change someone's role, or suspend them, which ends all their sessions and tokens.

    Raises:
        Forbidden: 403, the caller is no admin.
        NotOneself: 409.
    """
    return await service.change_member(kit, actor, account_id, data)


@get("/me", policy=policy.is_oneself)
async def me(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> Myself:
    """The caller's account."""
    return await service.me(kit, actor)


@patch("/me", policy=policy.is_oneself)
async def change_me(kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[ChangeMe]) -> Myself:
    """Change the caller's name, language or time zone."""
    return await service.change_me(kit, actor, data)


@put("/me/password", policy=policy.is_oneself, status_code=204)
async def change_password(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[ChangePassword]
) -> None:
    """Change the caller's password. Ends their other sessions in browsers.

    Raises:
        WrongPassword: 422, the current one is another.
        TooMany: 429.
    """
    await recovery.change_password(kit, actor, data)


@post("/password-resets", policy=policy.is_anyone, status_code=202)
async def ask_for_reset(
    kit: NamedDependency[Kit], visitor: NamedDependency[Visitor], data: JSONBody[PasswordReset]
) -> CheckYourMail:
    """Ask for a new password. A letter with a link follows if the address has an account.

    Raises:
        TooMany: 429.
    """
    return await recovery.ask_for_reset(kit, visitor, data)


@post("/password-resets/confirmation", policy=policy.is_anyone, status_code=204)
async def reset_password(
    kit: NamedDependency[Kit], visitor: NamedDependency[Visitor], data: JSONBody[Confirmation]
) -> None:
    """Choose a new password with a mailed link. Ends all sessions and tokens.

    Raises:
        LinkExpired: 410, used already, expired, or never mailed.
    """
    await recovery.reset_password(kit, visitor, data)


ROUTES = [sign_up, verify, me, change_me, change_password, ask_for_reset, reset_password]
ADMINISTRATION = [invite, people, change_member]
