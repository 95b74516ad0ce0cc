"""nginx takes the configuration, and does what Banyan needs of it."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from banyan import app
from banyan.kit import edge
from banyan.kit.problems import Problem, TooLarge, TooMany, Unavailable, render
from banyan.kit.realtime import watch
from banyan.settings import load
from tests.ops.entrance import NGINX, Arrival, Entrance, Nginx, Process, check, handshake, placed
from tests.services import reachable_folder

ROUTES = (NGINX / "routes.conf").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
async def entrance() -> AsyncIterator[Entrance]:
    with reachable_folder() as folder:
        async with Entrance.running(folder) as running:
            yield running


@pytest.fixture
async def visitor(entrance: Entrance) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=entrance.url, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def certificate() -> Iterator[Path]:
    with reachable_folder() as folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=learn.example", "-keyout", folder / "tls.key", "-out", folder / "tls.crt"],
            check=True, capture_output=True,
        )  # fmt: skip
        yield folder


def arrival(answer: httpx.Response) -> Arrival:
    return msgspec.json.decode(answer.content, type=Arrival)


def test_nginx_accepts_it_behind_a_balancer(tmp_path: Path) -> None:
    check(placed(tmp_path, "plain.conf"))


def test_nginx_accepts_it_with_a_certificate_of_its_own(tmp_path: Path, certificate: Path) -> None:
    main = placed(tmp_path, "https.conf")
    listen = tmp_path / "listen.conf"
    listen.write_text(listen.read_text().replace("/etc/nginx/tls", str(certificate)))
    check(main)


@pytest.mark.parametrize("path", ["/", "/courses/1", "/api/v1/courses", "/assets/app.js", "/health", "/ready"])
async def test_pages_and_the_interface_are_for_the_web_processes(visitor: httpx.AsyncClient, path: str) -> None:
    assert arrival(await visitor.get(path)).role == "web"


async def test_a_websocket_reaches_the_gateway_and_is_upgraded(entrance: Entrance) -> None:
    async with asyncio.timeout(10), handshake(entrance.port) as (reader, writer):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"


async def test_a_gateway_that_stands_still_is_not_given_everybody_who_comes() -> None:
    gateways = [Process("realtime"), Process("realtime")]
    with reachable_folder() as folder:
        server = Nginx(folder, [gateways[0].port], [each.port for each in gateways])
        for each in gateways:
            await each.start()
        await server.start()
        try:
            async with asyncio.timeout(20), handshake(server.port) as (first, _):
                await first.readuntil(b"101 ")
                still, awake = sorted(gateways, key=lambda each: len(each.arrived))
                still.paused = True
                for _ in range(4):  # one after the other gives up, as the browser app does after 15 seconds
                    before = len(still.arrived)
                    async with handshake(server.port) as (reader, _):
                        answered = asyncio.create_task(reader.readuntil(b"101 "))
                        left = asyncio.create_task(still.asked.wait())
                        await asyncio.wait([answered, left], return_when=asyncio.FIRST_COMPLETED)
                        answered.cancel()
                        left.cancel()
                    if len(still.arrived) > before:
                        await still.left.wait()
                        still.asked.clear()
                        still.left.clear()
            assert (len(still.arrived), len(awake.arrived)) == (2, 3)
        finally:
            await server.stop()
            for each in gateways:
                await each.stop()


async def test_figures_are_nobodys_business(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/metrics")).status_code == 404
    assert not [each for process in entrance.web for each in process.arrived if each.target == "/metrics"]


async def test_banyan_learns_who_asks_and_for_what(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    claims = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "host": "learn.example:8443"}
    headers = arrival(await visitor.get("/api/v1/courses", headers=claims)).headers
    assert headers["host"] == "learn.example:8443"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert edge._REQUEST_ID.fullmatch(headers["x-request-id"].encode())


async def test_connections_to_banyan_are_kept(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    await visitor.get("/api/v1/courses")
    before = sum(process.connections for process in entrance.web)
    for _ in range(20):
        await visitor.get("/api/v1/courses")
    assert sum(process.connections for process in entrance.web) <= before + 2


async def test_what_banyan_says_is_compressed(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/courses", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()


async def test_a_file_goes_through_and_anything_else_as_large_does_not(visitor: httpx.AsyncClient) -> None:
    file = b"x" * (3 << 20)
    assert arrival(await visitor.post("/api/v1/files?name=a", content=file)).size == len(file)
    answer = await visitor.post("/api/v1/courses", content=file)
    assert answer.status_code == 413
    assert msgspec.json.decode(answer.content).keys() == msgspec.json.decode(render(TooLarge(), "x")).keys()


async def test_what_never_changes_is_asked_for_once(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await visitor.get("/assets/once.js")).headers["cache-control"].endswith("immutable")
    assert len([each for process in entrance.web for each in process.arrived if each.target == "/assets/once.js"]) == 1


async def test_a_new_file_is_found_while_some_processes_are_old(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    entrance.web[0].statuses = {f"/assets/new-{number}.js": "404 Not Found" for number in range(4)}
    assert {(await visitor.get(f"/assets/new-{number}.js")).status_code for number in range(4)} == {200}


async def test_503_is_banyans_own_word_and_takes_no_process_out(entrance: Entrance, visitor: httpx.AsyncClient) -> None:
    for process in entrance.web:
        process.statuses["/api/v1/busy"] = "503 Service Unavailable"
    for _ in range(10):
        assert (await visitor.put("/api/v1/busy")).status_code == 503
    assert (await visitor.get("/api/v1/courses")).status_code == 200


async def test_when_one_process_dies_nobody_notices_and_when_all_do_they_are_told_when_to_come_back() -> None:
    with reachable_folder() as folder:
        async with (
            Entrance.running(folder) as entrance,
            httpx.AsyncClient(base_url=entrance.url, trust_env=False) as visitor,
        ):
            await entrance.web[0].stop()
            assert {(await visitor.get("/api/v1/courses")).status_code for _ in range(10)} == {200}
            assert {(await visitor.post("/api/v1/courses", content=b"{}")).status_code for _ in range(10)} == {200}
            await entrance.web[1].stop()
            answer = await visitor.get("/api/v1/courses")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    told = msgspec.json.decode(answer.content)
    assert told.keys() == msgspec.json.decode(render(Unavailable(), "x")).keys()


@pytest.mark.parametrize("problem", [TooLarge, TooMany, Unavailable])
def test_nginx_speaks_as_banyan_does(problem: type[Problem]) -> None:
    bodies = [msgspec.json.decode(each) for each in re.findall(rf"return {problem.status} '(.*)';", ROUTES)]
    assert bodies == [msgspec.json.decode(render(problem(), "$request_id"))]


def test_what_may_take_long_is_the_same_for_both() -> None:
    ours = app._PATIENT.pattern.replace("(?:", "(")
    theirs = re.search(r"location ~ \^(\S+) \{", ROUTES)
    assert theirs
    assert theirs[1].replace("(?:", "(") == ours


def test_nginx_waits_longer_than_banyan_takes() -> None:
    waits = {
        path: int(seconds) for path, seconds in re.findall(r"location (.*) \{[^}]*?proxy_read_timeout (\d+)s", ROUTES)
    }
    usual = re.search(r"^proxy_read_timeout (\d+)s", ROUTES, re.MULTILINE)
    assert usual
    assert int(usual[1]) > edge._DEADLINE
    assert next(wait for path, wait in waits.items() if path.startswith("~")) > edge._LONG_DEADLINE


def test_nginx_lets_a_websocket_be_silent_until_banyan_has_let_go_of_it() -> None:
    wait = re.search(r"location = /ws \{[^}]*?proxy_read_timeout (\d+)s", ROUTES)
    assert wait
    assert int(wait[1]) > watch._DEAD_AFTER + watch._ROUND


def test_nginx_lets_pass_what_banyan_takes() -> None:
    storage = load({}).storage
    largest = re.search(r"client_max_body_size (\d+)m", ROUTES)
    assert largest
    assert int(largest[1]) > max(storage.largest_upload, storage.largest_attachment, storage.largest_import)


def test_nginx_lets_go_of_connections_before_banyan_does() -> None:
    serve = (Path(app.__file__).parent / "cli" / "serve.py").read_text(encoding="utf-8")
    kept = re.search(r"timeout_keep_alive=(\d+)", serve)
    theirs = re.search(r"keepalive_timeout (\d+)s", (NGINX / "upstreams.conf").read_text(encoding="utf-8"))
    assert kept
    assert theirs
    assert int(theirs[1]) < int(kept[1])


@pytest.mark.parametrize("folder", ["nginx", "compose"])
def test_a_process_that_was_away_is_asked_again_before_the_next_one_goes(folder: str) -> None:
    text = (NGINX.parent / folder / "upstreams.conf").read_text(encoding="utf-8")
    pauses = [int(seconds) for seconds in re.findall(r" fail_timeout=(\d+)s", text)]
    assert pauses
    assert max(pauses) < load({}).server.drain_seconds
