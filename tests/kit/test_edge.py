"""Every request gets an id, a deadline, the security headers, and an answer that a client can read."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from banyan.app import Banyan
from banyan.kit import request
from banyan.kit.edge import App, Edge, Receive, Scope, Send, send_response
from banyan.kit.problems import Conflict, Problem, TooMany, Unavailable
from banyan.kit.security import SECURITY_HEADERS
from banyan.kit.telemetry import metrics
from tests.kit.asgi import ask
from tests.story import School


def answering(do: Callable[[Scope], Awaitable[bytes] | bytes]) -> App:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        outcome = do(scope)
        body = outcome if isinstance(outcome, bytes) else await outcome
        await send_response(send, 200, [(b"content-type", b"text/plain")], body)

    return Edge(app)


def failing(error: Exception) -> App:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise error

    return Edge(app)


async def test_every_answer_has_an_id_and_the_security_headers() -> None:
    for app in (answering(lambda _: b"fine"), failing(Conflict("no")), failing(ZeroDivisionError())):
        answer = await ask(app)
        assert len(answer.headers["x-request-id"]) == 32
        assert SECURITY_HEADERS.items() <= answer.headers.items()


async def test_what_is_logged_and_answered_carries_the_id_that_a_proxy_gave() -> None:
    answer = await ask(answering(lambda _: request.request_id.get().encode()), x_request_id="from-the-proxy.1")
    assert answer.body == b"from-the-proxy.1"
    assert answer.headers["x-request-id"] == "from-the-proxy.1"


@pytest.mark.parametrize("made_up", ["short", "x" * 65, "with space", "line\nbreak", "ümlaut-ümlaut", '"}{"a":1}'])
async def test_an_id_that_is_none_is_not_taken(made_up: str) -> None:
    answer = await ask(answering(lambda _: b""), x_request_id=made_up)
    assert answer.headers["x-request-id"] != made_up


async def test_a_problem_becomes_a_problem_document() -> None:
    answer = await ask(failing(TooMany("Slow down.", retry_after=7)))
    assert answer.status == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["retry-after"] == "7"
    assert answer.json() == {
        "type": "/problems/too_many_requests",
        "title": "Too many requests; please wait a moment",
        "status": 429,
        "code": "too_many_requests",
        "detail": "Slow down.",
        "request_id": answer.headers["x-request-id"],
    }


async def test_an_unexpected_error_is_logged_and_shows_nothing_of_the_inside() -> None:
    with capture_logs() as logs:
        answer = await ask(failing(ValueError("the secret inside")), path="/somewhere")
    assert answer.status == 500
    assert answer.json()["code"] == "internal"
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body
    logged = next(entry for entry in logs if entry["event"] == "unexpected")
    assert (logged["log_level"], logged["method"], logged["path"]) == ("error", "GET", "/somewhere")
    assert logged["exc_info"]


async def test_a_thousand_failures_write_a_few_lines_and_say_how_many_there_were() -> None:
    app = failing(Unavailable())
    with capture_logs() as logs:
        for _ in range(1000):
            await ask(app)
        written = len(logs)
        assert 1 <= written <= 100
        await asyncio.sleep(1)
        await ask(app)
    assert logs[-1]["left_out"] + sum(line.get("left_out", 0) for line in logs[:-1]) == 1000 - written


async def test_an_error_in_the_middle_of_an_answer_is_not_covered_up() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise error

    for error in (ValueError("half"), Conflict("half")):
        with pytest.raises(type(error), match="half"):
            await ask(Edge(half))


async def test_head_is_get_without_the_body() -> None:
    app = answering(lambda scope: str(scope["method"]).encode())
    answer = await ask(app, method="HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "3")
    assert (await ask(failing(Conflict("no")), method="HEAD")).body == b""


async def test_the_server_still_knows_that_it_was_head_and_that_no_body_follows() -> None:
    seen: list[Scope] = []

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await answering(lambda _scope: b"body")(scope, receive, send)

    await ask(server, method="HEAD")
    assert [scope["method"] for scope in seen] == ["HEAD"]


async def test_a_request_has_a_deadline_and_leaves_none_behind() -> None:
    left: list[float | None] = []

    def note(_scope: Scope) -> bytes:
        left.append(request.time_left())
        return b""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        await send_response(send, 200, [], note(scope))

    edge = Edge(app, patient=re.compile("/slow"))
    await ask(edge, "/quick")
    await ask(edge, "/slow/upload")
    assert left[0] == pytest.approx(20, abs=1)
    assert left[1] == pytest.approx(300, abs=1)
    assert request.time_left() is None
    assert request.request_id.get() == ""


async def test_requests_side_by_side_keep_their_ids_apart() -> None:
    async def slowly(_scope: Scope) -> bytes:
        before = request.request_id.get()
        await asyncio.sleep(0.01)
        return f"{before} {request.request_id.get()}".encode()

    answers = await asyncio.gather(*(ask(answering(slowly)) for _ in range(20)))
    for answer in answers:
        assert answer.body.decode().split() == [answer.headers["x-request-id"]] * 2


async def test_a_client_cannot_make_up_metrics() -> None:
    app = answering(lambda _: b"")
    for number in range(50):
        await ask(app, path=f"/made-up-{number}", method=f"MADEUP{number}")
    text = metrics().decode()
    assert "MADEUP" not in text.upper().replace("MADE-UP", "")
    assert "made-up" not in text
    assert 'banyan_requests_total{method="other",route="other",status="200"}' in text


async def test_a_route_is_measured_by_its_template(school: School) -> None:
    person = await school.learner()
    await person.get("/courses/018f4a10-0000-7000-8000-000000000000")
    assert 'route="/api/v1/courses/{course_id}",status="404"' in metrics().decode()


# The whole application


async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient, school: School) -> None:
    answer = await client.post("/sessions", json={"email": "a@b.example", "password": "x" * (1 << 20)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    async def endless() -> Any:
        for _ in range(64):
            yield b"x" * (1 << 16)

    answer = await client.post("/sessions", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b"\xff\xfe", b"null", b"[]", b'"text"', b"7", b"{}", b'{"email": 5, "password": []}',
        b"[" * 100_000, b'{"email":' * 50_000, b'{"email": "a@b.example", "password": ' + b"[" * 100_000,
        b'{"email": "a\\u0000@b.example", "password": "secret-secret"}', b'{"email": "\\ud800", "password": "x"}',
    ],
)  # fmt: skip
async def test_a_broken_body_is_told_and_never_an_error_of_ours(
    client: httpx.AsyncClient, school: School, body: bytes
) -> None:
    answer = await client.post("/sessions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 401)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["", ":", "[::1]:80", "[", "a" * 5000, "\xff\xfe", "demo.school:http", "x:y:z"])
async def test_any_host_name_is_answered(banyan: Banyan, school: School, host: str) -> None:
    assert (await ask(banyan, "/api/v1/school", host=host)).status in (200, 400)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "\x80\xff; ;;=;banyan_session"},
        {"cookie": "banyan_session=\xff"},
        {"authorization": "Bearer \xff"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer " + "x" * 9000},
    ],
)
async def test_a_broken_token_is_nobody(banyan: Banyan, school: School, headers: dict[str, str]) -> None:
    answer = await ask(banyan, "/api/v1/me", host="demo.school", **headers)
    assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")


async def test_head_and_unknown_methods_of_the_api(client: httpx.AsyncClient, school: School) -> None:
    answer = await client.head("/school")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 10
    for method in ("DELETE", "TRACE", "FOO"):
        refused = await client.request(method, "/school")
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/redoc", "/api/swagger", "/api/openapi.yml", "/api/v2/x"]
)
async def test_there_is_nothing_else_below_api(banyan: Banyan, path: str) -> None:
    answer = await ask(banyan, path)
    assert (answer.status, answer.json()["code"]) == (404, "not_found")


async def test_the_interface_is_described(banyan: Banyan) -> None:
    answer = await ask(banyan, "/api/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["openapi"].startswith("3.")
    assert "/api/v1/school" in answer.json()["paths"]


def test_every_problem_is_a_client_error_but_five() -> None:
    problems = [Problem]
    for problem in problems:
        problems += problem.__subclasses__()
    ours = {problem.code for problem in problems if problem.status >= 500}
    assert ours == {"internal", "unavailable", "read_only", "no_room", "store_unreachable"}
    codes = [(problem.code, problem.status) for problem in problems]
    assert all(status >= 400 and code == code.lower() for code, status in codes)
