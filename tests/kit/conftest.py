"""A PostgreSQL that a test may stop and kill."""

from collections.abc import Iterator

import pytest

from banyan.kit.embedded import EmbeddedPostgres
from tests.conftest import HASTY
from tests.services import RedisServer


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server for one file of tests, with nothing in it."""
    folder = tmp_path_factory.mktemp("own")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
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
