"""What happened a moment ago, for those who were let in before it and have not arrived yet."""

import asyncio
from collections.abc import Hashable

__all__ = ["Lately"]

_KEPT = 120.0  # seconds; nobody is on their way in for longer


class Lately:
    """Things that are forgotten by themselves."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, thing: Hashable) -> bool:
        return self._until.get(thing, 0.0) > _now()

    def note(self, thing: Hashable) -> None:
        """It has just happened."""
        now = _now()
        self._until.pop(thing, None)  # so that the oldest stay in front
        self._until[thing] = now + _KEPT
        while self._until[oldest := next(iter(self._until))] <= now:
            del self._until[oldest]


def _now() -> float:
    return asyncio.get_running_loop().time()
