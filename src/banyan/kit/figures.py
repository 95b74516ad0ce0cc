"""What is measured of the whole installation, not of a process: asked of the database now and then.

Every process with the role scheduler tells all of it, and they ask only once, through the cache; so it is told as long
as one of them lives. Rules and dashboards take the `max` over the processes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
import structlog
from prometheus_client import Gauge

from banyan.kit.problems import Unavailable
from banyan.kit.replicas import seen
from banyan.kit.toolbox import Kit

__all__ = ["Figure", "Figures", "figure"]

log = structlog.get_logger(__name__)
_OFTEN = 30.0  # seconds
_ASKED = Gauge(
    "banyan_figures_timestamp_seconds", "When a figure was last asked for.", ["figure"], multiprocess_mode="livemax"
)


class Counts(msgspec.Struct, frozen=True):
    """An answer: for the labels' values, separated by spaces, the number."""

    of: dict[str, float]
    at: float  # seconds since 1970


Ask = Callable[[Kit], Awaitable[Mapping[tuple[str, ...], float]]]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a gauge is set to, asked every so many seconds. What is not in an answer any more is 0.

    A gauge without labels is told for `()`. prometheus_client says 0 of it where nobody has asked, of one with labels
    nothing; of processes that share a port the largest value counts.
    """

    name: str
    gauge: Gauge
    ask: Ask
    every: float


def figure(name: str, gauge: Gauge, *, every: float = _OFTEN) -> Callable[[Ask], Figure]:
    """Declare a figure, named `domain.what`."""
    return lambda ask: Figure(name, gauge, ask, every)


class Figures:
    """Keeps figures true."""

    def __init__(self, kit: Kit, figures: Sequence[Figure]) -> None:
        self._kit = kit
        self._figures = figures
        self._told: dict[str, set[str]] = {each.name: set() for each in figures}

    async def run(self) -> None:
        """Ask again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_OFTEN)

    async def look(self) -> None:
        """Ask for what is due, and tell it."""
        for each in self._figures:
            try:
                load = partial(self._ask, each)
                counts = await self._kit.cache.get(f"figure:{each.name}", each.every * 0.9, Counts, load)
            except Unavailable:
                log.debug("figure_unknown", figure=each.name)
            except Exception:  # whatever it was, the others are told
                log.exception("figure_unknown", figure=each.name)
            else:
                self._tell(each, counts)

    async def _ask(self, each: Figure) -> Counts:
        seen.set(0)  # from whichever replica there is
        found = await each.ask(self._kit)
        return Counts({" ".join(labels): count for labels, count in found.items()}, time.time())

    def _tell(self, each: Figure, counts: Counts) -> None:
        told = self._told[each.name]
        for labels in told | counts.of.keys():
            gauge = each.gauge.labels(*labels.split(" ")) if labels else each.gauge
            gauge.set(counts.of.get(labels, 0))
        told.update(counts.of)
        _ASKED.labels(each.name).set(counts.at)
