"""What has changed between two states of a course.

The changes are complete: whoever applies them to the first state has the second (see `tests/revisions`). What moved is
told with the fewest moves: the items that kept their order among themselves did not.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from banyan import files
from banyan.courses import ItemKind
from banyan.revisions.model import Aspect, Card, Change, ChangeKind

__all__ = ["Part", "Section", "State", "compare"]

Thing = TypeVar("Thing", bound="Part | Section")


class Part(msgspec.Struct, frozen=True):
    """An item, as far as it is compared; `content` is the digest of what its author wrote."""

    id: UUID
    kind: ItemKind
    title: str
    release_at: datetime | None
    due_at: datetime | None
    content: str


class Section(msgspec.Struct, frozen=True):
    """A module, as far as it is compared."""

    id: UUID
    title: str
    items: Sequence[Part]


class State(msgspec.Struct, frozen=True):
    """A course, as far as it is compared; `card` is None before the first publication."""

    card: Card | None
    modules: Sequence[Section]


class _Found(msgspec.Struct, frozen=True):
    """An item with the place where it was found."""

    module: Section
    position: int
    item: Part

    def aspect(self) -> Aspect:
        return Aspect(module=self.module.title, module_id=self.module.id, position=self.position)


def compare(before: State, after: State) -> list[Change]:
    """The changes that lead from `before` to `after`: the course's own, then module by module, then what is gone.

    A "changed" item whose content differs comes with its `kind` and dates only where these differ; the caller, who
    has the contents, adds them.
    """
    changes = list(_settings(before.card, after.card))
    old_modules = {module.id: module for module in before.modules}
    old_items, new_items = _items(before.modules), _items(after.modules)
    old_places = {module.id: position for position, module in enumerate(before.modules, 1)}
    moved_modules = _moved(before.modules, after.modules)
    for position, module in enumerate(after.modules, 1):
        old = old_modules.get(module.id)
        if old is None:
            changes.append(_of_module("added", module, None, Aspect(position=position)))
        else:
            if old.title != module.title:
                changes.append(_of_module("renamed", module, Aspect(title=old.title), Aspect(title=module.title)))
            if module.id in moved_modules:
                there = Aspect(position=old_places[module.id])
                changes.append(_of_module("moved", module, there, Aspect(position=position)))
        moved = _moved(old.items if old else (), module.items)
        for item in module.items:
            changes.extend(_of_item(old_items.get(item.id), new_items[item.id], moved=item.id in moved))
    for module in before.modules:
        changes.extend(
            Change(kind="removed", item_id=item.id, module_id=module.id, title=item.title,
                   before=old_items[item.id].aspect(), after=None)
            for item in module.items if item.id not in new_items
        )  # fmt: skip
    new_modules = {module.id for module in after.modules}
    changes.extend(
        _of_module("removed", module, Aspect(position=old_places[module.id]), None)
        for module in before.modules
        if module.id not in new_modules
    )
    return changes


def _settings(before: Card | None, after: Card | None) -> Iterator[Change]:
    if before is None or after is None or before == after:
        return
    differing = [name for name in Card.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    yield Change(kind="settings", item_id=None, module_id=None, title=after.title,
                 before=_shown(before, differing), after=_shown(after, differing))  # fmt: skip


def _shown(card: Card, names: Iterable[str]) -> Aspect:
    shown: dict[str, Any] = {name: getattr(card, name) for name in names}
    if "cover_id" in shown:
        cover_id = shown.pop("cover_id")
        shown["cover"] = files.url(cover_id, "cover") if cover_id else None
    return Aspect(**shown)


def _of_module(kind: ChangeKind, module: Section, before: Aspect | None, after: Aspect | None) -> Change:
    return Change(kind=kind, item_id=None, module_id=module.id, title=module.title, before=before, after=after)


def _of_item(old: _Found | None, new: _Found, *, moved: bool) -> Iterator[Change]:
    def change(kind: ChangeKind, before: Aspect | None, after: Aspect) -> Change:
        return Change(kind=kind, item_id=new.item.id, module_id=new.module.id, title=new.item.title,
                      before=before, after=after)  # fmt: skip

    if old is None:
        yield change("added", None, new.aspect())
        return
    if old.item.title != new.item.title:
        yield change("renamed", Aspect(title=old.item.title), Aspect(title=new.item.title))
    differing = [
        name for name in ("kind", "release_at", "due_at") if getattr(old.item, name) != getattr(new.item, name)
    ]
    if differing or old.item.content != new.item.content:
        sides = [Aspect(**{name: getattr(side.item, name) for name in differing}) for side in (old, new)]
        yield change("changed", *sides)
    if moved or old.module.id != new.module.id:
        yield change("moved", old.aspect(), new.aspect())


def _items(modules: Iterable[Section]) -> dict[UUID, _Found]:
    return {
        item.id: _Found(module, position, item) for module in modules for position, item in enumerate(module.items, 1)
    }


def _moved(before: Sequence[Thing], after: Sequence[Thing]) -> set[UUID]:
    """Those of both that stand in another order now: all but a longest run that kept its order."""
    old = {thing.id: position for position, thing in enumerate(before)}
    kept = [old[thing.id] for thing in after if thing.id in old]
    in_order = {before[position].id for position in _longest_rising(kept)}
    return {thing.id for thing in after if thing.id in old} - in_order


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """A longest rising subsequence, by patience sorting (Fredman, 1975): n log n."""
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        below.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        piles[pile : pile + 1] = [index]
    rising = []
    index = piles[-1] if piles else -1
    while index >= 0:
        rising.append(numbers[index])
        index = below[index]
    return rising[::-1]
