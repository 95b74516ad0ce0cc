"""The primary says nothing any more, and hangs up on nobody, as a machine whose power is cut."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from banyan.kit.jobs import JobKind, Worker
from banyan.kit.problems import Unavailable
from banyan.kit.toolbox import Kit
from tests.replication.cluster import Cluster
from tests.replication.test_replicas import eventually, in_use
from tests.story import School


class Sign(msgspec.Struct):
    """What a job leaves behind."""

    name: str


async def leave(kit: Kit, sign: Sign) -> None:
    async with kit.db.write() as tx:
        await tx.execute("update school set name = $1", sign.name)


LEAVE = JobKind("test.leave", Sign, leave, 3)


@pytest.fixture
async def silent(nodes: Cluster, reader: School) -> AsyncIterator[School]:
    """A school that has been written to, whose primary stands still from when the test calls `pause` on."""
    await eventually(lambda: in_use(reader.banyan.kit.db) == [True])
    yield reader
    nodes.primary.go_on()


async def test_who_waits_for_an_answer_is_told_soon_that_there_is_none(nodes: Cluster, silent: School) -> None:
    db = silent.banyan.kit.db
    began = time.monotonic()
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            nodes.primary.pause()
            await tx.execute("update school set name = 'Never'")
    assert time.monotonic() - began < 12, "not only when the system gives up, or the deadline of a request"
    assert db.mode.primary_gone


async def test_jobs_go_on_at_the_new_primary(nodes: Cluster, silent: School) -> None:
    kit = silent.banyan.kit
    worker = Worker(nodes.several, kit, [LEAVE], [])
    running = asyncio.create_task(worker.run())

    async def done(name: str) -> None:
        async with asyncio.timeout(20):
            while await kit.db.read().one(str, "select name from school") != name:  # noqa: ASYNC110 -- the database says
                await asyncio.sleep(0.05)

    async with kit.db.write() as tx:
        await tx.enqueue(LEAVE(Sign("Before")))
    await done("Before")
    await eventually(lambda: kit.db.replicas.each[0].replayed >= kit.db.replicas.position)
    nodes.primary.pause()
    await eventually(lambda: kit.db.mode.primary_gone)
    nodes.standbys[0].promote()
    await eventually(lambda: not kit.db.mode.primary_gone)
    async with kit.db.write() as tx:
        await tx.enqueue(LEAVE(Sign("After")))
    await done("After")
    worker.stop()
    await asyncio.wait_for(running, 10)
