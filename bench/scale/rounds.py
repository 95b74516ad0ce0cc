"""Loading the setups in turn, and telling whose processor time it took."""

import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import load, sides
from bench.broker import Broker
from bench.ground import Ground
from bench.load import Outcome, Request
from bench.machine import Cores
from bench.scale.layers import Nginx, PgBouncer, Standbys, wait_until
from bench.scale.setups import Setup
from bench.servers import Server, Side

__all__ = ["CONNECTIONS", "KINDS", "Figures", "Stack", "medians"]

CONNECTIONS = 64
KINDS = ("web", "postgres", "replicas", "redis", "pgbouncer", "nginx", "load")  # of processes


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians of a setup's rounds.

    Attributes:
        rate: requests a second.
        p95: milliseconds to answer, with every connection always waiting for an answer.
        cpu: by kind of process, microseconds of processor time a request.
        busy: percent of all cores that were at work.
    """

    rate: float
    p95: float
    cpu: Mapping[str, float]
    busy: float

    @property
    def serving(self) -> float:
        """Microseconds of processor time a request of everything but the load."""
        return sum(spent for kind, spent in self.cpu.items() if kind != "load")


@dataclass(frozen=True, slots=True)
class Round:
    """One load, and what it took: by kind of process, seconds of processor time."""

    outcome: Outcome
    cpu: Mapping[str, float]


class Stack:
    """The processes of a setup, while it runs."""

    def __init__(self, ground: Ground, setup: Setup, server: Server, standbys: Standbys, around: "_Around") -> None:
        self.setup = setup
        self.server = server
        self._ground = ground
        self._standbys = standbys
        self._around = around
        self._cores = Cores(apart=False)

    @classmethod
    @contextmanager
    def of(
        cls, ground: Ground, key: str, setup: Setup, database: str, broker: Broker, standbys: Standbys
    ) -> Iterator["Stack"]:
        """Start all of a setup but its replicas."""
        folder = ground.folder / f"scale-{key}"
        folder.mkdir()
        with ExitStack() as stack:
            around = _Around(broker=broker if setup.redis else None)
            url = database
            if setup.pgbouncer:
                around.pgbouncer = PgBouncer(folder / "pgbouncer", database)
                stack.enter_context(around.pgbouncer)
                url = around.pgbouncer.url
            side = _side(setup, url, database, folder / "data", broker.url, standbys)
            server = stack.enter_context(Server(side, Cores(apart=False)))
            if setup.nginx:
                around.nginx = Nginx(folder / "nginx", server.port)
                stack.enter_context(around.nginx)
            yield cls(ground, setup, server, standbys, around)

    def prepare(self) -> None:
        """Let as many replicas run as it reads from, and wait until it does.

        Raises:
            RuntimeError: it does not.
        """
        self._standbys.run(self.setup.replicas)
        self._read = self._from_replicas()
        if wanted := self.setup.replicas:
            wait_until(
                lambda: self.server.measured("banyan_replica_in_use") == wanted, f"{self.setup.name}: the replicas"
            )

    def load(self, requests: Sequence[Request], seconds: float, first: int) -> Round:
        """Load it with `requests` from number `first` on.

        Raises:
            RuntimeError: it failed to answer well; its figures would mean nothing.
        """
        port = self._around.nginx.port if self._around.nginx else self.server.port
        before = self._cpu()
        outcome = load.run(port, requests, connections=CONNECTIONS, seconds=seconds, first=first, cores=self._cores)
        after = self._cpu()
        if outcome.failed or not outcome.requests:
            raise RuntimeError(
                f"{self.setup.name} failed {outcome.failed} of {outcome.requests} requests:\n{self.server.said()}"
            )
        return Round(outcome, {kind: after[kind] - before[kind] for kind in KINDS})

    def check_where_it_read(self) -> None:
        """Make sure that a setup with replicas has read from them, and one without has not.

        Raises:
            RuntimeError: it is not so.
        """
        grown = self._from_replicas() - self._read
        if (grown > 0) != (self.setup.replicas > 0):
            raise RuntimeError(f"{self.setup.name} read {grown:.0f} times from replicas")

    def _from_replicas(self) -> float:
        return self.server.measured("banyan_reads_total", 'from="replica"')

    def _cpu(self) -> dict[str, float]:
        around = self._around
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "web": self.server.cpu_seconds(),
            "postgres": self._ground.database_cpu_seconds(),
            "replicas": self._standbys.cpu_seconds(),
            "redis": around.broker.cpu_seconds() if around.broker else 0.0,
            "pgbouncer": around.pgbouncer.cpu_seconds() if around.pgbouncer else 0.0,
            "nginx": around.nginx.cpu_seconds() if around.nginx else 0.0,
            "load": used.ru_utime + used.ru_stime,
        }


@dataclass
class _Around:
    broker: Broker | None
    pgbouncer: PgBouncer | None = None
    nginx: Nginx | None = None


def medians(rounds: Sequence[Round]) -> Figures:
    """What to tell of a setup's rounds."""

    def middle(of: Callable[[Round], float]) -> float:
        return median(map(of, rounds))

    cores = Cores(apart=False).count
    return Figures(
        rate=middle(lambda one: one.outcome.rate),
        p95=middle(lambda one: one.outcome.p95 * 1e3),
        cpu={kind: middle(lambda one, kind=kind: one.cpu[kind] / one.outcome.requests * 1e6) for kind in KINDS},  # type: ignore[misc]  # a default is no argument
        busy=middle(lambda one: sum(one.cpu.values()) / (one.outcome.seconds * cores) * 100),
    )


def _side(setup: Setup, url: str, direct: str, data: Path, redis: str, standbys: Standbys) -> Side:
    command = [sides.PROGRAM] if setup.keeps == "memory" else [sys.executable, "-m", "bench.uncached"]
    environment = {"BANYAN_DATABASE_URL": url, "BENCH_KEEPS": setup.keeps, "BANYAN_SERVER_DRAIN_SECONDS": "0"}
    if setup.redis:
        environment["BANYAN_REDIS_URL"] = redis
    if setup.pgbouncer:
        environment |= {"BANYAN_DATABASE_DIRECT_URL": direct, "BANYAN_DATABASE_POOLER": "transaction"}
    if setup.nginx:
        environment["BANYAN_SERVER_PROXIES"] = "127.0.0.1"
    if setup.replicas:
        environment["BANYAN_DATABASE_REPLICAS"] = standbys.urls(direct, setup.replicas)
    workers = ["--workers", str(setup.workers)]
    return Side(
        setup.name,
        [*command, "serve", "--role", "web", "--port", "{port}", "--data", str(data), *workers],
        environment,
    )
