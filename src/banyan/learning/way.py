"""The way through a published course: its items in order, what is open by now, and where a learner goes on.

Made once for a revision and kept, because every page of every learner of the course walks it. Made anew it must still
be cheap: it reads of the stored outline only what the course page shows.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec
from cachetools import LRUCache

from banyan.learning.model import Continue, ProgressState
from banyan.revisions import OutlineItem, OutlineModule, Published

__all__ = ["Spot", "Way", "way_through"]


class _Step(msgspec.Struct):
    """An item as the course page shows it, which is what the stored outline says and whether it is open yet."""

    id: str
    kind: str
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    locked: bool = False


class _Part(msgspec.Struct):
    """A module as the course page shows it."""

    id: str
    title: str
    items: list[_Step]


class _Parts(msgspec.Struct):
    """What is read of a stored outline."""

    modules: list[_Part]


class _Shown(msgspec.Struct):
    """What is shown of it."""

    revision: int
    modules: list[_Part]


class Spot(msgspec.Struct, frozen=True):
    """Where an item is."""

    module: OutlineModule
    item: OutlineItem
    previous: OutlineItem | None
    next: OutlineItem | None


_read_parts = msgspec.json.Decoder(_Parts).decode


class Way:
    """The items of one revision in order."""

    def __init__(self, published: Published) -> None:
        self._outline = published.outline
        self._parts = _read_parts(published.outline.json)
        self._steps = [step for part in self._parts.modules for step in part.items]
        self._ids = [step.id for step in self._steps]
        self._releases = sorted({step.release_at for step in self._steps if step.release_at is not None})
        self._json: tuple[int, msgspec.Raw] | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def spot(self, item_id: UUID) -> Spot | None:
        """Where the item is, or None if this revision does not have it."""
        return self._spots.get(item_id)

    def outline(self, now: datetime) -> msgspec.Raw:
        """The outline as its JSON, with what is locked at `now`; encoded anew only when something opens."""
        opened = bisect_right(self._releases, now)
        if self._json is None or self._json[0] != opened:
            for step in self._steps:
                step.locked = step.release_at is not None and step.release_at > now
            shown = _Shown(self._outline.revision, self._parts.modules)
            self._json = (opened, msgspec.Raw(msgspec.json.encode(shown)))
        return self._json[1]

    def percent(self, states: Mapping[str, ProgressState]) -> int:
        """How much of the course is done, 0 to 100, rounded down. Items of older revisions do not count."""
        return self.percent_of(sum(states.get(item) == "done" for item in self._ids)) if states else 0

    def percent_of(self, done: int) -> int:
        """The same from the number of items done."""
        return done * 100 // len(self._ids) if self._ids else 0

    def done_among(self, items: list[UUID]) -> int:
        """How many of these items this revision has."""
        return sum(item in self._spots for item in items)

    def next_step(self, states: Mapping[str, ProgressState], latest: UUID | None, now: datetime) -> UUID | None:
        """Where to go on: the item touched last unless it is done, else the first open one after it that is not,
        else the first of all; None when nothing open is left to do."""
        for step in self._from(str(latest)):
            if states.get(step.id) != "done" and (step.release_at is None or step.release_at <= now):
                return UUID(step.id)
        return None

    def go_on(self, states: Mapping[str, ProgressState], latest: UUID | None, now: datetime) -> Continue | None:
        """The next step as the home page shows it."""
        item_id = self.next_step(states, latest, now)
        spot = self.spot(item_id) if item_id else None
        return Continue(id=spot.item.id, title=spot.item.title, module=spot.module.title) if spot else None

    def _from(self, item: str) -> Iterator[_Step]:
        start = self._ids.index(item) if item in self._ids else 0
        yield from self._steps[start:]
        yield from self._steps[:start]

    @cached_property
    def _spots(self) -> dict[UUID, Spot]:
        places = [(module, item) for module in self._outline.modules for item in module.items]
        items = [item for _, item in places]
        return {
            item.id: Spot(module, item, items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None)
            for at, (module, item) in enumerate(places)
        }


_MOST_STEPS = 100_000  # that are kept, of all ways together: a large course is worth many small ones
_ways: LRUCache[tuple[UUID, int], Way] = LRUCache(_MOST_STEPS, getsizeof=lambda way: 1 + len(way))


def way_through(published: Published) -> Way:
    """The way through this revision. A revision never changes, so neither does its way."""
    key = (published.course_id, published.revision)
    way = _ways.get(key)
    if way is None:
        way = _ways[key] = Way(published)
    return way
