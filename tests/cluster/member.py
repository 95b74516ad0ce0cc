"""A member of study groups whose connection may be lost at any time: it does what docs/realtime.md asks of a client."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tests.cluster.history import History
from tests.cluster.ledger import Ledger
from tests.cluster.planting import Learner
from tests.cluster.servers import HOST, Door
from tests.cluster.wire import Wire

__all__ = ["Member"]

_HANDSHAKE = 3.0  # seconds; a process that does not answer for so long is left for another
_COMES_BACK = frozenset({1006, 1012, 4408, 4409, 4503})  # the codes after which a client comes back by itself


class Joined(msgspec.Struct, frozen=True, tag_field="op", tag="joined"):
    room: str
    epoch: int
    seq: int


class Said(msgspec.Struct, frozen=True):
    """What interests here of an event's data."""

    text: str = ""


class Event(msgspec.Struct, frozen=True, tag_field="op", tag="event"):
    room: str
    seq: int
    data: Said


class Resync(msgspec.Struct, frozen=True, tag_field="op", tag="resync"):
    room: str
    epoch: int
    seq: int


class Ack(msgspec.Struct, frozen=True, tag_field="op", tag="ack"):
    room: str
    key: str
    seq: int


class Error(msgspec.Struct, frozen=True, tag_field="op", tag="error"):
    status: int
    code: str
    detail: str
    room: str = ""
    key: str = ""
    retry_after: float = 1.0


class Ephemeral(msgspec.Struct, frozen=True, tag_field="op", tag="ephemeral"):
    """Who is here, who types: nothing that must not be lost."""


_decode = msgspec.json.Decoder(Joined | Event | Resync | Ack | Error | Ephemeral).decode


class Place:
    """How far a member is in a room.

    Attributes:
        seq: of the last event that it has; it has all before, too.
        epoch: of the room, once it has been told.
        joined: in it through the present connection.
        ahead: live events that came while what was missed before them is fetched; None when nothing is.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.epoch: int | None = None
        self.joined = False
        self.ahead: list[Event] | None = None


class Member:
    """One client, with all that it knows.

    Attributes:
        places: by room, how far it is.
        unacknowledged: what it has said, by key, until that is on disk.
        at_once: messages; it says nothing more until some of so many are acknowledged.
        away: whether it stays without a connection for now.
    """

    def __init__(
        self, learner: Learner, rooms: Sequence[str], nodes: Sequence[Door], history: History, ledger: Ledger
    ) -> None:
        self.learner = learner
        self.places = {room: Place() for room in rooms}
        self.unacknowledged: dict[str, bytes] = {}
        self.at_once = 20
        self.away = False
        self._nodes = nodes
        self._at = learner.number % len(nodes)
        self._history = history
        self._ledger = ledger
        self._wire: Wire | None = None
        self._sent: set[str] = set()  # those of `unacknowledged` that went out at least once
        self._acknowledged = asyncio.Event()
        self._fetching: dict[str, asyncio.Task[None]] = {}

    @property
    def node(self) -> Door:
        """The one that it is connected to, or comes to next."""
        return self._nodes[self._at]

    def has(self, reached: Mapping[str, int]) -> bool:
        """Whether it has everything up to these seqs of its rooms, and gets everything from here on."""
        return all(
            place.joined and place.ahead is None and place.seq >= reached.get(room, 0)
            for room, place in self.places.items()
        )

    def describe(self, reached: Mapping[str, int]) -> str:
        """How it stands, for whoever wonders why it is not further."""
        lacks = [reached.get(room, 0) - place.seq for room, place in self.places.items()]
        away = sum(not place.joined or place.ahead is not None for place in self.places.values())
        return (
            f"{self.learner.number} at {self.node.name}: out of {away} rooms, lacks {lacks} events, "
            f"waits for {len(self.unacknowledged)} acknowledgements"
        )

    async def live(self) -> None:
        """Be connected until cancelled: whenever a connection ends, to another node than before."""
        try:
            while True:
                self._wire = wire = await self._connect()
                self._ledger.count("resent", len(self._sent))
                self._sent.update(self.unacknowledged)
                wire.write(*map(self._joining, self.places), *self.unacknowledged.values())
                code = await wire.closed
                self._leave()
                self._ledger.count("reconnected")
                if code not in _COMES_BACK:
                    self._wrong(f"was closed with {code}")
                self._at = (self._at + 1) % len(self._nodes)
        finally:
            self._leave()

    async def talk(self, numbers: Iterable[int], pause: float) -> None:
        """Say these messages, to one room after the other, with about so many seconds between; until all are stored."""
        rooms = list(self.places)
        for number in numbers:
            await asyncio.sleep(random.uniform(0, 2 * pause))  # noqa: S311 -- no secret
            await self._until_unacknowledged(self.at_once)
            self._say(rooms[(self.learner.number + number) % len(rooms)], f"{self.learner.number}.{number}")
        await self._until_unacknowledged(1)

    def drop(self) -> None:
        """Lose the connection without a word."""
        if self._wire is not None:
            self._wire.drop()

    def _say(self, room: str, key: str) -> None:
        frame = msgspec.json.encode({"op": "send", "room": room, "key": key, "type": "message", "data": {"text": key}})
        self.unacknowledged[key] = frame
        self._ledger.said(key, room)
        if self._wire is not None:
            self._sent.add(key)
            self._wire.write(frame)

    async def _until_unacknowledged(self, fewer_than: int) -> None:
        while len(self.unacknowledged) >= fewer_than:
            self._acknowledged.clear()
            await self._acknowledged.wait()

    async def _connect(self) -> Wire:
        while True:
            if self.away:
                await asyncio.sleep(0.05)
                continue
            wire = Wire(self.node.port, HOST, self.learner.token, self._hear)
            try:
                await wire.open(_HANDSHAKE)
            except (OSError, TimeoutError):
                self._at = (self._at + 1) % len(self._nodes)
                await asyncio.sleep(random.uniform(0.05, 0.3))  # noqa: S311 -- no secret
            else:
                return wire

    def _joining(self, room: str) -> bytes:
        place = self.places[room]
        frame: dict[str, Any] = {"op": "join", "room": room, "after": place.seq}
        if place.epoch is not None:
            frame["epoch"] = place.epoch
        return msgspec.json.encode(frame)

    def _leave(self) -> None:
        self._wire = None
        for task in self._fetching.values():
            task.cancel()
        self._fetching.clear()
        for place in self.places.values():
            place.joined, place.ahead = False, None

    def _hear(self, frame: bytes) -> None:
        try:
            match _decode(frame):
                case Event() as event:
                    self._take(event)
                case Ack(room, key, seq):
                    self._ledger.acknowledged(key, room, seq)
                    self._sent.discard(key)
                    if self.unacknowledged.pop(key, None) is not None:
                        self._acknowledged.set()
                case Joined(room, epoch):
                    self._enter(self.places[room], epoch)
                case Resync(room, _, seq):
                    self._fetch(room, seq)
                case Error(status=429 | 503) as error:
                    asyncio.get_running_loop().call_later(error.retry_after, self._once_more, self._wire, error)
                case Error() as error:
                    self._wrong(f"heard {error}")
        except (msgspec.MsgspecError, KeyError) as error:
            self._wrong(f"cannot understand {frame!r}: {error!r}")

    def _once_more(self, wire: Wire | None, refused: Error) -> None:
        """Send again what was refused for now; on another connection everything is sent again anyway."""
        self._ledger.count("refused")
        frame = self.unacknowledged.get(refused.key) if refused.key else self._joining(refused.room)
        if wire is not None and wire is self._wire and frame is not None:
            wire.write(frame)

    def _enter(self, place: Place, epoch: int) -> None:
        if place.epoch not in (None, epoch):
            self._wrong(f"came to epoch {epoch} from {place.epoch}")
        place.epoch = epoch
        place.joined = True

    def _take(self, event: Event) -> None:
        place = self.places[event.room]
        if place.ahead is not None:
            place.ahead.append(event)
            return
        if event.seq != place.seq + 1 or not place.joined:
            self._wrong(f"heard event {event.seq} of {event.room} after {place.seq}")
        place.seq = event.seq
        self._ledger.heard(event.room, event.seq, event.data.text)

    def _fetch(self, room: str, until: int) -> None:
        """What the member has is too old to be replayed: it fetches what is missing, and goes on after `until`."""
        self._ledger.count("fetched")
        self.places[room].ahead = []
        if (before := self._fetching.get(room)) is not None:
            before.cancel()
        self._fetching[room] = asyncio.create_task(self._fetch_until(room, until))

    async def _fetch_until(self, room: str, until: int) -> None:
        place = self.places[room]
        while place.seq < until:
            for seq, text in await self._history.after(room, place.seq, self.learner.token):
                if seq > until:
                    break  # which comes as an event, too
                if seq != place.seq + 1:
                    self._wrong(f"fetched event {seq} of {room} after {place.seq}")
                place.seq = seq
                self._ledger.heard(room, seq, text)
        ahead, place.ahead = place.ahead or [], None
        for event in ahead:
            self._take(event)

    def _wrong(self, what: str) -> None:
        self._ledger.wrong(f"{self.learner.number} {what}")
