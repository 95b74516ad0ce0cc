"""Tables that only grow are kept by the month: every row has a place, whatever the clock and the scheduler do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from banyan.app import Banyan
from banyan.kit import housekeeping
from banyan.kit.database import Database, connect
from banyan.kit.ids import new_id
from banyan.kit.partitions import (
    FIGURES,
    HOLDING_BACK,
    Partition,
    dropping,
    first_id,
    make_ahead,
    month_after,
    partitioned,
    partitions,
    time_of,
)
from banyan.kit.problems import Unavailable
from tests.metrics import asked

SCHOOL = UUID(int=7)
NOW = datetime.now(UTC)


class Placed(msgspec.Struct, frozen=True):
    """A row, and the partition that it is in."""

    id: UUID
    place: str


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await connect(database_url, size=4)
    yield database
    await database.close()


async def note(db: Database, moment: datetime) -> UUID:
    """An entry that was made at a moment."""
    entry_id = UUID(int=first_id(moment).int | new_id().int & ((1 << 80) - 1))
    async with db.write() as tx:
        await tx.execute(
            """
            insert into audit_entry (school_id, id, actor_id, actor, action, subject)
            values ($1, $2, $1, 'Tilda', 'groups.removed', 'group:1')
            """,
            SCHOOL, entry_id,
        )  # fmt: skip
    return entry_id


async def places(db: Database) -> dict[UUID, str]:
    rows = await db.read().all(Placed, "select id, tableoid::regclass::text as place from audit_entry")
    return {row.id: row.place for row in rows}


async def make(db: Database, now: datetime) -> list[str]:
    async with db.write() as tx:
        return await make_ahead(tx, "audit_entry", now)


def named(months: int) -> str:
    return f"audit_entry_{month_after(NOW, months):%Y_%m}"


async def names(db: Database) -> list[str]:
    return [each.name for each in await partitions(db.read(), "audit_entry")]


def test_ids_and_moments_turn_into_each_other() -> None:
    before, made = datetime.now(UTC), new_id()
    assert timedelta(milliseconds=-1) <= time_of(made) - before < timedelta(seconds=5)
    assert first_id(before) <= made < first_id(before + timedelta(minutes=1))


def test_a_month_is_that_of_utc() -> None:
    moment = datetime.fromisoformat("2026-12-31T23:30:00-02:00")  # is in January already
    assert month_after(moment, 0) == datetime(2027, 1, 1, tzinfo=UTC)
    assert month_after(moment) == datetime(2027, 2, 1, tzinfo=UTC)
    assert month_after(moment, -1) == datetime(2026, 12, 1, tzinfo=UTC)


async def test_the_audit_log_is_kept_by_the_month(db: Database) -> None:
    assert await partitioned(db.read()) == ["audit_entry"]
    assert await names(db) == ["audit_entry_before", named(1), named(2), named(3), "audit_entry_later"]


async def test_a_row_is_where_its_month_is_also_when_a_clock_is_wrong(db: Database) -> None:
    rows = {
        await note(db, datetime(1971, 1, 1, tzinfo=UTC)): "audit_entry_before",
        await note(db, NOW): "audit_entry_before",
        await note(db, month_after(NOW)): named(1),
        await note(db, month_after(NOW, 2) - timedelta(milliseconds=1)): named(1),
        await note(db, month_after(NOW, 3)): named(3),
        await note(db, datetime(2999, 1, 1, tzinfo=UTC)): "audit_entry_later",
    }
    assert await places(db) == rows


async def test_months_are_made_ahead_once(db: Database) -> None:
    assert await make(db, NOW) == []
    assert await make(db, month_after(NOW, 2)) == [named(4), named(5)]
    assert await make(db, month_after(NOW, 2)) == []
    parts = await partitions(db.read(), "audit_entry")
    assert [(each.name, each.since) for each in parts[1:-1]] == [(named(n), month_after(NOW, n)) for n in range(1, 6)]
    assert [each.until for each in parts[:-1]] == [each.since for each in parts[1:]]


async def test_no_insert_fails_while_months_are_missing_and_all_rows_are_sorted_in_afterwards(db: Database) -> None:
    rows = {await note(db, month_after(NOW, months) + timedelta(days=3)): named(months) for months in (1, 4, 5, 7)}
    far = await note(db, datetime(2999, 1, 1, tzinfo=UTC))
    assert list((await places(db)).values()).count("audit_entry_later") == 4
    await make(db, month_after(NOW, 4))
    assert await places(db) == {**rows, far: "audit_entry_later"}


async def test_who_is_locked_out_gives_up_and_nothing_has_changed(db: Database) -> None:
    before = await names(db)
    async with db.write() as reading:
        await reading.all(int, "select count(*) as rows from audit_entry")
        with pytest.raises(Unavailable):
            await make(db, month_after(NOW, 2))
        late = await asyncio.wait_for(note(db, NOW), 5)
    assert await names(db) == before
    assert late in await places(db)
    assert len(await make(db, month_after(NOW, 2))) == 2


async def test_two_schedulers_make_each_month_once(db: Database) -> None:
    outcomes = await asyncio.gather(*(make(db, month_after(NOW, 2)) for _ in range(3)))
    assert sorted(outcomes) == [[], [], [named(4), named(5)]]
    assert len(await names(db)) == 7


async def test_the_oldest_go_one_by_one_and_what_comes_late_still_has_a_place(db: Database) -> None:
    kept = await note(db, month_after(NOW, 2))
    for gone in ("audit_entry_before", named(1)):
        before, first, *_ = await partitions(db.read(), "audit_entry")
        oldest = first if gone == first.name else before
        async with db.write() as tx:
            for sql in (*HOLDING_BACK, *dropping("audit_entry", before, oldest)):
                await tx.execute(sql)
    assert await names(db) == ["audit_entry_before", named(2), named(3), "audit_entry_later"]
    assert (await partitions(db.read(), "audit_entry"))[0] == Partition("audit_entry_before", None, month_after(NOW, 2))
    late = await note(db, NOW)
    assert await places(db) == {kept: named(2), late: "audit_entry_before"}


async def test_the_newest_page_reads_the_newest_partitions_alone(db: Database, database_url: str) -> None:
    for months in range(-1, 3):
        for _ in range(30):
            await note(db, month_after(NOW, months) + timedelta(days=1))
    connection = await asyncpg.connect(database_url)
    try:
        for wanted in ("", " and action = 'groups.removed'", f" and actor_id = '{SCHOOL}'"):
            plan = "\n".join(row[0] for row in await connection.fetch(
                f"""
                explain (analyze, costs off, timing off, summary off)
                select id from audit_entry where school_id = '{SCHOOL}' and id < '{UUID(int=(1 << 128) - 1)}'{wanted}
                 order by id desc limit 25
                """  # noqa: S608 -- the test's own values
            ))  # fmt: skip
            assert "Merge" not in plan, plan
            assert "Sort" not in plan, plan
            before = next(line for line in plan.splitlines() if "on audit_entry_before" in line)
            assert "never executed" in before, plan
    finally:
        await connection.close()


async def test_the_scheduler_makes_them_and_figures_tell(banyan: Banyan) -> None:
    await housekeeping.make_partitions.run(banyan.kit)
    assert await asked(banyan, FIGURES, "banyan_partitions_ahead") == {"audit_entry": 3}
    assert await asked(banyan, FIGURES, "banyan_partition_rows_early") == {"audit_entry": 0}
    await note(banyan.kit.db, month_after(NOW, 9))
    assert await asked(banyan, FIGURES, "banyan_partition_rows_early") == {"audit_entry": 1}


async def test_a_scheduler_that_was_away_for_half_a_year_is_noticed(
    banyan: Banyan, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Later":
            return cls.fromtimestamp(month_after(NOW, 6).timestamp(), UTC)

    monkeypatch.setattr("banyan.kit.partitions.datetime", Later)
    assert await asked(banyan, FIGURES, "banyan_partitions_ahead") == {"audit_entry": 0}
    monkeypatch.setattr("banyan.kit.housekeeping.datetime", Later)
    await housekeeping.make_partitions.run(banyan.kit)
    assert await asked(banyan, FIGURES, "banyan_partitions_ahead") == {"audit_entry": 3}
