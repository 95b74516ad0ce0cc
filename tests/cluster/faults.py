"""What may happen to an installation while people talk. Each fault is over when its function returns."""

import asyncio
import random

from tests.cluster.crowd import Crowd
from tests.cluster.servers import Node
from tests.services import RedisServer

__all__ = ["connections_are_lost", "node_is_drained", "node_is_killed", "node_is_paused", "redis_is_killed"]

_REPLAYED = 500  # events; whoever has missed more fetches them
_LONG_AWAY = 10  # members
_PAUSE = 4.0  # seconds
_PATIENCE = 1.5  # seconds
_WITHOUT_REDIS = 2.5  # seconds


async def node_is_killed(node: Node) -> None:
    """A process dies in the middle of everything, and is started again."""
    await node.kill()
    await node.start()


async def connections_are_lost(crowd: Crowd) -> None:
    """Half of the members lose their connections, one after the other, and a few come back only after a long time."""
    unlucky = random.sample(crowd.members, len(crowd.members) // 2)
    absent = unlucky[:_LONG_AWAY]
    for member in unlucky:
        member.away = member in absent
        member.drop()
        await asyncio.sleep(1 / len(unlucky))
    reached = crowd.ledger.acknowledged_to
    await crowd.until(
        lambda: all(reached[room] > place.seq + _REPLAYED for one in absent for room, place in one.places.items())
    )
    for member in absent:
        member.away = False


async def redis_is_killed(redis: RedisServer, crowd: Crowd) -> None:
    """Redis dies; those who talk then are heard on the other node all the same; and it comes back, empty."""
    assert len({member.node for member in crowd.members}) > 1, "else nobody needs Redis"
    redis.kill()
    await asyncio.sleep(_WITHOUT_REDIS)
    await crowd.all_back()
    await asyncio.to_thread(redis.start)


async def node_is_paused(node: Node, crowd: Crowd) -> None:
    """A process stands still for a while; half of its clients lose patience and go elsewhere, the others wait."""
    node.pause()
    await asyncio.sleep(_PATIENCE)
    there = [member for member in crowd.members if member.node is node]
    for member in there[::2]:
        member.drop()
    await asyncio.sleep(_PAUSE - _PATIENCE)
    node.go_on()


async def node_is_drained(node: Node) -> None:
    """A process is told to stop, as when a new version comes, and is started again."""
    assert await node.stop() == 0, node.output
    await node.start()
