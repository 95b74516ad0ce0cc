"""Behind PgBouncer in transaction mode: nothing relies on a session."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from banyan.app import Banyan
from banyan.kit import migrations
from banyan.kit.pools import keep_session_settings
from banyan.settings import load
from tests.conftest import run_jobs
from tests.replication.cluster import Node
from tests.replication.pooler import Pooler
from tests.services import reachable_folder
from tests.story import School


@pytest.fixture
def pooled() -> Iterator[tuple[Node, Pooler]]:
    """A server, and a pooler that gives only two connections to all clients together."""
    with reachable_folder() as folder:
        node = Node(folder / "one")
        node.start()
        asyncio.run(migrations.migrate(node.address))
        pooler = Pooler(folder / "pooler", node.port, servers=2)
        pooler.start()
        yield node, pooler
        pooler.stop()
        node.stop()


async def test_many_clients_share_two_connections(pooled: tuple[Node, Pooler], tmp_path: Path) -> None:
    node, pooler = pooled
    direct = await asyncpg.connect(node.address)
    await keep_session_settings(direct, 15.0)
    await direct.close()
    settings = load(
        {},
        data=tmp_path,
        server={"base_url": "http://demo.school"},
        database={"url": pooler.address, "direct_url": node.address, "pooler": "transaction"},
    )
    banyan = Banyan(settings, settings.database.url, roles=frozenset({"web"}))
    await banyan.start()
    try:
        school = await School.open(banyan, "demo", "demo.school")
        people = [await school.learner() for _ in range(12)]

        async def live(number: int) -> None:
            person = people[number]
            for turn in range(10):
                renamed = await person.patch("/me", {"name": f"Person {number} {turn}"})
                assert renamed.status_code == 200, renamed.text
                assert (await person.get("/me")).json()["name"] == f"Person {number} {turn}"
                assert (await person.get("/enrolments")).status_code == 200

        await asyncio.gather(*(live(number) for number in range(12)))
        read = banyan.kit.db.read()
        assert await read.one(str, "select current_setting('plan_cache_mode')") == "force_generic_plan"
        assert await read.one(str, "select current_setting('statement_timeout')") == "15s"
        servers = "select count(*) from pg_stat_activity where application_name like 'banyan%'"
        assert await node.ask(servers) <= 2

        joined = await school.browser().post(
            "/accounts", json={"name": "New", "email": "new@example.org", "password": "a long password"}
        )
        assert joined.status_code == 202
        mails = tmp_path / "mail"

        async def sent() -> bool:
            return mails.exists() and any(mails.iterdir())

        banyan.url = node.address
        await run_jobs(banyan, sent)
        node.kill()
        asked = await asyncio.gather(*(person.get("/me") for person in people))
        assert {answer.status_code for answer in asked} == {503}
        await school.close()
    finally:
        await banyan.stop()
