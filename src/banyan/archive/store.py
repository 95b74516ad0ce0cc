"""Every statement about the archive."""

from datetime import datetime, timedelta

import msgspec

from banyan.archive.model import Archived, Column, Slice
from banyan.kit.database import Reader
from banyan.kit.growing import Growing
from banyan.kit.partitions import month_after, partitioned, partitions

__all__ = ["ADD_LINE", "columns", "due", "lines", "order_of", "taking", "to_lock"]

_LINE = "table_name, path, since, until, rows, digest, sha256, size, at"
ADD_LINE = f"insert into archived ({_LINE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_TOGETHER = 1_000_000  # rows that are deleted in one transaction, if a day has not more


class Day(msgspec.Struct, frozen=True):
    """How many rows there are of a day, in UTC."""

    day: datetime
    rows: int


async def lines(db: Reader, table: str | None = None) -> list[Archived]:
    """The files of the archive, the oldest first; of one table."""
    return await db.all(
        Archived,
        f"select {_LINE} from archived where table_name = $1 or $1::text is null order by table_name, until, path",
        table,
    )


async def columns(db: Reader, growing: Growing) -> list[Column]:
    """What of a table is archived."""
    found = await db.all(
        Column,
        """
        select attname::text as name, format_type(atttypid, null) as type
          from pg_attribute
         where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
         order by attnum
        """,
        growing.table,
    )
    return [column for column in found if column.name not in growing.without]


async def order_of(db: Reader, growing: Growing) -> list[str]:
    """The columns that a table is sorted by in its files: its primary key."""
    return await db.all(
        str,
        """
        select a.attname::text as name
          from pg_index i
          cross join unnest(i.indkey) with ordinality k (number, place)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
         where i.indrelid = $1::text::regclass and i.indisprimary
         order by k.place
        """,
        growing.table,
    )


async def due(db: Reader, growing: Growing, before: datetime) -> list[Slice]:
    """What of a table is older than `before`, the oldest first."""
    if growing.table not in await partitioned(db):
        return _days_together(growing, await _days(db, growing, before), before)
    oldest, *others = await partitions(db, growing.table)
    return [
        Slice(growing, each.since, each.until, each, oldest)
        for each in (oldest, *others)
        if each.until is not None and each.until <= before
    ]


def to_lock(part: Slice) -> list[str]:
    """The statements that keep the rows as they are until they are gone, whatever others do. They come first."""
    if part.partition is None or part.before is None:
        return []
    names = dict.fromkeys((part.before.name, part.partition.name))
    return [f"lock table {name} in share mode" for name in names]


def taking(part: Slice, columns: list[Column], order: list[str]) -> str:
    """The statement that reads them."""
    wanted = ", ".join(column.name for column in columns)
    return f"select {wanted} from {source(part)} order by {', '.join(order)}"


def source(part: Slice) -> str:
    """Where they are, as what follows `from`."""
    if part.partition is not None:
        return part.partition.name
    since = f"{part.growing.key} >= '{part.since.isoformat()}' and " if part.since else ""
    return f"{part.growing.table} where {since}{part.growing.key} < '{part.until.isoformat()}'"


async def _days(db: Reader, growing: Growing, before: datetime) -> list[Day]:
    return await db.all(
        Day,
        f"""
        select date_trunc('day', {growing.key}, 'UTC') as day, count(*) as rows from {growing.table}
         where {growing.key} < $1
         group by 1 order by 1
        """,
        before,
    )


def _days_together(growing: Growing, days: list[Day], before: datetime) -> list[Slice]:
    """Days of one month go together as long as they are not too many rows."""
    slices: list[Slice] = []
    rows = 0
    for each in days:
        end = min(each.day + timedelta(days=1), before)
        last = slices[-1] if slices else None
        if (
            last
            and last.since
            and month_after(last.since, 0) <= each.day < month_after(last.since)
            and (rows + each.rows <= _TOGETHER)
        ):
            slices[-1] = msgspec.structs.replace(last, until=end)
            rows += each.rows
        else:
            slices.append(Slice(growing, each.day, end))
            rows = each.rows
    return slices
