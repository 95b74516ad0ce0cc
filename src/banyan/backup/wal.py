"""Write-ahead log as PostgreSQL cuts it into files: their names, their first page, and the history of timelines.

Sources, in PostgreSQL: src/include/access/xlog_internal.h (names, the long page header), timeline.c (history files).
"""

import re
import struct
from dataclasses import dataclass

from banyan.backup.model import Damaged, Identity

__all__ = ["Fork", "Segment", "check_content", "format_lsn", "is_history", "parse_history", "parse_lsn"]

_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_FORK = re.compile(r"^\s*(\d+)\s+([0-9A-F]+)/([0-9A-F]+)", re.MULTILINE)
_FIRST_PAGE = struct.Struct("=HHIQI4xQII")  # magic, info, timeline, address, rest; system, segment size, page size
_LONG_HEADER = 0x0002


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file of the log: the `number`th on its timeline."""

    timeline: int
    number: int

    @classmethod
    def parse(cls, name: str, size: int) -> "Segment | None":
        """From a file's name; None if it is not one of a segment. `size` is that of segments, in bytes."""
        if not _SEGMENT.fullmatch(name):
            return None
        return cls(int(name[:8], 16), int(name[8:16], 16) * _per_log(size) + int(name[16:], 16))

    @classmethod
    def at(cls, timeline: int, lsn: int, size: int) -> "Segment":
        """The one that holds the byte at `lsn`."""
        return cls(timeline, lsn // size)

    def name(self, size: int) -> str:
        """Its file's name."""
        log, number = divmod(self.number, _per_log(size))
        return f"{self.timeline:08X}{log:08X}{number:08X}"


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a timeline was left for the next one."""

    timeline: int
    lsn: int


def parse_lsn(text: str) -> int:
    """`16/B374D848` as a number of bytes."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def format_lsn(lsn: int) -> str:
    """A number of bytes as PostgreSQL writes it."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"


def is_history(name: str) -> bool:
    """Whether a file of this name tells a timeline's history."""
    return _HISTORY.fullmatch(name) is not None


def parse_history(text: str) -> list[Fork]:
    """The forks that led to a timeline, the oldest first."""
    return [Fork(int(found[1]), parse_lsn(f"{found[2]}/{found[3]}")) for found in _FORK.finditer(text)]


def check_content(name: str, content: bytes, identity: Identity) -> None:
    """Make sure that `content` is the segment `name` of this database, all of it.

    Raises:
        Damaged: it is not.
    """
    segment = Segment.parse(name, identity.segment_size)
    if segment is None or len(content) != identity.segment_size:
        raise Damaged(f"{name} has {len(content)} bytes; a segment has {identity.segment_size}.")
    _magic, info, timeline, address, _rest, system, size, _page = _FIRST_PAGE.unpack_from(content)
    if not info & _LONG_HEADER or size != identity.segment_size:
        raise Damaged(f"{name} does not begin like a segment.")
    if str(system) != identity.system:
        raise Damaged(f"{name} comes from another database ({system}, not {identity.system}).")
    # The first segment of a timeline is a copy of the last one before the fork, with its number on the first pages.
    if address != segment.number * identity.segment_size or timeline > segment.timeline:
        raise Damaged(f"{name} holds another part of the log.")


def _per_log(size: int) -> int:
    return (1 << 32) // size
