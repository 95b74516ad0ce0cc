"""nginx before a real Banyan keeps what is the same for all, and nobody ever gets what was said to somebody else."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn

from banyan.app import Banyan
from banyan.kit.edge import Receive, Scope, Send
from tests.ops.entrance import Nginx
from tests.security.stage import PNG, Stage
from tests.security.test_access import EXPECTED, address_of
from tests.services import free_port, reachable_folder
from tests.story import School

READING = [route for route in EXPECTED if route.startswith("GET")]


class Edge:
    """An nginx, and what reached Banyan behind it."""

    def __init__(self, banyan: Banyan) -> None:
        self._banyan = banyan
        self.reached: Counter[str] = Counter()
        self.ranges: list[bytes] = []
        self.url = ""
        self._server = uvicorn.Server(uvicorn.Config(self._app, interface="asgi3", lifespan="off", log_config=None))
        self._serving: asyncio.Task[None] | None = None
        self._clients: list[httpx.AsyncClient] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Edge"]:
        listening = socket.create_server(("127.0.0.1", 0))
        self._serving = asyncio.create_task(self._server.serve([listening]))
        with reachable_folder() as folder:
            entrance = Nginx(folder, [listening.getsockname()[1]], [free_port()])
            try:
                await entrance.start()
                self.url = f"http://127.0.0.1:{entrance.port}"
                yield self
            finally:
                for client in self._clients:
                    await client.aclose()
                await entrance.stop()
                await self.stop_banyan()

    async def stop_banyan(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        if self._serving is not None:
            await self._serving

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Someone before the door of the school."""
        made = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1", headers={"host": "demo.school", **headers}, trust_env=False, timeout=30
        )
        self._clients.append(made)
        return made

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached[scope["path"].removeprefix("/api/v1")] += 1
        self.ranges += [value for name, value in scope["headers"] if name == b"range"]
        await self._banyan(scope, receive, send)


@pytest.fixture
async def edge(banyan: Banyan) -> AsyncIterator[Edge]:
    async with Edge(banyan).running() as running:
        yield running


@pytest.fixture
async def stage(school: School, other_school: School) -> Stage:
    return await Stage.set_up(school, other_school)


async def test_nobody_gets_what_was_said_to_somebody_else(edge: Edge, stage: Stage) -> None:
    """Each reads everything, one after another and over again. An answer's id is that of the request it was for."""
    people = {name: stage.people[name] for name in ("learner", "nobody", "fellow")}
    behind = {name: edge.client(**_credentials(client)) for name, client in people.items()}
    token = people["fellow"].headers["authorization"].removeprefix("Bearer ")
    behind["fellow"] = edge.client(cookie=f"banyan_session={token}")
    said_to: dict[str, str] = {}
    for route in READING:
        path = address_of(route, stage, stage.ids)
        for name in (*people, *reversed(people)):
            answer = await behind[name].get(path)
            assert answer.status_code < 500, (route, name)
            known = answer.headers["x-request-id"]
            assert said_to.get(known, path) == path if name == "nobody" else known not in said_to, (route, name)
            said_to[known] = path if name == "nobody" else name
    assert edge.reached.total() >= len(READING) * 4, "who is signed in is answered anew each time"
    assert edge.reached.total() < len(READING) * 6, "what is published is not"


async def test_what_is_published_is_asked_of_banyan_once(edge: Edge, stage: Stage) -> None:
    nobody, learner = edge.client(), edge.client(**_credentials(stage.people["learner"]))
    paths = [f"/courses/{stage.ids['course_id']}", "/courses", "/courses/facets", "/school"]
    for path in paths:
        first = await nobody.get(path)
        for _ in range(20):
            assert (await nobody.get(path)).content == first.content
        assert edge.reached[path] <= 2  # ten seconds may be over in between
        again = await nobody.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, edge.reached[path] <= 2) == (304, True)
        before = edge.reached[path]
        mine = await learner.get(path)
        known = await learner.get(path, headers={"if-none-match": mine.headers["etag"]})
        assert (known.status_code, edge.reached[path]) == (304, before + 2)


async def test_covers_are_kept_and_other_files_pass_with_their_ranges(edge: Edge, stage: Stage) -> None:
    owner, learner = stage.people["owner"], edge.client(**_credentials(stage.people["learner"]))
    course = stage.ids["course_id"]
    sent = await owner.post("/files", params={"course": course, "name": "cover.png"}, content=PNG)
    version = (await owner.get(f"/courses/{course}?draft=true")).json()["version"]
    changed = await owner.patch(f"/courses/{course}", json={"version": version, "cover_id": sent.json()["id"]})
    assert changed.status_code == 200, changed.text
    assert (await owner.post(f"/courses/{course}/revisions", json={})).status_code == 201
    cover = f"/files/{sent.json()['id']}/cover.png"
    for _ in range(5):
        assert (await edge.client().get(cover)).content == PNG
    assert edge.reached[cover] == 1
    part = await edge.client().get(cover, headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, PNG[1:4])
    text = address_of("GET /files/{file_id}/{name}", stage, stage.ids)
    whole = (await learner.get(text)).content
    part = await learner.get(text, headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole[2:6])
    assert (await learner.head(text)).headers["content-length"] == str(len(whole))
    assert (await edge.client().head(cover)).headers["content-length"] == str(len(PNG))
    assert edge.ranges == [b"bytes=1-3", b"bytes=2-5"]
    assert (await edge.client().get(text)).status_code == 404


async def test_schools_do_not_read_each_others(edge: Edge, school: School, other_school: School) -> None:
    ids = {"demo.school": str(school.id), "hill.example": str(other_school.id)}
    for host in (*ids, *ids):
        assert (await edge.client().get("/school", headers={"host": host})).json()["id"] == ids[host]
    # An address that names one school, with the name of the other in its header: the header counts for both.
    answers = [await _raw(edge, "http://hill.example/api/v1/courses/facets", "demo.school") for _ in range(2)]
    assert all(answer.startswith(b"HTTP/1.1 ") for answer in answers)
    before = edge.reached["/courses/facets"]
    await edge.client().get("/courses/facets", headers={"host": "hill.example"})
    assert edge.reached["/courses/facets"] == before + 1, "it was not kept under the other's name"


async def test_what_was_read_can_still_be_read_while_banyan_is_away(edge: Edge, stage: Stage) -> None:
    nobody, learner = edge.client(), edge.client(**_credentials(stage.people["learner"]))
    path = f"/courses/{stage.ids['course_id']}"
    read = await nobody.get(path)
    await learner.get(path)
    await edge.stop_banyan()
    assert (await nobody.get(path)).content == read.content
    away = await learner.get(path)
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")


def _credentials(client: httpx.AsyncClient) -> dict[str, str]:
    return {"authorization": found} if (found := client.headers.get("authorization")) else {}


async def _raw(edge: Edge, target: str, host: str) -> bytes:
    address, _, port = edge.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(address, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer
