"""Learners keep their place: two thousand of them, each in five courses, over 200 connections.

Over HTTP, Banyan checks that the item exists, is open and is the learner's, gathers the writes of all who are waiting
into one transaction, and answers with how much of the course is done. The bare application looks the session up and
runs one upsert a request in a transaction of its own, and checks nothing. Django checks the enrolment and the item, and
reads the row before it writes it. All answer when it is on disk.

*Batches* is the same at the edge of the database, without HTTP: 500 learners at a time write through Banyan's use case,
or each by one upsert of a single row on a pool of the same 20 connections.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from itertools import cycle
from statistics import median

import asyncpg
import msgspec
import uvloop

from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from banyan.learning import progress as learning
from banyan.learning.model import SaveProgress
from banyan.settings import load as load_settings
from bench import sides
from bench.baselines.bare.app import SAVE
from bench.comparison import against, compare
from bench.ground import Ground
from bench.load import Request
from bench.results import Result
from bench.scenario import Scenario
from bench.school import Course, Learner
from bench.servers import Server

CONNECTIONS = 200
WRITERS = 500
SINGLE = "single-row upserts"

Write = Callable[[Learner, Course], Awaitable[object]]


def play(ground: Ground) -> list[Result]:
    """Compare over HTTP, then without."""
    return [*_over_http(ground), *_at_the_database(ground)]


def _over_http(ground: Ground) -> list[Result]:
    url = ground.database()
    sides.fill_django(url)
    requests = _requests(ground.school.visits())
    with ExitStack() as stack:
        servers = [
            stack.enter_context(Server(side, ground.cores))
            for side in (sides.bare(url), sides.banyan(url, ground.folder / "progress"), sides.django(url, workers=1))
        ]
        for server in servers:
            first = requests[0]
            answer = server.put(first.path, first.token, msgspec.json.decode(first.body))
            assert answer.status_code == 200, server.complaint(answer)
        figures = compare(ground, servers, requests, connections=CONNECTIONS)
    return [
        result
        for baseline in (sides.BARE, sides.DJANGO_ONE)
        for result in against("progress", figures[sides.BANYAN], baseline, figures[baseline], "write")
    ]


def _requests(visits: Sequence[tuple[Learner, Course]]) -> list[Request]:
    places = random.Random(3)
    return [
        Request(
            "PUT",
            f"/api/v1/courses/{course.id}/items/{course.items[learner.begun[course.id]]}/progress",
            learner.token,
            f'{{"state":"started","place":{places.random():.2f}}}',
        )
        for learner, course in visits
    ]


def _at_the_database(ground: Ground) -> list[Result]:
    url = ground.database()
    with ground.cores.for_server():
        batched, single = uvloop.run(_race(ground, url))
    return [Result.against("progress_batches", "rate", batched, "writes/s", SINGLE, single)]


async def _race(ground: Ground, url: str) -> tuple[float, float]:
    """Writes a second, batched and single, in turn; the medians."""
    visits = ground.school.visits()
    pool = await asyncpg.create_pool(url, min_size=20, max_size=20)
    application = Banyan(load_settings({}, data=ground.folder / "race"), url, roles=frozenset())
    await application.start()

    async def batched(learner: Learner, course: Course) -> object:
        actor = Actor(learner.id, ground.school.id, "learner", new_id())
        item_id = course.items[learner.begun[course.id]]
        return await learning.save(application.kit, actor, course.id, item_id, SaveProgress("started", 0.5))

    async def single(learner: Learner, course: Course) -> object:
        item_id = course.items[learner.begun[course.id]]
        return await pool.execute(SAVE, learner.id, course.id, item_id, "started", 0.5)

    rates: dict[Write, list[float]] = {batched: [], single: []}
    for write in rates:
        await _rate(write, visits, ground.pace.warm_up)
    for _ in range(ground.pace.rounds):
        for write, measured in rates.items():
            measured.append(await _rate(write, visits, ground.pace.seconds))
    await application.stop()
    await pool.close()
    return median(rates[batched]), median(rates[single])


async def _rate(write: Write, visits: Sequence[tuple[Learner, Course]], seconds: float) -> float:
    loop = asyncio.get_running_loop()
    upcoming = cycle(visits)
    started = loop.time()
    written = 0

    async def writer() -> None:
        nonlocal written
        while loop.time() < started + seconds:
            await write(*next(upcoming))
            written += 1

    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return written / (loop.time() - started)


SCENARIO = Scenario(play)
