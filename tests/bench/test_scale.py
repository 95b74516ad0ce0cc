"""What each layer costs is measured on what operators run, and each setup differs from its neighbour in one thing."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest

from banyan.app import Banyan
from banyan.cli import serve
from banyan.kit import cache
from banyan.learning import way
from banyan.settings import load
from bench import ground, school, uncached
from bench.ground import Ground, Pace
from bench.results import Result
from bench.scale import layers, table
from bench.scale.rounds import KINDS, Figures
from bench.scale.setups import SETUPS, Setup
from bench.scenarios import scale
from tests.conftest import browser
from tests.services import RedisServer, reachable_folder

EVERYTHING = Setup("everything", 2, "redis", redis=True, nginx=True, pgbouncer=True, replicas=1)


def test_each_setup_differs_from_the_one_that_it_is_held_against_in_one_thing() -> None:
    for key, setup in SETUPS.items():
        if setup.before:
            mine, other = asdict(setup), asdict(SETUPS[setup.before])
            different = {name for name in mine if mine[name] != other[name]} - {"name", "before"}
            if different & {"workers", "keeps"}:  # two workers, and a cache that is Redis, need Redis
                different -= {"redis"}
            assert len(different) == 1, key


def test_both_numbers_of_workers_are_tried_with_each_level_of_the_cache_and_each_number_of_replicas() -> None:
    tried = {(setup.workers, setup.keeps, setup.replicas) for setup in SETUPS.values()}
    assert {(workers, keeps, 0) for workers in (1, 2) for keeps in ("nothing", "redis", "memory")} <= tried
    assert {(workers, "memory", replicas) for workers in (1, 2) for replicas in (0, 1, 2)} <= tried


def figures(rate: float, **cpu: float) -> Figures:
    return Figures(rate, 10.0, dict.fromkeys(KINDS, 0.0) | cpu, 95.0)


def test_the_table_tells_what_a_layer_takes_and_brings_without_the_load() -> None:
    found = table.results_of(
        "page", {"one": figures(1000, web=200, load=50), "one_nginx": figures(800, web=210, nginx=60, load=55)}
    )
    assert Result.against("scale_page_one_nginx", "cpu", 270, "µs/request", SETUPS["one"].name, 200) in found
    head, title, plain, fronted = table.rows(found)
    assert title[0] == "**course pages**"
    assert {len(row) for row in (head, title, plain, fronted)} == {len(head)}
    told = dict(zip(head, fronted, strict=True))
    assert (told["Setup"], told["requests/s"], told["ratio"]) == ("1 worker, memory, nginx in front", "800", "0.80")
    assert (told["nginx"], told["Redis"], told["layer"], told["busy"]) == ("60", "", "+70", "95 %")
    assert dict(zip(head, plain, strict=True))["ratio"] == ""
    assert table.rows([]) == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """A ground with a small school."""
    monkeypatch.setattr(school, "found", partial(school.found, learners=20, courses=3))
    with reachable_folder(in_memory=True) as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        with Ground(Pace(rounds=1, seconds=1, warm_up=0)) as made:
            yield made


def test_everything_that_operators_put_together_is_measured(small: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ground.school is school
    for place in (scale, table):
        monkeypatch.setattr(place, "SETUPS", {"one": EVERYTHING})
    monkeypatch.setattr(scale, "_TAKERS", 30)
    found = {(one.scenario, one.metric): one.value for one in scale.play(small)}
    assert all(found[f"scale_{work}_one", "rate"] > 0 for work in table.WORKS)
    for kind in KINDS:  # counted in hundredths of a second, of which little work may take none
        assert any(found[f"scale_{work}_one", f"cpu_{kind}"] > 0 for work in table.WORKS), kind


def test_what_ops_no_longer_says_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.conf").write_text("listen 80;")
    with pytest.raises(RuntimeError, match="no longer says listen 8080"):
        layers._put(tmp_path, [tmp_path / "other.conf"], {"listen 8080": "listen 1", "listen": "hear"})


async def test_what_redis_alone_keeps_is_not_in_memory(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in ((cache, "Remembered"), (way, "_ways"), (serve, "Supervisor")):
        monkeypatch.setattr(place, name, getattr(place, name))  # to be put back
    made = await school.found(database_url, learners=2, courses=1)
    learner, course = made.visits()[0]
    with reachable_folder(in_memory=True) as folder:
        redis = RedisServer(folder)
        redis.start()
        uncached.forget_in_memory()
        banyan = Banyan(load({}, data=tmp_path, redis={"url": redis.url}), database_url, roles=frozenset({"web"}))
        await banyan.start()
        ran: list[str] = []
        banyan.kit.db.observers.append(lambda sql, _args: ran.append(sql))
        async with browser(banyan, headers={"authorization": f"Bearer {learner.token}"}) as client:
            assert (await client.get(f"/courses/{course.id}")).status_code == 200
            ran.clear()
            assert (await client.get(f"/courses/{course.id}")).status_code == 200
        held = list(banyan.kit.cache._memory._entries)
        await banyan.stop()
        redis.kill()
    [asked] = (sql for sql in ran if sql.lstrip().startswith("select"))
    assert "progress" in asked, "what is the learner's own"
    assert [key for key in held if not key.startswith("school")] == []
