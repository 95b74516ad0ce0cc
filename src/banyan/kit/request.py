"""What is known of the request being served, without passing it through every call."""

import asyncio
from contextvars import ContextVar

from banyan.kit.problems import Unavailable

__all__ = ["deadline", "request_id", "time_left"]

request_id: ContextVar[str] = ContextVar("request_id", default="")
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def time_left() -> float | None:
    """Seconds until the request's deadline; None when it has none.

    Raises:
        Unavailable: the deadline has passed.
    """
    end = deadline.get()
    if end is None:
        return None
    left = end - asyncio.get_running_loop().time()
    if left <= 0:
        raise Unavailable("The request took too long and was stopped. Nothing was changed.")
    return left
