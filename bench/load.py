"""Load over keep-alive connections: each sends its next request when the last is answered.

Debian's `wrk` if it is there, because it costs next to nothing; else a generator in asyncio, in a process of its own,
which costs more than a fast server does. Both take the same requests and give the same figures.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.machine import Cores

__all__ = ["Crowd", "Outcome", "Request", "encoded", "generator", "run"]

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a load; `body` is JSON on one line, or empty, and `header` one more, or empty: `Name: value`."""

    method: str
    path: str
    token: str
    body: str = ""
    header: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a load. Times are in seconds; `failed` counts errors, and answers of 400 and above."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def generator() -> str:
    """Which generator is used here."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def run(
    port: int, requests: Sequence[Request], *, connections: int, seconds: float, first: int, cores: Cores
) -> Outcome:
    """Send `requests` in turn, from number `first` on and over again, to 127.0.0.1:`port` for `seconds`.

    Raises:
        subprocess.CalledProcessError: the generator failed.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{one.method}\t{one.path}\t{one.token}\t{one.body}\t{one.header}\n" for one in requests)
        file.flush()
        if generator() == "wrk":
            command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "20s", "-s", str(_SCRIPT),
                       f"http://127.0.0.1:{port}/", "--", file.name, str(first)]  # fmt: skip
        else:
            command = [
                sys.executable,
                "-m",
                "bench.load",
                str(port),
                file.name,
                str(first),
                str(connections),
                str(seconds),
            ]
        with cores.for_load():
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 60)
    result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    return msgspec.json.decode(result.removeprefix("RESULT "), type=Outcome)


class Crowd:
    """The generator in asyncio."""

    def __init__(self, port: int, requests: list[bytes], first: int, seconds: float) -> None:
        self._port = port
        self._requests = requests
        self._at = first
        self._seconds = seconds
        self._times: list[float] = []
        self._failed = 0

    async def gather(self, connections: int) -> Outcome:
        """Run this many connections until the time is over."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._end = started + self._seconds
        await asyncio.gather(*(self._visit() for _ in range(connections)))
        took = loop.time() - started
        times = sorted(self._times) or [0.0]
        p50, p95, p99 = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
        return Outcome(len(self._times), took, self._failed, p50, p95, p99)

    async def _visit(self) -> None:
        loop = asyncio.get_running_loop()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while (started := loop.time()) < self._end:
            request = self._requests[self._at]
            self._at = (self._at + 1) % len(self._requests)
            try:
                writer.write(request)
                status = await _answer(reader)
            except (OSError, asyncio.IncompleteReadError):
                self._failed += 1
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                continue
            self._failed += status >= 400
            self._times.append(loop.time() - started)
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer, which must tell its length; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head[9:12])


def encoded(request: Request) -> bytes:
    """A request as it goes over the wire."""
    body = request.body.encode()
    kind = "content-type: application/json\r\n" if body else ""
    more = f"{request.header}\r\n" if request.header else ""
    head = (
        f"{request.method} {request.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"authorization: Bearer {request.token}\r\n{more}{kind}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main(port: str, file: str, first: str, connections: str, seconds: str) -> None:
    """Run the generator in asyncio and print what bench/load.py reads."""
    with Path(file).open() as lines:
        requests = [encoded(Request(*line.rstrip("\n").split("\t"))) for line in lines]
    crowd = Crowd(int(port), requests, int(first) % len(requests), float(seconds))
    outcome = asyncio.run(crowd.gather(int(connections)))
    print("RESULT", msgspec.json.encode(outcome).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
