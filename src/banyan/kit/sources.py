"""Where a read goes: to the primary, or to a replica that shows the reader nothing older than what they have seen."""

import asyncio
import time

import asyncpg

from banyan.kit.connections import Connections
from banyan.kit.mode import Mode
from banyan.kit.problems import Unavailable
from banyan.kit.replicas import FROM_PRIMARY, Replica, Replicas, seen
from banyan.kit.request import time_left

__all__ = ["Sources"]

_NOTICED = 4.0  # seconds, after which the monitor knows when there is no primary
_OFTEN = 0.1


class Sources:
    """The primary, and its replicas if it has any."""

    def __init__(self, primary: Connections, replicas: Replicas, mode: Mode) -> None:
        self._primary = primary
        self._replicas = replicas
        self._mode = mode

    def now(self) -> Connections:
        """Where the caller may read."""
        if self._replicas.each:
            position = seen.get()
            if self._mode.primary_gone:
                replica = self._without_primary(self._replicas.position if position is None else position)
            else:
                replica = None if position is None else self._replicas.choose(position)
            if replica is not None:
                return replica.connections
            FROM_PRIMARY()
        return self._primary

    async def instead_of(self, source: Connections, error: Unavailable) -> Connections | None:
        """Where to read what could not be read from `source`, if a second try may help and shows nothing older.

        If that was the primary this waits until a replica is known to have everything, or the primary to be gone.
        """
        if not self._replicas.each or isinstance(error.__cause__, asyncpg.QueryCanceledError):
            return None
        if source is not self._primary and not self._mode.primary_gone:
            return self._primary
        left = time_left()
        until = time.monotonic() + (_NOTICED if left is None else min(left, _NOTICED))
        while not self._mode.primary_gone:
            replica = self._replicas.choose(self._replicas.position)
            if replica is not None:
                return replica.connections
            if time.monotonic() > until:
                return None
            await asyncio.sleep(_OFTEN)
        replica = self._without_primary(self._replicas.position)
        return None if replica is None else replica.connections

    def _without_primary(self, position: int) -> Replica | None:
        """One that is as far, or else the farthest: there may be positions that no other node ever gets to."""
        return self._replicas.choose(position) or self._replicas.farthest()
