"""What other parts of Banyan do in a transaction: jobs that are stored with it, and domains that hear of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from banyan.kit.database import Writer

__all__ = ["Emit", "Enqueue", "no_events", "no_jobs"]


class Enqueue(Protocol):
    """Stores jobs in a transaction."""

    async def __call__(self, tx: "Writer", jobs: Sequence[Any]) -> None: ...


class Emit(Protocol):
    """Lets other domains take part in a transaction."""

    async def __call__(self, tx: "Writer", event: Any) -> None: ...


async def no_jobs(tx: "Writer", jobs: Sequence[Any]) -> None:
    """Where there is no queue.

    Raises:
        LookupError: always.
    """
    raise LookupError("this database has no job queue")


async def no_events(tx: "Writer", event: Any) -> None:
    """Where nobody listens."""
