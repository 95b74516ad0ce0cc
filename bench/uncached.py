"""`banyan serve` with nothing remembered from one request to the next, but the school; or only what Redis keeps.

What a request loads it keeps to its own end, as the first request of a process would; the next begins with nothing:
not the session, not the course, not its outline or what was made of it. The school, which every request needs, is
remembered as ever. With `BENCH_KEEPS=redis` what is loaded is kept in Redis, but never in a process's memory. This is
a measuring instrument: no setting of Banyan does it.

    python -m bench.uncached serve --role web …
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

from banyan import app, cli
from banyan.cli import serve
from banyan.cli.supervisor import Supervisor
from banyan.kit import cache
from banyan.kit.cache import Cache
from banyan.kit.edge import Receive, Scope, Send
from banyan.kit.remembered import Remembered
from banyan.learning import way

__all__ = ["forget_everything", "forget_in_memory"]

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


class _Forgotten(Remembered):
    """A process's memory that only knows the school."""

    def keep(self, key: str, value: Any, seconds: float, weight: int = 1, *, early: float = 0.0) -> None:
        if key.startswith("school"):
            super().keep(key, value, seconds, weight, early=early)


class _Workers(Supervisor):
    """Starts its processes by way of this file, so that they are forgetful too."""

    def __init__(self, command: Sequence[str], *args: Any) -> None:
        python, _, _, *rest = command  # -m banyan
        super().__init__([python, "-m", "bench.uncached", *rest], *args)


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
    _replace((app, "Cache", _RequestCache), (way, "_ways", _Nothing()), (serve, "Supervisor", _Workers))
    _replace((serve, "Banyan", _Forgetful))


def forget_in_memory() -> None:
    """Let every Banyan that this process starts from now on keep what it loads in Redis alone.

    Raises:
        AttributeError: as above.
    """
    _replace((cache, "Remembered", _Forgotten), (way, "_ways", _Nothing()), (serve, "Supervisor", _Workers))


def _replace(*places: tuple[Any, str, Any]) -> None:
    # Names that are imported somewhere are looked up there.
    for module, name, replacement in places:
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} no longer has {name}")
        setattr(module, name, replacement)


if __name__ == "__main__":
    if os.environ.get("BENCH_KEEPS") == "redis":
        forget_in_memory()
    else:
        forget_everything()
    cli.main()
