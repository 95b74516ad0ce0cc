"""What has changed since a revision, before it is published."""

from typing import Any
from uuid import UUID

from banyan import revisions
from tests.revisions import desk
from tests.story import Course, School, published_course


async def _changes(course: Course, revision: int | None = None) -> dict[str, Any]:
    answer = await course.teacher.get(f"{course.path}/changes", params={"revision": revision} if revision else {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _count(school: School, course: Course) -> int:
    return await revisions.draft_changes(school.banyan.kit.db.read(), UUID(course.id))


async def test_nothing_has_changed_right_after_publishing(school: School) -> None:
    course = await published_course(await school.teacher(), modules=2)
    assert await _changes(course) == {"since": 1, "items": []}
    assert await _count(school, course) == 0


async def test_before_the_first_publication_everything_is_added(school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    changes = await _changes(course)
    assert changes["since"] is None
    assert [(change["kind"], change["title"]) for change in changes["items"]] == [
        ("added", "Module 1"), ("added", "Lesson 1.1"), ("added", "Lesson 1.2"),
    ]  # fmt: skip
    assert await _count(school, course) == 3


async def test_a_changed_lesson_shows_its_text_before_and_after(school: School) -> None:
    course = await published_course(await school.teacher(), source="Old text.")
    await desk.edit(course, course.items[0], source="New text.", due_at="2026-09-01T12:00:00Z")
    [change] = (await _changes(course))["items"]
    assert change == {
        "kind": "changed", "item_id": course.items[0], "module_id": course.modules[0], "title": "Lesson 1.1",
        "before": {"source": "Old text.", "due_at": None},
        "after": {"source": "New text.", "due_at": "2026-09-01T12:00:00Z"},
    }  # fmt: skip
    assert await _count(school, course) == 1


async def test_a_changed_link_shows_its_address(school: School) -> None:
    course = await published_course(await school.teacher(), kind="link", url="https://example.org/old", source="")
    await desk.edit(course, course.items[1], url="https://example.org/new")
    [change] = (await _changes(course))["items"]
    assert change["before"] == {"url": "https://example.org/old"}
    assert change["after"] == {"url": "https://example.org/new"}


async def test_renaming_and_moving_are_told_apart_from_changing(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=2, modules=2)
    first, second, third, fourth = course.items
    await desk.edit(course, first, title="Introduction")
    await desk.rename_module(course, course.modules[1], "Part two")
    await desk.arrange(course, (course.modules[0], [first]), (course.modules[1], [third, fourth, second]))
    changes = (await _changes(course))["items"]
    assert [(change["kind"], change["item_id"], change["before"], change["after"]) for change in changes] == [
        ("renamed", first, {"title": "Lesson 1.1"}, {"title": "Introduction"}),
        ("renamed", None, {"title": "Module 2"}, {"title": "Part two"}),
        ("moved", second, {"module": "Module 1", "module_id": course.modules[0], "position": 2},
         {"module": "Part two", "module_id": course.modules[1], "position": 3}),
    ]  # fmt: skip
    assert await _count(school, course) == 3


async def test_what_is_deleted_is_removed_and_what_is_new_is_added(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=1, modules=2)
    await course.teacher.delete(f"/items/{course.items[0]}")
    await course.teacher.delete(f"/modules/{course.modules[1]}")
    added = await course.teacher.post(
        f"/modules/{course.modules[0]}/items", {"kind": "lesson", "title": "New", "source": "New."}
    )
    changes = (await _changes(course))["items"]
    assert [(change["kind"], change["item_id"], change["title"]) for change in changes] == [
        ("added", added.json()["id"], "New"),
        ("removed", course.items[0], "Lesson 1.1"),
        ("removed", course.items[1], "Lesson 2.1"),
        ("removed", None, "Module 2"),
    ]


async def test_settings_are_one_change_with_all_that_differs(school: School) -> None:
    course = await published_course(await school.teacher())
    await desk.change(course, title="Bushes", difficulty="advanced", places=3)
    [change] = (await _changes(course))["items"]
    assert (change["kind"], change["item_id"], change["module_id"]) == ("settings", None, None)
    assert change["before"] == {"title": "Trees", "difficulty": None}
    assert change["after"] == {"title": "Bushes", "difficulty": "advanced"}


async def test_an_edit_and_its_undoing_is_no_change(school: School) -> None:
    course = await published_course(await school.teacher(), source="Text.")
    await desk.edit(course, course.items[0], source="Other.", title="Other")
    await desk.edit(course, course.items[0], source="Text.", title="Lesson 1.1")
    assert (await _changes(course))["items"] == []
    assert await _count(school, course) == 0


async def test_the_draft_is_compared_with_any_revision(school: School) -> None:
    course = await published_course(await school.teacher(), source="One.")
    await desk.edit(course, course.items[0], source="Two.")
    await course.publish()
    await desk.edit(course, course.items[0], source="Three.")
    for revision, before in ((1, "One."), (2, "Two."), (None, "Two.")):
        changes = await _changes(course, revision)
        assert changes["since"] == revision or 2
        assert [change["before"] for change in changes["items"]] == [{"source": before}]


async def test_texts_are_left_out_of_an_answer_that_would_be_too_long(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=3, source="a " * 70_000)
    for item in course.items:
        await desk.edit(course, item, source="b " * 70_000)
    changes = (await _changes(course))["items"]
    assert [change["kind"] for change in changes] == ["changed"] * 3
    assert [("source" in change["before"], "source" in change["after"]) for change in changes] == [
        (True, True), (False, False), (False, False),
    ]  # fmt: skip


async def test_changes_cost_the_same_number_of_statements_for_2_items_and_40(
    school: School, statements: list[str]
) -> None:
    counts = []
    for lessons in (2, 40):
        course = await published_course(await school.teacher(), lessons=lessons)
        for item in course.items:
            await desk.edit(course, item, source="Changed.")
        await _changes(course)
        statements.clear()
        await _changes(course)
        counts.append(len(statements))
        statements.clear()
        await _count(school, course)
        counts.append(len(statements))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 6
    assert counts[1] == 4
