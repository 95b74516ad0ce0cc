"""All that Redis is used for works on a real cluster of three nodes."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from banyan.kit.bus import Bus
from banyan.kit.cache import Cache
from banyan.kit.leases import Leases
from banyan.kit.limits import RateLimiter
from banyan.kit.redis import RedisLink, connect_redis
from tests.kit.test_bus import Ear
from tests.kit.test_cache import Source
from tests.kit.test_limits import uses
from tests.redis_cluster import RedisCluster
from tests.services import reachable_folder

# redis-py leaves the sockets of those who never answered to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
LONG = 30.0  # seconds; as long as it takes on a busy machine


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(scope="module")
def cluster() -> Iterator[RedisCluster]:
    with reachable_folder(in_memory=True) as folder, RedisCluster(folder).running() as running:
        yield running


@pytest.fixture
async def links(cluster: RedisCluster) -> AsyncIterator[tuple[RedisLink, RedisLink]]:
    """Those of two processes."""
    made = connect_redis(cluster.url, patience=LONG), connect_redis(cluster.url, patience=LONG)
    yield made
    for link in made:
        await link.close()


@asynccontextmanager
async def process(link: RedisLink) -> AsyncIterator[Cache]:
    cache = Cache(link, leases=Leases(link, patience=LONG))
    await cache.start()
    try:
        yield cache
    finally:
        await cache.close()


async def test_values_are_loaded_once_wherever_their_keys_belong(links: tuple[RedisLink, RedisLink]) -> None:
    source = Source()
    source.go.clear()
    keys = [f"key:{number}" for number in range(30)]
    async with process(links[0]) as one, process(links[1]) as two:
        asking = [asyncio.create_task(cache.get(key, 60, str, source)) for key in keys for cache in (one, two)]
        await source.begun.wait()
        source.go.set()
        assert set(await asyncio.gather(*asking)) == {"old"}
        assert source.asked == len(keys)
        nodes = {links[0].keys.keyslot(f"banyan:cache:{{{key}}}") * 3 // 16384 for key in keys}
        assert nodes == {0, 1, 2}, "they are not all on one node"


async def test_a_change_of_many_values_reaches_all_nodes_and_the_other_process(
    links: tuple[RedisLink, RedisLink],
) -> None:
    source = Source()
    keys = [f"changed:{number}" for number in range(30)]
    async with process(links[0]) as one, process(links[1]) as two:
        for key in keys:
            assert [await each.get(key, 60, str, source) for each in (one, two)] == ["old"] * 2
        source.value = "new"
        await one.invalidate(*keys)
        async with asyncio.timeout(LONG):
            while any(two.peek(key) for key in keys):  # noqa: ASYNC110 -- a state, not an event
                await asyncio.sleep(0.01)
        assert {await each.get(key, 60, str, source) for key in keys for each in (two, one)} == {"new"}
        assert source.asked == 2 * len(keys)


async def test_limits_are_counted_together(links: tuple[RedisLink, RedisLink]) -> None:
    first, second = (RateLimiter(link) for link in links)
    for name in ("ann", "bob", "cid", "dot"):
        assert await uses(first, "4 per minute", "sign_in", name, up_to=2) == 2
        assert await uses(second, "4 per minute", "sign_in", name) == 2
        await first.forgive("4 per minute", "sign_in", name)
        assert await uses(second, "4 per minute", "sign_in", name) == 4


async def test_words_are_heard_in_order_through_whichever_node(links: tuple[RedisLink, RedisLink]) -> None:
    buses = [Bus(link) for link in links]
    for bus in buses:
        await bus.start()
    here, there = (Ear(bus) for bus in buses)
    for ear in (here, there):
        await ear.until(lambda ear=ear: ear.confirmed > 0, LONG)  # type: ignore[misc]
    words = [b"%d" % number for number in range(2000)]
    for word in words:
        buses[0].publish("room", word)
    await there.until(lambda: len(there.words) >= len(words), LONG)
    assert there.words == words
    for bus in buses:
        await bus.close()


async def test_when_a_node_dies_everything_goes_on() -> None:
    """With a cluster of its own. What that node had is loaded; words go through another one."""
    source = Source()
    with reachable_folder(in_memory=True) as folder, RedisCluster(folder).running() as cluster:
        link, another = connect_redis(cluster.url, patience=1), connect_redis(cluster.url, patience=1)
        bus, other = Bus(link), Bus(another)
        async with process(link) as cache:
            await cache.get("before", 60, str, source)
            cluster.kill(0)
            for number in range(30):
                assert await cache.get(f"key:{number}", 60, str, source) == "old"
                await cache.invalidate(f"key:{number}")
            for each in (bus, other):
                await each.start()
            ear = Ear(other)
            async with asyncio.timeout(LONG):
                while not ear.words:
                    bus.publish("room", b"hello")
                    await asyncio.sleep(0.05)
            for each in (bus, other):
                await each.close()
        await link.close()
        await another.close()
