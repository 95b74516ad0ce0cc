"""Nothing that was acknowledged is lost, doubled or out of order, whatever dies: 200 clients, 20,000 messages."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from tests.cluster import faults
from tests.cluster.crowd import Crowd, gathered
from tests.cluster.planting import found_groups, plant
from tests.cluster.servers import running
from tests.cluster.stored import Stored

_MEMBERS = 200
_GROUPS = 4
_EACH = 100  # messages
_WITH_FAULT = 18  # of them, in each chapter
_AT_MOST = 240.0  # seconds, on a busy machine


async def test_what_was_acknowledged_arrives_once_and_in_order_whatever_dies(tell: Callable[[str], None]) -> None:
    started = time.monotonic()
    async with asyncio.timeout(_AT_MOST), running() as cluster:
        first, second = cluster.nodes
        planted = await plant(cluster.folder, cluster.database_url, _MEMBERS)
        await asyncio.gather(first.start(), second.start())
        rooms = await found_groups(planted, cluster.nodes, _GROUPS)
        async with gathered(planted.learners, rooms, cluster.nodes) as crowd:
            chapters = {
                "a process is killed": partial(faults.node_is_killed, first),
                "connections are lost": partial(faults.connections_are_lost, crowd),
                "Redis is killed": partial(faults.redis_is_killed, cluster.redis, crowd),
                "a process is paused": partial(faults.node_is_paused, first, crowd),
                "a process is drained": partial(faults.node_is_drained, second),
            }
            await crowd.chapter("nothing happens", _EACH - _WITH_FAULT * len(chapters))
            for name, fault in chapters.items():
                await crowd.chapter(name, _WITH_FAULT, fault)
        stored = await asyncio.to_thread(Stored, cluster.database_url, rooms)
        tell(_table(crowd, stored, time.monotonic() - started))
        stored.check(crowd)
        assert len(stored.places) == _MEMBERS * _EACH
        assert crowd.ledger.counts["connections are lost", "fetched"] > 0, "some were away for more than is replayed"
        for node in cluster.nodes:
            assert "Traceback" not in node.output, node.output


def _table(crowd: Crowd, stored: Stored, seconds: float) -> str:
    """What each fault cost."""
    ledger = crowd.ledger
    columns = ("all back after", "reconnected", "sent again", "fetched", "stored twice", "lost")
    lines = [f"{'':22}" + "".join(f"{column:>15}" for column in columns)]
    for chapter in dict.fromkeys(message.chapter for message in ledger.messages.values()):
        recovery = f"{crowd.recovery[chapter]:.1f} s" if chapter in crowd.recovery else ""
        counts = [ledger.counts[chapter, what] for what in ("reconnected", "resent", "fetched")]
        cells = [recovery, *counts, stored.doubled(ledger, chapter), stored.lost(ledger, chapter)]
        lines.append(f"{chapter:22}" + "".join(f"{cell:>15}" for cell in cells))
    deliveries = sum(stored.heads.values()) * len(crowd.members)
    lines.append(f"{len(ledger.messages):,} messages, {deliveries:,} deliveries, {seconds:.0f} s in all")
    return "\n".join(lines)
