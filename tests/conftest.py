"""What every test stands on: a real PostgreSQL, a database of its own for each test, and the application on it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import structlog

from banyan.app import DOMAINS, Banyan
from banyan.kit import migrations
from banyan.kit.embedded import EmbeddedPostgres
from banyan.kit.jobs import Worker
from banyan.settings import Settings, load
from tests import citus
from tests.recorded import record
from tests.services import reachable_folder
from tests.story import School

pytest_plugins = ["tests.together"]

# A test's data need not outlive a power cut.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "128MB",
    "max_connections": "200",
}


# What is told for every request is of no use here, and takes its time to write.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs a Citus cluster runs where there is one.

    Where there is one, all that tests the whole application runs on it, and is marked so: `-m citus` runs just that.
    Statements are not counted there: what is one for many on one machine is one for each key on a cluster.
    """
    if citus.COORDINATOR:
        for item in items:
            used = set(getattr(item, "fixturenames", ()))
            if used >= {"banyan", "database_url"} and not used & {"planner", "statements"}:
                item.add_marker("citus")
    else:
        without = [item for item in items if item.get_closest_marker("citus")]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


@pytest.fixture(autouse=True)
def logs_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """How a command sets up the logs of its process ends with its test: otherwise the next see nothing in them."""
    before, configure = structlog.get_config(), structlog.configure
    monkeypatch.setattr(structlog, "configure", lambda **how: configure(**how | {"cache_logger_on_first_use": False}))
    yield
    configure(**before)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL for the whole run."""
    with reachable_folder(in_memory=True) as folder:
        server = EmbeddedPostgres(folder / "postgres", settings=HASTY)
        server.start()
        asyncio.run(migrations.migrate(server.url))
        yield server
        server.stop()


class Databases:
    """Makes databases that are copies of the migrated one, each while the test before it runs."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        self._names = (f"test_{number}" for number in count())
        self._aside = ThreadPoolExecutor(1)
        self._admin = psycopg.connect(server.url.replace("/banyan?", "/postgres?"), autocommit=True)
        self._next = self._aside.submit(self._make)

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        """The URL of a new database, which is dropped afterwards."""
        ready, self._next = self._next, self._aside.submit(self._make)
        name = await asyncio.wrap_future(ready)
        yield self._server.url.replace("/banyan?", f"/{name}?")
        self._aside.submit(self._drop, name)

    def close(self) -> None:
        """Wait for what is being made and dropped."""
        self._aside.shutdown()
        self._admin.close()

    def _make(self) -> str:
        name = next(self._names)
        self._admin.execute(f"create database {name} template banyan strategy file_copy".encode())
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    made = Databases(postgres)
    yield made
    made.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[citus.ClusterDatabases]:
    """A database of the whole run's on the Citus cluster."""
    made = citus.ClusterDatabases(citus.COORDINATOR)
    yield made
    made.close()


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Databases | citus.ClusterDatabases:
    """Where the test's database is."""
    marked = request.node.get_closest_marker("citus")
    found: Databases | citus.ClusterDatabases = request.getfixturevalue("cluster" if marked else "databases")
    return found


@pytest.fixture
async def database_url(place: Databases | citus.ClusterDatabases) -> AsyncIterator[str]:
    """A migrated, empty database for one test."""
    async with place.fresh() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own."""
    return load({}, data=tmp_path, server={"base_url": "http://demo.school"})


@pytest.fixture
async def banyan(settings: Settings, database_url: str) -> AsyncIterator[Banyan]:
    """The whole application but its background worker, which tests run when they want it."""
    application = Banyan(settings, database_url, roles=frozenset({"web"}))
    await application.start()
    application.kit.db.observers.append(record)
    yield application
    await application.stop()


@pytest.fixture
async def client(banyan: Banyan) -> AsyncIterator[httpx.AsyncClient]:
    """A browser nobody has signed in with."""
    async with browser(banyan) as visitor:
        yield visitor


@asynccontextmanager
async def browser(banyan: Banyan, host: str = "demo.school", **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that keeps cookies and speaks to the application directly."""
    transport = httpx.ASGITransport(app=banyan, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}/api/v1", **options) as visitor:
        yield visitor


@pytest.fixture
async def school(banyan: Banyan) -> AsyncIterator[School]:
    """The school most stories happen in."""
    opened = await School.open(banyan, "demo", "demo.school")
    yield opened
    await opened.close()


@pytest.fixture
async def other_school(banyan: Banyan, school: School) -> AsyncIterator[School]:
    """Another school of the same installation, which must never see the first."""
    opened = await School.open(banyan, "hill", "hill.example")
    yield opened
    await opened.close()


@pytest.fixture
async def statements(banyan: Banyan) -> list[str]:
    """Every statement that runs during the test, in order; `clear()` it before what is counted."""
    ran: list[str] = []
    banyan.kit.db.observers.append(lambda sql, _args: ran.append(sql))
    return ran


async def run_jobs(banyan: Banyan, until: Callable[[], Awaitable[bool]]) -> None:
    """Run the background worker until `until` holds, at most ten seconds."""
    worker = Worker(banyan.url, banyan.kit, [kind for domain in DOMAINS for kind in domain.jobs], [])
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(10):
            while not await until():  # noqa: ASYNC110 -- the database says so, not an event
                await asyncio.sleep(0.02)
    finally:
        worker.stop()
        await running
