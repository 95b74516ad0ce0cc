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
_REPLAYED_BYTES = 1 << 19  # at once; well below what may wait for a slow reader
_GAP_SECONDS = 0.03  # what two processes say of one room may come in the wrong order
_log = structlog.get_logger(__name__)


class LiveRoom:
    """One room.

    Args:
        process: this process, as others know it.
        say: tells other processes something about this room.

    Attributes:
        epoch, seq: how far members are.
        known: the last event that is known to have happened; members may not have got it yet.
        idle_since: when the last member left, by the loop's clock.
    """

    def __init__(
        self, room: Room, kind: RoomKind, db: Database, process: UUID, say: Callable[[words.Word], None]
    ) -> None:
        self.room = room
        self.kind = kind
        self.epoch = 0
        self.seq = 0
        self.known = 0
        self.idle_since = asyncio.get_running_loop().time()
        self.members: dict[Connection, None] = {}
        self.company = Company(process, lambda: len(self.members), self.tell, say)
        self.catch_up = SingleFlight(self._catch_up)
        self._db = db
        self._recent = Recent(REPLAYED, _REPLAYED_BYTES)
        self._early: dict[int, words.Event] = {}
        self._gap: asyncio.TimerHandle | None = None
        self._outgoing: list[bytes] = []
        self._fill = SingleFlight(self._fill_memory)

    def begin(self, head: Head) -> None:
        """Begin where the room is."""
        self.epoch, self.seq = head.epoch, head.seq
        self.known = head.seq

    @property
    def behind(self) -> bool:
        """Whether more has happened than members have got."""
        return self.known > self.seq

    def take(self, event: words.Event) -> None:
        """An event, from whichever process; what members have already is left out."""
        if event.seq <= self.seq:
            return
        self.known = max(self.known, event.seq)
        if len(self._early) < REPLAYED or event.seq == self.seq + 1:  # else it is read when the others are
            self._early[event.seq] = event
        self._deliver_early()
        if self.behind and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(_GAP_SECONDS, self._close_gap)

    def compare(self, head: Head) -> None:
        """What the database says of the room; whatever members lack is read."""
        if head.epoch != self.epoch:
            self._restart(head)
            return
        self.known = max(self.known, head.seq)
        if self.behind:
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
        """The frames of all events after `after`; None when they are too many or too large, or it lies in the future.

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
        """Let go of everything. What is being read is read to its end: someone who joins may wait for it."""
        if self._gap is not None:
            self._gap.cancel()
        self.company.close()

    def _deliver_early(self) -> None:
        while (event := self._early.pop(self.seq + 1, None)) is not None:
            self._deliver(event.seq, event.type, event.data)
        for seq in [seq for seq in self._early if seq <= self.seq]:
            del self._early[seq]
        if not self.behind and self._gap is not None:
            self._gap.cancel()
            self._gap = None

    def _close_gap(self) -> None:
        self._gap = None
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
        if head.epoch != self.epoch:
            self._early.clear()
        elif head.seq <= self.seq:
            return  # members have got there meanwhile
        _log.warning("room_restarted", room=str(self.room), epoch=head.epoch, seq=head.seq)
        self.known = head.seq if head.epoch != self.epoch else max(self.known, head.seq)
        self.epoch, self.seq = head.epoch, head.seq
        self._recent.forget()
        self._send(frames.resync(self.room, self.epoch, self.seq))
        self._deliver_early()

    async def _catch_up(self) -> None:
        try:
            while await self._read_on() and self.behind:
                pass
        except Problem as problem:
            _log.warning("room_behind", room=str(self.room), reason=str(problem))
        except Exception:
            _log.exception("room_behind", room=str(self.room))

    async def _read_on(self) -> bool:
        """Give members what the database has after what they have; whether they have got any further."""
        before = self.seq
        found = await log.events_after(self._db.read(), self.room.id, before, REPLAYED + 1)
        if len(found) > REPLAYED or (found and found[0].seq > self.seq + 1):
            self._restart(await log.head(self._db.read(), self.room.id))  # too many, or the log does not reach back
        for event in found[:REPLAYED]:
            if event.seq == self.seq + 1:  # else it came meanwhile
                self._deliver(event.seq, event.type, bytes(event.data))
        self._deliver_early()
        return self.seq > before

    async def _fill_memory(self) -> None:
        forgotten = self._recent.forgotten
        found = await log.events_after(self._db.read(), self.room.id, max(0, self.seq - REPLAYED), REPLAYED)
        if self._recent.forgotten == forgotten:  # else what was read may have been taken back
            self._recent.add_older([(event.seq, self._frame(event)) for event in found if event.seq <= self.seq])

    async def _read_since(self, after: int) -> bytes | None:
        missed: list[bytes] = []
        size = 0
        while after < self.seq:
            found = await log.events_after(self._db.read(), self.room.id, after, REPLAYED)
            if not found or found[0].seq != after + 1:
                return None  # the log does not reach back that far
            for event in found:
                if event.seq <= self.seq:  # what is newer members have not got yet, and this one gets it with them
                    missed.append(self._frame(event))
                    size += len(missed[-1])
                    after = event.seq
            if size > _REPLAYED_BYTES:
                return None
        metrics.REPLAYS.labels("database").inc()
        return b"".join(missed)

    def _frame(self, event: LoggedEvent) -> bytes:
        return frames.event(self.room, event.seq, event.type, bytes(event.data))
