"""Words between processes."""

import asyncio

import pytest

from banyan.kit.bus import Bus
from banyan.kit.cache import connect_redis
from tests.services import RedisServer


@pytest.mark.parametrize("turns", range(8))
async def test_it_stops_in_the_middle_of_a_word(redis_server: RedisServer, turns: int) -> None:
    redis = connect_redis(redis_server.url)
    bus = Bus(redis)
    await bus.start()
    bus.publish("news", b"first")
    await bus._said.wait()
    bus.publish("news", b"second")
    bus._said.set()  # it does not wait for the second to be said
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await bus.close()
    await redis.aclose()
