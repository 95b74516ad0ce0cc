"""A room of two thousand: what is said by a few is heard by all.

On one process each of two thousand people has a connection and is in one room, once on Banyan and once on Django
Channels with its Redis. Both check who comes and whether they are members, and store each message before they send it.

*Talk*: sixteen of them talk, each again as soon as they have heard themselves, so that the server always has something
to do; what is said at the same moment may reach a member in one piece. *Quiet*: one message at a time, the next when
all have heard it. Latency is from sending to receiving, of every delivery, the load's own time included.

Every member's stream is checked: each message once, all in the same order (and on Banyan in that of its seqs), else
there is no result. The server has a core for itself; members, PostgreSQL and Redis share the other. *load* is how much
of that core the members take: with much less than all of it, the figure is the server's.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import asyncpg

from bench import sides, study_group
from bench.broker import Broker
from bench.ground import Ground
from bench.hall import Hall, make_room_for
from bench.orders import Heard, Open, Said, Say, Talk
from bench.results import Goal, Result
from bench.scenario import Scenario
from bench.servers import Server

MEMBERS = 2_000
TALKERS = 16
_MESSAGES = 12  # of a quiet round
_STORED = {sides.BANYAN: "select count(*) from message", sides.CHANNELS: "select count(*) from talk.talk_message"}


@dataclass(frozen=True, slots=True)
class _Round:
    talk: Heard
    quiet: Said
    cpu: float
    database_cpu: float


def play(ground: Ground) -> list[Result]:
    """Compare Banyan with Channels, in turn."""
    make_room_for(MEMBERS)
    url = ground.database()
    group = asyncio.run(study_group.gather(url, MEMBERS))
    sides.fill_channels(url)
    rounds: dict[str, list[_Round]] = {sides.BANYAN: [], sides.CHANNELS: []}
    memory: dict[str, float] = {}
    with ExitStack() as stack:
        redis = stack.enter_context(Broker(ground.cores))
        halls: list[tuple[Server, Hall]] = []
        for side in (sides.banyan(url, ground.folder / "room", role="realtime"), sides.channels(url, redis.url)):
            server = stack.enter_context(Server(side, ground.cores))
            hall = stack.enter_context(Hall(ground.cores))
            before = server.memory()
            hall.open(Open(server.port, group.room, group.tokens, strict=server.name == sides.BANYAN))
            memory[server.name] = (server.memory() - before) / MEMBERS / 1024
            hall.talk(Talk(TALKERS, ground.pace.warm_up))
            halls.append((server, hall))
        for _ in range(ground.pace.rounds):
            for server, hall in halls:
                rounds[server.name].append(_round(ground, server, hall))
        for name, count in _STORED.items():
            said = sum(one.talk.messages + one.quiet.heard.messages for one in rounds[name])
            stored = asyncio.run(_stored(url, count))
            if stored < said:
                raise RuntimeError(f"{name} has sent {said} messages, but stored {stored}")
    return _results(rounds[sides.BANYAN], rounds[sides.CHANNELS], memory)


def _round(ground: Ground, server: Server, hall: Hall) -> _Round:
    cpu, database_cpu = server.cpu_seconds(), ground.database_cpu_seconds()
    talk = hall.talk(Talk(TALKERS, ground.pace.seconds))
    cpu, database_cpu = server.cpu_seconds() - cpu, ground.database_cpu_seconds() - database_cpu
    return _Round(talk, hall.say(Say(_MESSAGES)), cpu, database_cpu)


async def _stored(database_url: str, count: str) -> int:
    connection = await asyncpg.connect(database_url)
    try:
        return int(await connection.fetchval(count))
    finally:
        await connection.close()


def _results(own: Sequence[_Round], other: Sequence[_Round], memory: dict[str, float]) -> list[Result]:
    def both(metric: str, unit: str, ours: Sequence[float], theirs: Sequence[float]) -> Result:
        return Result.against("room", metric, median(ours), unit, sides.CHANNELS, median(theirs))

    def each(rounds: Sequence[_Round]) -> dict[tuple[str, str], list[float]]:
        talks, quiets = [one.talk for one in rounds], [one.quiet for one in rounds]
        return {
            ("rate", "deliveries/s"): [talk.deliveries / talk.seconds for talk in talks],
            ("talk_p50", "ms"): [talk.p50 * 1e3 for talk in talks],
            ("talk_p95", "ms"): [talk.p95 * 1e3 for talk in talks],
            ("quiet_rate", "deliveries/s"): [quiet.heard.deliveries / quiet.heard.seconds for quiet in quiets],
            ("quiet_p50", "ms"): [quiet.heard.p50 * 1e3 for quiet in quiets],
            ("quiet_p95", "ms"): [quiet.heard.p95 * 1e3 for quiet in quiets],
            ("cpu", "µs/delivery"): [one.cpu / one.talk.deliveries * 1e6 for one in rounds],
            ("database_cpu", "µs/message"): [one.database_cpu / one.talk.messages * 1e6 for one in rounds],
            ("load", "% of a core"): [talk.cpu / talk.seconds * 100 for talk in talks],
        }

    theirs = each(other)
    return [
        *(both(metric, unit, values, theirs[metric, unit]) for (metric, unit), values in each(own).items()),
        both("memory", "KiB/connection", [memory[sides.BANYAN]], [memory[sides.CHANNELS]]),
    ]


SCENARIO = Scenario(play, goals=(Goal("room", "rate", sides.CHANNELS, ratio=20),))
