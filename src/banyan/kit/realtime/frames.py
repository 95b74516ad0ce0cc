"""What goes over the wire in both directions; docs/realtime.md says what it means."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from banyan.kit.problems import FieldError, Malformed, Problem
from banyan.kit.realtime.rooms import Room
from banyan.kit.wire import decode as decode_body

__all__ = [
    "Auth",
    "ClientFrame",
    "Join",
    "Leave",
    "Ping",
    "Present",
    "Read",
    "Send",
    "Typing",
    "ack",
    "decode",
    "ephemeral",
    "error",
    "event",
    "framed",
    "joined",
    "pong",
    "resync",
    "room_of",
]

RoomName = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,30}:[0-9a-fA-F-]{32,36}$")]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Seq = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class _Frame(msgspec.Struct, frozen=True, tag_field="op", tag=str.lower, forbid_unknown_fields=True):
    pass


class Auth(_Frame, frozen=True):
    """Who it is, for programs that can set no header."""

    token: Annotated[str, msgspec.Meta(max_length=500)]


class Join(_Frame, frozen=True):
    """Into a room, with what one has of it."""

    room: RoomName
    after: Seq | None = None
    epoch: Seq | None = None


class Leave(_Frame, frozen=True):
    """Out of a room."""

    room: RoomName


class Send(_Frame, frozen=True):
    """Something durable, under a key of the client's own."""

    room: RoomName
    key: Key
    type: Annotated[str, msgspec.Meta(max_length=40)]
    data: msgspec.Raw


class Typing(_Frame, frozen=True):
    """The person is writing."""

    room: RoomName


class Read(_Frame, frozen=True):
    """Everything up to `seq` has been read."""

    room: RoomName
    seq: Seq


class Ping(_Frame, frozen=True):
    """Is anyone there?"""


ClientFrame = Auth | Join | Leave | Send | Typing | Read | Ping


class Present(msgspec.Struct, frozen=True):
    """How many people are in a room, and who, unless they are many."""

    count: int
    accounts: list[UUID] | None


def decode(text: str | bytes) -> ClientFrame:
    """What a client said.

    Raises:
        Malformed: it is none of the frames.
    """
    body = text.encode() if isinstance(text, str) else text
    return decode_body(body, ClientFrame)  # type: ignore[arg-type]  # a union is no type to mypy


def room_of(name: str) -> Room:
    """The room with this name.

    Raises:
        Malformed: no room is called so.
    """
    kind, _, text = name.partition(":")
    try:
        return Room(kind, UUID(text))
    except ValueError:
        raise Malformed(errors=[FieldError("/room", "A room is named kind:id.")]) from None


def joined(room: Room, epoch: int, seq: int, present: Present) -> bytes:
    """The client is in the room, which is this far."""
    return _frame({"op": "joined", "room": str(room), "epoch": epoch, "seq": seq, "present": present})


def event(room: Room, seq: int, kind: str, data: bytes) -> bytes:
    """Something durable happened; `data` is JSON."""
    return _frame({"op": "event", "room": str(room), "seq": seq, "type": kind, "data": msgspec.Raw(data)})


def ephemeral(room: Room, kind: str, data: Any) -> bytes:
    """Something that has no seq."""
    return _frame({"op": "ephemeral", "room": str(room), "type": kind, "data": data})


def resync(room: Room, epoch: int, seq: int) -> bytes:
    """What the client has of the room is void; live events go on after `seq`."""
    return _frame({"op": "resync", "room": str(room), "epoch": epoch, "seq": seq})


def ack(room: str, key: str, seq: int) -> bytes:
    """What was sent with this key is on disk."""
    return _frame({"op": "ack", "room": room, "key": key, "seq": seq})


def error(problem: Problem, room: str | None = None, key: str | None = None) -> bytes:
    """What a frame asked for was not done."""
    body: dict[str, Any] = {
        "op": "error",
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail or problem.title,
    }
    if problem.errors:
        body["errors"] = problem.errors
    if (wait := problem.headers.get("retry-after")) is not None:
        body["retry_after"] = int(wait)
    if room is not None:
        body["room"] = room
    if key is not None:
        body["key"] = key
    return _frame(body)


def framed(payload: bytes) -> bytes:
    """A WebSocket text frame from a server, which masks nothing (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


_encode = msgspec.json.Encoder().encode


def _frame(body: dict[str, Any]) -> bytes:
    return framed(_encode(body))


pong = framed(b'{"op":"pong"}')
