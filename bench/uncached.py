"""`banyan serve` with nothing remembered from one request to the next, but the school.

What a request loads it keeps to its own end, as the first request of a process would; the next begins with nothing:
not the session, not the course, not its outline or what was made of it. The school, which every request needs, is
remembered as ever. This is a measuring instrument: no setting of Banyan does it.

    python -m bench.uncached serve --role web …
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from banyan import app, cli
from banyan.kit.cache import Cache
from banyan.kit.edge import Receive, Scope, Send
from banyan.learning import way

__all__ = ["forget_everything"]

T = TypeVar("T")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)


class _RequestCache(Cache):
    """A cache for one request."""

    async def get(self, key: str, ttl: float, kind: type[T], load: Callable[[], Awaitable[T]]) -> T:
        kept = _kept.get()
        if kept is None or key.startswith("school"):
            return await super().get(key, ttl, kind, load)
        if key not in kept:
            kept[key] = await load()
        value: T = kept[key]
        return value


class _Nothing(dict[Any, Any]):
    """Keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it at once."""


class _Forgetful(app.Banyan):
    """Banyan, beginning each request with nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _kept.set({} if scope["type"] == "http" else None)
        await super().__call__(scope, receive, send)


def forget_everything() -> None:
    """Let every Banyan that this process starts from now on be forgetful.

    Raises:
        AttributeError: what is remembered has moved within Banyan, and this file must follow.
    """
    for module, name, replacement in ((app, "Cache", _RequestCache), (way, "_ways", _Nothing())):
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} no longer has {name}")
        setattr(module, name, replacement)
    cli.serve.Banyan = _Forgetful  # type: ignore[attr-defined]  # it is imported there, and so looked up there


if __name__ == "__main__":
    forget_everything()
    cli.main()
