"""The comparison with the bare application is fair only as long as both do the same."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from banyan import app, cli
from banyan.app import Banyan
from banyan.learning import way
from banyan.settings import Settings
from bench import school, uncached
from bench.baselines.bare.app import FOOTING, READING, SESSION, Bare
from bench.school import School
from tests.conftest import browser


@pytest.fixture
async def bench_school(database_url: str) -> School:
    return await school.found(database_url, learners=8, courses=3)


@pytest.fixture
async def bare(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    application = Bare(database_url)
    await application.start()
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://bare/api/v1") as client:
        yield client
    await application.stop()


async def test_the_bare_application_answers_the_bytes_that_banyan_answers(
    bench_school: School, bare: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    for learner, course in bench_school.visits():
        headers = {"authorization": f"Bearer {learner.token}"}
        theirs = await bare.get(f"/courses/{course.id}", headers=headers)
        ours = await client.get(f"/courses/{course.id}", headers=headers)
        assert ours.status_code == 200
        assert ours.json()["progress"]["percent"] == theirs.json()["progress"]["percent"]
        assert ours.content == theirs.content


async def test_the_bare_application_runs_the_statements_that_banyan_runs(
    bench_school: School, client: httpx.AsyncClient, statements: list[str]
) -> None:
    learner, course = bench_school.visits()[0]
    await client.get("/school")
    statements.clear()
    await client.get(f"/courses/{course.id}", headers={"authorization": f"Bearer {learner.token}"})
    assert [_words(one) for one in statements] == [_words(one) for one in (SESSION, READING, FOOTING)]


async def test_the_bare_application_sets_its_connections_up_as_banyan_does(banyan: Banyan, database_url: str) -> None:
    bare = Bare(database_url)
    await bare.start()
    ask = """
        select name, setting from pg_settings where source in ('client', 'session') and name <> 'application_name'
    """
    theirs, ours = await bare.pool.fetch(ask), await banyan.kit.db.pool.fetch(ask)
    sizes = [(pool.get_min_size(), pool.get_max_size()) for pool in (bare.pool, banyan.kit.db.pool)]
    await bare.stop()
    assert theirs == ours
    assert sizes[0] == sizes[1]


async def test_the_bare_application_keeps_progress(
    bench_school: School, bare: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    learner, course = bench_school.visits()[0]
    headers = {"authorization": f"Bearer {learner.token}"}
    item = course.items[learner.begun[course.id]]
    saved = await bare.put(
        f"/courses/{course.id}/items/{item}/progress", json={"state": "done", "place": 1}, headers=headers
    )
    assert saved.status_code == 200
    page = (await client.get(f"/courses/{course.id}", headers=headers)).json()
    assert page["progress"]["items"][str(item)] == "done"


async def test_uncached_banyan_runs_every_statement_for_every_request(
    bench_school: School, database_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in ((app, "Cache"), (way, "_ways"), (cli.serve, "Banyan")):
        monkeypatch.setattr(place, name, getattr(place, name))  # to be put back
    uncached.forget_everything()
    forgetful: type[Banyan] = cli.serve.Banyan  # type: ignore[attr-defined]
    banyan = forgetful(settings, database_url, roles=frozenset({"web"}))
    await banyan.start()
    ran: list[str] = []
    banyan.kit.db.observers.append(lambda sql, _args: ran.append(sql))
    learner, course = bench_school.visits()[0]
    async with browser(banyan, headers={"authorization": f"Bearer {learner.token}"}) as client:
        await client.get("/school")
        for _ in range(2):
            ran.clear()
            assert (await client.get(f"/courses/{course.id}")).status_code == 200
            assert [_words(one) for one in ran] == [_words(one) for one in (SESSION, READING, FOOTING)]
    await banyan.stop()


def _words(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()
