"""What is declared of each table, where Citus has put it, and the steps from one to the other."""

import re

import msgspec

from banyan.kit.trouble import Trouble

__all__ = ["KEYED", "UNKEYED", "Declared", "ForeignKey", "NotReady", "Placement", "Step", "Table", "parse_declared"]

KEYED = ("learner", "room", "subject", "lookup")
UNKEYED = ("reference", "local")
_COMMENT = re.compile(r"distribution: (\w+)(?: \((\w+)\))?")


class NotReady(Trouble):
    """The database cannot be distributed as it stands."""


class Declared(msgspec.Struct, frozen=True):
    """How a table wants to be distributed: one of `KEYED` by a column of its own, or one of `UNKEYED`."""

    kind: str
    key: str | None = None

    @property
    def sound(self) -> bool:
        """Whether it is one of those that there are."""
        return self.kind in KEYED if self.key else self.kind in UNKEYED

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})" if self.key else self.kind


class Placement(msgspec.Struct, frozen=True):
    """Where Citus has a table: `distributed` by a key, with its group, as `reference` on all nodes, or `local`."""

    kind: str
    key: str | None
    group: int


class Table(msgspec.Struct, frozen=True):
    """A table of the installation; partitions are their parent's affair."""

    name: str
    declared: Declared
    key_type: str = ""
    placement: Placement | None = None
    hidden: bool = False  # the coordinator still keeps the rows that it had before they were distributed

    @property
    def wanted(self) -> str:
        """What its placement should be: `distributed`, `reference` or `local`."""
        return "distributed" if self.declared.key else self.declared.kind

    @property
    def waits(self) -> bool:
        """Whether it has still to be distributed."""
        return self.wanted != "local" and (self.placement is None or self.placement.kind == "local")

    @property
    def astray(self) -> bool:
        """Whether it is distributed, but not as it declares."""
        if self.waits or self.placement is None:
            return False
        return (self.placement.kind, self.placement.key) != (self.wanted, self.declared.key)


class ForeignKey(msgspec.Struct, frozen=True):
    """A foreign key; `parent` is None for one that has been set aside."""

    child: str
    name: str
    definition: str
    parent: str | None = None


class Step(msgspec.Struct, frozen=True):
    """Statements that are one transaction."""

    statements: tuple[str, ...]


def parse_declared(comment: str | None) -> Declared:
    """What a table's comment declares; not `sound` when it says nothing."""
    found = _COMMENT.fullmatch(comment or "")
    return Declared(found[1], found[2]) if found else Declared("")
