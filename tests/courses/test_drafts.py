"""A draft that is written as a whole."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from banyan import courses
from banyan.app import Banyan
from banyan.courses import NewItem, NewModule
from banyan.kit.ids import new_id
from banyan.kit.problems import Conflict
from tests.courses.conftest import Desk, begin
from tests.story import School


def as_new(draft: courses.Draft) -> list[NewModule]:
    """What would write this draft."""
    return [
        NewModule(id=module.id, title=module.title, items=[new_item(item) for item in module.items])
        for module in draft.modules
    ]


def new_item(row: courses.DraftItemRow, **changes: Any) -> NewItem:
    values = msgspec.structs.asdict(row) | changes
    return NewItem(**{name: value for name, value in values.items() if name not in ("module_id", "version")})


async def write(desk: Desk, modules: list[NewModule]) -> None:
    async with desk.banyan.kit.db.write() as tx:
        await courses.write_draft(tx, desk.banyan.kit.cache, desk.id, modules)


async def test_a_draft_written_as_it_is_stays_as_it_is(banyan: Banyan, desk: Desk) -> None:
    before = await courses.draft(banyan.kit.db.read(), desk.id)
    await write(desk, as_new(before))
    assert await courses.draft(banyan.kit.db.read(), desk.id) == before
    assert (await desk.page()).version == 2  # an order made from the old one is stale


async def test_what_is_not_in_the_new_draft_goes_into_the_bin_and_comes_back_by_its_id(
    banyan: Banyan, desk: Desk
) -> None:
    db = banyan.kit.db.read()
    before = await courses.draft(db, desk.id)
    first, second = before.modules
    moved = NewModule(
        id=second.id, title="Crowns", items=[new_item(first.items[1], title="Bark"), *map(new_item, second.items[:1])]
    )
    await write(desk, [moved])
    after = await courses.draft(db, desk.id)
    assert await desk.order() == [("Crowns", ["Bark", "Lesson 2.1"])]
    assert after.modules[0].version == second.version + 1
    assert [item.version for item in after.modules[0].items] == [2, 1]  # only what changed counts up
    await write(desk, as_new(before))
    assert await desk.order() == [(module.title, [item.title for item in module.items]) for module in before.modules]
    assert (await desk.teacher.post(f"/items/{desk.items[3]}/restoration")).status_code == 204


async def test_a_draft_never_takes_what_is_another_courses(banyan: Banyan, school: School, desk: Desk) -> None:
    other = await begin(school)
    before = await courses.draft(banyan.kit.db.read(), other.id)
    stolen = NewItem(id=UUID(other.items[0]), kind="lesson", title="Mine", source="Mine.")
    for modules in (
        [NewModule(id=new_id(), title="Mine", items=[stolen])],
        [NewModule(id=UUID(other.modules[0]), title="Mine", items=[])],
    ):
        with pytest.raises(Conflict):
            await write(desk, modules)
    assert await courses.draft(banyan.kit.db.read(), other.id) == before
    assert len((await desk.page()).outline.modules) == 2
