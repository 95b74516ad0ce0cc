"""Answers that carry a secret: no cache on the way may keep them."""

from typing import TypeVar

from litestar import Response
from litestar.datastructures import Cookie

from banyan.accounts.model import SignedIn
from banyan.accounts.sessions import COOKIE
from banyan.kit.toolbox import Kit

__all__ = ["once", "signed_in", "signed_out"]

T = TypeVar("T")
_UNKEPT = {"cache-control": "no-store"}
_DAY = 86_400  # seconds


def once(content: T) -> Response[T]:
    """Something made that is shown once."""
    return Response(content, status_code=201, headers=_UNKEPT)


def signed_in(kit: Kit, entered: SignedIn) -> Response[SignedIn]:
    """The session that has begun, and its cookie."""
    days = kit.settings.accounts.session_days
    return Response(entered, status_code=201, headers=_UNKEPT, cookies=[_cookie(kit, entered.token, days * _DAY)])


def signed_out(kit: Kit) -> Response[None]:
    """The end of the session, and of its cookie."""
    return Response(None, status_code=204, headers=_UNKEPT, cookies=[_cookie(kit, "", 0)])


def _cookie(kit: Kit, value: str, seconds: int) -> Cookie:
    return Cookie(
        COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=kit.settings.base_url.startswith("https://"),
    )
