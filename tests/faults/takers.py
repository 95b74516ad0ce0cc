"""The takers of `make bench exam`, a few hundred of them in this process, each with a connection of their own."""

import asyncio
from collections.abc import Sequence

from bench.exam.taker import Call, Reply, Taker
from bench.exam.timetable import Timetable

__all__ = ["Room"]

_PATIENCE = 20.0  # seconds for an answer


class Room:
    """Everyone who takes a test."""

    def __init__(self, port: int, test: str, tokens: Sequence[str], times: Timetable) -> None:
        self.bell = asyncio.get_running_loop().time() + times.arrive
        self._times = times
        self._port = port
        self._tokens = tokens
        self._takers = [Taker(number, test, times) for number in range(len(tokens))]

    async def until(self, moment: float) -> None:
        """Wait until so many seconds after the bell."""
        await asyncio.sleep(self.bell + moment - asyncio.get_running_loop().time())

    async def sit(self) -> list[Taker]:
        """Let all take the test.

        Raises:
            Trouble: somebody was told what must not be.
        """
        await asyncio.gather(*(self._live(one, token) for one, token in zip(self._takers, self._tokens, strict=True)))
        return self._takers

    async def _live(self, taker: Taker, token: str) -> None:
        wire = _Wire(self._port, token)
        life = taker.life()
        call = next(life)
        try:
            while True:
                await self.until(call.at)
                sent = asyncio.get_running_loop().time()
                status, body = await wire.exchange(call)
                done = asyncio.get_running_loop().time()
                call = life.send(Reply(status, body, sent - self.bell, done - self.bell))
        except StopIteration:
            wire.close()


class _Wire:
    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = f"Host: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\nCookie: banyan_session={token}\r\n"
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, call: Call) -> tuple[int, bytes]:
        """The answer; (0, b"") for none."""
        try:
            async with asyncio.timeout(_PATIENCE):
                if self._open is None:
                    self._open = await asyncio.open_connection("127.0.0.1", self._port)
                return await self._converse(*self._open, call)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return 0, b""

    def close(self) -> None:
        if self._open is not None:
            self._open[1].transport.abort()
            self._open = None

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: Call
    ) -> tuple[int, bytes]:
        kind = "Content-Type: application/json\r\n" if call.body else ""
        head = f"{call.method} {call.path} HTTP/1.1\r\n{self._headers}{kind}Content-Length: {len(call.body)}\r\n\r\n"
        writer.write(head.encode() + call.body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = answered.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        return int(answered[9:12]), await reader.readexactly(int(length))
