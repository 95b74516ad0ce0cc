"""When the server is gone every caller is told so at once, and when it is back nobody needs to do anything."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from banyan.kit.database import Database, connect
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.problems import Unavailable


@pytest.fixture
async def db(own_postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    await asyncio.to_thread(own_postgres.start)
    database = await connect(own_postgres.url, size=4)
    async with database.write() as tx:
        await tx.execute("drop table if exists note")
        await tx.execute("create table note (id integer primary key)")
    yield database
    await database.close()


async def write(db: Database, number: int) -> None:
    async with db.write() as tx:
        await tx.execute("insert into note values ($1)", number)


async def notes(db: Database) -> list[int]:
    return await db.read().all(int, "select id from note order by id")


async def test_reads_and_writes_say_that_the_server_is_gone_until_it_is_back(
    own_postgres: EmbeddedPostgres, db: Database
) -> None:
    await asyncio.gather(*(write(db, number) for number in range(8)))
    await asyncio.to_thread(own_postgres.stop)
    started = time.monotonic()
    for _ in range(6):
        with pytest.raises(Unavailable):
            await notes(db)
        with pytest.raises(Unavailable):
            await write(db, 99)
    assert time.monotonic() - started < 5
    await asyncio.to_thread(own_postgres.start)
    assert await notes(db) == list(range(8))
    await asyncio.gather(*(write(db, number) for number in range(8, 16)))
    assert await notes(db) == list(range(16))


async def test_what_was_under_way_when_the_server_went_is_not_taken_for_done(
    own_postgres: EmbeddedPostgres, db: Database
) -> None:
    told = []

    async def slow(number: int) -> None:
        async with db.write() as tx:
            await tx.execute("insert into note values ($1)", number)
            tx.after_commit(lambda: told.append(number))
            await tx.execute("select pg_sleep(30)")

    under_way = [asyncio.create_task(slow(number)) for number in range(4)]
    await asyncio.sleep(0.3)
    await asyncio.to_thread(own_postgres.stop)
    outcomes = await asyncio.gather(*under_way, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 4
    await asyncio.to_thread(own_postgres.start)
    assert await notes(db) == []
    assert told == []


async def test_a_server_of_which_the_address_leads_nowhere_is_an_error_at_the_start(
    own_postgres: EmbeddedPostgres,
) -> None:
    await asyncio.to_thread(own_postgres.stop)
    with pytest.raises(OSError, match=r"\S"):
        await connect(own_postgres.url)
