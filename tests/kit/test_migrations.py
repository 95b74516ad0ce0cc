"""The database gets its shape once, however often and by however many it is asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
import pytest

from banyan.kit import migrations
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.partitions import first_id, month_after

SHIPPED = migrations.MIGRATIONS
ALL = [*sorted(path.stem for path in migrations.MIGRATIONS.glob("*.sql")), "pgqueuer"]


@pytest.fixture
async def url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database with nothing in it."""
    async with connected(postgres.url.replace("/banyan?", "/postgres?")) as admin:
        await admin.execute("create database bare template template0")
        yield postgres.url.replace("/banyan?", "/bare?")
        await admin.execute("drop database bare with (force)")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def shape(url: str) -> list[Any]:
    async with connected(url) as connection:
        return [tuple(row) for row in await connection.fetch(
            "select table_name, column_name, data_type from information_schema.columns "
            "where table_schema = 'public' order by 1, 2"
        )]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations of the test's own."""
    (tmp_path / "0001_first.sql").write_text("create table first (id integer);\ninsert into first values (1);\n")
    monkeypatch.setattr(migrations, "MIGRATIONS", tmp_path)
    return tmp_path


async def test_what_waits_is_applied_once(url: str) -> None:
    before = await migrations.status(url)
    assert (before.applied, before.waiting, before.unknown) == ([], ALL, [])
    assert await migrations.migrate(url) == ALL
    after = await migrations.status(url)
    assert (after.applied, after.waiting, after.unknown) == (ALL, [], [])
    made = await shape(url)
    assert await migrations.migrate(url) == []
    assert await shape(url) == made


async def test_many_that_start_at_once_take_turns(url: str) -> None:
    def alone() -> list[str]:
        return asyncio.run(migrations.migrate(url))

    outcomes = await asyncio.gather(*(asyncio.to_thread(alone) for _ in range(4)))
    assert sorted(outcomes) == [[], [], [], ALL]


async def test_a_new_file_is_applied_to_a_database_that_has_the_others(url: str, files: Path) -> None:
    await migrations.migrate(url)
    (files / "0002_second.sql").write_text("alter table first add column name text;\n")
    assert (await migrations.status(url)).waiting == ["0002_second"]
    assert await migrations.migrate(url) == ["0002_second"]
    assert ("first", "name", "text") in await shape(url)


async def test_a_file_that_fails_leaves_nothing_of_itself(url: str, files: Path) -> None:
    (files / "0002_second.sql").write_text("create table half (id integer);\nselect nonsense;\n")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await migrations.migrate(url)
    assert (await migrations.status(url)).waiting == ["0002_second", "pgqueuer"]
    assert {table for table, _, _ in await shape(url)} >= {"first"}
    assert "half" not in {table for table, _, _ in await shape(url)}
    (files / "0002_second.sql").write_text("create table half (id integer);\n")
    assert await migrations.migrate(url) == ["0002_second", "pgqueuer"]


async def test_a_queue_that_was_not_made_or_is_old_is_seen_to(url: str) -> None:
    await migrations.migrate(url)
    async with connected(url) as connection:
        await connection.execute("alter table pgqueuer drop column headers")
    assert (await migrations.status(url)).waiting == ["pgqueuer"]
    assert await migrations.migrate(url) == ["pgqueuer"]
    assert "headers" in {column for table, column, _ in await shape(url) if table == "pgqueuer"}


async def test_a_database_of_a_newer_banyan_is_recognised(url: str, files: Path) -> None:
    (files / "0002_newer.sql").write_text("create table newer (id integer);\n")
    await migrations.migrate(url)
    (files / "0002_newer.sql").unlink()
    found = await migrations.status(url)
    assert (found.applied, found.waiting, found.unknown) == (["0001_first", "pgqueuer"], [], ["0002_newer"])


async def test_the_short_name_of_the_scheme_is_understood(url: str) -> None:
    assert await migrations.migrate(url.replace("postgresql://", "postgres://")) == ALL


async def test_the_audit_log_becomes_one_by_the_month_and_keeps_its_rows(url: str, files: Path) -> None:
    """Also those of machines whose clocks were wrong."""
    now = datetime.now(UTC)
    old, far = now - timedelta(days=800), datetime(2999, 1, 1, tzinfo=UTC)
    moments = [datetime(1970, 1, 2, tzinfo=UTC), old, now, month_after(now, 2), far]
    ids = [UUID(int=first_id(moment).int | number) for number, moment in enumerate(moments)]
    (files / "0001_first.sql").unlink()
    for path in sorted(SHIPPED.glob("*.sql")):
        if path.stem < "0023":
            (files / path.name).write_text(path.read_text())
    await migrations.migrate(url)
    async with connected(url) as connection:
        await connection.executemany(
            """
            insert into audit_entry (school_id, id, course_id, actor_id, actor, action, subject, details, at)
            values ($1, $1, null, $1, 'Tilda', 'groups.removed', 'group:1', '{"name": "Ann"}', $2)
            """,
            [(entry_id, now) for entry_id in ids],
        )
        was = await connection.fetch("select * from audit_entry order by id")
    for path in SHIPPED.glob("*.sql"):
        (files / path.name).write_text(path.read_text())
    assert "0023_partitions" in await migrations.migrate(url)
    async with connected(url) as connection:
        assert await connection.fetch("select * from audit_entry order by id") == was
        inside = await connection.fetch("select tableoid::regclass::text as place from audit_entry order by id")
        assert [row["place"] for row in inside] == [
            *["audit_entry_before"] * 3, f"audit_entry_{month_after(now, 2):%Y_%m}", "audit_entry_later"
        ]  # fmt: skip
        indexes = await connection.fetch(
            "select inhparent::regclass::text as of from pg_inherits "
            "join pg_index on indexrelid = inhrelid where indrelid = 'audit_entry_before'::regclass order by 1"
        )
        assert [row["of"] for row in indexes] == [
            "audit_entry_action", "audit_entry_actor", "audit_entry_course", "audit_entry_pkey"
        ]  # fmt: skip
