"""A client that keeps to no protocol: bytes on a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.kit.realtime.stage import Stage
from tests.story import Person

TEXT, BINARY, CLOSE, PING, PONG, CONT = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0


def frame(payload: bytes | str, opcode: int = TEXT, *, fin: bool = True, masked: bool = True) -> bytes:
    """A frame from a client."""
    body = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(0x80 if fin else 0) | opcode])
    mask = 0x80 if masked else 0
    if len(body) < 126:
        head += bytes([mask | len(body)])
    elif len(body) < 1 << 16:
        head += bytes([mask | 126]) + len(body).to_bytes(2, "big")
    else:
        head += bytes([mask | 127]) + len(body).to_bytes(8, "big")
    # A mask of noughts changes nothing, and is one.
    return head + (b"\0\0\0\0" if masked else b"") + body


class Raw:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def frame(self, within: float = 10) -> tuple[int, bytes]:
        """The next frame of the server."""
        async with asyncio.timeout(within):
            first, size = await self.reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            return first & 0xF, await self.reader.readexactly(size)

    async def code(self, within: float = 10) -> int:
        """The code with which the server closes."""
        async with asyncio.timeout(within):
            while True:
                opcode, payload = await self.frame(within)
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big")

    async def gone(self, within: float = 10) -> None:
        """Read until nothing more comes."""
        async with asyncio.timeout(within):
            while True:
                try:
                    if not await self.reader.read(1 << 16):
                        return
                except ConnectionError:
                    return


def handshake(person: Person | None = None) -> bytes:
    """What opens a WebSocket."""
    token = f"Authorization: Bearer {person.token}\r\n" if person else ""
    return (
        "GET /ws HTTP/1.1\r\nHost: demo.school\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{token}\r\n"
    ).encode()


@asynccontextmanager
async def raw(
    stage: Stage, person: Person | None = None, *, shake: bytes | None = None, buffer: int = 0
) -> AsyncIterator[Raw]:
    """A connection, after its handshake unless `shake` is something else; with a small receive buffer if wanted."""
    wire = socket.socket()
    if buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    wire.setblocking(False)
    await asyncio.get_running_loop().sock_connect(wire, ("127.0.0.1", stage.port))
    reader, writer = await asyncio.open_connection(sock=wire, limit=buffer or 1 << 16)
    try:
        client = Raw(reader, writer)
        await client.write(handshake(person) if shake is None else shake)
        if shake is None:
            async with asyncio.timeout(10):
                answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 101"), answer
        yield client
    finally:
        writer.transport.abort()
