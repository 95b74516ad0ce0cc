"""Rooms as the rest of Banyan sees them: what they are called, and what a domain says of those of its kind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor

if TYPE_CHECKING:
    from banyan.kit.toolbox import Kit  # which holds the rooms

__all__ = ["Admission", "Head", "LoggedEvent", "NewEvent", "Room", "RoomKind", "Send"]


class Room(msgspec.Struct, frozen=True):
    """The name of a room: `group:0197…`."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Head(msgspec.Struct, frozen=True):
    """How far a room is: the seq of its last event. Another epoch means that seqs may have gone back."""

    id: UUID
    epoch: int
    seq: int


class NewEvent(msgspec.Struct, frozen=True):
    """A durable event about to be stored; its seq is the caller's to give, after locking the room.

    Attributes:
        data: a struct.
        key: by which `author_id` knows it; the same key is never stored twice in a room.
        about: the seq of the event that this one changes.
    """

    room: Room
    seq: int
    type: str
    data: Any
    author_id: UUID | None = None
    key: str | None = None
    about: int | None = None


class LoggedEvent(msgspec.Struct, frozen=True):
    """A durable event as it is stored; `data` is JSON."""

    seq: int
    type: str
    data: msgspec.Raw


class Admission(msgspec.Struct, frozen=True):
    """Someone who wants into the room with this id."""

    actor: Actor
    id: UUID


@dataclass(frozen=True, slots=True)
class Send:
    """What clients may send to a room.

    Attributes:
        data: the struct that `data` of the frame is decoded to.
        run: the use case, with the kit, the actor, the room's id, the client's key and the data; gives the event's seq.
            Its problems are told to the client.
    """

    data: type[Any]
    run: Callable[["Kit", Actor, UUID, str, Any], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class RoomKind:
    """What a domain says of its rooms.

    Attributes:
        name: the part of a room's name before the colon.
        admit: who of these may be in the room that each wants into; asked again now and then, for many at once.
        sends: by type, what clients may send.
        read: notes how far someone has read.
        durable: whether its events have a seq.
        forgets: types of events that take back what an earlier event said; nobody is told that from memory any more.
    """

    name: str
    admit: Callable[["Kit", Sequence[Admission]], Awaitable[Sequence[bool]]]
    sends: Mapping[str, Send] = field(default_factory=dict)
    read: Callable[["Kit", Actor, UUID, int], Awaitable[None]] | None = None
    durable: bool = True
    forgets: frozenset[str] = frozenset()
