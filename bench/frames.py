"""WebSocket as far as a client needs it that must cost next to nothing (RFC 6455): no extensions, no fragments."""

import base64
import os

__all__ = ["CLOSE", "PING", "TEXT", "accepted", "handshake", "pong", "split", "text"]

TEXT, CLOSE, PING = 0x1, 0x8, 0x9


def handshake(host: str, path: str, token: str) -> bytes:
    """The request that opens a connection, with the token that signs it in."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def accepted(received: bytes) -> tuple[bool, bytes] | None:
    """Whether the handshake was accepted, and what came after its answer; None until the answer is complete."""
    head, end, rest = received.partition(b"\r\n\r\n")
    return (head.startswith(b"HTTP/1.1 101 "), rest) if end else None


def text(payload: bytes) -> bytes:
    """A text frame of a client."""
    return _frame(TEXT, payload)


def pong(payload: bytes) -> bytes:
    """The answer to a ping."""
    return _frame(0xA, payload)


def split(received: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The frames of a server, each its opcode and payload, and the beginning of the one that is not complete."""
    frames = []
    at, end = 0, len(received)
    while end - at >= 2:
        length, begins = received[at + 1], at + 2
        if length == 126:
            length, begins = int.from_bytes(received[at + 2 : at + 4], "big"), at + 4
        elif length == 127:
            length, begins = int.from_bytes(received[at + 2 : at + 10], "big"), at + 10
        if begins + length > end:
            break
        frames.append((received[at] & 0xF, received[begins : begins + length]))
        at = begins + length
    return frames, received[at:]


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, 0x80 | length))
    else:
        head = bytes((0x80 | opcode, 0xFE)) + length.to_bytes(2, "big")
    # A mask of zeros masks as well as any: nothing lies between here and the server that it could deceive.
    return head + b"\0\0\0\0" + payload
