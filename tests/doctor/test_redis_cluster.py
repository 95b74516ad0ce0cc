"""A cluster of Redis, of which one part after another goes."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from banyan.settings import load
from tests.doctor.conftest import said
from tests.redis_cluster import RedisCluster
from tests.services import reachable_folder

# redis-py leaves the sockets of those who never answered to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


async def test_each_node_of_a_cluster_is_looked_at(tmp_path: Path) -> None:
    with reachable_folder(in_memory=True) as folder, RedisCluster(folder).running() as cluster:
        settings = load({}, data=tmp_path, redis={"url": cluster.url})
        assert (await said(settings, "", "cache.answers")).startswith("ok: Redis ")
        found = await said(settings, "", "cache.nodes")
        assert found.startswith("warn: No replica stands behind 127.0.0.1:")
        assert found.count("127.0.0.1:") == len(cluster.ports)

        for port in cluster.ports[:-1]:
            async with Redis(port=port) as node:
                await node.config_set("maxmemory", "64mb")
                await node.config_set("maxmemory-policy", "allkeys-lru")
        found = await said(settings, "", "cache.memory")
        assert found.startswith(f"warn: 127.0.0.1:{cluster.ports[-1]}: It has no limit"), "the others have one"
        async with Redis(port=cluster.ports[1]) as node:
            await node.config_set("save", "3600 1")
        found = await said(settings, "", "cache.persistence")
        assert found == f"warn: 127.0.0.1:{cluster.ports[1]}: It writes snapshots (save 3600 1)."

        cluster.kill(2)
        assert f"fail: No answer from 127.0.0.1:{cluster.ports[2]}." in await said(settings, "", "cache.nodes")
        async with asyncio.timeout(20):  # until the others miss it too
            while "slots are served by nobody" not in (found := await said(settings, "", "cache.nodes")):  # noqa: ASYNC110 -- a state, not an event
                await asyncio.sleep(0.2)
        assert f"No answer from 127.0.0.1:{cluster.ports[2]}." in found


async def test_one_server_is_no_cluster(tmp_path: Path) -> None:
    settings = load({}, data=tmp_path)
    assert (await said(settings, "", "cache.nodes")).startswith("skip: There is none")
