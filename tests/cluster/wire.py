"""The least of a WebSocket client (RFC 6455) that a crowd of hundreds in one process can afford.

It does no more than the gateway asks of a client: whole text frames, pongs, and the code with which it was closed.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from os import urandom

__all__ = ["Refused", "Wire"]

_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_UNMASKED = b"\0\0\0\0"  # a mask that changes nothing
LOST = 1006  # the code of a connection that ended without one


class Refused(ConnectionError):
    """The handshake was answered with another status."""


class Wire(asyncio.Protocol):
    """One connection.

    Args:
        hear: gets each text frame.

    Attributes:
        opened: done when the handshake is.
        closed: the code with which the server closed, 1006 if it just went away.
    """

    def __init__(self, port: int, host: str, token: str, hear: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[int] = loop.create_future()
        self._port = port
        self._greeting = (
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {b64encode(urandom(16)).decode()}\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )
        self._hear = hear
        self._rest = b""
        self._code = LOST
        self._transport: asyncio.Transport | None = None

    async def open(self, within: float) -> None:
        """Connect and shake hands.

        Raises:
            OSError: nobody listens, or it is refused.
            TimeoutError: nobody answers.
        """
        try:
            async with asyncio.timeout(within):
                await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
                await self.opened
        except BaseException:
            self.drop()
            raise

    def write(self, *frames: bytes) -> None:
        """Send text frames, all at once."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(_framed(_TEXT, frame) for frame in frames))

    def drop(self) -> None:
        """Be gone without a word, as a phone in a tunnel is."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._greeting.encode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(Refused("the connection was lost"))
        if not self.closed.done():
            self.closed.set_result(self._code)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self.opened.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self.opened.set_exception(Refused(head.decode(errors="replace").split("\r\n", 1)[0]))
                self.drop()
                return
            self.opened.set_result(None)
        self._rest = data[self._take_frames(data) :]

    def _take_frames(self, data: bytes) -> int:
        """Hear the whole frames; where the first one begins that is not whole yet."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, size, start = data[at], data[at + 1], at + 2
            if size == 126:
                start += 2
                size = int.from_bytes(data[at + 2 : start], "big")
            elif size == 127:
                start += 8
                size = int.from_bytes(data[at + 2 : start], "big")
            stop = start + size
            if start > end or stop > end:
                break
            if kind == _TEXT:
                self._hear(data[start:stop])
            else:
                self._control(kind, data[start:stop])
            at = stop
        return at

    def _control(self, kind: int, payload: bytes) -> None:
        assert self._transport is not None
        if kind == _PING:
            self._transport.write(_framed(_PONG, payload))
        elif kind == _CLOSE:
            self._code = int.from_bytes(payload[:2], "big") if payload else LOST
            self._transport.write(_framed(_CLOSE, payload[:2]))
            self._transport.close()


def _framed(kind: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((kind, 0x80 | size)) + _UNMASKED + payload
    return bytes((kind, 0x80 | 126)) + size.to_bytes(2, "big") + _UNMASKED + payload
