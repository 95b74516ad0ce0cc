"""A PostgreSQL that a test may stop and kill."""

from collections.abc import Iterator

import pytest

from banyan.kit.embedded import EmbeddedPostgres
from tests.conftest import HASTY
from tests.services import RedisServer, reachable_folder


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
