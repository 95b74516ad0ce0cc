"""HTTP/1.1 as far as a crowd needs it that must cost next to nothing, as a browser uses it; over gevent's sockets."""

import time

from gevent import socket

from bench.exam.taker import Call, Reply

__all__ = ["Wire"]

_PATIENCE = 20.0  # seconds for an answer; sending.ts
_LARGEST_PIECE = 1 << 17
_HEADERS = (
    "Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: application/json\r\nAccept-Language: en\r\nCookie: banyan_session={token}\r\n"
)


class Wire:
    """A taker's browser: one connection, kept as long as the server keeps it.

    Attributes:
        opened: connections so far.
    """

    __slots__ = ("_bell", "_door", "_headers", "_port", "opened")

    def __init__(self, port: int, token: str, bell: float) -> None:
        self._port = port
        self._headers = _HEADERS.format(port=port, token=token)
        self._bell = bell
        self._door: socket.socket | None = None
        self.opened = 0

    def exchange(self, call: Call) -> Reply:
        """Send a request and wait for what comes of it; times are counted from the bell."""
        body = f"Content-Type: application/json\r\nContent-Length: {len(call.body)}\r\n" if call.body else ""
        if call.method == "POST" and not call.body:
            body = "Content-Length: 0\r\n"
        request = f"{call.method} {call.path} HTTP/1.1\r\n{self._headers}{body}\r\n".encode() + call.body
        sent = time.monotonic()
        status, answer = self._kept(request) or self._fresh(request)
        done = time.monotonic()
        return Reply(status, answer, sent - self._bell, done - self._bell)

    def close(self) -> None:
        """Hang up."""
        if self._door is not None:
            self._door.close()
            self._door = None

    def _kept(self, request: bytes) -> tuple[int, bytes] | None:
        """Through the connection of before; None if the server has closed it meanwhile, unseen or not."""
        if self._door is None:
            return None
        try:
            return self._converse(self._door, request)
        except TimeoutError:
            self.close()
            return 0, b""
        except OSError:
            self.close()
            return None

    def _fresh(self, request: bytes) -> tuple[int, bytes]:
        try:
            self._door = socket.create_connection(("127.0.0.1", self._port), _PATIENCE)
            self._door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.opened += 1
            return self._converse(self._door, request)
        except OSError:
            self.close()
            return 0, b""

    def _converse(self, door: socket.socket, request: bytes) -> tuple[int, bytes]:
        door.sendall(request)
        received = self._more(door)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(door)
        head = received[:end].lower()
        begins = end + 4
        length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        whole = begins + int(length)
        while len(received) < whole:
            received += self._more(door)
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12]), received[begins:whole]

    @staticmethod
    def _more(door: socket.socket) -> bytes:
        piece = door.recv(_LARGEST_PIECE)
        if not piece:
            raise ConnectionResetError
        return bytes(piece)
