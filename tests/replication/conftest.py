"""A cluster of one's own for each test that breaks it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from banyan.app import Banyan
from banyan.settings import load
from tests.replication.cluster import Cluster, cluster
from tests.story import School


@pytest.fixture
def nodes() -> Iterator[Cluster]:
    """A primary with one standby."""
    with cluster(1) as made:
        yield made


@pytest.fixture
async def reader(nodes: Cluster, tmp_path: Path) -> AsyncIterator[School]:
    """A school of an application that reads from the standby."""
    settings = load(
        {},
        data=tmp_path,
        server={"base_url": "http://demo.school"},
        database={"url": nodes.several, "replicas": nodes.standbys[0].address, "replica_lag": "3"},
    )
    application = Banyan(settings, settings.database.url, roles=frozenset({"web"}))
    await application.start()
    opened = await School.open(application, "demo", "demo.school")
    yield opened
    await opened.close()
    await application.stop()
