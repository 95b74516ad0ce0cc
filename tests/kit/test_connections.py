"""Connections go to whoever waits longest, and none is ever lost."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from banyan.kit.connections import Connections
from banyan.kit.database import connect


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Two connections at most."""
    made = await asyncpg.create_pool(database_url, min_size=0, max_size=2)
    yield made
    made.terminate()


@pytest.fixture
def connections(pool: asyncpg.Pool) -> Connections:
    return Connections(pool)


async def use(connections: Connections, seconds: float = 0.0) -> int:
    """Run something on a connection; which server process it was."""
    connection = await connections.acquire(5)
    pid: int = await connection.fetchval("select pg_backend_pid()")
    await asyncio.sleep(seconds)
    connections.give(connection)
    return pid


async def both_are_there(connections: Connections) -> None:
    """Two can be had at once, and not three."""
    first, second = await connections.acquire(5), await connections.acquire(5)
    with pytest.raises(TimeoutError):
        await connections.acquire(0.05)
    assert [await each.fetchval("select 1") for each in (first, second)] == [1, 1]
    connections.give(first)
    connections.give(second)


async def test_a_crowd_shares_what_there_is(connections: Connections) -> None:
    assert len(set(await asyncio.gather(*(use(connections, 0.001) for _ in range(50))))) == 2
    await both_are_there(connections)


async def test_who_waits_longest_is_served_first(connections: Connections) -> None:
    held = [await connections.acquire(5) for _ in range(2)]
    served: list[int] = []

    async def wait(number: int) -> None:
        connection = await connections.acquire(5)
        served.append(number)
        connections.give(connection)

    waiting = []
    for number in range(5):
        waiting.append(asyncio.create_task(wait(number)))
        await asyncio.sleep(0)
    for connection in held:
        connections.give(connection)
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2, 3, 4]


async def test_who_gives_up_waiting_takes_nothing_along(connections: Connections) -> None:
    held = [await connections.acquire(5) for _ in range(2)]
    impatient = [asyncio.create_task(connections.acquire(0.05)) for _ in range(3)]
    gone = [asyncio.create_task(connections.acquire(5)) for _ in range(3)]
    patient = asyncio.create_task(use(connections))
    await asyncio.sleep(0.01)
    for task in gone:
        task.cancel()
    outcomes = await asyncio.gather(*impatient, *gone, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TimeoutError] * 3 + [asyncio.CancelledError] * 3
    for connection in held:
        connections.give(connection)
    await patient
    await both_are_there(connections)


async def test_a_connection_handed_to_someone_who_leaves_goes_on(connections: Connections) -> None:
    held = [await connections.acquire(5) for _ in range(2)]
    leaving = asyncio.create_task(connections.acquire(5))
    staying = asyncio.create_task(use(connections))
    await asyncio.sleep(0.01)
    connections.give(held[0])  # now it is the first one's,
    leaving.cancel()  # who is called away before taking it
    await staying
    connections.give(held[1])
    await both_are_there(connections)


@pytest.mark.parametrize("how", ["closed", "terminated", "killed"])
async def test_a_connection_that_broke_is_replaced(connections: Connections, how: str) -> None:
    first, second = await connections.acquire(5), await connections.acquire(5)
    pid = await first.fetchval("select pg_backend_pid()")
    await _break(first, second, how)
    connections.give(first)  # nobody has noticed
    connections.give(second)
    await asyncio.sleep(0.05)
    pids = await asyncio.gather(use(connections, 0.01), use(connections, 0.01))
    assert pid not in pids
    await both_are_there(connections)


async def _break(connection: Any, other: Any, how: str) -> None:
    if how == "closed":
        await connection.close()
    elif how == "terminated":
        connection.terminate()
    else:
        await other.execute("select pg_terminate_backend($1)", await connection.fetchval("select pg_backend_pid()"))


async def test_what_something_happened_to_is_made_clean(connections: Connections) -> None:
    connection = await connections.acquire(5)
    await connection.execute("begin")
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # asyncpg complains, and cleans up
    await connections.discard(connection)
    asyncio.get_running_loop().set_exception_handler(None)
    for connection in (await connections.acquire(5), await connections.acquire(5)):
        assert not connection.is_in_transaction()


async def test_without_a_server_nobody_waits_and_nothing_is_lost(pool: asyncpg.Pool) -> None:
    connections = Connections(pool)
    opened = pool._connect_args
    pool.set_connect_args("postgresql:///x?host=/nowhere")
    for _ in range(5):
        with pytest.raises(OSError, match=r"nowhere|No such file"):
            await connections.acquire(5)
    pool.set_connect_args(*opened)
    await both_are_there(connections)


async def test_closing_does_not_wait_for_those_who_have_finished(database_url: str) -> None:
    db = await connect(database_url, size=2)
    slow = asyncio.create_task(db.read().all(str, "select pg_sleep(0.3)::text as slept"))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await db.close()
    assert time.monotonic() - started < 2
    assert await slow == [""]
