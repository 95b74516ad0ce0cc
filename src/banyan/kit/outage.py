"""Telling of what is away: once when it goes, once when it is back, however often somebody tries in between."""

import time

import structlog

__all__ = ["Outage"]

log = structlog.get_logger(__name__)


class Outage:
    """What is told of one service.

    Args:
        lost, back: the events for the log.
        expected: the errors of a service that is away. Another one is a fault of ours, and told with where it happened.
    """

    def __init__(self, lost: str, back: str, expected: tuple[type[Exception], ...]) -> None:
        self._lost = lost
        self._back = back
        self._expected = expected
        self._since: float | None = None
        self._told: set[bool] = set()

    def goes_on(self, error: Exception) -> None:
        """It is away, or still is."""
        if self._since is None:
            self._since = time.monotonic()
        expected = isinstance(error, self._expected)
        if expected in self._told:
            return
        self._told.add(expected)
        if expected:
            log.warning(self._lost, error=str(error) or repr(error))
        else:
            log.error(self._lost, exc_info=error)

    def ends(self) -> None:
        """It is there; nothing is told if it was not away."""
        if self._since is not None:
            log.warning(self._back, seconds=round(time.monotonic() - self._since, 1))
            self._since = None
            self._told.clear()
