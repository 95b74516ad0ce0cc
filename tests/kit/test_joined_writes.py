"""Writes that join the transaction above them."""

import asyncio

import asyncpg
import pytest

from banyan.kit.database import Database
from tests.kit.notes import notes, write


async def test_writes_join_the_transaction_above_them(db: Database) -> None:
    told = []
    async with db.joined_write() as tx:
        await tx.execute("insert into note values (1, 'a')")
        async with db.write() as inner:
            await inner.execute("insert into note values (2, 'b')")
            inner.after_commit(lambda: told.append("done"))
        assert await notes(db) == [1, 2], "a read sees what the joined transaction wrote"
        assert told == []
        async with asyncio.timeout(5), db.pool.acquire() as other:
            assert await other.fetchval("select count(*) from note") == 0
    assert told == ["done"]
    assert await notes(db) == [1, 2]


async def test_what_fails_inside_a_joined_transaction_fails_alone(db: Database) -> None:
    told = []
    async with db.joined_write():
        await write(db, 1)
        with pytest.raises(asyncpg.UniqueViolationError):
            async with db.write() as tx:
                await tx.execute("insert into note values (7, 'gone')")
                tx.after_commit(lambda: told.append("never"))
                await tx.execute("insert into note values (1, 'again')")
        await write(db, 2)
    assert await notes(db) == [1, 2]
    assert told == []


async def test_a_joined_transaction_that_fails_takes_everything_back(db: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with db.joined_write():
            await write(db, 1)
            raise ValueError("no")
    assert await notes(db) == []


async def test_statements_side_by_side_share_a_joined_transaction(db: Database) -> None:
    async with db.joined_write():
        await asyncio.gather(*(write(db, number) for number in range(5)), notes(db), notes(db))
    assert await notes(db) == [0, 1, 2, 3, 4]


async def test_work_left_behind_by_a_joined_transaction_does_not_use_it(db: Database) -> None:
    go = asyncio.Event()

    async def later() -> list[int]:
        await go.wait()
        await write(db, 2)
        return await notes(db)

    async with db.joined_write() as tx:
        left = asyncio.create_task(later())
        await tx.execute("insert into note values (1, 'a')")
    go.set()
    assert await left == [1, 2]
