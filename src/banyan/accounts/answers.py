"""Answers that carry a secret; as all that do not say otherwise, they are kept by no cache on the way."""

from typing import TypeVar

from litestar import Response
from litestar.datastructures import Cookie

from banyan.accounts.model import SignedIn
from banyan.accounts.sessions import COOKIE
from banyan.kit.listeners import own_url
from banyan.kit.toolbox import Kit

__all__ = ["once", "signed_in", "signed_out"]

T = TypeVar("T")
_DAY = 86_400  # seconds


def once(content: T) -> Response[T]:
    """Something made that is shown once."""
    return Response(content, status_code=201)


def signed_in(kit: Kit, entered: SignedIn) -> Response[SignedIn]:
    """The session that has begun, and its cookie."""
    days = kit.settings.accounts.session_days
    return Response(entered, status_code=201, cookies=[_cookie(kit, entered.token, days * _DAY)])


def signed_out(kit: Kit) -> Response[None]:
    """The end of the session, and of its cookie."""
    return Response(None, status_code=204, cookies=[_cookie(kit, "", 0)])


def _cookie(kit: Kit, value: str, seconds: int) -> Cookie:
    return Cookie(
        COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=own_url(kit.settings).startswith("https://"),
    )
