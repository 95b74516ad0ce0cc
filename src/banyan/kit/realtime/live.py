"""A room as this process has it: its members here, and the events that they get, each once and in order.

Words from other processes may come late, twice, in the wrong order or not at all. A room gives out events by their seq,
one after the other; what it has not heard of it reads from the database.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from banyan.kit.database import Database
from banyan.kit.problems import Problem
from banyan.kit.realtime import frames, log, metrics, words
from banyan.kit.realtime.company import Company
from banyan.kit.realtime.recent import Recent
from banyan.kit.realtime.rooms import Head, LoggedEvent, Room, RoomKind
from banyan.kit.single_flight import SingleFlight

if TYPE_CHECKING:
    from banyan.kit.realtime.connection import Connection

__all__ = ["REPLAYED", "LiveRoom"]

REPLAYED = 500  # events at most; whoever has missed more fetches the room anew
_REMEMBERED_BYTES = 1 << 20
_GAP_SECONDS = 0.03  # what two processes say of one room may come in the wrong order
_log = structlog.get_logger(__name__)


class LiveRoom:
    """One room.

    Args:
        process: this process, as others know it.
        say: tells other processes something about this room.

    Attributes:
        epoch, seq: how far members are.
        behind: the database has more, as far as is known, and could not be asked.
        idle_since: when the last member left, by the loop's clock.
    """

    def __init__(
        self, room: Room, kind: RoomKind, db: Database, process: UUID, say: Callable[[words.Word], None]
    ) -> None:
        self.room = room
        self.kind = kind
        self.epoch = 0
        self.seq = 0
        self.behind = False
        self.idle_since = asyncio.get_running_loop().time()
        self.members: dict[Connection, None] = {}
        self.company = Company(process, lambda: len(self.members), self.tell, say)
        self.catch_up = SingleFlight(self._catch_up)
        self._db = db
        self._recent = Recent(REPLAYED, _REMEMBERED_BYTES)
        self._early: dict[int, words.Event] = {}
        self._gap: asyncio.TimerHandle | None = None
        self._outgoing: list[bytes] = []
        self._fill = SingleFlight(self._fill_memory)

    def begin(self, head: Head) -> None:
        """Begin where the room is."""
        self.epoch, self.seq = head.epoch, head.seq
        self._deliver_early()

    def take(self, event: words.Event) -> None:
        """An event, from whichever process; what members have already is left out."""
        if event.seq <= self.seq:
            return
        self._early[event.seq] = event
        self._deliver_early()
        if self._early and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(_GAP_SECONDS, self._close_gap)

    def compare(self, head: Head) -> None:
        """What the database says of the room; whatever members lack is read."""
        if head.epoch != self.epoch:
            self._restart(head)
        elif head.seq > self.seq:
            self.behind = True
            self.catch_up.start()

    def tell(self, kind: str, data: Any) -> None:
        """Tell members here something without a seq."""
        self._send(frames.ephemeral(self.room, kind, data))

    def come(self, connection: "Connection") -> None:
        """A connection becomes a member: it gets every event from here on."""
        self._flush()
        if connection not in self.members:
            self.members[connection] = None
            self.company.come(connection.actor.id)

    def go(self, connection: "Connection") -> None:
        """A connection is a member no more."""
        if connection in self.members:
            del self.members[connection]
            self.company.go(connection.actor.id)
            self.idle_since = asyncio.get_running_loop().time()

    async def missed_since(self, after: int) -> bytes | None:
        """The frames of all events after `after`; None when they are too many, or `after` lies in the future.

        Nothing happens between the return and the caller's next `await`: whoever becomes a member at once misses
        nothing.

        Raises:
            Unavailable: the database is gone.
        """
        if after > self.seq:
            await self.catch_up()
        while self.seq - REPLAYED <= after <= self.seq:
            missed = self._recent.since(after, self.seq)
            if missed is not None:
                metrics.REPLAYS.labels("memory").inc()
                return missed
            forgotten = self._recent.forgotten
            await self._fill()
            if self._recent.since(after, self.seq) is None and self._recent.forgotten == forgotten:
                return await self._read_since(after)  # more than memory keeps
        metrics.REPLAYS.labels("resync").inc()
        return None

    def close(self) -> None:
        """Let go of everything."""
        if self._gap is not None:
            self._gap.cancel()
        self.company.close()
        self.catch_up.cancel()
        self._fill.cancel()

    def _deliver_early(self) -> None:
        while (event := self._early.pop(self.seq + 1, None)) is not None:
            self._deliver(event.seq, event.type, event.data)
        for seq in [seq for seq in self._early if seq <= self.seq]:
            del self._early[seq]
        if not self._early and self._gap is not None:
            self._gap.cancel()
            self._gap = None

    def _close_gap(self) -> None:
        self._gap = None
        self.behind = True
        self.catch_up.start()

    def _deliver(self, seq: int, kind: str, data: bytes) -> None:
        frame = frames.event(self.room, seq, kind, data)
        self.seq = seq
        if kind in self.kind.forgets:
            self._recent.forget()
        self._recent.add(seq, frame)
        metrics.DELIVERIES.inc(len(self.members))
        self._send(frame)

    def _send(self, frame: bytes) -> None:
        """To all members: one write each for all that happens in this turn of the loop."""
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(frame)

    def _flush(self) -> None:
        if not self._outgoing:
            return
        started = time.perf_counter()
        together = b"".join(self._outgoing)
        self._outgoing.clear()
        slow = [member for member in self.members if not member.write(together)]
        metrics.FAN_OUT.observe(time.perf_counter() - started)
        for member in slow:
            member.fell_behind()

    def _restart(self, head: Head) -> None:
        _log.warning("room_restarted", room=str(self.room), epoch=head.epoch, seq=head.seq)
        self.epoch, self.seq = head.epoch, head.seq
        self._early.clear()
        self._recent.forget()
        self._send(frames.resync(self.room, self.epoch, self.seq))

    async def _catch_up(self) -> None:
        try:
            found = await log.events_after(self._db.read(), self.room.id, self.seq, REPLAYED + 1)
            if len(found) > REPLAYED:
                self._restart(await log.head(self._db.read(), self.room.id))
            for event in found[:REPLAYED]:
                if event.seq == self.seq + 1:  # else it came meanwhile
                    self._deliver(event.seq, event.type, bytes(event.data))
            self._deliver_early()
            self.behind = bool(self._early)
        except Problem as problem:
            _log.warning("room_behind", room=str(self.room), reason=str(problem))

    async def _fill_memory(self) -> None:
        forgotten = self._recent.forgotten
        found = await log.events_after(self._db.read(), self.room.id, max(0, self.seq - REPLAYED), REPLAYED)
        if self._recent.forgotten == forgotten:  # else what was read may have been taken back
            self._recent.add_older([(event.seq, self._frame(event)) for event in found if event.seq <= self.seq])

    async def _read_since(self, after: int) -> bytes | None:
        missed: list[bytes] = []
        while after < self.seq:
            found = await log.events_after(self._db.read(), self.room.id, after, REPLAYED)
            if not found or found[0].seq != after + 1:
                return None  # the log does not reach that far back
            for event in found:
                if event.seq <= self.seq:  # what is newer members have not got yet, and this one gets it with them
                    missed.append(self._frame(event))
                    after = event.seq
        metrics.REPLAYS.labels("database").inc()
        return b"".join(missed)

    def _frame(self, event: LoggedEvent) -> bytes:
        return frames.event(self.room, event.seq, event.type, bytes(event.data))
