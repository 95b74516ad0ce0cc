"""Tests as items of courses: in the outline that learners read, and in revisions."""

from typing import Any
from uuid import UUID

import pytest

from banyan import assessments, courses
from banyan.app import Banyan
from banyan.courses import NewItem
from banyan.courses.jobs import purge
from banyan.kit.problems import NotFound
from tests.assessments.scene import Desk, fixed, section
from tests.groups.scene import good, refused


@pytest.fixture
async def test(desk: Desk) -> dict[str, Any]:
    """A published test, in a course whose second revision has it."""
    published = await desk.published(section(fixed(await desk.bank.add())))
    good(await desk.bank.course.publish(), 201)
    return published


async def kinds(desk: Desk, course_id: str) -> list[str]:
    page = good(await desk.teacher.get(f"/courses/{course_id}?draft=true"))
    return [item["kind"] for module in page["outline"]["modules"] for item in module["items"]]


async def draft_kinds(desk: Desk) -> list[str]:
    return await kinds(desk, desk.bank.course.id)


async def test_learners_find_a_test_in_the_outline_and_its_page_leads_on(desk: Desk, test: dict[str, Any]) -> None:
    learner = await desk.learner()
    course = desk.bank.course
    page = good(await learner.get(course.path))
    [module] = page["outline"]["modules"]
    assert (module["items"][-1]["kind"], module["items"][-1]["id"]) == ("test", test["id"])
    item = good(await learner.get(f"{course.path}/items/{test['id']}"))
    assert (item["kind"], item["title"], item["html"], item["url"], item["file"]) == ("test", "Exam", "", None, None)
    assert item["previous"]["id"] == course.items[-1]
    assert (await desk.read({"id": item["id"]}, learner))["may_start"] is True


async def test_what_changed_since_a_revision_tells_of_tests_as_of_other_items(desk: Desk, test: dict[str, Any]) -> None:
    course = desk.bank.course
    another = await desk.begin(title="Retake")
    await desk.change(test, title="Midterm")
    changes = good(await desk.teacher.get(f"{course.path}/changes"))["items"]
    assert {(one["kind"], one["item_id"], one["title"]) for one in changes} == {
        ("renamed", test["id"], "Midterm"), ("added", another["id"], "Retake"),
    }  # fmt: skip
    good(await desk.teacher.delete(f"/items/{test['id']}"))
    changes = good(await desk.teacher.get(f"{course.path}/changes"))["items"]
    assert ("removed", test["id"]) in {(one["kind"], one["item_id"]) for one in changes}


async def test_going_back_to_a_revision_brings_its_tests_back(desk: Desk, test: dict[str, Any]) -> None:
    good(await desk.teacher.delete(f"/items/{test['id']}"))
    assert "test" not in await draft_kinds(desk)
    good(await desk.teacher.post(f"{desk.bank.course.path}/revisions/2/restoration"), 204)
    assert (await draft_kinds(desk)).count("test") == 1
    assert (await desk.read(test))["sections"] == test["sections"]


async def delete_for_good(banyan: Banyan, desk: Desk, path: str) -> None:
    good(await desk.teacher.delete(path))
    async with banyan.kit.db.write() as tx:
        for table in ("item", "course"):
            await tx.execute(
                f"update {table} set deleted_at = now() - interval '31 days' where deleted_at is not null"  # noqa: S608 -- ours
            )
    await purge.run(banyan.kit)


async def test_a_test_that_is_gone_for_good_does_not_come_back_as_an_empty_item(
    banyan: Banyan, desk: Desk, test: dict[str, Any]
) -> None:
    await delete_for_good(banyan, desk, f"/items/{test['id']}")
    before = await draft_kinds(desk)
    good(await desk.teacher.post(f"{desk.bank.course.path}/revisions/2/restoration"), 204)
    assert await draft_kinds(desk) == before
    with pytest.raises(NotFound):
        await assessments.head(banyan.kit, UUID(test["id"]))


async def test_a_course_takes_its_tests_with_it_for_good(banyan: Banyan, desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    question = await theirs.bank.add(category_id=shared["id"])
    test = await desk.published(section(fixed(question)))
    learner = await desk.learner()
    good(await desk.teacher.put(f"/tests/{test['id']}/accommodations/{learner.id}", {"extra_minutes": 5}))
    assert good(await theirs.teacher.get(f"/questions/{question['id']}"))["uses"] == 1
    await delete_for_good(banyan, desk, desk.bank.course.path)
    assert good(await theirs.teacher.get(f"/questions/{question['id']}"))["uses"] == 0
    left = await banyan.kit.db.read().one(
        int,
        """
        select (select count(*) from assessment) + (select count(*) from assessment_revision)
             + (select count(*) from accommodation)
        """,
    )
    assert left == 0


async def test_a_draft_that_is_written_as_a_whole_keeps_tests_and_makes_none(
    banyan: Banyan, desk: Desk, test: dict[str, Any]
) -> None:
    course_id = UUID(desk.bank.course.id)
    draft = await courses.draft(banyan.kit.db.read(), course_id)
    [module] = draft.modules
    kept = [NewItem(id=item.id, kind=item.kind, title=item.title, source=item.source) for item in module.items]
    made_up = NewItem(id=course_id, kind="test", title="Out of nothing")
    async with banyan.kit.db.write() as tx:
        whole = courses.NewModule(id=module.id, title=module.title, items=[*kept, made_up])
        await courses.write_draft(tx, banyan.kit.cache, course_id, [whole])
    assert await draft_kinds(desk) == ["lesson", "lesson", "test"]
    assert refused(await desk.teacher.get(f"/tests/{course_id}")) == (404, "not_found")


async def test_the_order_of_a_course_has_tests_in_it(desk: Desk, test: dict[str, Any]) -> None:
    path = f"{desk.bank.course.path}?draft=true"
    page = good(await desk.teacher.get(path))
    [module] = page["outline"]["modules"]
    first = [test["id"], *desk.bank.course.items]
    wanted = {"version": page["version"], "modules": [{"id": module["id"], "items": first}]}
    good(await desk.teacher.put(f"{desk.bank.course.path}/outline", wanted))
    assert await draft_kinds(desk) == ["test", "lesson", "lesson"]
    assert [line["id"] for line in good(await desk.teacher.get(desk.path))["items"]] == [test["id"]]
