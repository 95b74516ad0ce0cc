"""What a statement says to a cluster besides."""

from collections.abc import AsyncIterator

import pytest

from banyan.kit.database import Database, connect
from banyan.kit.statements import sharded

_HINTED = """
    select n.id from unnest($1::uuid[]) as n (id) join room r on r.id = n.id
     /* sharded: where r.id = any($1) */
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await connect(database_url, size=2)
    yield opened
    await opened.close()


def test_what_is_said_to_a_cluster_becomes_part_of_the_statement() -> None:
    assert "where r.id = any($1)" in sharded(_HINTED)
    assert "sharded" not in sharded(_HINTED)


def test_a_statement_without_it_is_the_same_everywhere() -> None:
    sql = "select 1 /* two */ + 3 -- sharded: four"
    assert sharded(sql) == sql


async def test_on_one_machine_it_stays_a_comment(database: Database) -> None:
    await database.read().all(str, f"{_HINTED} /* sharded: nonsense */", [])
    async with database.pool.acquire() as connection:
        assert await connection.fetchval("show plan_cache_mode") == "force_generic_plan"
    assert database.read().lots([1, 2, 3]) == [[1, 2, 3]]


async def test_on_a_cluster_rows_are_taken_one_by_one(database: Database) -> None:
    database.primary.sharded = True
    assert database.read().lots([1, 2, 3]) == [[1], [2], [3]]
    assert database.read().lots([]) == []
