"""More time, other dates and more attempts for those who need them."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.assessments import store_accommodations as store
from banyan.assessments.model import Accommodation
from banyan.kit.database import Reader, Writer
from banyan.kit.toolbox import Kit

__all__ = ["accommodation_of", "accommodations_of", "changed"]

_FOR = 5.0  # seconds; a change is told to every process at once


class Known(msgspec.Struct, frozen=True):
    """All accommodations of one test."""

    rows: dict[UUID, Accommodation]

    @property
    def weight(self) -> int:
        """For the cache: how many small values this stands for."""
        return 1 + len(self.rows) // 5


def _key(test_id: UUID) -> str:
    return f"accommodations:{test_id}"


async def accommodation_of(kit: Kit, test_id: UUID, account_id: UUID) -> Accommodation | None:
    """What someone has more than the others, at most five seconds old; of one test all are kept in memory."""

    async def load() -> Known:
        return Known({row.account_id: row for row in await store.all_of(kit.db.read(), test_id)})

    return (await kit.cache.get(_key(test_id), _FOR, Known, load)).rows.get(account_id)


async def accommodations_of(db: Reader, test_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Accommodation]:
    """What these people have more than the others, as it is now; one statement. Who has nothing is left out."""
    return {row.account_id: row for row in await store.some_of(db, test_id, account_ids)}


def changed(tx: Writer, kit: Kit, test_id: UUID) -> None:
    """Let every process forget the accommodations of a test once `tx` is on disk."""
    tx.after_commit(lambda: kit.cache.invalidate(_key(test_id)))
