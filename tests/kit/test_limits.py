"""What may be done only so often is counted: by each process, and through Redis by all together."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest

from banyan.kit.limits import RateLimiter, network
from banyan.kit.problems import TooMany
from banyan.kit.redis import connect_redis
from tests.services import RedisServer


async def uses(limiter: RateLimiter, rate: str, *key: str, up_to: int = 10) -> int:
    """How often `key` may be used before the limiter stops it."""
    for number in range(up_to):
        try:
            await limiter.check(rate, *key)
        except TooMany:
            return number
    return up_to


async def test_a_key_may_be_used_so_often_and_no_more() -> None:
    limiter = RateLimiter()
    assert await uses(limiter, "3 per minute", "sign_in", "ann") == 3
    assert await uses(limiter, "3 per minute", "sign_in", "ann") == 0


async def test_whoever_is_stopped_is_told_when_to_come_back() -> None:
    limiter = RateLimiter()
    await limiter.check("1 per minute", "sign_in", "ann")
    with pytest.raises(TooMany) as stopped:
        await limiter.check("1 per minute", "sign_in", "ann")
    wait = stopped.value.retry_after
    assert wait is not None
    assert 50 <= wait <= 61
    assert stopped.value.headers == {"retry-after": str(wait)}
    assert str(wait) in stopped.value.detail


async def test_other_keys_and_other_rates_are_counted_by_themselves() -> None:
    limiter = RateLimiter()
    assert await uses(limiter, "2 per minute", "sign_in", "ann") == 2
    assert await uses(limiter, "2 per minute", "sign_in", "bob") == 2
    assert await uses(limiter, "2 per minute", "mail", "ann") == 2
    assert await uses(limiter, "3 per hour", "sign_in", "ann") == 3


async def test_what_is_forgiven_is_not_counted() -> None:
    limiter = RateLimiter()
    assert await uses(limiter, "3 per minute", "sign_in", "ann") == 3
    await uses(limiter, "3 per minute", "sign_in", "bob")
    await limiter.forgive("3 per minute", "sign_in", "ann")
    assert await uses(limiter, "3 per minute", "sign_in", "ann") == 3
    assert await uses(limiter, "3 per minute", "sign_in", "bob") == 0


async def test_a_rate_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="couldn't parse"):
        await RateLimiter().check("often", "sign_in")


@pytest.fixture
async def processes(redis_server: RedisServer) -> AsyncIterator[tuple[RateLimiter, RateLimiter]]:
    """The limiters of two processes that share a Redis."""
    clients = connect_redis(redis_server.url, patience=5), connect_redis(redis_server.url, patience=5)
    yield RateLimiter(clients[0]), RateLimiter(clients[1])
    for client in clients:
        await client.close()


async def test_all_processes_count_together_through_redis(processes: tuple[RateLimiter, RateLimiter]) -> None:
    first, second = processes
    assert await uses(first, "4 per minute", "sign_in", "ann", up_to=2) == 2
    assert await uses(second, "4 per minute", "sign_in", "ann") == 2
    await first.forgive("4 per minute", "sign_in", "ann")
    assert await uses(second, "4 per minute", "sign_in", "ann") == 4


async def test_without_redis_each_process_counts_for_itself(
    redis_server: RedisServer, processes: tuple[RateLimiter, RateLimiter]
) -> None:
    first, second = processes
    assert await uses(first, "2 per minute", "sign_in", "ann") == 2
    redis_server.kill()
    assert await uses(first, "2 per minute", "sign_in", "ann") == 2
    assert await uses(second, "2 per minute", "sign_in", "ann") == 2
    await first.forgive("2 per minute", "sign_in", "ann")
    assert await uses(first, "2 per minute", "sign_in", "ann") == 2
    redis_server.start()
    async with asyncio.timeout(10):
        for number in count():  # until both have found it again
            if await uses(first, "2 per minute", "bob", str(number), up_to=1) + await uses(
                second, "2 per minute", "bob", str(number)
            ) == 2:  # fmt: skip
                break
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_household_counts_as_one(address: str, counts_as: str) -> None:
    assert network(address) == counts_as
