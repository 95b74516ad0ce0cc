"""Which tables only grow, so that what is old may be taken out of the database."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from banyan.kit.cache import Cache
from banyan.kit.database import Database

__all__ = ["Growing", "archived_until"]

_FRESH = 300.0  # seconds; it changes at night


@dataclass(frozen=True, slots=True)
class Growing:
    """A table whose rows become too many with time, and that can do without its old ones.

    Attributes:
        key: the column that says how old a row is: a UUIDv7, or a time. A partitioned table is partitioned by it.
        without: columns that an archive leaves out, because what is in them must stay where it can be taken back.
    """

    table: str
    key: str
    without: frozenset[str] = frozenset()


class Reach(msgspec.Struct, frozen=True):
    """What is older is in the archive."""

    until: datetime | None


async def archived_until(db: Database, cache: Cache, table: str) -> datetime | None:
    """Rows of a table that are older than this are in the archive; None if none are. Known for five minutes."""

    async def load() -> Reach:
        return await db.read().one(Reach, "select max(until) as until from archived where table_name = $1", table)

    return (await cache.get(f"archived:{table}", _FRESH, Reach, load)).until
