"""Values kept in a process's memory, each for its own time.

Asked for several times in every request: a look costs a tenth of what it does in a cache that keeps its values in the
order of their use and of their end. Here they are in the order in which they came, in which they also go.
"""

import time
from collections import OrderedDict
from typing import Any

__all__ = ["Remembered"]

_NOTHING = (None, False)
_SWEPT = 2  # of the oldest values, looked at whenever a new one comes


class Remembered:
    """Values by key that weigh at most `most` together. The clock is the process's monotonic one."""

    __slots__ = ("_entries", "_most", "_weight")

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        # In a plain one, the way to the first of the entries gets longer with each that was taken away before it.
        self._entries: OrderedDict[str, tuple[Any, float, int, float]] = OrderedDict()

    def get(self, key: str) -> Any | None:
        """The value, if there is one and its time is not over."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and time.monotonic() < entry[1] else None

    def look(self, key: str) -> tuple[Any | None, bool]:
        """The same, and whether its time ends soon; of which the first who looks then is told, and nobody else."""
        entry = self._entries.get(key)
        if entry is None:
            return _NOTHING
        now = time.monotonic()
        value, until, weight, due = entry
        if now < due:
            return value, False
        if now >= until:
            return _NOTHING
        self._entries[key] = (value, until, weight, until)
        return value, True

    def keep(self, key: str, value: Any, seconds: float, weight: int = 1, *, early: float = 0.0) -> None:
        """Keep a value for so long, or until what came later needs the room; `early` seconds before it ends soon."""
        self.forget(key)
        now = time.monotonic()
        self._entries[key] = (value, now + seconds, weight, now + seconds - early)
        self._weight += weight
        for _ in range(_SWEPT):
            oldest = next(iter(self._entries))
            if self._entries[oldest][1] > now:
                break
            self.forget(oldest)
        while self._weight > self._most:
            self.forget(next(iter(self._entries)))

    def forget(self, key: str) -> None:
        """Keep it no longer."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._weight -= entry[2]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._entries)
