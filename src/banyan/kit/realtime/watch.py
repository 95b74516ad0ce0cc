"""The gateway's round: who has fallen silent, whose session is over, and what words may have been lost."""

import asyncio
import contextvars
from datetime import UTC, datetime

import structlog

from banyan.kit.problems import Problem
from banyan.kit.realtime import metrics
from banyan.kit.realtime.connection import CloseCode
from banyan.kit.realtime.hub import Hub

__all__ = ["Watch"]

_ROUND = 1.0  # seconds
_PING_AFTER = 20.0  # seconds of silence
_DEAD_AFTER = 45.0  # so that a dead peer is noticed within a minute
_ROOM_KEPT = 10.0  # seconds that a room without members is kept, for those who come back
_COMPARE_EVERY = 15.0  # seconds; the last word of a room may have been lost with who said it
_COMPARE_ALONE_EVERY = 2.0  # while nothing is heard from other processes
_ANNOUNCE_EVERY = 20.0
_LOOK_AGAIN_EVERY = 300.0  # at who is still allowed to be here; changes are told at once, unless Redis was away
_log = structlog.get_logger(__name__)


class Watch:
    """Goes its round once a second while the gateway is open."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._missed = asyncio.Event()
        self._done_at: dict[str, float] = {}
        hub.bus.on_lost(self._missed.set)

    def start(self) -> asyncio.Task[None]:
        """Begin."""
        now = asyncio.get_running_loop().time()
        self._done_at = dict.fromkeys(("compare", "announce", "look_again"), now)
        return asyncio.create_task(self._run(), context=contextvars.Context())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_ROUND)
            try:
                await self._round(asyncio.get_running_loop().time())
            except Problem as problem:
                _log.warning("gateway_round_failed", reason=str(problem))
            except Exception:
                _log.exception("gateway_round_failed")

    async def _round(self, now: float) -> None:
        self._listen_for_life(now)
        self._close_empty_rooms(now)
        if not self._hub.bus.alone and self._is_due("announce", _ANNOUNCE_EVERY, now):
            for live in list(self._hub.rooms.values()):
                live.company.prune()
                live.company.announce()
        lost = self._missed.is_set()
        self._missed.clear()
        every = _COMPARE_EVERY if self._hub.bus.whole else _COMPARE_ALONE_EVERY
        if not self._hub.bus.alone and (self._is_due("compare", every, now) or lost):
            await self._hub.compare(list(self._hub.rooms))
        await self._hub.compare([room for room, live in self._hub.rooms.items() if live.behind])
        if self._is_due("look_again", _LOOK_AGAIN_EVERY, now) or lost:
            await self._look_again()

    def _listen_for_life(self, now: float) -> None:
        waiting, most = 0, 0
        today = datetime.now(UTC)
        for connection in list(self._hub.connections):
            socket = connection.socket
            silent = 0.0 if connection.busy else now - socket.heard
            if silent > _DEAD_AFTER:
                connection.close(CloseCode.SILENT, "No sign of life.")
            elif silent > _PING_AFTER:
                socket.ping_once(now)
            if connection.expires_at <= today:
                connection.close(CloseCode.NOT_SIGNED_IN, "Please sign in again.")
            size = socket.waiting()
            waiting += size
            most = max(most, size)
        metrics.WAITING.labels("all").set(waiting)
        metrics.WAITING.labels("slowest").set(most)

    def _close_empty_rooms(self, now: float) -> None:
        for room, live in list(self._hub.rooms.items()):
            if not live.members and now - live.idle_since > _ROOM_KEPT:
                self._hub.close_room(room)

    async def _look_again(self) -> None:
        hub = self._hub
        tokens = hub.sessions()
        for start in range(0, len(tokens), 500):
            await hub.look_again_at(tokens[start : start + 500])
        pairs = [(connection, room) for connection in hub.connections for room in connection.rooms]
        for start in range(0, len(pairs), 500):
            await asyncio.gather(*(hub.admit_again(*pair) for pair in pairs[start : start + 500]))

    def _is_due(self, what: str, every: float, now: float) -> bool:
        if now - self._done_at[what] < every:
            return False
        self._done_at[what] = now
        return True
