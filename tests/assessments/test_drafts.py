"""Writing tests: beginning them as items of a course, and changing them."""

from typing import Any

import pytest

from banyan.kit.ids import new_id
from tests.assessments.scene import Desk, draw, fixed, section
from tests.groups.scene import good, refused
from tests.story import School


async def outline(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    page = good(await desk.teacher.get(f"{desk.bank.course.path}?draft=true"))
    modules = page["outline"]["modules"]
    return [(one["title"], [(item["kind"], item["id"]) for item in one["items"]]) for one in modules]


def pointers(answer: Any) -> list[str]:
    assert refused(answer) == (422, "unfit_test"), answer.text
    return [error["pointer"] for error in answer.json()["errors"]]


async def test_a_test_begins_as_the_last_item_of_the_last_module(desk: Desk) -> None:
    question = await desk.bank.add("true_false", points=3)
    test = await desk.begin(section(fixed(question), draw(1)), settings={"time_limit_seconds": 600})
    assert (await outline(desk))[-1][1][-1] == ("test", test["id"])
    assert (test["title"], test["version"], test["revision"], test["differs"]) == ("Exam", 1, None, True)
    assert test["settings"]["time_limit_seconds"] == 600
    assert test["settings"]["attempts"] == 1
    [asked] = test["questions"]
    assert asked == {
        "id": question["id"], "title": question["title"], "kind": "true_false", "points": 3, "version": 1,
        "archived": False,
    }  # fmt: skip
    assert test["drawable"] == [{"entry_id": "draw", "available": 0, "gives": 0}]
    assert await desk.read(test) == test


async def test_a_test_goes_into_the_module_that_was_named(desk: Desk) -> None:
    other = good(await desk.teacher.post(f"{desk.bank.course.path}/modules", {"title": "Later"}), 201)
    first = desk.bank.course.modules[0]
    test = await desk.begin(module_id=first)
    assert (await outline(desk))[0][1][-1] == ("test", test["id"])
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "module_id": str(new_id())})
    assert refused(answer) == (422, "no_such_neighbour")
    good(await desk.teacher.delete(f"/modules/{other['id']}"))
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "module_id": other["id"]})
    assert refused(answer) == (422, "no_such_neighbour")


@pytest.mark.parametrize(("language", "called"), [("en", "Tests"), ("ar", "الاختبارات"), ("de-AT", "Tests")])
async def test_a_course_without_modules_gets_one_in_its_language(school: School, language: str, called: str) -> None:
    teacher = await school.teacher()
    course = good(await teacher.post("/courses", {"title": "Empty", "language": language}), 201)
    test = good(await teacher.post(f"/courses/{course['id']}/tests", {"title": "Exam"}), 201)
    page = good(await teacher.get(f"/courses/{course['id']}?draft=true"))
    [module] = page["outline"]["modules"]
    assert (module["title"], [item["id"] for item in module["items"]]) == (called, [test["id"]])


async def test_a_change_counts_the_version_up_and_a_stale_one_is_told_how_it_is(desk: Desk) -> None:
    test = await desk.begin()
    changed = await desk.change(test, settings={"attempts": None, "page": "one"})
    assert (changed["version"], changed["settings"]["attempts"], changed["title"]) == (2, None, "Exam")
    late = await desk.teacher.patch(f"/tests/{test['id']}", {"version": 1, "title": "Mine"})
    assert refused(late) == (409, "stale_edit")
    assert late.json()["current"] == changed


async def test_the_title_is_the_item_s_wherever_it_is_changed(desk: Desk) -> None:
    test = await desk.begin()
    changed = await desk.change(test, title="Midterm")
    address = f"{desk.bank.course.path}/items/{test['id']}?draft=true"
    item = good(await desk.teacher.get(address))
    assert (changed["title"], item["title"], item["kind"]) == ("Midterm", "Midterm", "test")
    good(await desk.teacher.patch(f"/items/{test['id']}", {"version": item["version"], "title": "Final"}))
    assert (await desk.read(test))["title"] == "Final"


@pytest.mark.parametrize(
    "content", [{"source": "Text"}, {"url": "https://example.org"}, {"release_at": "2030-01-01T00:00:00Z"}]
)
async def test_the_item_of_a_test_has_nothing_but_its_title(desk: Desk, content: dict[str, str]) -> None:
    test = await desk.begin()
    item = good(await desk.teacher.get(f"{desk.bank.course.path}/items/{test['id']}?draft=true"))
    answer = await desk.teacher.patch(f"/items/{test['id']}", {"version": item["version"], **content})
    assert refused(answer) == (422, "unfit_content")


async def test_a_test_is_not_made_as_other_items_are(desk: Desk) -> None:
    module = desk.bank.course.modules[0]
    answer = await desk.teacher.post(f"/modules/{module}/items", {"kind": "test", "title": "Exam"})
    assert refused(answer) == (400, "malformed")


async def test_an_entry_is_a_question_or_a_draw(desk: Desk) -> None:
    question = await desk.bank.add()
    both = {**fixed(question), "id": "both", "draw": {"count": 1}}
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "sections": [section({"id": "none"}, both)]})
    assert pointers(answer) == ["/sections/0/entries/0", "/sections/0/entries/1"]
    pinned = {**draw(1), "version": 1}
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "sections": [section(pinned)]})
    assert pointers(answer) == ["/sections/0/entries/0/version"]


async def test_no_id_and_no_question_is_there_twice(desk: Desk) -> None:
    question, another = await desk.bank.add(), await desk.bank.add()
    again = {**fixed(question), "id": "again"}
    twice = {**fixed(another), "id": "again"}
    sections = [section(fixed(question), again), section(twice)]
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "sections": sections})
    assert set(pointers(answer)) == {
        "/sections/1/id", "/sections/0/entries/1/question_id", "/sections/1/entries/0/id",
    }  # fmt: skip


async def test_a_question_is_the_course_s_or_shared_and_has_this_version(desk: Desk, other_school: School) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    foreign = await theirs.bank.add()
    open_to_all = await theirs.bank.category("Open", shared=True)
    shared = await theirs.bank.add(category_id=open_to_all["id"])
    elsewhere = await (await Desk.set_up(other_school)).bank.add()
    own = await desk.bank.add()
    unknown = {"id": "x", "question_id": str(new_id())}
    entries = [fixed(shared), fixed(foreign), fixed(elsewhere), fixed(own, version=2), unknown]
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "sections": [section(*entries)]})
    assert pointers(answer) == [f"/sections/0/entries/{number}/question_id" for number in (1, 2, 3, 4)]
    test = await desk.begin(section(fixed(shared), fixed(own, version=1)))
    assert {one["id"] for one in test["questions"]} == {shared["id"], own["id"]}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"opens_at": "2030-01-02T00:00:00Z", "closes_at": "2030-01-01T00:00:00Z"}, "/settings/closes_at"),
        ({"opens_at": "2030-01-01T00:00:00Z", "closes_at": "2030-01-01T00:00:00Z"}, "/settings/closes_at"),
        ({"opens_at": "0001-01-01T00:00:00Z"}, "/settings/opens_at"),
        ({"closes_at": "9999-12-31T23:59:59Z"}, "/settings/closes_at"),
    ],
)
async def test_a_test_opens_before_it_closes_in_years_that_clocks_know(
    desk: Desk, wrong: dict[str, str], pointer: str
) -> None:
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "settings": wrong})
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_code": "abc"},
        {"access_code": "with space"},
        {"attempts": 0},
        {"time_limit_seconds": 1},
        {"pass_percent": 101},
        {"opens_at": "2030-01-01T00:00:00"},
        {"counts": "worst"},
        {"unheard_of": True},
    ],
)
async def test_settings_of_the_wrong_shape_are_refused_with_their_place(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "settings": wrong})
    assert refused(answer) == (400, "malformed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/settings/{next(iter(wrong))}"]


@pytest.mark.parametrize("entry", [{"points": -1}, {"points": 1001}, {"draw": {"count": 0}}, {"version": 0}])
async def test_entries_of_the_wrong_shape_are_refused(desk: Desk, entry: dict[str, Any]) -> None:
    sections = [section({"id": "a", "question_id": str(new_id()), **entry})]
    answer = await desk.teacher.post(desk.path, {"title": "Exam", "sections": sections})
    assert refused(answer) == (400, "malformed")
    assert answer.json()["errors"][0]["pointer"].startswith("/sections/0/entries/0/")


async def test_what_is_not_sent_is_not_held_against_a_change(desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    question = await theirs.bank.add(category_id=shared["id"])
    test = await desk.begin(section(fixed(question)))
    path = f"/question-categories/{shared['id']}"
    good(await theirs.teacher.patch(path, {"version": shared["version"], "shared": False}))
    changed = await desk.change(test, settings={"page": "one"})
    assert changed["questions"] == []
    answer = await desk.teacher.patch(
        f"/tests/{test['id']}", {"version": changed["version"], "sections": changed["sections"]}
    )
    assert pointers(answer) == ["/sections/0/entries/0/question_id"]


async def test_two_who_change_a_test_at_once_do_not_undo_each_other(desk: Desk) -> None:
    test = await desk.begin()
    other = await desk.bank.staff("teacher")
    mine = await desk.change(test, settings={"shuffle": True})
    theirs = await other.patch(f"/tests/{test['id']}", {"version": test["version"], "settings": {}})
    assert refused(theirs) == (409, "stale_edit")
    assert (await desk.read(test)) == mine


async def test_reading_a_draft_costs_the_same_for_2_questions_and_20(desk: Desk, statements: list[str]) -> None:
    questions = [await desk.bank.add("true_false") for _ in range(20)]
    few = await desk.begin(section(*map(fixed, questions[:2]), draw(1)))
    many = await desk.begin(section(*map(fixed, questions), draw(1)))
    costs = []
    for test in (few, many, few, many):
        statements.clear()
        await desk.read(test)
        costs.append(len(statements))
    assert costs[2] == costs[3] <= 4
