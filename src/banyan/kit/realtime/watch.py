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
_COMPARE_EVERY = 15.0  # seconds; a room's last word may have been lost with who said it, or with a commit's answer
_COMPARE_ALONE_EVERY = 2.0  # while nothing is heard from other processes
_ANNOUNCE_EVERY = 20.0
_LOOK_AGAIN_EVERY = 300.0  # at who is still allowed to be here; changes are told at once, unless Redis was away
_log = structlog.get_logger(__name__)


class Watch:
    """Goes its round once a second while the gateway is open."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._missed = 0  # times that words may have been missed, and what they told has not been asked for yet
        self._done_at: dict[str, float] = {}
        hub.bus.on_lost(self._miss)

    def start(self) -> asyncio.Task[None]:
        """Begin."""
        now = asyncio.get_running_loop().time()
        self._done_at = dict.fromkeys(("compare", "announce", "look_again"), now)
        return asyncio.create_task(self._run(), context=contextvars.Context())

    async def _run(self) -> None:
        asking: asyncio.Task[None] | None = None
        try:
            while True:
                await asyncio.sleep(_ROUND)
                now = asyncio.get_running_loop().time()
                try:
                    self._listen_for_life(now)
                    self._close_empty_rooms(now)
                    self._announce(now)
                except Exception:
                    _log.exception("gateway_round_failed")
                if asking is None or asking.done():  # a slow database keeps nobody from being pinged
                    asking = asyncio.create_task(self._ask(now))
        finally:
            if asking is not None:
                asking.cancel()
                await asyncio.wait([asking])

    async def _ask(self, now: float) -> None:
        try:
            await self._ask_database(now)
        except Problem as problem:
            _log.warning("gateway_round_failed", reason=str(problem))
        except Exception:
            _log.exception("gateway_round_failed")

    async def _ask_database(self, now: float) -> None:
        hub = self._hub
        every = _COMPARE_EVERY if hub.bus.whole else _COMPARE_ALONE_EVERY
        missed = self._missed
        if missed or self._is_due("compare", every, now):
            await hub.compare(list(hub.rooms))
            self._done_at["compare"] = now
        else:
            await hub.compare([room for room, live in hub.rooms.items() if live.behind])
        if missed or self._is_due("look_again", _LOOK_AGAIN_EVERY, now):
            await self._look_again()
            self._done_at["look_again"] = now
        if missed == self._missed:
            self._missed = 0

    def _miss(self) -> None:
        self._missed += 1

    def _announce(self, now: float) -> None:
        if not self._hub.bus.alone and self._is_due("announce", _ANNOUNCE_EVERY, now):
            self._done_at["announce"] = now
            for live in list(self._hub.rooms.values()):
                live.company.prune()
                live.company.announce()

    def _listen_for_life(self, now: float) -> None:
        waiting, most = 0, 0
        today = datetime.now(UTC)
        for connection in list(self._hub.connections):
            socket = connection.socket
            size = socket.waiting()
            if connection.busy or size < connection.unread:
                silent = 0.0
                socket.heard = now
            else:
                silent = now - socket.heard
            connection.unread = size
            if silent > _DEAD_AFTER:
                connection.close(CloseCode.SILENT, "No sign of life.")
            elif silent > _PING_AFTER:
                socket.ping_once(now)
            if connection.expires_at <= today:
                connection.close(CloseCode.NOT_SIGNED_IN, "Please sign in again.")
            waiting += size
            most = max(most, size)
        metrics.WAITING.set(waiting)
        metrics.SLOWEST.set(most)

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
        return now - self._done_at[what] >= every
