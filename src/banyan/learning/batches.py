"""The batchers of a process: one set for a database, begun and closed with the application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from banyan.kit.batching import Batcher
from banyan.kit.database import Database
from banyan.kit.domain import Kit
from banyan.learning.model import SavedRow
from banyan.learning.service import Save, progress_batcher

__all__ = ["Batches", "batches_of", "start"]


@dataclass(frozen=True)
class Batches:
    """Writes that are gathered."""

    progress: Batcher[Save, SavedRow | None]


_batches: WeakKeyDictionary[Database, Batches] = WeakKeyDictionary()


def batches_of(kit: Kit) -> Batches:
    """The batchers of this application."""
    return _batches[kit.db]


async def start(kit: Kit) -> Callable[[], Awaitable[None]]:
    """Begin to gather; what is returned waits until all is written."""
    batches = _batches[kit.db] = Batches(progress_batcher(kit.db))
    return batches.progress.close
