"""What processes say to each other about rooms: small tagged structs, as MessagePack."""

from uuid import UUID

import msgspec

__all__ = [
    "GATEWAYS",
    "Closed",
    "Event",
    "Expelled",
    "Presence",
    "SessionsChanged",
    "Typing",
    "Whisper",
    "WhoIsThere",
    "Word",
    "decode",
    "encode",
]

GATEWAYS = "gateways"  # the topic that every gateway listens to; all others are named as their rooms


class Event(msgspec.Struct, frozen=True, tag_field="_", tag="e", array_like=True):
    """A durable event is on disk; `data` is JSON."""

    seq: int
    type: str
    data: bytes


class Whisper(msgspec.Struct, frozen=True, tag_field="_", tag="w", array_like=True):
    """Something without a seq; `data` is JSON."""

    type: str
    data: bytes


class Expelled(msgspec.Struct, frozen=True, tag_field="_", tag="x", array_like=True):
    """Someone may be in the room no more. Every gateway hears it: they may be on their way in."""

    room: str
    account_id: UUID


class Closed(msgspec.Struct, frozen=True, tag_field="_", tag="c", array_like=True):
    """Nobody is in the room any more; for the time being, or because there is no such room."""


class Presence(msgspec.Struct, frozen=True, tag_field="_", tag="p", array_like=True):
    """Who is in the room through one process: their number, and their ids unless they are many."""

    process: UUID
    count: int
    accounts: list[UUID] | None


class WhoIsThere(msgspec.Struct, frozen=True, tag_field="_", tag="q", array_like=True):
    """A process has opened the room and asks the others for their `Presence`."""


class Typing(msgspec.Struct, frozen=True, tag_field="_", tag="t", array_like=True):
    """Someone is typing."""

    account_id: UUID


class SessionsChanged(msgspec.Struct, frozen=True, tag_field="_", tag="s", array_like=True):
    """Sessions have ended, or their accounts have another role; by the hashes of their tokens."""

    token_hashes: list[bytes]


Word = Event | Whisper | Expelled | Closed | Presence | WhoIsThere | Typing | SessionsChanged
_decoder: msgspec.msgpack.Decoder[Word] = msgspec.msgpack.Decoder(Word)
encode = msgspec.msgpack.Encoder().encode


def decode(word: bytes) -> Word:
    """What was said.

    Raises:
        msgspec.MsgspecError: another version of Banyan said something that this one does not know.
    """
    return _decoder.decode(word)
