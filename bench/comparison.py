"""Loading several servers in turn, so that what the machine does meanwhile befalls all alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench import load
from bench.ground import Ground
from bench.load import Outcome, Request
from bench.results import Result
from bench.servers import Server

__all__ = ["Figures", "against", "compare"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians of one server's rounds.

    Attributes:
        rate: requests a second.
        cpu: processor time of the server a request, in microseconds.
        database_cpu: the same of PostgreSQL.
        p95: time to answer, in milliseconds, with every connection always waiting for an answer.
    """

    rate: float
    cpu: float
    database_cpu: float
    p95: float


@dataclass(frozen=True, slots=True)
class _Round:
    outcome: Outcome
    cpu: float
    database_cpu: float


def compare(
    ground: Ground, servers: Sequence[Server], requests: Sequence[Request], *, connections: int
) -> dict[str, Figures]:
    """Load the servers A B A B … with the same requests; the figures by the server's name.

    Raises:
        RuntimeError: a server failed to answer well; its figures would mean nothing.
    """
    for server in servers:
        _load(ground, server, requests, connections, ground.pace.warm_up, 0)
    rounds: dict[str, list[_Round]] = {server.name: [] for server in servers}
    for number in range(ground.pace.rounds):
        for server in servers:
            # Each round begins elsewhere, all sides at the same place.
            rounds[server.name].append(
                _load(ground, server, requests, connections, ground.pace.seconds, (number + 1) * 1_009)
            )
    return {name: _medians(played) for name, played in rounds.items()}


def against(scenario: str, own: Figures, baseline: str, other: Figures, work: str = "request") -> list[Result]:
    """The figures of Banyan beside those of a baseline; `work` names what is answered."""
    return [
        Result.against(scenario, "rate", own.rate, f"{work}s/s", baseline, other.rate),
        Result.against(scenario, "cpu", own.cpu, f"µs/{work}", baseline, other.cpu),
        Result.against(scenario, "database_cpu", own.database_cpu, f"µs/{work}", baseline, other.database_cpu),
        Result.against(scenario, "p95", own.p95, "ms", baseline, other.p95),
    ]


def _load(
    ground: Ground, server: Server, requests: Sequence[Request], connections: int, seconds: float, first: int
) -> _Round:
    cpu, database_cpu = server.cpu_seconds(), ground.database_cpu_seconds()
    outcome = load.run(server.port, requests, connections=connections, seconds=seconds, first=first, cores=ground.cores)
    if outcome.failed or not outcome.requests:
        raise RuntimeError(f"{server.name} failed {outcome.failed} of {outcome.requests} requests:\n{server.said()}")
    return _Round(outcome, server.cpu_seconds() - cpu, ground.database_cpu_seconds() - database_cpu)


def _medians(rounds: Sequence[_Round]) -> Figures:
    return Figures(
        rate=median(one.outcome.rate for one in rounds),
        cpu=median(one.cpu / one.outcome.requests * 1e6 for one in rounds),
        database_cpu=median(one.database_cpu / one.outcome.requests * 1e6 for one in rounds),
        p95=median(one.outcome.p95 * 1e3 for one in rounds),
    )
