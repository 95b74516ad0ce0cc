"""When a session was last used: noted in memory by every request, stored now and then for all of them at once."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import structlog
from cachetools import TTLCache

from banyan.accounts import store_sessions as store
from banyan.accounts.store_sessions import SessionRow, Sighting
from banyan.kit.database import Database
from banyan.kit.problems import Unavailable

__all__ = ["Sightings"]

log = structlog.get_logger(__name__)
_ONCE_IN = 300.0  # seconds; how exact "last used" is
_STORED_EVERY = 15.0  # seconds
_REMEMBERED = 100_000  # sessions


class Sightings:
    """What this process has seen of sessions. Best effort: what is lost with the process is a few seconds of it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: TTLCache[UUID, None] = TTLCache(_REMEMBERED, _ONCE_IN)
        self._waiting: list[Sighting] = []

    def note(self, session: SessionRow) -> None:
        """This session is being used. Costs one look in memory."""
        if session.id not in self._noted:
            self._noted[session.id] = None
            self._waiting.append(Sighting(session.account_id, session.id, datetime.now(UTC)))

    async def store(self) -> None:
        """Store what was noted since the last time."""
        if not self._waiting:
            return
        # Sorted, so that two processes that store the same sessions take their rows in the same order.
        noted, self._waiting = sorted(self._waiting), []
        async with self._db.write() as tx:
            await store.note_seen(tx, noted)

    async def run(self) -> None:
        """Store them now and then, until cancelled."""
        while True:
            await asyncio.sleep(_STORED_EVERY)
            try:
                await self.store()
            except Unavailable:
                log.warning("sightings_lost")
            except Exception:  # whatever it was, the next ones are stored
                log.exception("sightings_lost")

    async def close(self, running: "asyncio.Task[None]") -> None:
        """Stop `running` and store what is left."""
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        with suppress(Unavailable):
            await self.store()
