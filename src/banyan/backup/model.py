"""What backups are made of."""

from datetime import datetime

import msgspec

from banyan.kit.trouble import Trouble

__all__ = [
    "Backup",
    "Busy",
    "Damaged",
    "Drill",
    "ForeignStore",
    "Identity",
    "NoBackup",
    "NotCovered",
    "NotEmpty",
    "OneOfMany",
    "Part",
    "TablePrint",
]


class ForeignStore(Trouble):
    """The place keeps the backups of another database."""


class NoBackup(Trouble):
    """There is no backup, or none of this name."""


class NotCovered(Trouble):
    """No backup reaches the moment that is asked for."""


class Damaged(Trouble):
    """What is kept is not what was put there, or not all of it."""


class NotEmpty(Trouble):
    """There is something in the folder to restore into, and nothing is ever overwritten."""


class OneOfMany(Trouble):
    """The database is one node of a Citus cluster, and the settings do not say so."""


class Busy(Trouble):
    """Another process is at it."""


class Identity(msgspec.Struct, frozen=True):
    """The database that a store belongs to.

    Attributes:
        system: PostgreSQL's system identifier, which a restored database keeps.
        segment_size: of its WAL, in bytes.
    """

    system: str
    segment_size: int


class Part(msgspec.Struct, frozen=True):
    """A file of a base backup: its size in bytes, and the SHA-256 of them."""

    size: int
    sha256: str


class TablePrint(msgspec.Struct, frozen=True):
    """What a table held: two that held the same have the same.

    Attributes:
        rows: how many were looked at.
        digest: the sum of their hashes, in any order.
        percent: of the table's blocks that were looked at.
    """

    rows: int
    digest: str
    percent: float = 100.0


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """A base backup. It can be restored to `ended_at` by itself, and to any later moment by the WAL that follows.

    Attributes:
        start_lsn, end_lsn: the WAL that it brings along, as byte positions.
        major: the version of PostgreSQL that it takes to start it.
        size: of the database, in bytes.
        wal: the WAL segments within it.
        tables: what the tables held at `end_lsn`; None if they could not be looked at together.
        node: of a Citus cluster, whose others have backups of their own; empty if everything is in it.
    """

    id: str
    started_at: datetime
    ended_at: datetime
    timeline: int
    start_lsn: int
    end_lsn: int
    major: int
    banyan: str
    identity: Identity
    size: int
    parts: dict[str, Part]
    wal: list[str]
    tables: dict[str, TablePrint] | None
    node: str = ""

    @property
    def stored_size(self) -> int:
        """Bytes in the store."""
        return sum(part.size for part in self.parts.values())


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill found.

    Attributes:
        rpo: seconds until what was written last was safe; without continuous archiving the age of the newest backup.
        rto: seconds from the beginning of the restore until the database answered.
        tables, rows: how much was compared.
        different: the tables that are not what they were.
    """

    at: datetime
    backup: str
    continuous: bool
    rpo: float
    rto: float
    tables: int
    rows: int
    different: list[str]

    def problems(self, *, rpo: float, rto: float) -> list[str]:
        """What is wrong with it, in words, held against what is promised, in seconds; [] if all is well."""
        found = list(self.different)
        if self.rpo > rpo:
            found.append(f"RPO is {self.rpo:.0f} s of {rpo:.0f}")
        if self.rto > rto:
            found.append(f"RTO is {self.rto:.0f} s of {rto:.0f}")
        return found
