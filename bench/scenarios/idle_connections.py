"""Fifteen thousand who only listen: what a connection takes, and what it costs to tell them all something.

All are signed in and in one room of one process. *Memory* is what the process has grown by since before the first of
them, shared out among them: its proportional set size, not the kernel's buffers. *Idle* is the processor time that it
takes to keep them for twenty seconds, in which each is pinged once. Then one of them says something, and again when all
have heard it: *last* is the time until the last of them has it, *p50* that of the median delivery, both with the time
that the load itself takes to read from 15,000 sockets; *cpu* is the server's processor time for one such message.
"""

import asyncio
import time

from bench import sides, study_group
from bench.ground import Ground
from bench.hall import Hall, make_room_for
from bench.orders import Open, Say
from bench.results import Goal, Result
from bench.scenario import Scenario
from bench.servers import Server

CONNECTIONS = 15_000
_NAME = "idle_connections"
_SETTLED = 3.0  # seconds
_IDLE = 20.0  # seconds: one round of pings
_MESSAGES = 12


def play(ground: Ground) -> list[Result]:
    """Fill the room, wait, and talk."""
    make_room_for(CONNECTIONS)
    url = ground.database()
    group = asyncio.run(study_group.gather(url, CONNECTIONS))
    with (
        Server(sides.banyan(url, ground.folder / _NAME, role="realtime"), ground.cores) as server,
        Hall(ground.cores) as hall,
    ):
        before = server.memory()
        gathered = hall.open(Open(server.port, group.room, group.tokens))
        time.sleep(_SETTLED)
        memory = (server.memory() - before) / CONNECTIONS / 1024
        idle = server.cpu_seconds()
        time.sleep(_IDLE)
        idle = (server.cpu_seconds() - idle) / _IDLE
        hall.say(Say(2))
        cpu = server.cpu_seconds()
        said = hall.say(Say(_MESSAGES))
        cpu = (server.cpu_seconds() - cpu) / _MESSAGES
    return [
        Result.alone(_NAME, metric, value, unit)
        for metric, value, unit in (
            ("memory", memory, "KiB/connection"),
            ("joins", gathered.joined / gathered.seconds, "connections/s"),
            ("idle", idle * 100, "% of a core"),
            ("p50", said.heard.p50 * 1e3, "ms"),
            ("last", said.whole * 1e3, "ms"),
            ("cpu", cpu * 1e3, "ms/message"),
        )
    ]


SCENARIO = Scenario(play, goals=(Goal(_NAME, "memory", None, below=24),))
