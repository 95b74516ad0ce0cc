"""The WAL in a store: which segments and histories there are.

A segment is kept as `wal/<timeline and log>/<name>.<last commit>.<SHA-256>.gz`. The digest is that of its bytes before
they are compressed, so whoever ships a segment twice writes the same object, and two servers that both believe to be
the primary cannot overwrite each other's. The last commit is what the segment reaches to; `none` when it has none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from banyan.backup.model import Damaged
from banyan.backup.packing import decompress
from banyan.backup.repository import BackupStore
from banyan.backup.wal import Fork, Segment, parse_history
from banyan.kit.objects import Kept

__all__ = ["Index", "Stored", "history_path", "read_index", "segment_path", "sorted_in"]

log = structlog.get_logger(__name__)
_STAMP = "%Y%m%dT%H%M%S.%fZ"
_NAMED = re.compile(
    r"wal/[0-9A-F]{16}/(?P<name>[0-9A-F]{24})(?P<partial>\.partial)?"
    r"\.(?P<stamp>none|\d{8}T\d{6}\.\d{6}Z)\.(?P<sha256>[0-9a-f]{64})\.gz"
)
_HISTORY = re.compile(r"wal/history/(?P<name>[0-9A-F]{8}\.history)\.(?P<sha256>[0-9a-f]{64})\.gz")


@dataclass(frozen=True, slots=True)
class Stored:
    """A segment in the store; a partial one ends somewhere in the middle, and more may come."""

    segment: Segment
    name: str
    partial: bool
    last_commit: datetime | None
    sha256: str
    kept: Kept


@dataclass(slots=True)
class Index:
    """All of them. Of a segment there is more than one only if two servers wrote it differently.

    Attributes:
        histories: by timeline, the forks that led to it.
        history_files: by name, where it is kept, and the SHA-256 of what it says.
    """

    whole: dict[Segment, list[Stored]] = field(default_factory=dict)
    partial: dict[Segment, Stored] = field(default_factory=dict)
    histories: dict[int, list[Fork]] = field(default_factory=dict)
    history_files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def find(self, segment: Segment) -> Stored | None:
        """It, the partial one failing that."""
        found = self.whole.get(segment)
        return found[0] if found else self.partial.get(segment)

    def doubles(self) -> list[Segment]:
        """Segments of which there are different versions."""
        return [segment for segment, found in self.whole.items() if len({each.sha256 for each in found}) > 1]


def segment_path(name: str, sha256: str, last_commit: datetime | None, *, partial: bool = False) -> str:
    """Where a segment is kept."""
    stamp = last_commit.astimezone(UTC).strftime(_STAMP) if last_commit else "none"
    return f"wal/{name[:16]}/{name}{'.partial' if partial else ''}.{stamp}.{sha256}.gz"


def history_path(name: str, sha256: str) -> str:
    """Where a history is kept."""
    return f"wal/history/{name}.{sha256}.gz"


def parse_path(kept: Kept, segment_size: int) -> Stored | None:
    """What the name of a stored segment says; None if it is not one of a segment."""
    found = _NAMED.fullmatch(kept.path)
    segment = Segment.parse(found["name"], segment_size) if found else None
    if found is None or segment is None:
        return None
    stamp = found["stamp"]
    last_commit = None if stamp == "none" else datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    return Stored(segment, found["name"], found["partial"] is not None, last_commit, found["sha256"], kept)


async def read_index(store: BackupStore, segment_size: int) -> Index:
    """List what is in the store, and read the histories. One that is damaged is as good as none."""
    kept = await store.list("wal")
    index = sorted_in(kept, segment_size)
    for each in kept:
        if found := _HISTORY.fullmatch(each.path):
            index.history_files[found["name"]] = each.path, found["sha256"]
            try:
                text = decompress(await store.get(each.path)).decode("ascii", "replace")
            except Damaged as error:
                log.error("backup_history_damaged", file=each.path, reason=str(error))
            else:
                index.histories[int(found["name"][:8], 16)] = parse_history(text)
    return index


def sorted_in(kept: Iterable[Kept], segment_size: int) -> Index:
    """The segments among some files, without the histories."""
    index = Index()
    for each in kept:
        stored = parse_path(each, segment_size)
        if stored is None:
            continue
        if not stored.partial:
            index.whole.setdefault(stored.segment, []).append(stored)
        elif (other := index.partial.get(stored.segment)) is None or other.kept.at < each.at:
            index.partial[stored.segment] = stored
    return index
