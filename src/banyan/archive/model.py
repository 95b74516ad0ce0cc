"""What was taken out of the database, and what is to be."""

from datetime import datetime
from typing import Any

import msgspec

from banyan.kit.growing import Growing
from banyan.kit.partitions import Partition
from banyan.kit.trouble import Trouble

__all__ = [
    "Archived",
    "Busy",
    "Column",
    "Damaged",
    "Disturbed",
    "Finding",
    "Held",
    "InTheWay",
    "NoRoom",
    "Row",
    "Slice",
    "UnknownTable",
    "Unsuitable",
]


class Busy(Trouble):
    """Another process is at it."""


class InTheWay(Trouble):
    """Somebody holds what is to go; nothing has changed."""


class Disturbed(InTheWay):
    """Somebody waits to write it."""


class Damaged(Trouble):
    """A file is missing, or is not what was put there."""


class NoRoom(Trouble):
    """There is no room for a file in the data folder."""


class Unsuitable(Trouble):
    """A column is of a type that files are not made of."""


class UnknownTable(Trouble):
    """Nothing of such a table is archived."""


class Column(msgspec.Struct, frozen=True):
    """A column, and its type as PostgreSQL calls it."""

    name: str
    type: str


class Slice(msgspec.Struct, frozen=True):
    """Rows of a table that go together: from `since` (None: from the first) to `until`, which is not among them.

    Attributes:
        partition: the partition that they are; None where the table has none.
        before: the partition in front of it, in which nothing may be.
    """

    growing: Growing
    since: datetime | None
    until: datetime
    partition: Partition | None = None
    before: Partition | None = None


class Held(msgspec.Struct, frozen=True):
    """What a file holds: how many rows, and the SHA-256 of them."""

    rows: int
    digest: bytes


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the archive.

    Attributes:
        path: below the archive's place.
        since, until: all in it is from then, and older than that; `since` is None where it is whatever there was.
        digest: SHA-256 of the rows.
        sha256: of the file.
        size: in bytes.
    """

    table_name: str
    path: str
    since: datetime | None
    until: datetime
    rows: int
    digest: bytes
    sha256: bytes
    size: int
    at: datetime


class Finding(msgspec.Struct, frozen=True):
    """What was found of a file: nothing, or what is wrong with it."""

    line: Archived
    wrong: str | None


Row = tuple[Any, ...]
