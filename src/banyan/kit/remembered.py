"""Values kept in a process's memory, each for its own time.

Asked for several times in every request: a look costs a tenth of what it does in a cache that keeps its values in the
order of their use and of their end. Here they are in the order in which they came, in which they also go.
"""

import time
from collections import OrderedDict
from typing import Any

__all__ = ["Remembered"]

_SWEPT = 2  # of the oldest values, looked at whenever a new one comes


class Remembered:
    """Values by key that weigh at most `most` together. The clock is the process's monotonic one."""

    __slots__ = ("_entries", "_most", "_weight")

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        # In a plain one, the way to the first of the entries gets longer with each that was taken away before it.
        self._entries: OrderedDict[str, tuple[Any, float, int]] = OrderedDict()

    def get(self, key: str) -> Any | None:
        """The value, if there is one and its time is not over."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and time.monotonic() < entry[1] else None

    def keep(self, key: str, value: Any, seconds: float, weight: int = 1) -> None:
        """Keep a value for so long, or until what came later needs the room."""
        self.forget(key)
        now = time.monotonic()
        self._entries[key] = (value, now + seconds, weight)
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
