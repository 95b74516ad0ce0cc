"""The time zones that there are: those of the IANA database that Python finds."""

from functools import cache
from zoneinfo import available_timezones

__all__ = ["is_time_zone"]


def is_time_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) | {"UTC"}  # hundreds of files are read for it
