"""What is measured of the whole installation: asked of the database now and then, and told by every scheduler."""

import asyncio
from collections.abc import Iterator, Mapping

import msgspec
import pytest
from prometheus_client import REGISTRY, Gauge

from banyan.app import DOMAINS, Banyan
from banyan.kit.backlog import FIGURES
from banyan.kit.figures import Figure, Figures
from banyan.kit.jobs import job
from banyan.kit.problems import Unavailable
from banyan.kit.toolbox import Kit


class Nothing(msgspec.Struct, frozen=True):
    """No payload."""


@job("test.nothing", Nothing)
async def nothing(_kit: Kit, _payload: Nothing) -> None:
    """A job that no worker here knows."""


class Source:
    """Answers what it is told to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.answer: Mapping[tuple[str, ...], float] | Exception = {}
        self.asked = 0

    async def ask(self, _kit: Kit) -> Mapping[tuple[str, ...], float]:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def things() -> Iterator[Gauge]:
    gauge = Gauge("banyan_test_things", "Of a test.", ["kind"], multiprocess_mode="livemax")
    yield gauge
    REGISTRY.unregister(gauge)


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_what_is_not_there_any_more_is_0(banyan: Banyan, things: Gauge) -> None:
    source = Source()
    figures = Figures(banyan.kit, [Figure("test.things", things, source.ask, every=0.01)])
    source.answer = {("a",): 3, ("b",): 4}
    await figures.look()
    assert (told("banyan_test_things", kind="a"), told("banyan_test_things", kind="b")) == (3, 4)
    await asyncio.sleep(0.02)
    source.answer = {("b",): 5}
    await figures.look()
    assert (told("banyan_test_things", kind="a"), told("banyan_test_things", kind="b")) == (0, 5)


async def test_schedulers_that_share_a_cache_ask_once(banyan: Banyan, things: Gauge) -> None:
    source = Source()
    source.answer = {("a",): 1}
    for _ in range(2):
        await Figures(banyan.kit, [Figure("test.things", things, source.ask, every=60)]).look()
    assert source.asked == 1


@pytest.mark.parametrize("error", [Unavailable("gone"), ValueError("a bug")])
async def test_one_that_cannot_be_known_keeps_its_time_and_the_others_go_on(
    banyan: Banyan, things: Gauge, error: Exception
) -> None:
    broken, well = Source(), Source()
    broken.answer, well.answer = error, {("a",): 1}
    name = f"test.broken_{type(error).__name__}"
    figures = [Figure(name, things, broken.ask, every=60), Figure(f"{name}_not", things, well.ask, every=60)]
    await Figures(banyan.kit, figures).look()
    assert told("banyan_test_things", kind="a") == 1
    assert told("banyan_figures_timestamp_seconds", figure=name) is None
    assert told("banyan_figures_timestamp_seconds", figure=f"{name}_not") is not None


async def test_jobs_are_told_by_kind_and_state_and_the_oldest_by_its_age(banyan: Banyan) -> None:
    async with banyan.kit.db.write() as tx:
        await tx.enqueue(*(nothing(Nothing()) for _ in range(5)))
        ids = await tx.all(int, "select id from pgqueuer where entrypoint = 'test.nothing' order by id")
        await tx.execute("update pgqueuer set execute_after = now() - interval '90 seconds' where id = $1", ids[0])
        await tx.execute("update pgqueuer set execute_after = now() + interval '1 hour' where id = $1", ids[1])
        await tx.execute("update pgqueuer set status = 'picked' where id = $1", ids[2])
        await tx.execute("update pgqueuer set status = 'failed' where id = $1", ids[3])
    await Figures(banyan.kit, FIGURES).look()
    states = {
        state: told("banyan_jobs_in_queue", kind="test.nothing", state=state)
        for state in ("waiting", "later", "running", "dead")
    }
    assert states == {"waiting": 2, "later": 1, "running": 1, "dead": 1}
    age = told("banyan_jobs_oldest_waiting_seconds", kind="test.nothing")
    assert age is not None
    assert 90 <= age < 150


async def test_a_gauge_without_labels_is_told_too(banyan: Banyan) -> None:
    alone = Gauge("banyan_test_alone", "Of a test.", multiprocess_mode="livemax")
    source = Source()
    source.answer = {(): 3}
    await Figures(banyan.kit, [Figure("test.alone", alone, source.ask, every=60)]).look()
    REGISTRY.unregister(alone)
    assert alone._value.get() == 3


async def test_every_figure_counts_once_on_a_shared_port() -> None:
    figures = [*FIGURES, *(figure for domain in DOMAINS for figure in domain.figures)]
    assert len({figure.name for figure in figures}) == len(figures) >= 6
    for figure in figures:
        assert figure.gauge._multiprocess_mode == "livemax", figure.name
