"""Copies of courses, with their tests and banks."""

from typing import Any
from uuid import UUID

import pytest

from banyan.app import Banyan
from tests.assessments.scene import Desk, draw, fixed, section
from tests.groups.scene import good, refused
from tests.questions.scene import BODIES
from tests.story import Person

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle cx="2" cy="2" r="2"/></svg>'


async def file_in(desk: Desk, name: str) -> dict[str, Any]:
    path = f"/files?course={desk.bank.course.id}&name={name}"
    sent: dict[str, Any] = good(await desk.teacher.client.post(path, content=SVG), 201)
    return sent


async def copied(desk: Desk) -> dict[str, Any]:
    course: dict[str, Any] = good(await desk.teacher.post(f"{desk.bank.course.path}/copies", {}), 201)
    return course


async def drafts_in(desk: Desk, course: dict[str, Any]) -> list[dict[str, Any]]:
    lines = good(await desk.teacher.get(f"/courses/{course['id']}/tests"))["items"]
    return [await desk.read(line) for line in lines]


async def questions_of(desk: Desk, course: dict[str, Any], query: str = "") -> dict[str, dict[str, Any]]:
    page = good(await desk.teacher.get(f"/courses/{course['id']}/questions{query}"))
    return {one["title"]: one for one in page["items"]}


def asked(test: dict[str, Any]) -> set[str]:
    return {one["id"] for one in test["questions"]}


async def test_a_copy_of_a_course_has_its_tests_with_questions_of_its_own(desk: Desk) -> None:
    roots = await desk.bank.category("Roots", shared=True)
    below = await desk.bank.category("Deep", parent_id=roots["id"])
    one = await desk.bank.add(title="One", category_id=below["id"], tags=["a"], difficulty="hard", code="Q1", points=3)
    await desk.bank.add("true_false", title="Drawn", category_id=below["id"])
    settings = {"time_limit_seconds": 600, "access_code": "TREES", "opens_at": "2030-01-01T00:00:00Z"}
    test = await desk.published(section(fixed(one), draw(1, category_id=roots["id"])), settings=settings)
    copy = await copied(desk)

    [again] = await drafts_in(desk, copy)
    assert again["id"] != test["id"]
    assert (again["title"], again["settings"], again["revision"]) == ("Exam", test["settings"], None)
    mine = await questions_of(desk, copy)
    assert set(mine) == {"One", "Drawn"}
    assert asked(again) == {mine["One"]["id"]} != asked(test)
    assert again["drawable"] == test["drawable"] == [{"entry_id": "draw", "available": 1, "gives": 1}]
    kept = good(await desk.teacher.get(f"/questions/{mine['One']['id']}"))
    for field in ("body", "points", "penalty", "difficulty", "tags", "code", "kind", "version"):
        assert kept[field] == one[field], field
    assert kept["category"]["path"] == ["Roots", "Deep"]
    assert kept["category"]["id"] != below["id"]
    categories = good(await desk.teacher.get(f"/courses/{copy['id']}/question-categories"))["items"]
    # What is shared would be there twice for all teachers of the school.
    assert [(row["path"], row["shared"]) for row in categories] == [(["Roots"], False), (["Roots", "Deep"], False)]
    good(await desk.teacher.post(f"/tests/{again['id']}/revisions", {}), 201)
    assert (await desk.read(test))["sections"] == test["sections"]


async def test_a_copy_takes_along_the_versions_and_archived_questions_that_tests_name(desk: Desk) -> None:
    pinned = await desk.bank.add(title="Pinned")
    newer = await desk.bank.change(pinned, title="Newer")
    gone, unused = await desk.bank.add(title="Gone"), await desk.bank.add(title="Unused")
    test = await desk.begin(section(fixed(pinned, version=1), fixed(gone, version=1)))
    for question in (gone, unused):
        good(await desk.teacher.delete(f"/questions/{question['id']}"), 204)
    copy = await copied(desk)
    [again] = await drafts_in(desk, copy)
    assert [(one["title"], one["version"], one["archived"]) for one in again["questions"]] == [
        (one["title"], one["version"], one["archived"]) for one in test["questions"][:1]
    ] + [("Gone", 1, True)]
    mine = await questions_of(desk, copy)
    assert set(mine) == {"Newer"}
    assert mine["Newer"]["version"] == newer["version"] == 2
    changed = await desk.bank.change(mine["Newer"], title="Newest")
    versions = good(await desk.teacher.get(f"/questions/{changed['id']}/versions"))["items"]
    assert [one["number"] for one in versions] == [3, 2, 1]
    assert set(await questions_of(desk, copy, "?archived=true")) == {"Gone"}


async def test_a_copy_shows_files_of_its_own_in_questions_and_tests(banyan: Banyan, desk: Desk) -> None:
    leaf, bark, unused = [await file_in(desk, name) for name in ("leaf.svg", "bark.svg", "unused.svg")]
    choice = {**BODIES["true_false"], "kind": "true_false", "text": f"![A leaf]({leaf['url']})"}
    question = await desk.bank.add("true_false", title="Leaf", body=choice)
    lesson = desk.bank.course.items[0]
    test = await desk.begin(
        section(fixed(question), text=f"![Bark]({bark['url']})"),
        settings={"description": f"![Leaf]({leaf['url']}) [Read](item:{lesson})"},
    )
    text = f"[The exam](item:{test['id']})"
    page = good(await desk.teacher.get(f"{desk.bank.course.path}/items/{lesson}?draft=true"))
    good(await desk.teacher.patch(f"/items/{lesson}", {"version": page["version"], "source": text}))
    copy = await copied(desk)
    names = await banyan.kit.db.read().all(
        str, "select name from file where course_id = $1 order by name", UUID(copy["id"])
    )
    assert names == ["bark.svg", "leaf.svg"]
    [again] = await drafts_in(desk, copy)
    mine = good(await desk.teacher.get(f"/questions/{next(iter(asked(again)))}"))
    for told in (mine["body"]["text"], again["settings"]["description"], again["sections"][0]["text"]):
        assert leaf["id"] not in told
        assert bark["id"] not in told
    shown = mine["body"]["text"].split("(")[1].rstrip(")")
    assert (await desk.teacher.get(shown.removeprefix("/api/v1"))).content == SVG
    items = [item for module in copy["outline"]["modules"] for item in module["items"]]
    assert f"item:{items[0]['id']}" in again["settings"]["description"]
    page = good(await desk.teacher.get(f"/courses/{copy['id']}/items/{items[0]['id']}?draft=true"))
    assert page["source"] == f"[The exam](item:{again['id']})"
    assert unused["id"] not in str(again)


async def test_a_copy_goes_on_using_what_other_courses_share(desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    question = await theirs.bank.add(category_id=shared["id"])
    test = await desk.begin(section(fixed(question), draw(1, category_id=shared["id"])))
    [again] = await drafts_in(desk, await copied(desk))
    assert again["sections"] == test["sections"]


async def test_a_copy_leaves_deleted_tests_and_everything_of_learners_behind(desk: Desk) -> None:
    question = await desk.bank.add()
    gone = await desk.begin(section(fixed(question)), title="Gone")
    test = await desk.published(section(fixed(question)))
    learner = await desk.learner()
    good(await desk.teacher.put(f"/tests/{test['id']}/accommodations/{learner.id}", {"extra_minutes": 5}))
    good(await desk.teacher.delete(f"/items/{gone['id']}"), 204)
    [again] = await drafts_in(desk, await copied(desk))
    assert again["title"] == "Exam"
    assert good(await desk.teacher.get(f"/tests/{again['id']}/accommodations"))["items"] == []


@pytest.fixture
async def assistant(desk: Desk) -> Person:
    return await desk.bank.staff("assistant")


async def test_a_teacher_who_assists_copies_tests_too(desk: Desk, assistant: Person) -> None:
    await desk.begin(section(fixed(await desk.bank.add())))
    copy = good(await assistant.post(f"{desk.bank.course.path}/copies", {}), 201)
    [line] = good(await assistant.get(f"/courses/{copy['id']}/tests"))["items"]
    assert good(await assistant.get(f"/tests/{line['id']}"))["questions"]


async def test_a_copy_of_a_test_stands_behind_it_and_asks_the_same(desk: Desk) -> None:
    await desk.bank.add("true_false")
    entries = section(fixed(await desk.bank.add(), points=3), draw(1))
    test = await desk.published(entries, settings={"access_code": "TREES", "attempts": 3})
    await desk.begin(title="Last")
    learner = await desk.learner()
    good(await desk.teacher.put(f"/tests/{test['id']}/accommodations/{learner.id}", {"extra_minutes": 5}))
    copy = good(await desk.teacher.post(f"/tests/{test['id']}/copies", {}), 201)
    assert (copy["title"], copy["revision"], copy["version"]) == ("Exam (copy)", None, 1)
    for field in ("settings", "sections", "questions", "drawable"):
        assert copy[field] == test[field], field
    lines = good(await desk.teacher.get(desk.path))["items"]
    assert [line["title"] for line in lines] == ["Exam", "Exam (copy)", "Last"]
    assert refused(await learner.get(f"/tests/{copy['id']}")) == (404, "not_found")
    await desk.publish(copy)
    seen = await desk.read(copy, learner)
    assert (seen["attempts_left"], seen["needs_code"]) == (3, True)
    assert good(await desk.teacher.get(f"/tests/{copy['id']}/accommodations"))["items"] == []
    named = good(await desk.teacher.post(f"/tests/{test['id']}/copies", {"title": "Retake"}), 201)
    assert named["title"] == "Retake"
    [deed, *_] = good(await desk.teacher.get(f"{desk.bank.course.path}/audit?action=assessments.created"))["items"]
    assert (deed["subject"], deed["details"]) == (f"test:{named['id']}", {"title": "Retake"})


async def test_whoever_does_not_write_a_test_copies_none(desk: Desk, assistant: Person) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    learner = await desk.learner()
    path = f"/tests/{test['id']}/copies"
    assert refused(await assistant.post(path, {})) == (403, "forbidden")
    assert refused(await learner.post(path, {})) == (403, "forbidden")
    assert refused(await (await desk.bank.school.learner()).post(path, {})) == (404, "not_found")
    good(await desk.teacher.delete(f"/items/{test['id']}"), 204)
    assert refused(await desk.teacher.post(path, {})) == (404, "not_found")
