"""The way through a published course: its items in order, what is open by now, and where a learner goes on.

Made once for a revision and kept, because every page of every learner of the course walks it.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from cachetools import LRUCache

from banyan.learning.model import Continue, ProgressState
from banyan.learning.policy import is_locked
from banyan.revisions import OutlineItem, OutlineModule, Published

__all__ = ["Spot", "Way", "way_through"]


class Spot(msgspec.Struct, frozen=True):
    """Where an item is."""

    module: OutlineModule
    item: OutlineItem
    previous: OutlineItem | None
    next: OutlineItem | None


class Way:
    """The items of one revision in order."""

    def __init__(self, published: Published) -> None:
        self._outline = published.outline
        steps = [(module, item) for module in published.outline.modules for item in module.items]
        items = [item for _, item in steps]
        self._ids = [str(item.id) for item in items]
        self._spots = {
            item.id: Spot(module, item, items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None)
            for at, (module, item) in enumerate(steps)
        }
        self._releases = sorted({item.release_at for item in items if item.release_at is not None})
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
            self._json = (opened, _encode(self._outline.revision, self._outline.modules, now))
        return self._json[1]

    def percent(self, states: Mapping[str, ProgressState]) -> int:
        """How much of the course is done, 0 to 100, rounded down. Items of older revisions do not count."""
        return self.percent_of(sum(states.get(item) == "done" for item in self._ids))

    def percent_of(self, done: int) -> int:
        """The same from the number of items done."""
        return done * 100 // len(self._ids) if self._ids else 0

    def done_among(self, items: list[UUID]) -> int:
        """How many of these items this revision has."""
        return sum(item in self._spots for item in items)

    def next_step(self, states: Mapping[str, ProgressState], latest: UUID | None, now: datetime) -> Spot | None:
        """Where to go on: the item touched last unless it is done, else the first open one after it that is not,
        else the first of all; None when nothing open is left to do."""
        spots = list(self._spots.values())
        start = next((at for at, spot in enumerate(spots) if spot.item.id == latest), 0)
        for spot in spots[start:] + spots[:start]:
            if states.get(str(spot.item.id)) != "done" and not is_locked(spot.item, now):
                return spot
        return None


def as_continue(spot: Spot | None) -> Continue | None:
    """A spot as the home page shows it."""
    return Continue(id=spot.item.id, title=spot.item.title, module=spot.module.title) if spot else None


def _encode(revision: int, modules: list[OutlineModule], now: datetime) -> msgspec.Raw:
    return msgspec.Raw(
        msgspec.json.encode(
            {
                "revision": revision,
                "modules": [
                    {
                        "id": module.id,
                        "title": module.title,
                        "items": [
                            {
                                "id": item.id,
                                "kind": item.kind,
                                "title": item.title,
                                "minutes": item.minutes,
                                "release_at": item.release_at,
                                "due_at": item.due_at,
                                "locked": is_locked(item, now),
                            }
                            for item in module.items
                        ],
                    }
                    for module in modules
                ],
            }
        )
    )


_ways: LRUCache[tuple[UUID, int], Way] = LRUCache(2_000)


def way_through(published: Published) -> Way:
    """The way through this revision. A revision never changes, so neither does its way."""
    key = (published.course_id, published.revision)
    way = _ways.get(key)
    if way is None:
        way = _ways[key] = Way(published)
    return way
