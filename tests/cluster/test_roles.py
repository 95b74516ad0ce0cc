"""A process does what its roles say, and nothing else; together they are one installation."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import msgspec
import pytest

from tests.cluster.planting import Learner, found_groups, plant
from tests.cluster.servers import HOST, Node, running
from tests.cluster.wire import Refused, Wire


@dataclass
class Installation:
    """A process for each role, and someone in a group."""

    web: Node
    realtime: Node
    worker: Node
    learner: Learner
    room: str


@pytest.fixture(scope="module")
async def installation() -> AsyncIterator[Installation]:
    async with running(["web", "realtime", "worker,scheduler"]) as cluster:
        web, realtime, worker = cluster.nodes
        planted = await plant(cluster.folder, cluster.database_url, learners=1)
        await asyncio.gather(web.start(), realtime.start(), worker.start())
        (room,) = await found_groups(planted, [web], 1)
        yield Installation(web, realtime, worker, planted.learners[0], room)


async def get(node: Node, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=node.url, headers={"host": HOST}, trust_env=False) as client:
        return await client.get(path)


class Listener:
    """Someone connected, and the frames that came."""

    def __init__(self, node: Node, learner: Learner) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.wire = Wire(node.port, HOST, learner.token, self._frames.put_nowait)

    async def hear(self, op: str) -> dict[str, object]:
        """The next frame of this kind; others are passed over."""
        async with asyncio.timeout(5):
            while True:
                frame: dict[str, object] = msgspec.json.decode(await self._frames.get())
                if frame["op"] == op:
                    return frame


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_only_the_role_realtime_takes_websockets(installation: Installation, name: str) -> None:
    with pytest.raises(Refused, match="404"):
        await Listener(getattr(installation, name), installation.learner).wire.open(5)


async def test_the_role_web_serves_the_interface_and_the_browser_app(installation: Installation) -> None:
    for path in ("/api/v1/courses", "/api/openapi.json", "/courses"):
        assert (await get(installation.web, path)).status_code == 200, path


@pytest.mark.parametrize("name", ["realtime", "worker"])
async def test_other_roles_serve_nothing_but_how_they_are(installation: Installation, name: str) -> None:
    node = getattr(installation, name)
    for path in ("/health", "/ready", "/metrics"):
        assert (await get(node, path)).status_code == 200, path
    for path in ("/api/v1/courses", "/api/openapi.json", "/courses", "/"):
        assert (await get(node, path)).status_code == 404, path


async def test_what_is_said_to_one_process_is_heard_from_another(installation: Installation) -> None:
    listener = Listener(installation.realtime, installation.learner)
    await listener.wire.open(5)
    listener.wire.write(msgspec.json.encode({"op": "join", "room": installation.room}))
    joined = await listener.hear("joined")
    group = installation.room.partition(":")[2]
    async with httpx.AsyncClient(
        base_url=f"{installation.web.url}/api/v1",
        headers={"host": HOST, "authorization": f"Bearer {installation.learner.token}"},
        trust_env=False,
    ) as client:
        sent = await client.post(f"/groups/{group}/messages", json={"key": "1", "text": "Hello from the web"})
    assert sent.status_code == 201, sent.text
    event = await listener.hear("event")
    assert event["seq"] == sent.json()["seq"] == int(str(joined["seq"])) + 1
    assert event["data"] == sent.json()
    listener.wire.drop()
