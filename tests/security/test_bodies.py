"""Bodies and headers that are too large, of the wrong kind, or more than one request."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from banyan.app import Banyan
from tests.security.stage import Stage
from tests.security.test_access import EXPECTED, address_of, ask, body_of
from tests.story import School

KINDS = [
    "",
    "text/plain",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "a" * 5_000,
    "application/json;;;=",
    "multipart/form-data; boundary=\u00e9",
]


class TestBodies:
    """No route holds more of a body than it takes."""

    async def test_no_route_takes_more_than_a_mebibyte(self, stage: Stage) -> None:
        for route in EXPECTED:
            method, path = route.split()
            if body_of(route, stage, "admin") is None:
                continue
            address = path.format(**{**stage.ids, "number": "1"})
            answer = await stage.people["admin"].request(
                method,
                address,
                content=b'{"x":"' + b"a" * (1 << 20) + b'"}',
                headers={"content-type": "application/json"},
            )
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), route

    async def test_what_does_not_say_how_long_it_is_is_counted(self, stage: Stage) -> None:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while sent < 1 << 30:
                sent += 1 << 16
                yield b"a" * (1 << 16)

        for path in ("/courses", "/sessions", f"/courses/{stage.ids['course_id']}/enrolments/batch"):
            sent = 0
            answer = await stage.people["admin"].post(
                path, content=endless(), headers={"content-type": "application/json"}
            )
            assert answer.status_code == 413, path
            assert sent <= 2 << 20

    async def test_nobody_sends_a_file_for_nothing(self, stage: Stage) -> None:
        taken = 0

        async def upload() -> AsyncIterator[bytes]:
            nonlocal taken
            yield b'--line\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
            while taken < 64 << 20:
                taken += 1 << 20
                yield b"a" * (1 << 20)

        form = {"content-type": "multipart/form-data; boundary=line"}
        for person in ("outsider", "colleague", "assistant", "teacher_elsewhere"):
            for path in ("/courses/imports", f"/files?course={stage.ids['course_id']}"):
                if path == "/courses/imports" and EXPECTED["POST /courses/imports"][person] == 201:
                    continue
                taken = 0
                answer = await stage.people[person].post(path, content=upload(), headers=form)
                assert answer.status_code in (403, 404), (person, path)
                assert taken <= 2 << 20, (person, path)

    @pytest.mark.parametrize("kind", KINDS)
    async def test_an_odd_content_type_is_no_error_of_ours(self, stage: Stage, kind: str) -> None:
        course = stage.ids["course_id"]
        for path in ("/courses", "/courses/imports", f"/files?course={course}", f"/courses/{course}/enrolments/batch"):
            headers = {"content-type": kind.encode()}
            answer = await stage.people["owner"].post(path, content=b"\xff\x00--", headers=headers)
            assert 400 <= answer.status_code < 500, (path, answer.text)

    async def test_a_body_on_a_get_changes_nothing(self, stage: Stage) -> None:
        await ask(stage, "learner", "POST /attempts/{attempt_id}/submission")  # else it has no result to read
        for route in EXPECTED:
            if route.startswith("GET"):
                address = address_of(route, stage, stage.ids)
                answer = await stage.people["learner"].request("GET", address, content=b'{"role": "admin"}')
                assert answer.status_code == EXPECTED[route]["learner"], route


RANGES = ["bytes=0-99999999999999999999999", "bytes=-0", "bytes=5-2", "bytes=-99999999999999999999", "bytes=٣-٤",
          "bytes=0-0,2-2", "bytes=", "bytes=a-b", "lines=1-2", "bytes=99999999999999999999-"]  # fmt: skip


@pytest.mark.parametrize("asked", RANGES)
async def test_an_odd_range_is_answered_with_the_file_or_told(stage: Stage, asked: str) -> None:
    path = f"/files/{stage.ids['file_id']}/x"
    answer = await stage.people["learner"].get(path, headers={"range": asked.encode()})
    assert answer.status_code in (200, 206, 416)
    assert len(answer.content) == int(answer.headers["content-length"])


@asynccontextmanager
async def served(banyan: Banyan) -> AsyncIterator[int]:
    """The application behind the real server; the port."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(banyan, lifespan="off", http="httptools", access_log=False, log_config=None))
    running = asyncio.create_task(server._serve([door]))
    while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield door.getsockname()[1]
    finally:
        server.should_exit = True
        await running


SMUGGLED = b"GET /api/v1/me HTTP/1.1\r\nHost: demo.school\r\n\r\n"
CHUNKED = b"0\r\n\r\n"
HEAD = b"POST /api/v1/password-resets HTTP/1.1\r\nHost: demo.school\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED + SMUGGLED,
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + CHUNKED + SMUGGLED,
        HEAD + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" + SMUGGLED,
        HEAD + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED + SMUGGLED,
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKED + SMUGGLED,
        HEAD + b"X: a\r\n\tfolded\r\nContent-Length: 2\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED + SMUGGLED,
        HEAD + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
    ],
    ids=["both lengths", "both, turned round", "two lengths", "a sign", "an unknown coding", "a space", "folds", "NUL"],
)
async def test_no_request_hides_in_another(banyan: Banyan, school: School, request_bytes: bytes) -> None:
    async with served(banyan) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes)
        async with asyncio.timeout(10):
            answer = await reader.read(1 << 16)
            if b"HTTP/1.1 400" not in answer:
                writer.write_eof()
                answer += await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer
