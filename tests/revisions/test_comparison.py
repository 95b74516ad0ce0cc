"""The changes between two states of a course are complete, and as few as can be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from banyan.revisions.comparison import Part, Section, State, compare
from banyan.revisions.model import Aspect, Card, Change

_TITLES = st.sampled_from(["Birds", "Bees", "Trees", "Seas"])
_DATES = st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)])
_CARD = Card(title="Life", summary="", cover_id=None, category="", difficulty=None, language="en")


@st.composite
def states(draw: st.DrawFn) -> State:
    """A course of modules and items with few different ids, so that two of them have much in common."""
    modules = draw(st.lists(st.integers(1, 4), unique=True, max_size=4))
    items = draw(st.lists(st.integers(1, 9), unique=True, max_size=9)) if modules else []
    home = {item: draw(st.sampled_from(modules)) for item in items}
    return State(
        card=draw(st.sampled_from([_CARD, msgspec.structs.replace(_CARD, title="Death", difficulty="advanced")])),
        modules=[
            Section(UUID(int=module), draw(_TITLES), [draw(_parts(item)) for item in items if home[item] == module])
            for module in modules
        ],
    )


def _parts(number: int) -> st.SearchStrategy[Part]:
    return st.builds(
        Part,
        id=st.just(UUID(int=100 + number)),
        kind=st.sampled_from(["lesson", "video"]),
        title=_TITLES,
        release_at=_DATES,
        due_at=_DATES,
        content=st.sampled_from(["a", "b"]),
    )


@given(states(), states())
def test_whoever_applies_the_changes_to_the_old_state_has_the_new_one(before: State, after: State) -> None:
    assert _apply(before, compare(before, after), after) == after


@given(states())
def test_nothing_differs_from_itself(state: State) -> None:
    assert compare(state, state) == []


@given(states(), states())
def test_every_side_of_a_change_shows_the_same_fields(before: State, after: State) -> None:
    for change in compare(before, after):
        if change.before is not None and change.after is not None:
            assert set(msgspec.to_builtins(change.before)) == set(msgspec.to_builtins(change.after))


@given(st.permutations(range(8)), st.integers(0, 7), st.integers(0, 7))
def test_moving_one_item_is_one_change(order: list[int], start: int, end: int) -> None:
    before = [_part(number) for number in order]
    after = list(before)
    after.insert(end, after.pop(start))
    changes = compare(_course(before), _course(after))
    assert len(changes) == (start != end)


def test_before_the_first_publication_everything_is_new() -> None:
    changes = compare(State(None, []), _course([_part(1), _part(2)]))
    assert [(change.kind, change.title) for change in changes] == [("added", "Module"), ("added", "1"), ("added", "2")]


def _part(number: int) -> Part:
    return Part(UUID(int=100 + number), "lesson", str(number), None, None, "a")


def _course(items: Sequence[Part]) -> State:
    return State(_CARD, [Section(UUID(int=1), "Module", items)])


class _Applied:
    """The state that changes lead to. Nothing is asked of the new one but what new items and new content hold."""

    def __init__(self, before: State, after: State) -> None:
        self.card = before.card
        self.order = [module.id for module in before.modules]
        self.titles = {module.id: module.title for module in before.modules}
        self.inside = {module.id: [item.id for item in module.items] for module in before.modules}
        self.items = {item.id: item for module in before.modules for item in module.items}
        self.new = {item.id: item for module in after.modules for item in module.items}

    def take_away(self, change: Change) -> None:
        """What is removed or moved leaves its place."""
        if change.kind not in ("moved", "removed") or change.before is None:
            return
        if change.item_id:
            assert isinstance(change.before.module_id, UUID)
            self.inside[change.before.module_id].remove(change.item_id)
        elif change.module_id:
            self.order.remove(change.module_id)

    def put_in_place(self, change: Change) -> None:
        """What is added or moved takes its place."""
        if change.kind not in ("moved", "added") or change.after is None:
            return
        assert isinstance(change.after.position, int)
        if change.item_id:
            assert isinstance(change.after.module_id, UUID)
            self.inside[change.after.module_id].insert(change.after.position - 1, change.item_id)
            self.items.setdefault(change.item_id, self.new[change.item_id])
        elif change.module_id:
            self.order.insert(change.after.position - 1, change.module_id)
            self.titles.setdefault(change.module_id, change.title)
            self.inside.setdefault(change.module_id, [])

    def alter(self, change: Change) -> None:
        """What stays takes its new title, content and dates."""
        if change.kind not in ("renamed", "changed", "settings") or change.after is None:
            return
        different = {
            name: value
            for name in Aspect.__struct_fields__
            if (value := getattr(change.after, name)) is not msgspec.UNSET
        }
        if change.item_id:
            if change.kind == "changed":
                different["content"] = self.new[change.item_id].content
            self.items[change.item_id] = msgspec.structs.replace(self.items[change.item_id], **different)
        elif change.module_id:
            self.titles[change.module_id] = different["title"]
        elif self.card:
            self.card = msgspec.structs.replace(self.card, **different)

    def state(self) -> State:
        return State(
            self.card,
            [
                Section(module, self.titles[module], [self.items[item] for item in self.inside[module]])
                for module in self.order
            ],
        )


def _apply(before: State, changes: Sequence[Change], after: State) -> State:
    applied = _Applied(before, after)
    for step in (applied.take_away, applied.put_in_place, applied.alter):
        for change in changes:
            step(change)
    return applied.state()
