"""The load generator of last resort: what it counts must be what was answered."""

import asyncio

import pytest

from bench.load import Crowd, Request, encoded

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LATE = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


class Door:
    """A server that gives each request the next of its answers, and closes on None."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers = answers
        self.seen: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self.seen.append(head + await reader.readexactly(length))
            answer = self.answers[(len(self.seen) - 1) % len(self.answers)]
            if answer is None:
                break
            writer.write(answer)
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def _visit(door: Door, requests: list[Request], connections: int) -> tuple[int, int]:
    """How many answers were counted, and how many of them as failed."""
    async with await asyncio.start_server(door, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        crowd = Crowd(port, [encoded(request) for request in requests], first=0, seconds=0.2)
        outcome = await crowd.gather(connections)
    assert outcome.p50 <= outcome.p95 <= outcome.p99
    return outcome.requests, outcome.failed


async def test_every_answer_is_counted_once_over_all_connections() -> None:
    door = Door([OK])
    counted, failed = await _visit(door, [Request("GET", "/", "secret")], connections=5)
    assert counted == len(door.seen) > 5
    assert failed == 0


async def test_requests_are_sent_in_turn_with_their_token_and_body() -> None:
    door = Door([OK])
    await _visit(door, [Request("GET", "/a", "one"), Request("PUT", "/b", "two", '{"é":1}')], connections=1)
    first, second = door.seen[:2]
    assert first.startswith(b"GET /a HTTP/1.1\r\n")
    assert b"authorization: Bearer one\r\n" in first
    assert second.startswith(b"PUT /b HTTP/1.1\r\n")
    assert second.endswith('\r\n\r\n{"é":1}'.encode())


async def test_an_error_is_counted_as_failed() -> None:
    counted, failed = await _visit(Door([OK, LATE]), [Request("GET", "/", "secret")], connections=1)
    assert failed == pytest.approx(counted / 2, abs=1)


async def test_a_connection_that_breaks_is_a_failure_and_is_opened_again() -> None:
    door = Door([OK, None])
    counted, failed = await _visit(door, [Request("GET", "/", "secret")], connections=1)
    assert counted >= 2
    assert failed == pytest.approx(counted, abs=1)
