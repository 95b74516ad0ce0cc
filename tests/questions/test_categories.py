"""The categories of a bank: a tree, of which parts are shared with the school's teachers."""

import asyncio
from typing import Any

import pytest

from banyan.kit.ids import new_id
from tests.groups.scene import good, refused
from tests.questions.scene import Bank
from tests.story import School


@pytest.fixture
async def bank(school: School) -> Bank:
    return await Bank.set_up(school)


async def listed(bank: Bank) -> list[list[str]]:
    page = good(await bank.teacher.get(f"{bank.course.path}/question-categories"))
    assert page["next"] is None
    return [one["path"] for one in page["items"]]


async def change(bank: Bank, category: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"version": category["version"], **fields}
    changed: dict[str, Any] = good(await bank.teacher.patch(f"/question-categories/{category['id']}", body))
    return changed


async def test_categories_are_a_tree_in_order(bank: Bank) -> None:
    trees = await bank.category(" Trees ")
    herbs = await bank.category("Herbs")
    figs = await bank.category("Figs", parent_id=trees["id"])
    assert figs == {
        "id": figs["id"],
        "course_id": bank.course.id,
        "parent_id": trees["id"],
        "name": "Figs",
        "path": ["Trees", "Figs"],
        "shared": False,
        "position": 0,
        "questions": 0,
        "version": 1,
    }
    assert await listed(bank) == [["Trees"], ["Trees", "Figs"], ["Herbs"]]
    herbs = await change(bank, herbs, position=0)
    assert await listed(bank) == [["Herbs"], ["Trees"], ["Trees", "Figs"]]
    assert (herbs["position"], herbs["version"]) == (0, 2)
    moved = await change(bank, figs, parent_id=None, name="Figs and more", position=1)
    assert (moved["path"], moved["position"]) == (["Figs and more"], 1)
    assert await listed(bank) == [["Herbs"], ["Figs and more"], ["Trees"]]
    await change(bank, moved, parent_id=herbs["id"])
    assert await listed(bank) == [["Herbs"], ["Herbs", "Figs and more"], ["Trees"]]


async def test_a_change_of_an_old_version_is_refused(bank: Bank) -> None:
    trees = await bank.category()
    changed = await change(bank, trees, name="Shrubs")
    stale = await bank.teacher.patch(f"/question-categories/{trees['id']}", {"version": 1, "name": "Herbs"})
    assert refused(stale) == (409, "stale_edit")
    assert stale.json()["current"] == changed


async def test_a_category_is_in_one_of_its_own_course_and_not_in_itself(bank: Bank) -> None:
    trees = await bank.category()
    figs = await bank.category("Figs", parent_id=trees["id"])
    other = await Bank.set_up(bank.school, bank.teacher)
    foreign = await other.category()
    path = f"/question-categories/{trees['id']}"
    for inside in (trees, figs):
        answer = await bank.teacher.patch(path, {"version": 1, "parent_id": inside["id"]})
        assert refused(answer) == (422, "category_in_itself")
    for lost in (foreign["id"], str(new_id())):
        answer = await bank.teacher.patch(path, {"version": 1, "parent_id": lost})
        assert refused(answer) == (422, "no_such_category")
        answer = await bank.teacher.post(f"{bank.course.path}/question-categories", {"name": "x", "parent_id": lost})
        assert refused(answer) == (422, "no_such_category")
        answer = await bank.teacher.post(bank.path, {"body": {"kind": "true_false", "text": "?"}, "category_id": lost})
        assert refused(answer) == (422, "no_such_category")
        answer = await bank.teacher.patch(f"/questions/{(await bank.add())['id']}", {"version": 1, "category_id": lost})
        assert refused(answer) == (422, "no_such_category")


async def test_categories_are_at_most_ten_deep(bank: Bank) -> None:
    parent = await bank.category("1")
    top = parent
    for number in range(2, 11):
        parent = await bank.category(str(number), parent_id=parent["id"])
    deep = await bank.teacher.post(f"{bank.course.path}/question-categories", {"name": "11", "parent_id": parent["id"]})
    assert refused(deep) == (422, "category_in_itself")
    above = await bank.category("0")
    moved = await bank.teacher.patch(f"/question-categories/{top['id']}", {"version": 1, "parent_id": above["id"]})
    assert refused(moved) == (422, "category_in_itself")


async def test_two_who_move_categories_into_each_other_make_no_ring(bank: Bank) -> None:
    one, two = await bank.category("One"), await bank.category("Two")
    answers = await asyncio.gather(
        *(
            bank.teacher.patch(f"/question-categories/{moved['id']}", {"version": 1, "parent_id": into["id"]})
            for moved, into in ((one, two), (two, one))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert len(await listed(bank)) == 2


async def test_only_an_empty_category_is_deleted(bank: Bank) -> None:
    trees = await bank.category()
    path = f"/question-categories/{trees['id']}"
    figs = await bank.category("Figs", parent_id=trees["id"])
    assert refused(await bank.teacher.delete(path)) == (409, "category_in_use")
    good(await bank.teacher.delete(f"/question-categories/{figs['id']}"), 204)
    question = await bank.add(category_id=trees["id"])
    assert refused(await bank.teacher.delete(path)) == (409, "category_in_use")
    good(await bank.teacher.delete(f"/questions/{question['id']}"), 204)
    good(await bank.teacher.delete(path), 204)
    assert refused(await bank.teacher.delete(path)) == (404, "not_found")
    good(await bank.teacher.post(f"/questions/{question['id']}/restoration"), 204)
    assert good(await bank.teacher.get(f"/questions/{question['id']}"))["category"] is None


async def test_questions_move_between_categories_and_are_counted(bank: Bank) -> None:
    trees, herbs = await bank.category("Trees"), await bank.category("Herbs")
    question = await bank.add(category_id=trees["id"])
    moved = await bank.change(question, category_id=herbs["id"])
    assert moved["category"]["path"] == ["Herbs"]
    kept = await bank.change(moved, title="Other")
    assert kept["category"]["path"] == ["Herbs"]
    page = good(await bank.teacher.get(f"{bank.course.path}/question-categories"))
    assert [one["questions"] for one in page["items"]] == [0, 1]
    out = await bank.change(kept, category_id=None)
    assert out["category"] is None


async def test_what_is_shared_all_teachers_of_the_school_see_and_copy_but_none_change(
    bank: Bank, other_school: School
) -> None:
    trees = await bank.category("Trees")
    figs = await bank.category("Figs", parent_id=trees["id"])
    await bank.add(title="Secret")
    question = await bank.add(title="Known", category_id=figs["id"])
    colleague, learner = await bank.school.teacher(), await bank.school.learner()
    path = f"/questions/{question['id']}"
    assert refused(await colleague.get(path)) == (404, "not_found")
    await change(bank, trees, shared=True)
    theirs = await Bank.set_up(bank.school, colleague)
    assert await theirs.titles("?shared=true") == ["Known"]
    assert await theirs.titles("?shared=true&q=kno") == ["Known"]
    assert await theirs.titles(f"?shared=true&category={trees['id']}") == ["Known"]
    assert await theirs.titles() == []
    seen = good(await colleague.get(path))
    assert (seen["shared"], seen["category"]["path"]) == (True, ["Trees", "Figs"])
    good(await colleague.get(f"{path}/versions"))
    assert refused(await colleague.patch(path, {"version": 1, "title": "Mine"})) == (403, "forbidden")
    assert refused(await colleague.delete(path)) == (403, "forbidden")
    body = {"version": 2, "shared": False}
    assert refused(await colleague.patch(f"/question-categories/{trees['id']}", body)) == (403, "forbidden")
    good(await colleague.post(f"{path}/copies", {"course_id": theirs.course.id}), 201)
    assert await theirs.titles() == ["Known"]
    assert refused(await colleague.post(f"{path}/copies", {"course_id": bank.course.id})) == (403, "forbidden")
    assert refused(await learner.get(path)) == (404, "not_found")
    for stranger in (await other_school.teacher(), await other_school.admin()):
        assert refused(await stranger.get(path)) == (404, "not_found")
        elsewhere = await Bank.set_up(other_school, stranger)
        assert await elsewhere.titles("?shared=true") == []
    new = await bank.category("Oaks", parent_id=trees["id"])
    assert new["shared"] is True
    now = good(await bank.teacher.get(f"{bank.course.path}/question-categories"))["items"]
    await change(bank, now[0], shared=False)
    assert refused(await colleague.get(path)) == (404, "not_found")
    assert await theirs.titles("?shared=true") == []
    noted = good(await bank.teacher.get(f"{bank.course.path}/audit"))["items"]
    assert [one["action"] for one in noted[:3]] == [
        "questions.category_unshared", "questions.category_shared", "questions.category_shared",
    ]  # fmt: skip


async def test_what_a_deleted_course_shared_is_gone(bank: Bank) -> None:
    trees = await bank.category(shared=True)
    await bank.add(title="Known", category_id=trees["id"])
    theirs = await Bank.set_up(bank.school)
    assert await theirs.titles("?shared=true") == ["Known"]
    good(await bank.teacher.delete(bank.course.path), 204)
    assert await theirs.titles("?shared=true") == []


async def test_an_assistant_who_is_no_teacher_sees_the_bank_but_not_what_teachers_share(bank: Bank) -> None:
    person = await bank.school.learner()
    good(await bank.teacher.put(f"{bank.course.path}/staff/{person.id}", {"role": "assistant"}))
    await bank.add(title="Known", category_id=(await bank.category(shared=True))["id"])
    assert await bank.titles("", person) == ["Known"]
    assert refused(await person.get(f"{bank.path}?shared=true")) == (403, "forbidden")
    assert refused(await person.get(f"{bank.path}?shared=true&q=x")) == (403, "forbidden")


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": ""}, {"name": "a\x00"}, {"shared": None}, {"position": -1}])
async def test_an_odd_category_is_refused(bank: Bank, fields: dict[str, Any]) -> None:
    trees = await bank.category()
    changed = await bank.teacher.patch(f"/question-categories/{trees['id']}", {"version": 1, **fields})
    assert refused(changed) == (400, "malformed")
    added = await bank.teacher.post(f"{bank.course.path}/question-categories", {"name": "x", **fields})
    assert refused(added) == (400, "malformed")


async def test_categories_cost_the_same_for_2_and_50(bank: Bank, statements: list[str]) -> None:
    costs, made = [], 0
    for size in (2, 50):
        for number in range(made, size):
            last = await bank.category(str(number))
        made = size
        await listed(bank)
        statements.clear()
        assert len(await listed(bank)) == size
        listing = len(statements)
        last = await change(bank, last, position=0, shared=True)
        costs.append((listing, len(statements) - listing))
    assert costs[0] == costs[1]
    assert costs[0][0] == 1
