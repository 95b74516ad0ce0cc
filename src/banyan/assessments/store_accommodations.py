"""Every statement about accommodations: all are keyed by the test."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.assessments.model import Accommodation, SetAccommodation
from banyan.kit.database import Reader, Writer

__all__ = ["NamedRow", "all_of", "one", "page", "put", "remove", "rename", "some_of"]

_NAMED = "account_id, name, extra_percent, extra_minutes, extra_attempts, opens_at, closes_at"
_COLUMNS = "account_id, extra_percent, extra_minutes, extra_attempts, opens_at, closes_at"


class NamedRow(msgspec.Struct, frozen=True):
    """An accommodation with the name of whom it is for."""

    account_id: UUID
    name: str
    extra_percent: int
    extra_minutes: int
    extra_attempts: int
    opens_at: datetime | None
    closes_at: datetime | None


async def all_of(db: Reader, test_id: UUID) -> list[Accommodation]:
    """All accommodations of a test."""
    return await db.all(Accommodation, f"select {_COLUMNS} from accommodation where assessment_id = $1", test_id)


async def some_of(db: Reader, test_id: UUID, account_ids: Sequence[UUID]) -> list[Accommodation]:
    """Those of these people."""
    return await db.all(
        Accommodation,
        f"select {_COLUMNS} from accommodation where assessment_id = $1 and account_id = any($2::uuid[])",
        test_id,
        list(account_ids),
    )


async def one(db: Reader, test_id: UUID, account_id: UUID) -> NamedRow | None:
    """What one of them has, with their name."""
    return await db.maybe(
        NamedRow,
        f"select {_NAMED} from accommodation where assessment_id = $1 and account_id = $2",
        test_id,
        account_id,
    )


async def page(db: Reader, test_id: UUID, after: tuple[str, UUID] | None, limit: int) -> list[NamedRow]:
    """Who has an accommodation in a test, by name, those after the given name and id."""
    return await db.all(
        NamedRow,
        f"""
        select {_NAMED}
          from accommodation
         where assessment_id = $1 and (name, account_id) > ($2, $3)
         order by name, account_id
         limit $4
        """,
        test_id,
        *(after or ("", UUID(int=0))),
        limit,
    )


async def put(tx: Writer, test_id: UUID, account_id: UUID, name: str, wanted: SetAccommodation) -> None:
    """Give someone an accommodation, instead of the one that they may have."""
    await tx.execute(
        """
        insert into accommodation (assessment_id, account_id, name, extra_percent, extra_minutes, extra_attempts,
                                   opens_at, closes_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (assessment_id, account_id) do update
           set name = excluded.name, extra_percent = excluded.extra_percent, extra_minutes = excluded.extra_minutes,
               extra_attempts = excluded.extra_attempts, opens_at = excluded.opens_at, closes_at = excluded.closes_at,
               changed_at = excluded.changed_at
        """,
        test_id,
        account_id,
        name,
        wanted.extra_percent,
        wanted.extra_minutes,
        wanted.extra_attempts,
        wanted.opens_at,
        wanted.closes_at,
    )


async def remove(tx: Writer, test_id: UUID, account_id: UUID) -> str | None:
    """Take an accommodation back; the name of whom it was for, None if there was none."""
    return await tx.maybe(
        str,
        "delete from accommodation where assessment_id = $1 and account_id = $2 returning name",
        test_id,
        account_id,
    )


async def rename(tx: Writer, account_id: UUID, name: str) -> None:
    """Bring a new name to all accommodations of someone."""
    await tx.execute("update accommodation set name = $2 where account_id = $1", account_id, name)
