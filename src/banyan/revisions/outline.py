"""The outline of one revision: what its course consists of, in order. It never changes."""

from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec

from banyan.courses import ItemKind

__all__ = ["Modules", "Outline", "OutlineItem", "OutlineModule"]


class OutlineItem(msgspec.Struct, frozen=True):
    """An item as it was published.

    Attributes:
        id: the draft item's own; it stays the same through all revisions.
        minutes: how long it takes, about.
        digest: of its rendition, in hexadecimal: the same digest, the same page.
        content: digest of what its author wrote, in hexadecimal.
        version: of the draft item when it was published.
    """

    id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    digest: str
    content: str
    version: int


class OutlineModule(msgspec.Struct, frozen=True):
    """A module as it was published."""

    id: UUID
    title: str
    items: list[OutlineItem]


class Modules(msgspec.Struct, frozen=True):
    """An outline as it is stored."""

    modules: list[OutlineModule]


class Outline(msgspec.Struct, frozen=True, dict=True):
    """All that one revision consists of.

    Attributes:
        json: as it is stored, a `Modules`; decoded only when somebody asks for more than it says by itself.
    """

    revision: int
    json: msgspec.Raw

    @cached_property
    def modules(self) -> list[OutlineModule]:
        """Its modules, in the order of reading."""
        return msgspec.json.decode(self.json, type=Modules).modules

    @cached_property
    def items(self) -> list[OutlineItem]:
        """Every item, in the order of reading."""
        return [item for module in self.modules for item in module.items]

    @property
    def weight(self) -> int:
        """For the cache: how many small values this stands for."""
        return 1 + len(bytes(self.json)) // 1_000
