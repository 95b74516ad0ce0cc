"""Five thousand connections break at once, and all come back within a second for what they have missed.

They are in one room, in which twenty messages are said before they return; each joins with `after`, the seq of what it
heard last, and must get all twenty, once and in order. *Network*: the connections are reset, the process lives.
*Restart*: the process dies by `kill -9` and another takes its place, which remembers nobody. *Caught up* is the time
from the first who knocks to the last who has heard everything, of which one second is theirs; *statements* is what the
server asked of PostgreSQL in that time, by its own metric. Nobody is refused, nobody is sent to fetch the room anew:
else there is no result.
"""

import asyncio
from contextlib import ExitStack

from bench import sides, study_group
from bench.ground import Ground
from bench.hall import Hall, make_room_for
from bench.orders import ComeBack, Lose, Open, Say
from bench.results import Result
from bench.scenario import Scenario
from bench.servers import Server

CONNECTIONS = 5_000
_WITHIN = 1.0  # seconds
_MISSED = 20  # messages
_STATEMENTS = "banyan_statement_seconds_count"


def play(ground: Ground) -> list[Result]:
    """The same room through both."""
    make_room_for(CONNECTIONS)
    url = ground.database()
    group = asyncio.run(study_group.gather(url, CONNECTIONS))
    side = sides.banyan(url, ground.folder / "storm", role="realtime")
    with ExitStack() as stack:
        server = stack.enter_context(Server(side, ground.cores))
        hall = stack.enter_context(Hall(ground.cores))
        hall.open(Open(server.port, group.room, group.tokens))
        hall.say(Say(_MISSED))
        hall.lose(Lose())
        results = _storm("storm_network", server, hall)
        server.kill()
        hall.lose(Lose(wait=True))
        return results + _storm("storm_restart", stack.enter_context(Server(side, ground.cores)), hall)


def _storm(scenario: str, server: Server, hall: Hall) -> list[Result]:
    """One comes and talks, then all the others."""
    hall.come_back(ComeBack(server.port, 0, 1, 0))
    hall.say(Say(_MISSED))
    statements, cpu = server.measured(_STATEMENTS), server.cpu_seconds()
    back = hall.come_back(ComeBack(server.port, 1, CONNECTIONS, _WITHIN))
    if back.replayed != (CONNECTIONS - 1) * _MISSED or back.resyncs:
        raise RuntimeError(f"not all have heard what they missed: {back}")
    return [
        Result.alone(scenario, "caught_up", back.seconds, "s"),
        Result.alone(scenario, "statements", server.measured(_STATEMENTS) - statements, "statements"),
        Result.alone(scenario, "cpu", (server.cpu_seconds() - cpu) / back.joined * 1e6, "µs/connection"),
    ]


SCENARIO = Scenario(play)
