"""What may happen to an installation that is run for many. Each is over, and mended, when its function returns."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import psutil  # type: ignore[import-untyped]  # it has no types

from tests.cluster.machines import Machine
from tests.cluster.people import People
from tests.cluster.servers import Node
from tests.cluster.site import Site

__all__ = ["OF_BANYAN", "OF_THE_DATABASE", "Breakdown", "worker_is_killed_in_a_job"]

_WITHOUT = 3.0  # seconds, before what was killed is started again
_STILL = 6.0
Breakdown = Callable[[Site, People], Awaitable[None]]


async def worker_is_killed_in_a_job(site: Site) -> float:
    """A worker dies while it hands a letter over; when, so that somebody can wait until another has done it."""
    port = await site.postbox.hold()
    (worker,) = [node for node in site.workers if _speaks_from(node, port)]
    await worker.kill()
    killed = asyncio.get_running_loop().time()
    await worker.start()
    return killed


async def web_process_is_killed(site: Site, _people: People) -> None:
    """One of two dies, and is started again."""
    await site.web[0].kill()
    await asyncio.sleep(_WITHOUT)
    await site.web[0].start()


async def gateway_is_killed(site: Site, people: People) -> None:
    """One of two dies; those who were connected to it come back to the other."""
    await site.realtime[0].kill()
    await asyncio.sleep(_WITHOUT)
    await people.crowd.all_back()
    await site.realtime[0].start()


async def redis_is_killed(site: Site, people: People) -> None:
    """It dies, and comes back with nothing in it."""
    site.redis.kill()
    await asyncio.sleep(_WITHOUT)
    await people.crowd.all_back()
    await asyncio.to_thread(site.redis.start)


async def web_process_is_paused(site: Site, _people: People) -> None:
    """One of two stands still for a while."""
    site.web[1].pause()
    await asyncio.sleep(_STILL)
    site.web[1].go_on()


async def standby_is_killed(site: Site, _people: People) -> None:
    """The machine dies that every commit waits for; a replica takes its place."""
    machine = await site.machines.the("sync_standby")
    machine.kill()
    await site.machines.until(lambda roles: {"primary", "sync_standby"} <= set(roles))
    machine.start()
    await site.machines.well()


async def primary_is_killed(site: Site, people: People) -> None:
    """Its power is cut. Another machine takes over; it comes back as a standby."""
    await _succeeded(site, people, Machine.kill, Machine.start)


async def primary_is_paused(site: Site, people: People) -> None:
    """It stands still for so long that another takes over; then it goes on, and has to see that it is not primary."""
    await _succeeded(site, people, Machine.pause, Machine.go_on)


async def primary_is_moved(site: Site, _people: People) -> None:
    """Its machine is shut down in good order, and started again."""
    machine = await site.machines.the("primary")
    await asyncio.to_thread(machine.stop)
    await site.machines.until(lambda roles: "primary" in roles)
    machine.start()
    await site.machines.well()


async def banyan_is_replaced(site: Site, _people: People) -> None:
    """One process of each role after the other is stopped, and started again; nginx reads its files anew."""
    for together in zip(site.web, site.realtime, site.workers, strict=True):
        await asyncio.gather(*(_replaced(node) for node in together))
    site.nginx.reload()


async def _replaced(node: Node) -> None:
    assert await node.stop() == 0, node.output
    await node.start()


async def _succeeded(
    site: Site, people: People, goes: Callable[[Machine], None], returns: Callable[[Machine], None]
) -> None:
    """The primary goes, and returns when another machine is primary and somebody has written there."""
    machine = await site.machines.the("primary")
    goes(machine)
    await site.machines.until(lambda roles: "primary" in roles)
    await _written_again(people)
    returns(machine)
    await site.machines.well()


async def _written_again(people: People) -> None:
    """Wait until somebody's message has been stored."""
    counts, chapter = people.crowd.ledger.counts, people.crowd.ledger.chapter
    said = counts[chapter, "acknowledged"]
    await people.crowd.until(lambda: counts[chapter, "acknowledged"] > said)


def _speaks_from(node: Node, port: int) -> bool:
    return any(one.laddr.port == port for one in psutil.Process(node.pid).net_connections())


OF_BANYAN: Mapping[str, Breakdown] = {
    "a web process is killed": web_process_is_killed,
    "a gateway is killed": gateway_is_killed,
    "Redis is killed": redis_is_killed,
    "a web process is paused": web_process_is_paused,
    "all of Banyan is replaced": banyan_is_replaced,
}
OF_THE_DATABASE: Mapping[str, Breakdown] = {
    "the synchronous standby is killed": standby_is_killed,
    "the primary is moved": primary_is_moved,
    "the primary is killed": primary_is_killed,
    "the primary is paused": primary_is_paused,
}
