"""A gateway, and what must hold of it when everyone has gone."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from banyan.app import Banyan
from banyan.kit.realtime.hub import Hub
from tests.kit.realtime.stage import Stage, Talk, serving
from tests.story import School


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
async def stage(banyan: Banyan, school: School, talk: Talk) -> AsyncIterator[Stage]:
    async with serving(banyan, [talk.kind]) as open_stage:
        yield open_stage


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged that nobody has thought of."""
    with capture_logs() as logs:
        yield
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def nothing_is_left(hub: Hub, *, tasks: int = 0) -> None:
    """No connection, no member of a room, no work; nothing of those who have gone."""
    async with asyncio.timeout(10):
        while hub.connections or hub._tasks or any(live.members for live in hub.rooms.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not hub._by_session
    assert not hub._opening
    for live in hub.rooms.values():
        assert live.company.present().count == 0
    if tasks:
        async with asyncio.timeout(10):
            while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 -- tasks end when they end
                await asyncio.sleep(0.01)
