"""A real installation on loopback, with people in it, is broken in every way: it recovers by itself, and loses nothing.

Runs alone with `pytest tests/cluster/test_breakdowns.py`; tells what each fault cost.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.cluster.breakdowns import OF_BANYAN, OF_THE_DATABASE, Breakdown, worker_is_killed_in_a_job
from tests.cluster.budgets import BUDGETS
from tests.cluster.people import People, Promised, gather_people
from tests.cluster.site import Site, open_site
from tests.cluster.tally import Outcome

_AT_MOST = 540.0  # seconds, on a busy machine
_BEFORE, _AFTER = 1.0, 3.0  # seconds in which nothing is broken
_LETTERS_WITHIN = 90.0  # seconds
_IN_A_JOB = "a worker is killed in the middle of a job"


@dataclass
class Row:
    """What a fault cost."""

    name: str
    outcome: Outcome
    lost: list[str]


async def test_whatever_breaks_mends_itself_and_loses_nothing(tell: Callable[[str], None]) -> None:
    rows: list[Row] = []
    started = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(_AT_MOST), open_site() as site, gather_people(site) as people:
            await _settled(site, people)
            async with asyncio.TaskGroup() as together:  # until a job is taken over nothing has to wait
                job = together.create_task(_in_a_job(site, people))
                for name, breakdown in OF_BANYAN.items():
                    rows.append(await _suffer(name, breakdown, site, people))
            rows.append(job.result())
            for name, breakdown in OF_THE_DATABASE.items():
                rows.append(await _suffer(name, breakdown, site, people))
            await _check_the_end(site, people)
    finally:
        tell(_table(rows, asyncio.get_running_loop().time() - started))
    assert {row.name for row in rows} == BUDGETS.keys()
    assert {row.name: row.lost for row in rows if row.lost} == {}
    exceeded = {row.name: more for row in rows if (more := BUDGETS[row.name].exceeded(row.outcome))}
    assert exceeded == {}, {row.name: row.outcome.notable for row in rows}


async def _settled(site: Site, people: People) -> None:
    """Wait until everyone is in the midst of it."""
    counts = people.crowd.ledger.counts
    await people.crowd.until(lambda: counts["", "acknowledged"] > 20 and len(site.postbox.arrived) > 0)
    people.check_all_is_well()


async def _in_a_job(site: Site, people: People) -> Row:
    killed = await worker_is_killed_in_a_job(site)
    promised = list(people.correspondent.promised)

    def missing() -> list[str]:
        return [address for address in promised if not site.postbox.arrived[address]]

    with suppress(TimeoutError):
        async with asyncio.timeout(_LETTERS_WITHIN):
            while missing():  # noqa: ASYNC110 -- letters arrive by themselves
                await asyncio.sleep(0.05)
    now = asyncio.get_running_loop().time()
    return Row(_IN_A_JOB, Outcome(0, 0, 0, 0, now - killed, {}), missing())


async def _suffer(name: str, breakdown: Breakdown, site: Site, people: People) -> Row:
    """Let it happen, and look at what it has done."""
    await asyncio.sleep(_BEFORE)
    people.crowd.ledger.chapter = name
    since = asyncio.get_running_loop().time()
    await breakdown(site, people)
    await people.crowd.all_back()
    await asyncio.sleep(_AFTER)
    people.check_all_is_well()
    outcome = people.tally.since(since)
    lost = await asyncio.to_thread(_broken, site, people.promised())
    return Row(name, outcome, lost)


def _broken(site: Site, promised: Promised) -> list[str]:
    with site.machines.connect() as database:
        return promised.broken(database)


async def _check_the_end(site: Site, people: People) -> None:
    takers = await people.end()
    await people.crowd.until(lambda: all(site.postbox.arrived[one] for one in people.correspondent.promised))
    people.check_all_is_well()
    primary = (await site.machines.the("primary")).direct_url
    assert await people.compare(primary, takers) == []
    for node in site.nodes:
        # What nobody expected of a request; the queue complains in its own way when its database goes.
        assert "[error    ] unexpected" not in node.output, node.output


def _table(rows: list[Row], seconds: float) -> str:
    lines = [f"{'':44}{'reads failed':>15}{'writes failed':>16}{'recovered after':>18}{'lost writes':>14}"]
    for row in rows:
        one = row.outcome
        lines.append(
            f"{row.name:44}{f'{one.reads_failed} of {one.reads}':>15}{f'{one.writes_failed} of {one.writes}':>16}"
            f"{f'{one.seconds:.1f} s':>18}{len(row.lost):>14}"
        )
    return "\n".join([*lines, f"{seconds:.0f} s in all"])
