"""Tables that only grow, kept by the month: `partition by range (id)` of a UUIDv7, which begins with the time.

Each has a partition for every id: `<table>_before` ends where the months begin, `<table>_later` begins where they end.
(Not a default partition: with one PostgreSQL looks into all of them for the newest rows.) So no insert ever fails.
Months are made ahead by the clock; where that has not happened rows go to `<table>_later`, and are sorted in later.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from prometheus_client import Gauge

from banyan.kit.database import Reader, Writer
from banyan.kit.figures import figure
from banyan.kit.toolbox import Kit

__all__ = [
    "FIGURES",
    "HOLDING_BACK",
    "Partition",
    "dropping",
    "first_id",
    "make_ahead",
    "month_after",
    "partitioned",
    "partitions",
    "time_of",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = 3  # months after this one
_COUNTED = 10_000  # rows at most
_MONTHS = Gauge(
    "banyan_partitions_ahead",
    "Months after this one whose partition of a table is made.",
    ["table"],
    multiprocess_mode="livemax",
)
_EARLY = Gauge(
    "banyan_partition_rows_early",
    "Rows of a table that came before the partition of their month was made.",
    ["table"],
    multiprocess_mode="livemax",
)
_BOUNDS = re.compile(r"FOR VALUES FROM \((MINVALUE|'[0-9a-f-]{36}')\) TO \((MAXVALUE|'[0-9a-f-]{36}')\)")
# Nobody waits behind a transaction that waits to change partitions, for longer than this. On Citus it goes from node to
# node, as it must where it changes tables and rows; elsewhere that setting means nothing.
HOLDING_BACK = (
    "set local lock_timeout = '500ms'",
    "set local citus.multi_shard_modify_mode = 'sequential'",
)


class Partition(msgspec.Struct, frozen=True):
    """A partition: from which moment, to which; None is without end."""

    name: str
    since: datetime | None
    until: datetime | None


class Bounds(msgspec.Struct, frozen=True):
    """A partition as the catalogue tells of it."""

    name: str
    bounds: str


def first_id(moment: datetime) -> UUID:
    """The lowest UUIDv7 of a moment; compare `kit.ids`."""
    return UUID(int=(moment - _EPOCH) // timedelta(milliseconds=1) << 80)


def time_of(made: UUID) -> datetime:
    """When a UUIDv7 was made, in UTC.

    Raises:
        OverflowError, ValueError, OSError: it was not made by a clock.
    """
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def month_after(moment: datetime, months: int = 1) -> datetime:
    """When the month begins that is so many after that of `moment`, in UTC."""
    at = moment.astimezone(UTC)
    years, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return datetime(years, month + 1, 1, tzinfo=UTC)


async def partitioned(db: Reader) -> list[str]:
    """The tables that are kept by the month."""
    return await db.all(
        str,
        """
        select c.relname::text as name
          from pg_partitioned_table p
          join pg_class c on c.oid = p.partrelid
          join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
         where c.relnamespace = 'public'::regnamespace and p.partstrat = 'r' and p.partnatts = 1
           and a.atttypid = 'uuid'::regtype
         order by 1
        """,
    )


async def partitions(db: Reader, table: str) -> list[Partition]:
    """The partitions of a table, the oldest first.

    Raises:
        LookupError: one of them is not of the kind that is made here.
    """
    found = await db.all(
        Bounds,
        """
        select c.relname::text as name, pg_get_expr(c.relpartbound, c.oid) as bounds
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
         where i.inhparent = $1::text::regclass
        """,
        table,
    )
    return sorted((_read(each) for each in found), key=lambda each: (each.until is None, each.until))


async def make_ahead(tx: Writer, table: str, now: datetime) -> list[str]:
    """Make the partitions of the months until three after this one, as far as there are none, and name them.

    Rows that came too early for that are brought to where they belong. The table is locked meanwhile, and that is given
    up rather than waited for long.

    Raises:
        Unavailable: somebody else has locked it.
    """
    await tx.execute("select pg_advisory_xact_lock(hashtext('banyan.partitions'))")
    later = (await partitions(tx, table))[-1]
    months = list(_months(_ends(later), month_after(now, _AHEAD)))
    if not months:
        return []
    early = f"{table}_early"
    made = [Partition(f"{table}_{month:%Y_%m}", month, month_after(month)) for month in months]
    for sql in (
        *HOLDING_BACK,
        f"alter table {table} detach partition {later.name}",
        f"alter table {later.name} rename to {early}",
        *(_create(table, each) for each in made),
        _create(table, Partition(later.name, made[-1].until, None)),
        f"insert into {table} select * from {early}",  # noqa: S608 -- the catalogue's own names
        f"drop table {early}",
    ):
        await tx.execute(sql)
    return [each.name for each in made]


def dropping(table: str, before: Partition, oldest: Partition) -> list[str]:
    """The statements that drop the oldest partition of a table: `before`, or that of the first month after it.

    In the second case nothing may be left in `before`, which then ends where the dropped one ended.
    """
    gone = [before] if oldest == before else [before, oldest]
    return [
        *(f"alter table {table} detach partition {each.name}" for each in gone),
        *(f"drop table {each.name}" for each in gone),
        _create(table, Partition(before.name, None, oldest.until)),
    ]


@figure("partitions.ahead", _MONTHS, every=600)
async def ahead(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """How many months after this one have a partition."""
    db, next_month = kit.db.read(), month_after(datetime.now(UTC))
    lasts = {table: (await partitions(db, table))[-1] for table in await partitioned(db)}
    return {(table,): len(list(_months(next_month, month_after(_ends(last), -1)))) for table, last in lasts.items()}


@figure("partitions.early", _EARLY, every=600)
async def early_rows(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """What lies where no month is."""
    db = kit.db.read()
    return {(table,): await _rows(db, (await partitions(db, table))[-1].name) for table in await partitioned(db)}


FIGURES = (ahead, early_rows)


def _read(found: Bounds) -> Partition:
    bounds = _BOUNDS.fullmatch(found.bounds)
    if bounds is None:
        raise LookupError(f"{found.name} is a partition of another kind: {found.bounds}")
    since, until = (None if bound.isalpha() else time_of(UUID(bound.strip("'"))) for bound in bounds.groups())
    return Partition(found.name, since, until)


def _ends(later: Partition) -> datetime:
    """Where the months end."""
    if later.since is None or later.until is not None:
        raise LookupError(f"{later.name} is not open at its end")
    return later.since


def _months(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first = month_after(first)


def _create(table: str, partition: Partition) -> str:
    since = f"'{first_id(partition.since)}'" if partition.since else "minvalue"
    until = f"'{first_id(partition.until)}'" if partition.until else "maxvalue"
    return f"create table {partition.name} partition of {table} for values from ({since}) to ({until})"


async def _rows(db: Reader, partition: str) -> int:
    return await db.one(
        int,
        f"select count(*) as rows from (select 1 from {partition} limit {_COUNTED}) counted",  # noqa: S608 -- as above
    )
