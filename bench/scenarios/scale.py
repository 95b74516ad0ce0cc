"""What each layer costs and brings: web workers, levels of the cache, nginx, PgBouncer, replicas.

Each setup is real processes: `banyan serve --workers N`, Redis, PgBouncer and nginx as ops/ has them, streaming
replicas of the same PostgreSQL. They are loaded in turn over 64 connections, A B C … A B C …, with two kinds of work:
*course pages* (two thousand learners, each in five of fifty courses) and *answers saved* to a test that is being taken,
each of them new and on disk before it is acknowledged. A setup is held against the one that lacks one thing of it:
*ratio* is its rate divided by that one's. The columns from *web* on are microseconds of processor time a request, by
kind of process; *layer* is how much more of it the setup takes than the other, the load left out.

*Nothing cached* is Banyan as if each request were the first of its process; *Redis alone* keeps what is loaded in Redis
but not in the workers' memory; neither is a setting of Banyan. At the edge nothing of this is cached, because it is
personal. Requests say that they need nothing newer than what any replica has; only as many replicas run as the setup
reads from. Replicas take reads from the primary, so they cost here, where all share one machine, and save where they
have machines of their own.

**What limits the rates is the processor**: workers, PostgreSQL, replicas and the load share all cores of one machine,
so two workers are not twice as fast as one, and *busy* near 100 % means that a rate tells what all of it together
takes. What carries over to other machines is processor time a request by kind of process: a core of web workers serves
a million divided by *web* a second, and so in each other column.
"""

from contextlib import ExitStack

from bench.broker import Broker
from bench.ground import Ground
from bench.machine import Cores
from bench.results import Result
from bench.scale.layers import Standbys
from bench.scale.rounds import Round, Stack, medians
from bench.scale.setups import SETUPS
from bench.scale.table import WORKS, results_of, rows
from bench.scale.work import Answers, pages
from bench.scenario import Scenario

_TAKERS = 1_500  # with ten questions of choice each, so that no round meets one twice
_STEP = 1_009  # by which each round begins further on


def play(ground: Ground) -> list[Result]:
    """Load all setups in turn."""
    database = ground.database()
    standbys = Standbys(ground.folder, ground.postgres, max(setup.replicas for setup in SETUPS.values()))
    rounds: dict[tuple[str, str], list[Round]] = {(work, key): [] for work in WORKS for key in SETUPS}
    with ExitStack() as running:
        running.enter_context(ground.postgres_everywhere())
        broker = running.enter_context(Broker(Cores(apart=False)))
        running.callback(standbys.run, 0)
        standbys.run(max(setup.replicas for setup in SETUPS.values()))
        stacks = {
            key: running.enter_context(Stack.of(ground, key, setup, database, broker, standbys))
            for key, setup in SETUPS.items()
        }
        opened = pages(ground.school)
        answers = Answers.of(stacks["one"].server, database, _TAKERS)
        in_turn = sorted(stacks.items(), key=lambda each: each[1].setup.replicas)
        for number in range(0 if ground.pace.warm_up else 1, ground.pace.rounds + 1):
            seconds = ground.pace.seconds if number else ground.pace.warm_up
            for key, stack in in_turn:
                stack.prepare()
                for work in WORKS:
                    requests = opened if work == "page" else answers.requests()
                    done = stack.load(requests, seconds, number * _STEP)
                    if number:
                        rounds[work, key].append(done)
                stack.check_where_it_read()
    return [
        result for work in WORKS for result in results_of(work, {key: medians(rounds[work, key]) for key in SETUPS})
    ]


SCENARIO = Scenario(play, table=rows)
