"""Databases: one with a table of notes, and servers that a test may stop and kill."""

from collections.abc import AsyncIterator, Iterator

import pytest

from banyan.kit.database import Database, connect
from banyan.kit.embedded import EmbeddedPostgres
from tests.conftest import HASTY
from tests.services import RedisServer, reachable_folder


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A database with a table of notes."""
    database = await connect(database_url, size=3)
    async with database.write() as tx:
        await tx.execute("create table note (id integer primary key, text text not null)")
    yield database
    await database.close()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A running server for one file of tests, with nothing in it."""
    with reachable_folder(in_memory=True) as folder:
        server = EmbeddedPostgres(folder / "postgres", settings=HASTY)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running Redis, empty."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()
