"""By which listener a request comes in: the public one or, where there is one, that for administration.

The port that the connection was accepted on says so, which no client can choose by what it sends.
"""

from contextvars import ContextVar
from typing import Literal

from banyan.kit.edge import Scope
from banyan.settings import Settings

__all__ = ["Listener", "administers", "listener", "listener_of", "own_url"]

Listener = Literal["public", "admin"]
listener: ContextVar[Listener] = ContextVar("listener", default="public")


def listener_of(scope: Scope, settings: Settings) -> Listener:
    """The listener that accepted the connection."""
    port = settings.admin.port
    return "admin" if port and scope["server"][1] == port else "public"


def administers(settings: Settings) -> bool:
    """Whether the request being served may administer: without a listener for that, every one may."""
    return not settings.admin.port or listener.get() == "admin"


def own_url(settings: Settings) -> str:
    """How whoever sent the request being served calls this installation, without a slash at the end."""
    return settings.admin_url if listener.get() == "admin" else settings.base_url
