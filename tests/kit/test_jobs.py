"""A job exists if, and only if, what asked for it was committed; and then it runs, whatever happens to its worker."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from banyan.app import Banyan
from banyan.kit import jobs, migrations
from banyan.kit.database import Database, connect
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.jobs import JobKind, Periodic, Worker
from banyan.kit.toolbox import Kit
from banyan.settings import Settings
from tests.kit.bare import bare_kit


class Note(msgspec.Struct):
    text: str


async def store(kit: Kit, text: str) -> None:
    async with kit.db.write() as tx:
        await tx.execute("insert into note (text) values ($1)", text)


async def run_note(kit: Kit, note: Note) -> None:
    await store(kit, note.text)


NOTE = JobKind("test.note", Note, run_note, 3)


async def opened(url: str) -> Database:
    database = await connect(url, size=5)
    database.enqueue = jobs.enqueue
    async with database.write() as tx:
        await tx.execute(
            "create table if not exists note (text text not null, at timestamptz default clock_timestamp())"
        )
        await tx.execute("truncate note")
    return database


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await opened(database_url)
    yield database
    await database.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries wait a moment, not seconds."""
    monkeypatch.setattr(jobs, "_delay", lambda _attempt: timedelta(milliseconds=20))


@asynccontextmanager
async def working(
    url: str, db: Database, *kinds: JobKind[Any], periodic: Sequence[Periodic] = (), silence: float = 30
) -> AsyncIterator[Worker]:
    worker = Worker(url, bare_kit(db), kinds, periodic, silence=silence)
    running = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await asyncio.wait_for(running, 10)


async def notes(db: Database) -> list[str]:
    return await db.read().all(str, "select text from note order by at")


async def queued(db: Database) -> int:
    return await db.read().one(int, "select count(*) as n from pgqueuer where status <> 'failed'")


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 -- what is waited for happens in other processes
            await asyncio.sleep(0.02)


async def enqueue(db: Database, *texts: str, kind: JobKind[Note] = NOTE, after: timedelta = timedelta(0)) -> None:
    async with db.write() as tx:
        await tx.enqueue(*(kind(Note(text), after=after) for text in texts))


async def test_a_job_exists_only_if_its_transaction_commits(db: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with db.write() as tx:
            await tx.enqueue(NOTE(Note("lost")))
            raise ValueError("no")
    assert await queued(db) == 0
    await enqueue(db, "a", "b")
    assert await queued(db) == 2


async def test_jobs_run_with_what_they_were_given(database_url: str, db: Database) -> None:
    texts = ["a", 'with "quotes" and \u202e é', "c"]
    await enqueue(db, *texts)
    async with working(database_url, db, NOTE):
        await until(lambda: _equal(notes(db), texts))
        await until(lambda: _equal(queued(db), 0))


async def _equal(found: Awaitable[object], wanted: object) -> bool:
    actual = await found
    return actual == wanted or (isinstance(actual, list) and Counter(actual) == Counter(wanted))  # type: ignore[call-overload]


async def test_a_crowd_of_jobs_does_not_run_all_at_once(database_url: str, db: Database) -> None:
    running, most = 0, 0

    async def count(kit: Kit, note: Note) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        await store(kit, note.text)

    await enqueue(db, *(str(number) for number in range(200)))
    async with working(database_url, db, JobKind("test.note", Note, count, 3)):
        await until(lambda: _equal(db.read().one(int, "select count(*) as n from note"), 200))
    assert 1 < most <= 20


async def test_a_job_for_later_waits(database_url: str, db: Database) -> None:
    await enqueue(db, "later", after=timedelta(seconds=0.6))
    await enqueue(db, "now")
    async with working(database_url, db, NOTE):
        await until(lambda: _equal(notes(db), ["now"]))
        assert await notes(db) == ["now"]
        await until(lambda: _equal(notes(db), ["now", "later"]))


@pytest.mark.usefixtures("soon")
async def test_a_job_that_fails_is_tried_again(database_url: str, db: Database) -> None:
    tries = 0

    async def third_time_lucky(kit: Kit, note: Note) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError(f"try {tries}")
        await store(kit, note.text)

    await enqueue(db, "done")
    async with working(database_url, db, JobKind("test.note", Note, third_time_lucky, 3)):
        await until(lambda: _equal(notes(db), ["done"]))
        await until(lambda: _equal(queued(db), 0))
    assert tries == 3
    assert await db.read().one(int, "select count(*) as n from pgqueuer") == 0


def test_a_job_is_tried_for_hours_before_it_is_given_up() -> None:
    kind = jobs.job("test.tried", Note)(run_note)
    hours = sum(jobs._delay(attempt).total_seconds() for attempt in range(1, kind.attempts)) / 3600
    assert 3 < hours < 5


@pytest.mark.parametrize("attempt", range(1, 20))
def test_the_time_between_two_tries_doubles_up_to_an_hour(attempt: int) -> None:
    full = min(2**attempt, 3600)
    waits = [jobs._delay(attempt).total_seconds() for _ in range(200)]
    assert 0.75 * full <= min(waits) <= max(waits) <= full
    assert len(set(waits)) > 100, "jobs that failed together must not come back together"


@pytest.mark.usefixtures("soon")
async def test_a_job_that_keeps_failing_is_a_dead_letter_with_its_error(database_url: str, db: Database) -> None:
    async def fail(_kit: Kit, note: Note) -> None:
        raise ValueError(f"cannot do {note.text}")

    await enqueue(db, "this")
    async with working(database_url, db, JobKind("test.note", Note, fail, 2)):
        await until(lambda: _equal(db.read().all(str, "select status::text as s from pgqueuer"), ["failed"]))
        error = "select traceback ->> 'exception_message' as e from pgqueuer_log where status = 'failed'"
        await until(lambda: _equal(db.read().all(str, error), ["cannot do this"]))


@pytest.mark.usefixtures("soon")
async def test_a_payload_of_another_version_is_a_dead_letter_and_stops_nothing(database_url: str, db: Database) -> None:
    async with db.write() as tx:
        await tx.enqueue(jobs.Job("test.note", b'{"words": 1}', timedelta(0)), NOTE(Note("fine")))
    async with working(database_url, db, NOTE):
        await until(lambda: _equal(notes(db), ["fine"]))
        await until(lambda: _equal(db.read().all(str, "select status::text as s from pgqueuer"), ["failed"]))


async def test_a_kind_that_a_worker_does_not_know_waits_for_one_that_does(database_url: str, db: Database) -> None:
    await enqueue(db, "other", kind=JobKind("test.other", Note, run_note, 3))
    await enqueue(db, "mine")
    async with working(database_url, db, NOTE):
        await until(lambda: _equal(notes(db), ["mine"]))
        await until(lambda: _equal(queued(db), 1))


async def test_another_worker_runs_the_job_of_one_that_was_killed(database_url: str, db: Database) -> None:
    await enqueue(db, "job")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.kit.dying_worker", database_url)
    try:
        await until(lambda: _equal(notes(db), ["job begun"]))
    finally:
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
    async with working(database_url, db, NOTE, silence=1):
        await until(lambda: _equal(notes(db), ["job begun", "job"]))
        await until(lambda: _equal(queued(db), 0))


async def test_a_worker_that_is_stopped_finishes_what_it_has_begun(database_url: str, db: Database) -> None:
    begun = asyncio.Event()

    async def slow(kit: Kit, note: Note) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        await store(kit, note.text)

    await enqueue(db, "done")
    async with working(database_url, db, JobKind("test.note", Note, slow, 3)):
        await asyncio.wait_for(begun.wait(), 10)
    assert await notes(db) == ["done"]
    assert await queued(db) == 0


async def test_a_worker_that_is_cancelled_puts_its_jobs_back(database_url: str, db: Database) -> None:
    begun = asyncio.Event()

    async def endless(_kit: Kit, _note: Note) -> None:
        begun.set()
        await asyncio.sleep(3600)

    await enqueue(db, "job")
    worker = Worker(database_url, bare_kit(db), [JobKind("test.note", Note, endless, 3)], [])
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(begun.wait(), 10)
    worker.stop()
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with working(database_url, db, NOTE):
        await until(lambda: _equal(notes(db), ["job"]))


async def test_a_worker_that_is_stopped_before_it_has_connected_ends(database_url: str, db: Database) -> None:
    worker = Worker(database_url, bare_kit(db), [NOTE], [])
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0)
    worker.stop()
    await asyncio.wait_for(running, 5)


async def test_periodic_work_runs_once_however_many_workers_there_are(database_url: str, db: Database) -> None:
    async def tick(kit: Kit) -> None:
        await store(kit, "tick")

    every_second = Periodic("test.tick", "* * * * * *", tick)  # the sixth field, for this test alone, is seconds
    async with (
        working(database_url, db, periodic=[every_second]),
        working(database_url, db, periodic=[every_second]),
    ):
        await until(lambda: _at_least(db, 5))
    seconds = await db.read().one(float, "select extract(epoch from max(at) - min(at))::float8 as seconds from note")
    assert len(await notes(db)) <= seconds + 2  # each may come up to a second late


async def _at_least(db: Database, count: int) -> bool:
    return len(await notes(db)) >= count


async def test_a_scheduler_alone_leaves_jobs_to_workers(settings: Settings, database_url: str) -> None:
    scheduler = Banyan(settings, database_url, roles=frozenset({"scheduler"}))
    await scheduler.start()
    try:
        async with asyncio.timeout(10):
            while not await scheduler.kit.db.read().one(int, "select count(*) as n from pgqueuer_schedules"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await scheduler.stop()


async def test_periodic_work_that_fails_runs_again_the_next_time(database_url: str, db: Database) -> None:
    async def tick(kit: Kit) -> None:
        await store(kit, "tick")
        raise ValueError("no")

    async with working(database_url, db, periodic=[Periodic("test.tick", "* * * * * *", tick)]):
        await until(lambda: _at_least(db, 2))


async def test_a_worker_comes_back_when_the_database_does(own_postgres: EmbeddedPostgres) -> None:
    await migrations.migrate(own_postgres.url)
    db = await opened(own_postgres.url)
    async with working(own_postgres.url, db, NOTE):
        await enqueue(db, "before")
        await until(lambda: _equal(notes(db), ["before"]))
        await asyncio.to_thread(own_postgres.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(own_postgres.start)
        await enqueue(db, "after")
        await until(lambda: _equal(notes(db), ["before", "after"]))
    await db.close()
