"""Looking at an installation, as the command does."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from banyan.doctor import Finding, Installation, chosen, examine
from banyan.settings import Settings
from tests.conftest import Databases

__all__ = ["look", "said", "words"]


async def look(settings: Settings, url: str, *names: str) -> dict[str, Finding]:
    """What the checks of these names or subjects find; all of them without any."""
    return {found.name: found for found in await examine(Installation(settings, url), chosen(names))}


async def said(settings: Settings, url: str, name: str) -> str:
    """What one check says."""
    found = (await look(settings, url, name))[name]
    return f"{found.verdict}: {found.found}"


def words(findings: dict[str, Finding], *said: str) -> list[str]:
    """The names of those that say one of these words."""
    return [name for name, finding in findings.items() if finding.verdict in said]


@pytest.fixture
async def other_database(databases: Databases) -> AsyncIterator[str]:
    """A database with a school, that no server knows of."""
    async with databases.fresh() as url:
        connection = await asyncpg.connect(url)
        await connection.execute("insert into school (id, slug, name) values (gen_random_uuid(), 'far', 'Far School')")
        await connection.close()
        yield url
