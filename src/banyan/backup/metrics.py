"""How backups stand, told by every scheduler: whichever of them ships, drills or makes base backups.

0 is that nobody knows yet, or that no log is kept.
"""

import time
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from prometheus_client import Gauge

from banyan.backup.service import Backups
from banyan.backup.shipping import waiting
from banyan.backup.standing import archiver, standing
from banyan.kit.figures import Figure, figure
from banyan.kit.toolbox import Kit

__all__ = ["FIGURES"]

_OFTEN, _SELDOM = 30.0, 300.0  # seconds; listing a store of objects is not free

Told = Mapping[tuple[str, ...], float]


class _Log(msgspec.Struct, frozen=True):
    """What this machine and the database have that is not in the store."""

    waiting_files: float
    waiting_bytes: float
    waiting_seconds: float
    archiving_fails: float
    held_bytes: float


class _Store(msgspec.Struct, frozen=True):
    """What is in the store; times in seconds since 1970."""

    covered_timestamp_seconds: float
    newest_base_timestamp_seconds: float
    gaps: float
    drill_timestamp_seconds: float
    drill_rpo_seconds: float
    drill_rto_seconds: float
    drill_differences: float


async def _log(kit: Kit) -> _Log:
    backups = Backups(kit.settings)
    waits, hands = waiting(backups.archive), await archiver(backups)
    age = max(0.0, time.time() - waits.since) if waits.since is not None else 0.0
    return _Log(waits.files, waits.size, age, float(hands.failing), hands.held)


async def _store(kit: Kit) -> _Store:
    found = await standing(Backups(kit.settings))
    reach, drill = found.reach, found.drill
    return _Store(
        reach.until.timestamp() if reach else 0,
        reach.since.timestamp() if reach else 0,
        len(reach.gaps) if reach else 0,
        drill.at.timestamp() if drill else 0,
        drill.rpo if drill else 0,
        drill.rto if drill else 0,
        len(drill.different) if drill else 0,
    )


def _figure(
    look: Callable[[Kit], Awaitable[msgspec.Struct]], kind: type[msgspec.Struct], name: str, about: str, every: float
) -> Figure:
    """One number of what `look` finds, which looks once for all of them."""
    gauge = Gauge(f"banyan_backup_{name}", about, multiprocess_mode="livemax")

    @figure(f"backup.{name}", gauge, every=every)
    async def ask(kit: Kit) -> Told:
        if not kit.settings.backup.archiving:
            return {}
        found = await kit.cache.get(f"backup:{kind.__name__}", every * 0.8, kind, lambda: look(kit))
        return {(): float(getattr(found, name))}

    return ask


FIGURES = (
    *(
        _figure(_log, _Log, name, about, _OFTEN)
        for name, about in (
            ("waiting_files", "Files of the log that are not in the store yet."),
            ("waiting_bytes", "Bytes of them."),
            ("waiting_seconds", "Age of the oldest of them."),
            ("archiving_fails", "1 while PostgreSQL cannot hand over its log."),
            ("held_bytes", "Log that PostgreSQL keeps because it has not been handed over."),
        )
    ),
    *(
        _figure(_store, _Store, name, about, _SELDOM)
        for name, about in (
            ("covered_timestamp_seconds", "The moment up to which everything can be restored."),
            ("newest_base_timestamp_seconds", "When the newest base backup was made."),
            ("gaps", "What is missing in the log after the newest base backup."),
            ("drill_timestamp_seconds", "When the last drill was."),
            ("drill_rpo_seconds", "What it measured: the age of what would have been lost."),
            ("drill_rto_seconds", "What it measured: time until the database answered."),
            ("drill_differences", "Tables that were not what they had been."),
        )
    ),
)
