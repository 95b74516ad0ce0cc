"""Modules, and the order of everything in a draft."""

from typing import Any

from banyan import courses
from banyan.app import Banyan
from banyan.courses import NewItem, NewModule
from banyan.courses.drafts import MOST_MODULES
from banyan.kit.ids import new_id
from tests.courses.conftest import Desk, begin
from tests.story import School


async def test_a_module_is_added_at_the_end_at_the_beginning_or_after_another(desk: Desk) -> None:
    added = await desk.teacher.post(f"{desk.path}/modules", {"title": "End"})
    assert (added.status_code, added.json()["title"], added.json()["version"]) == (201, "End", 1)
    await desk.teacher.post(f"{desk.path}/modules", {"title": "Beginning", "after": None})
    await desk.teacher.post(f"{desk.path}/modules", {"title": "Middle", "after": desk.modules[0]})
    titles = [title for title, _ in await desk.order()]
    assert titles == ["Beginning", "Module 1", "Middle", "Module 2", "End"]


async def test_nothing_is_added_after_what_is_not_there(school: School, desk: Desk) -> None:
    other = await begin(school)
    for neighbour in (other.modules[0], desk.items[0], str(new_id())):
        answer = await desk.teacher.post(f"{desk.path}/modules", {"title": "Lost", "after": neighbour})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_such_neighbour")
    assert len(await desk.order()) == 2


async def test_a_module_gets_another_title(desk: Desk) -> None:
    path = f"/modules/{desk.modules[0]}"
    answer = await desk.teacher.patch(path, {"version": 1, "title": "Roots"})
    assert answer.json() == {"id": desk.modules[0], "title": "Roots", "version": 2}
    late = await desk.teacher.patch(path, {"version": 1, "title": "Leaves"})
    assert (late.status_code, late.json()["current"]) == (409, answer.json())


async def test_a_deleted_module_comes_back_to_its_place_with_all_that_was_in_it(desk: Desk) -> None:
    before = await desk.order()
    path = f"/modules/{desk.modules[0]}"
    assert (await desk.teacher.delete(path)).status_code == 204
    assert (await desk.teacher.delete(path)).status_code == 204
    assert await desk.order() == before[1:]
    assert (await desk.teacher.patch(path, {"version": 1, "title": "Ghost"})).status_code == 404
    assert (await desk.teacher.post(f"{path}/items", {"kind": "lesson", "title": "Ghost"})).status_code == 404
    assert (await desk.teacher.patch(f"/items/{desk.items[0]}", {"version": 1, "title": "Ghost"})).status_code == 404
    assert (await desk.teacher.post(f"{path}/restoration")).status_code == 204
    assert await desk.order() == before


async def test_everything_moves_at_once(desk: Desk) -> None:
    first, second = desk.modules
    one, two, three, four = desk.items
    wanted = [{"id": second, "items": [four, one, three]}, {"id": first, "items": [two]}]
    answer = await desk.teacher.put(f"{desk.path}/outline", {"version": 1, "modules": wanted})
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert ids(answer.json()) == wanted
    page = await desk.page()
    assert page.version == 2
    assert await desk.order() == [
        ("Module 2", ["Lesson 2.2", "Lesson 1.1", "Lesson 2.1"]),
        ("Module 1", ["Lesson 1.2"]),
    ]
    moved = await desk.item(one)
    assert (str(moved.module_id), moved.version) == (second, 1)  # moving is no change of the item itself


async def test_what_comes_back_after_a_move_finds_a_place(desk: Desk) -> None:
    first, second = desk.modules
    one, two, three, four = desk.items
    await desk.teacher.delete(f"/items/{one}")
    wanted = [{"id": second, "items": [four, three, two]}, {"id": first, "items": []}]
    assert (await desk.teacher.put(f"{desk.path}/outline", {"version": 1, "modules": wanted})).status_code == 200
    await desk.teacher.post(f"/items/{one}/restoration")
    assert (await desk.order())[1] == ("Module 1", ["Lesson 1.1"])


async def test_an_order_made_from_an_old_one_is_stale(desk: Desk) -> None:
    order = [{"id": module, "items": desk.items[n * 2 : n * 2 + 2]} for n, module in enumerate(desk.modules)]
    await desk.teacher.put(f"{desk.path}/outline", {"version": 1, "modules": order[::-1]})
    late = await desk.teacher.put(f"{desk.path}/outline", {"version": 1, "modules": order})
    assert (late.status_code, late.json()["code"]) == (409, "stale_edit")
    assert ids(late.json()["current"]) == order[::-1]


async def test_an_order_names_each_module_and_item_once(school: School, desk: Desk) -> None:
    other = await begin(school)
    first, second = desk.modules
    one, two, three, four = desk.items
    wrong: list[tuple[list[dict[str, Any]], set[str]]] = [
        ([{"id": first, "items": [one, two, three]}], {"/modules"}),
        ([{"id": first, "items": [one, two, three]}, {"id": second, "items": []}], {"/modules"}),
        (
            [{"id": first, "items": [one, two]}, {"id": second, "items": [three, four, four]}],
            {"/modules/1/items/1", "/modules/1/items/2"},
        ),
        (
            [{"id": first, "items": [one]}, {"id": first, "items": [two]}, {"id": second, "items": [three, four]}],
            {"/modules/0/id", "/modules/1/id"},
        ),
        (
            [{"id": first, "items": [one, two]}, {"id": second, "items": [three, four, other.items[0]]}],
            {"/modules/1/items/2"},
        ),
        (
            [{"id": first, "items": desk.items}, {"id": second, "items": []}, {"id": other.modules[0], "items": []}],
            {"/modules/2/id"},
        ),
        ([], {"/modules"}),
    ]
    for modules, pointers in wrong:
        answer = await desk.teacher.put(f"{desk.path}/outline", {"version": 1, "modules": modules})
        assert (answer.status_code, answer.json()["code"]) == (422, "outline_mismatch")
        told = [error["pointer"] for error in answer.json()["errors"]]
        assert {pointer for pointer in told if pointer.startswith("/modules")} >= pointers
        assert len(answer.json()["current"]["modules"]) == 2
    missing = await desk.teacher.put(
        f"{desk.path}/outline",
        {"version": 1, "modules": [{"id": first, "items": [one, two, three]}, {"id": second, "items": []}]},
    )
    assert four in missing.json()["errors"][0]["detail"]
    assert await desk.order() == [
        ("Module 1", ["Lesson 1.1", "Lesson 1.2"]),
        ("Module 2", ["Lesson 2.1", "Lesson 2.2"]),
    ]
    assert (await other.page()).version == 1


async def test_the_same_statements_serve_four_items_and_two_hundred(
    banyan: Banyan, school: School, desk: Desk, statements: list[str]
) -> None:
    large = await begin(school, modules=0)
    async with banyan.kit.db.write() as tx:
        await courses.write_draft(tx, banyan.kit.cache, large.id, [_module(20) for _ in range(10)])
    few, many = await counted(desk, statements), await counted(large, statements)
    assert few == many
    assert (few["page"], few["draft"]) == (4, 2)


async def counted(desk: Desk, statements: list[str]) -> dict[str, int]:
    """How many statements each use case takes."""
    page = await desk.page()
    teacher, path = desk.teacher, desk.path
    order = [
        {"id": str(module.id), "items": [str(item.id) for item in module.items]} for module in page.outline.modules
    ]
    module, item = f"/modules/{order[0]['id']}", f"/items/{page.outline.modules[0].items[0].id}"
    lesson = {"kind": "lesson", "title": "New", "after": None}
    counts = {}
    for name, ask in {
        "order": lambda: teacher.put(f"{path}/outline", {"version": page.version, "modules": order[::-1]}),
        "page": desk.page,
        "draft": lambda: courses.draft(desk.banyan.kit.db.read(), desk.id),
        "adding a module": lambda: teacher.post(f"{path}/modules", {"title": "New", "after": None}),
        "adding an item": lambda: teacher.post(f"{module}/items", lesson),
        "changing an item": lambda: teacher.patch(item, {"version": 1, "source": "Longer than before, by far."}),
        "changing settings": lambda: teacher.patch(path, {"version": page.version + 1, "summary": "New"}),
        "copying": lambda: teacher.post(f"{path}/copies", {}),
        "deleting": lambda: teacher.delete(module),
        "restoring": lambda: teacher.post(f"{module}/restoration"),
    }.items():
        statements.clear()
        answer: Any = await ask()  # type: ignore[no-untyped-call]
        assert getattr(answer, "status_code", 200) in (200, 201, 204), (name, answer.text)
        counts[name] = len(statements)
    return counts


async def test_a_course_has_at_most_two_hundred_modules(banyan: Banyan, desk: Desk) -> None:
    async with banyan.kit.db.write() as tx:
        await courses.write_draft(tx, banyan.kit.cache, desk.id, [_module(0) for _ in range(MOST_MODULES)])
    answer = await desk.teacher.post(f"{desk.path}/modules", {"title": "Too much"})
    assert (answer.status_code, answer.json()["code"]) == (422, "course_too_large")
    # What went into the bin meanwhile cannot come back on top of it.
    assert (await desk.teacher.post(f"/modules/{desk.modules[0]}/restoration")).status_code == 422
    assert len((await desk.page()).outline.modules) == MOST_MODULES


def ids(outline: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": module["id"], "items": [item["id"] for item in module["items"]]} for module in outline["modules"]]


def _module(size: int) -> NewModule:
    items = [NewItem(id=new_id(), kind="lesson", title=f"Lesson {n}", source="Text.") for n in range(size)]
    return NewModule(id=new_id(), title="Module", items=items)
