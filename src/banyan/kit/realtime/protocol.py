"""uvicorn's WebSocket protocol, with a way to write ready-made frames to the transport.

A frame from a server is the same bytes for everyone, so a room's event is framed once and each connection only writes
it. ASGI's `send` would frame it anew and suspend a coroutine for each. What waits for a client is what its transport
has buffered; that is the bounded queue.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

__all__ = ["EXTENSION", "GatewayProtocol"]

EXTENSION = "banyan.socket"
_PING_PAUSE = 10.0  # seconds
_CLOSING = 5.0  # seconds that a peer has to answer a close frame
_PING = b"\x89\x00"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_PONGS_WAIT = 64 * 1024  # bytes
_AFTER_CLOSE = 256 * 1024  # bytes that are looked through for the peer's close frame
_SPARE = 2_000  # pings, pongs and parts of messages at once, and how many a second
_SPARE_A_SECOND = 200


class GatewayProtocol(WebSocketsSansIOProtocol):
    """One WebSocket. The application finds it in `scope["extensions"][EXTENSION]`.

    Attributes:
        heard: when something last came from the peer, by the loop's clock.
    """

    heard = 0.0
    _pinged = 0.0
    _broken = False
    _after_close = 0
    _spare = 0.0
    _spare_at = -1e9

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]  # theirs are dictionaries
            self.heard = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        if self._broken:
            return
        if self.close_sent:
            self._after_close += len(data)
            if self._after_close > _AFTER_CLOSE:
                self.transport.abort()
                return
        super().data_received(data)
        if not hasattr(self, "scope") and not self.transport.is_closing():  # uvicorn lets a head that is too large hang
            self.transport.write(_TOO_LARGE)
            self.transport.close()

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
        self._go_on_reading()
        self.close_timer = self.loop.call_later(_CLOSING, self.transport.abort)

    def send_receive_event_to_app(self) -> None:
        data, self.frames = self.frames[0], []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": bytes(data)})
        else:
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self.conn.fail(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
                return
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def handle_cont(self, event: Frame) -> None:
        self._count()
        # One buffer: a list of very small parts would take forty times their size.
        whole: bytes | bytearray = self.frames[0]
        if isinstance(whole, bytes):
            whole = bytearray(whole)
        whole += event.data
        self.frames = [whole]  # type: ignore[list-item]  # as good as bytes here
        if event.fin:
            self.send_receive_event_to_app()

    def handle_ping(self) -> None:
        self._count()
        pong = b"".join(self.conn.data_to_send())
        if self.waiting() < _PONGS_WAIT:  # only the last ping need be answered (RFC 6455, 5.5.3)
            self.transport.write(pong)

    def handle_pong(self, event: Frame) -> None:
        self._count()

    def handle_parser_exception(self) -> None:
        """The peer broke the protocol: tell it why, and read on until it has heard, for TCP would take that back."""
        if self.close_sent:
            return
        self._broken = True
        reason = self.conn.close_sent
        if reason is None:  # not even a handshake
            self.transport.close()
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": reason.code, "reason": reason.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._go_on_reading()
        self.close_timer = self.loop.call_later(_CLOSING, self.transport.abort)

    def handle_close(self, event: Any) -> None:
        super().handle_close(event)
        # A peer that reads nothing would hold what waits for it for as long as TCP tries.
        if not self.disconnected:
            self.loop.call_later(_CLOSING, self.transport.abort)

    def shutdown(self) -> None:
        if self.close_sent or not self.transport.is_closing():  # else the peer has closed, and TCP has not ended yet
            super().shutdown()

    def _go_on_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def _count(self) -> None:
        """Count a frame that costs us work and is none of the messages that the application counts."""
        now = self.loop.time()
        self._spare = min(_SPARE, self._spare + (now - self._spare_at) * _SPARE_A_SECOND) - 1
        self._spare_at = now
        if self._spare < 0:
            self.close(4429, "Too many small frames; come back in ten seconds.")
