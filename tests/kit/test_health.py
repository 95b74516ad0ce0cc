"""/health says that the process lives, /ready whether it should get traffic."""

import asyncio

from banyan.app import Banyan
from banyan.kit.database import connect
from banyan.kit.edge import Edge
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.health import Health
from tests.kit.asgi import ask


async def test_a_process_that_lives_and_can_work_says_so(banyan: Banyan) -> None:
    alive, ready = await ask(banyan, "/health"), await ask(banyan, "/ready")
    assert (alive.status, alive.json()) == (200, {"status": "alive"})
    assert (ready.status, ready.json()) == (200, {"status": "ready", "reason": None, "mode": "normal"})
    assert ready.headers["cache-control"] == "private, no-store"


async def test_a_process_that_starts_or_ends_is_alive_but_not_ready(database_url: str) -> None:
    health = Health()
    app = Edge(health)
    assert (await ask(app, "/health")).status == 200
    starting = await ask(app, "/ready")
    assert (starting.status, starting.json()["reason"]) == (503, "starting")
    health.database = await connect(database_url, size=1)
    assert (await ask(app, "/ready")).status == 200
    health.draining = True
    draining = await ask(app, "/ready")
    assert (draining.status, draining.json()["reason"]) == (503, "draining")
    await health.database.close()


async def test_a_stopped_application_is_not_ready(banyan: Banyan) -> None:
    await banyan.stop()
    assert (await ask(banyan, "/ready")).json()["reason"] == "draining"


async def test_without_its_database_a_process_is_not_ready_and_later_it_is_again(
    own_postgres: EmbeddedPostgres,
) -> None:
    health = Health()
    health.database = await connect(own_postgres.url, size=1)
    app = Edge(health)
    await asyncio.to_thread(own_postgres.stop)
    gone = await ask(app, "/ready")
    assert (gone.status, gone.json()["reason"]) == (503, "no database")
    assert (await ask(app, "/health")).status == 200
    await asyncio.to_thread(own_postgres.start)
    assert (await ask(app, "/ready")).status == 200
    await health.database.close()


async def test_a_database_that_hangs_makes_the_process_not_ready(database_url: str) -> None:
    health = Health()
    health.database = await connect(database_url, size=1)
    held = await health.database.primary.acquire(5)
    answer = await ask(Edge(health), "/ready")
    assert answer.json()["reason"] == "no database"
    health.database.primary.give(held)
    await health.database.close()


async def test_the_metrics_speak_prometheus(banyan: Banyan) -> None:
    await ask(banyan, "/health")
    answer = await ask(banyan, "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert b'banyan_requests_total{method="GET",route="/health",status="200"}' in answer.body
