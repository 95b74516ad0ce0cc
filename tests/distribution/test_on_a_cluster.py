"""`banyan db distribute` on a real cluster."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from banyan.distribution import NotReady, distribute, migrate, steps
from banyan.kit import migrations
from tests.citus import ClusterDatabases

pytestmark = pytest.mark.citus
_ON_THE_ROSTER = "insert into roster (course_id, learner_id, name, email) values ($1, $2, 'Ann', 'ann@hill.example')"
_PLACEMENTS = """
    select table_name::text, citus_table_type || coalesce(' ' || distribution_column, '') as placed from citus_tables
"""
_STORED = """
    select a.name, c.title
      from enrolment e join account a on a.id = e.learner_id join course c on c.id = e.course_id
"""
_BADGES = """
    create table badge_kind (id uuid primary key, school_id uuid not null references school (id));
    comment on table badge_kind is 'distribution: reference';
    insert into badge_kind (id, school_id) select id, id from school;
    create table badge (
        learner_id uuid not null,
        id         uuid not null,
        course_id  uuid not null references course (id),
        kind_id    uuid not null references badge_kind (id),
        primary key (learner_id, id)
    );
    comment on table badge is 'distribution: learner (learner_id)';
    insert into badge (learner_id, id, course_id, kind_id)
        select learner_id, course_id, course_id, id from enrolment, badge_kind;
    create table badge_wish (learner_id uuid primary key references account (id) on delete cascade);
    comment on table badge_wish is 'distribution: learner (learner_id)';
    alter table enrolment add column place integer not null default 3;
    alter table enrolment add constraint enrolment_place_check check (place > 0);
    create index enrolment_place on enrolment (place) where place > 3;
"""
SCHOOL, COURSE, LEARNER = (f"01900000-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
_CONSTRAINTS = """
    select c.relname, k.conname, pg_get_constraintdef(k.oid) from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relnamespace = 'public'::regnamespace and not relation_is_a_known_shard(c.oid)
     order by 1, 2
"""


def silent(_: str) -> None:
    """For whom nothing need be told."""


@pytest.fixture
def single(cluster: ClusterDatabases) -> Iterator[str]:
    """A migrated database with an enrolment in it, whose nodes know each other; nothing is distributed yet."""
    cluster.make("banyan_single")
    url = cluster.url("banyan_single")
    asyncio.run(migrations.migrate(url))
    asyncio.run(_enrol(url))
    cluster.join("banyan_single")
    yield url
    cluster.drop("banyan_single")


async def _enrol(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("insert into school (id, slug, name) values ($1, 'hill', 'Hill')", SCHOOL)
    await connection.execute("insert into course (id, school_id, title) values ($1, $2, 'Trees')", COURSE, SCHOOL)
    await connection.execute(
        "insert into account (id, school_id, email, name, role, password_hash, locale, time_zone) "
        "values ($1, $2, 'ann@hill.example', 'Ann', 'learner', '', 'en', 'UTC')", LEARNER, SCHOOL,
    )  # fmt: skip
    await connection.execute("insert into enrolment (learner_id, course_id) values ($1, $2)", LEARNER, COURSE)
    await connection.execute(_ON_THE_ROSTER, COURSE, LEARNER)
    await connection.close()


@pytest.fixture
async def connection(single: str) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(single)
    yield opened
    await opened.close()


async def placements(connection: Any) -> dict[str, str]:
    rows = await connection.fetch(_PLACEMENTS)
    return {row["table_name"]: row["placed"] for row in rows}


async def test_a_dry_run_tells_all_and_changes_nothing(single: str, connection: Any) -> None:
    told = [statement for step in await steps(single) for statement in step.statements]
    assert "select create_reference_table('course')" in told
    assert await placements(connection) == {}
    done: list[str] = []
    await distribute(single, done.append)
    assert done == told


async def test_every_table_lies_as_it_declares_with_its_rows_and_its_foreign_keys(single: str, connection: Any) -> None:
    before = await connection.fetch(_CONSTRAINTS)
    await distribute(single, silent, shards=2)
    placed = await placements(connection)
    assert placed["account"] == "distributed id"
    assert placed["roster"] == "distributed course_id"
    assert placed["course"] == "reference <none>"
    assert "pgqueuer" not in placed
    assert await connection.fetch(_CONSTRAINTS) == before
    assert [tuple(row) for row in await connection.fetch(_STORED)] == [("Ann", "Trees")]
    assert await connection.fetchval("select pg_relation_size('enrolment')") == 0, "rows lie on the coordinator"
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(_ON_THE_ROSTER, LEARNER, LEARNER)


async def test_a_second_run_finds_nothing_to_do(single: str) -> None:
    assert await distribute(single, silent, shards=2) > 100
    assert await distribute(single, silent, shards=2) == 0
    assert await steps(single) == []


@pytest.mark.parametrize("last", [1, 130, 260])
async def test_an_interrupted_run_is_finished_by_the_next(
    single: str, connection: Any, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    before = await connection.fetch(_CONSTRAINTS)
    left = iter(range(last))

    def told(_: str) -> None:
        if next(left, None) is None:
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await distribute(single, told, shards=2)
    await distribute(single, silent, shards=2)
    assert await connection.fetch(_CONSTRAINTS) == before
    assert await connection.fetchval("select count(*) from foreign_key_aside") == 0
    assert await connection.fetchval("select count(*) from enrolment e join account a on a.id = e.learner_id") == 1
    assert await steps(single) == []


async def test_processes_that_may_write_are_in_the_way(single: str, connection: Any) -> None:
    other = await asyncpg.connect(single, server_settings={"application_name": "banyan"})
    with pytest.raises(NotReady, match=r"1 connections.*banyan mode read-only"):
        await distribute(single, silent, shards=2)
    await connection.execute("update installation set read_only = true")
    assert await distribute(single, silent, shards=2)
    await other.close()


async def test_a_worker_is_not_the_place_to_distribute(single: str, cluster: ClusterDatabases) -> None:
    with pytest.raises(NotReady, match="a worker of the Citus cluster"):
        await distribute(cluster.url("banyan_single", cluster.nodes[1]), silent)


async def test_a_cluster_without_workers_says_how_to_add_them(cluster: ClusterDatabases) -> None:
    cluster.make("banyan_alone")
    try:
        await migrations.migrate(cluster.url("banyan_alone"))
        with pytest.raises(NotReady, match="citus_set_coordinator_host"):
            await distribute(cluster.url("banyan_alone"), silent)
        cluster.join("banyan_alone", workers=0)
        with pytest.raises(NotReady, match="citus_add_node"):
            await distribute(cluster.url("banyan_alone"), silent)
    finally:
        cluster.drop("banyan_alone")


async def test_a_migration_changes_what_is_distributed_and_its_tables_are_distributed(
    single: str, connection: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await distribute(single, silent, shards=2)
    for file in migrations.MIGRATIONS.glob("*.sql"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "9001_badges.sql").write_text(_BADGES)
    monkeypatch.setattr(migrations, "MIGRATIONS", tmp_path)
    assert await migrate(single) == ["9001_badges"]
    placed = await placements(connection)
    assert (placed["badge"], placed["badge_kind"]) == ("distributed learner_id", "reference <none>")
    rows = await connection.fetch("select e.place from badge b join enrolment e using (learner_id, course_id)")
    assert [row["place"] for row in rows] == [3]
    assert await steps(single) == []
