"""A transaction is all or nothing, and whoever is told that it is done can rely on it."""

import asyncio
import time

import asyncpg
import msgspec
import pytest
from asyncpg import connect_utils
from structlog.testing import capture_logs

from banyan.kit import request
from banyan.kit.database import Database, Reader, Writer, connect
from banyan.kit.problems import NotFound, Unavailable
from banyan.kit.telemetry import metrics
from tests.kit.notes import notes, write


class Note(msgspec.Struct):
    id: int
    text: str


def within(seconds: float) -> None:
    request.deadline.set(asyncio.get_running_loop().time() + seconds)


async def test_one_and_maybe_say_how_many_rows_there_are(db: Database) -> None:
    await write(db, 1)
    await write(db, 2)
    sql = "select id, text from note where id <= $1"
    assert await db.read().one(Note, sql, 1) == Note(1, "x")
    assert await db.read().maybe(Note, sql, 0) is None
    with pytest.raises(NotFound):
        await db.read().one(Note, sql, 0)
    with pytest.raises(LookupError):
        await db.read().maybe(Note, sql, 2)
    with pytest.raises(LookupError):
        await db.read().one(Note, sql, 2)
    assert await db.read().one(int, "select null::integer as n") is None, "a row with nothing in it is a row"


async def test_execute_tells_how_many_rows_it_changed(db: Database) -> None:
    async with db.write() as tx:
        assert await tx.execute("insert into note values (1, 'a'), (2, 'b'), (3, 'c')") == 3
        assert await tx.execute("delete from note where id > 1") == 2
        assert await tx.execute("create index on note (text)") == 0


async def test_a_reader_cannot_write_and_a_writer_can_read() -> None:
    assert not hasattr(Reader, "execute")
    assert issubclass(Writer, Reader)


async def test_an_error_leaves_nothing_behind(db: Database) -> None:
    told = []
    with pytest.raises(ValueError, match="no"):
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            tx.after_commit(lambda: told.append("never"))
            raise ValueError("no")
    assert await notes(db) == []
    assert told == []


async def test_a_swallowed_error_of_a_statement_is_not_taken_for_a_commit(db: Database) -> None:
    told = []
    with pytest.raises(RuntimeError, match="rolled back"):
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            tx.after_commit(lambda: told.append("never"))
            with pytest.raises(asyncpg.UniqueViolationError):
                await tx.execute("insert into note values (1, 'b')")
    assert await notes(db) == []
    assert told == []
    await write(db, 2)


async def test_hooks_run_after_the_commit_in_order(db: Database) -> None:
    seen: list[object] = []

    async def look() -> None:
        seen.append(await notes(db))

    async with db.write() as tx:
        await tx.execute("insert into note values (1, 'a')")
        tx.after_commit(look)
        tx.after_commit(lambda: seen.append("second"))
        seen.append(await notes(db))
    assert seen == [[], [1], "second"]


async def test_a_failing_hook_is_logged_and_does_not_stop_the_others(db: Database) -> None:
    told = []
    with capture_logs() as logs:
        async with db.write() as tx:
            tx.after_commit(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
            tx.after_commit(lambda: told.append("next"))
            await tx.execute("insert into note values (1, 'a')")
    assert told == ["next"]
    assert await notes(db) == [1]
    assert [entry["event"] for entry in logs] == ["after_commit_failed"]


async def test_after_its_deadline_a_request_is_stopped_and_nothing_is_changed(db: Database) -> None:
    within(0.2)
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            await tx.execute("select pg_sleep(5)")
    with pytest.raises(Unavailable, match="took too long"):
        await notes(db)
    request.deadline.set(None)
    assert await notes(db) == []


async def test_a_statement_that_runs_too_long_is_stopped(database_url: str) -> None:
    db = await connect(database_url, size=1, statement_timeout=0.1)
    with pytest.raises(Unavailable):
        await db.read().all(str, "select pg_sleep(5)::text as slept")
    assert await db.read().one(int, "select 1 as one") == 1
    await db.close()


async def test_a_crowd_that_takes_every_connection_is_told_to_come_back(database_url: str) -> None:
    db = await connect(database_url, size=1)
    async with db.write():
        within(0.1)
        with pytest.raises(Unavailable):
            await db.read().one(int, "select 1 as one")
        within(0.1)
        with pytest.raises(Unavailable):
            async with db.write():
                pytest.fail("there was no connection to have")
        request.deadline.set(None)
    assert await db.read().one(int, "select 1 as one") == 1
    await db.close()


async def test_a_caller_that_goes_away_takes_its_transaction_along(db: Database) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            begun.set()
            await tx.execute("select pg_sleep(30)")

    for _ in range(7):  # more often than there are connections: none may be lost
        task = asyncio.create_task(slow())
        await begun.wait()
        begun.clear()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.gather(*(write(db, number) for number in range(1, 4)))
    assert await notes(db) == [1, 2, 3]


async def test_a_statement_whose_cancellation_is_lost_holds_nobody_up(
    database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(**_ignored: object) -> None:
        """It came before the statement did, and met an idle server."""

    monkeypatch.setattr(connect_utils, "_cancel", lost)
    other = await connect(database_url, size=1)
    await write(db, 1)

    async def slow() -> None:
        async with other.write() as tx:
            await tx.execute("update note set text = 'mine' where id = 1")
            await tx.execute("select pg_sleep(30)")

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.2)
    task.cancel()
    started = time.monotonic()
    await asyncio.wait([task])
    assert await other.read().all(str, "select text from note") == ["x"]
    async with db.write() as tx:
        await tx.execute("update note set text = 'theirs' where id = 1")
    assert time.monotonic() - started < 8
    await other.close()


async def test_a_caller_that_goes_away_during_the_commit_changes_nothing_about_it(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute("""
            create function wait_a_little() returns trigger language plpgsql as
            $$ begin perform pg_sleep(0.4); return null; end $$
        """)
        await tx.execute("""
            create constraint trigger slow_commit after insert on note deferrable initially deferred
            for each row execute function wait_a_little()
        """)
    told = asyncio.Event()

    async def one() -> None:
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            tx.after_commit(told.set)

    task = asyncio.create_task(one())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(told.wait(), 5)
    assert await notes(db) == [1]


async def test_a_connection_that_breaks_in_a_transaction_is_replaced(db: Database) -> None:
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            mine = await tx.one(int, "select pg_backend_pid() as pid")
            async with db.pool.acquire() as other:
                await other.execute("select pg_terminate_backend($1)", mine)
            await tx.execute("insert into note values (2, 'b')")
    await write(db, 3)
    assert await notes(db) == [3]


async def test_a_connection_that_breaks_before_the_commit_is_not_taken_for_one(db: Database) -> None:
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            mine = await tx.one(int, "select pg_backend_pid() as pid")
            async with db.pool.acquire() as other:
                await other.execute("select pg_terminate_backend($1)", mine)
    assert await notes(db) == []


async def test_two_that_lock_crosswise_are_told_to_try_again(db: Database) -> None:
    await write(db, 1)
    await write(db, 2)
    both = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> str:
        try:
            async with db.write() as tx:
                await tx.execute("update note set text = 'y' where id = $1", first)
                await both.wait()
                await tx.execute("update note set text = 'y' where id = $1", second)
        except Unavailable:
            return "try again"
        return "done"

    assert sorted(await asyncio.gather(lock(1, 2), lock(2, 1))) == ["done", "try again"]


async def test_a_value_that_does_not_fit_is_not_taken_for_a_database_that_is_gone(db: Database) -> None:
    with pytest.raises(asyncpg.DataError, match="int32"):
        await db.read().all(int, "select $1::integer as n", 1 << 40)
    with pytest.raises(asyncpg.DataError):
        await db.read().all(int, "select 1 / $1::integer as n", 0)
    with pytest.raises(asyncpg.InterfaceError, match="expects 1 argument"):
        await db.read().all(int, "select $1::integer as n", 1, 2)


async def test_every_statement_is_measured_by_the_function_that_makes_it(db: Database) -> None:
    await notes(db)
    await db.read().maybe(int, "select id from note where false")
    text = metrics().decode()
    assert 'banyan_statement_seconds_count{statement="tests.kit.notes.notes"}' in text
    assert 'statement="tests.kit.test_database.test_every_statement_is_measured_by_the_function_that_makes_it"' in text


async def test_observers_see_each_statement(db: Database) -> None:
    seen: list[tuple[str, tuple[object, ...]]] = []
    db.observers.append(lambda sql, args: seen.append((sql, tuple(args))))
    await write(db, 1, "a")
    assert seen == [("insert into note (id, text) values ($1, $2)", (1, "a"))]


async def test_times_are_in_utc_whatever_the_server_is_set_to(db: Database) -> None:
    assert await db.read().one(str, "select current_setting('timezone') as zone") == "UTC"


async def test_a_closed_database_says_so(database_url: str) -> None:
    db = await connect(database_url, size=1)
    await db.close()
    with pytest.raises(Unavailable):
        await db.read().one(int, "select 1 as one")


async def test_closing_waits_for_a_commit_that_nobody_waits_for(db: Database, database_url: str) -> None:
    other = await connect(database_url, size=1)
    inside = asyncio.Event()

    async def one() -> None:
        async with other.write() as tx:
            await tx.execute("insert into note values (1, 'a')")
            tx.after_commit(inside.set)

    await asyncio.gather(one(), return_exceptions=True)
    await other.close()
    assert inside.is_set()
    assert await notes(db) == [1]


async def test_a_crowd_larger_than_the_pool_is_served_to_the_last(database_url: str) -> None:
    database = await connect(database_url, size=3)

    async def read(number: int) -> int:
        return await database.read().one(int, "select $1::integer as number", number)

    async def write(number: int) -> int:
        async with database.write() as tx:
            return await tx.one(int, "select $1::integer as number", number)

    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(call(number) for number in range(200) for call in (read, write)))
    assert answers == [number for number in range(200) for _ in range(2)]
    assert database.pool.get_size() <= 3
    await database.close()


async def test_what_is_written_for_a_crowd_is_planned_for_what_there_is(db: Database) -> None:
    sql = "update note set text = 'seen' where id = any($1::integer[])"
    asked = "select custom_plans::integer from pg_prepared_statements where statement = $1"
    async with db.write(replan=True) as tx:
        for ids in ([1], [2, 3]):
            await tx.execute(sql, ids)
        assert await tx.one(int, asked, sql) == 2
    async with db.write() as tx:  # on the same connection: it was the last to be given back
        await tx.execute(sql, [4])
        assert await tx.one(int, asked, sql) == 2, "what is not for a crowd is planned once"


async def test_no_table_is_read_whole_because_it_was_small_when_it_was_asked_first(db: Database) -> None:
    async with db.pool.acquire() as connection:
        await connection.execute("vacuum analyze note")
        plan = await connection.fetchval("explain select text from note where id = 1")
    assert plan.startswith("Index Scan")
