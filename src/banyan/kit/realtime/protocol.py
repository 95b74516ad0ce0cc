"""uvicorn's WebSocket protocol, with a way to write ready-made frames to the transport.

A frame from a server is the same bytes for everyone, so a room's event is framed once and each connection only writes
it. ASGI's `send` would frame it anew and suspend a coroutine for each. What waits for a client is what its transport
has buffered; that is the bounded queue.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

__all__ = ["EXTENSION", "GatewayProtocol"]

EXTENSION = "banyan.socket"
_PING_PAUSE = 10.0  # seconds
_CLOSING = 5.0  # seconds that a peer has to answer a close frame
_PING = b"\x89\x00"


class GatewayProtocol(WebSocketsSansIOProtocol):
    """One WebSocket. The application finds it in `scope["extensions"][EXTENSION]`.

    Attributes:
        heard: when something last came from the peer, by the loop's clock.
    """

    heard = 0.0
    _pinged = 0.0

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]  # theirs are dictionaries
            self.heard = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        super().data_received(data)

    def settle(self) -> None:
        """Let go of what only the handshake needed; there may be many connections, for a long time."""
        self.request = self.response = None  # type: ignore[assignment]
        self.scope["headers"] = []
        self.default_headers = []

    @property
    def open(self) -> bool:
        """Whether anything can be written."""
        return not (self.close_sent or self.disconnected or self.transport.is_closing())

    def waiting(self) -> int:
        """How many bytes wait for the peer to read them."""
        return self.transport.get_write_buffer_size()

    def write(self, frames: bytes) -> None:
        """Write whole frames. The caller looks at `waiting()`."""
        if self.open:
            self.transport.write(frames)

    def ping_once(self, now: float) -> None:
        """Ask for a sign of life, once in ten seconds."""
        if now - self._pinged > _PING_PAUSE:
            self._pinged = now
            self.write(_PING)

    def close(self, code: int, reason: str = "") -> None:
        """Close; a peer that does not take it is dropped after a moment."""
        if not self.open:
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(_CLOSING, self.transport.abort)

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._abort_soon()

    def handle_close(self, event: Any) -> None:
        super().handle_close(event)
        self._abort_soon()

    def _abort_soon(self) -> None:
        # A peer that reads nothing would hold what waits for it for as long as TCP tries.
        if not self.disconnected:
            self.loop.call_later(_CLOSING, self.transport.abort)
