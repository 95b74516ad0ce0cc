"""The archive: what has become too old for the database, as Parquet files in a folder or any object store.

Whatever is taken out is read back first, and goes in the transaction that notes where it is.
"""

from banyan.archive.jobs import PERIODIC
from banyan.archive.model import (
    Archived,
    Busy,
    Column,
    Damaged,
    Finding,
    InTheWay,
    NoRoom,
    Row,
    UnknownTable,
    Unsuitable,
)
from banyan.archive.service import Archive, Place
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "Archive",
    "Archived",
    "Busy",
    "Column",
    "Damaged",
    "Finding",
    "InTheWay",
    "NoRoom",
    "Place",
    "Row",
    "UnknownTable",
    "Unsuitable",
]

DOMAIN = Domain("archive", periodic=PERIODIC)
