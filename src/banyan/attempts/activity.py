"""Who is at work in running tests: noted in memory with every answer, and stored now and then for all at once."""

import asyncio
from contextlib import suppress
from datetime import datetime
from itertools import islice
from uuid import UUID

import structlog

from banyan.attempts import store_saving
from banyan.kit.database import Database
from banyan.kit.problems import Unavailable

__all__ = ["Activity"]

log = structlog.get_logger(__name__)
_STORED_EVERY = 2.0  # seconds; how far behind what the staff see may be
_AT_ONCE = 2_000  # attempts


class Activity:
    """What this process has seen of attempts. What is lost with the process is noted with the next answer."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noted: dict[tuple[UUID, UUID], tuple[UUID, datetime]] = {}

    def note(self, test_id: UUID, attempt_id: UUID, learner_id: UUID, at: datetime) -> None:
        """Something was saved in this attempt."""
        self._noted[test_id, attempt_id] = (learner_id, at)

    async def store(self) -> None:
        """Store what was noted since the last time."""
        noted, self._noted = self._noted, {}
        entries = iter(noted.items())
        while part := list(islice(entries, _AT_ONCE)):
            for lot in self._db.read().lots(part):
                async with self._db.write(replan=True) as tx:
                    await store_saving.note_seen(
                        tx,
                        [test_id for (test_id, _), _ in lot],
                        [attempt_id for (_, attempt_id), _ in lot],
                        [learner_id for _, (learner_id, _) in lot],
                        [at for _, (_, at) in lot],
                    )

    async def run(self) -> None:
        """Store it now and then, until cancelled."""
        while True:
            await asyncio.sleep(_STORED_EVERY)
            try:
                await self.store()
            except Unavailable:
                log.warning("activity_lost")
            except Exception:  # whatever it was, the next is stored
                log.exception("activity_lost")

    async def close(self, running: "asyncio.Task[None]") -> None:
        """Stop `running` and store what is left."""
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        with suppress(Unavailable):
            await self.store()
