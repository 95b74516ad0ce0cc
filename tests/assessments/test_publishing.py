"""Publishing: revisions that never change, of drafts that can be taken."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest

from banyan import assessments, questions
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound
from tests.assessments.scene import Desk, draw, fixed, section
from tests.groups.scene import good, refused
from tests.security.stage import send


def told(answer: Any) -> list[tuple[str, str]]:
    assert refused(answer) == (422, "unfit_test"), answer.text
    return [(error["pointer"], error["detail"]) for error in answer.json()["errors"]]


def ids(*made: dict[str, Any]) -> list[UUID]:
    return [UUID(one["id"]) for one in made]


async def try_to_publish(desk: Desk, test: dict[str, Any]) -> Any:
    return await desk.teacher.post(f"/tests/{test['id']}/revisions", {})


async def test_a_revision_has_every_question_as_it_is_shown_and_graded(banyan: Banyan, desk: Desk) -> None:
    first, second = await desk.bank.add("single_choice", points=2), await desk.bank.add("cloze")
    part = section(fixed(first), fixed(second, points=5), text="*Think* first.", shuffle=True)
    settings = {"description": "Some **words**.", "time_limit_seconds": 90}
    test = await desk.begin(part, settings=settings)
    revision = await desk.publish(test, note="The first.")
    assert (revision["number"], revision["note"], revision["title"], revision["questions"]) == (
        1,
        "The first.",
        "Exam",
        2,
    )
    assert revision["author"]["id"] == str(desk.teacher.id)
    taken = await assessments.published(banyan.kit, UUID(test["id"]))
    assert (taken.revision, taken.title, taken.size, taken.points) == (1, "Exam", 2, 7)
    assert taken.settings.time_limit_seconds == 90
    assert "<strong>words</strong>" in taken.html
    [shown] = taken.sections
    assert (shown.id, shown.title, shown.shuffle, "<em>Think</em>" in shown.html) == ("one", "First part", True, True)
    assert list(taken.questions) == ids(first, second)
    asked = taken.questions[UUID(first["id"])]
    assert (asked.version, asked.title, asked.points) == (1, first["title"], 2)
    assert msgspec.to_builtins(asked.body) == first["body"]
    seen = msgspec.json.decode(questions.show(asked.prepared, 7))
    assert (seen["id"], seen["points"], "<em>poppy</em>" in seen["html"]) == (first["id"], 2, True)
    assert b"Well seen" not in msgspec.json.encode(seen)
    assert any("Well seen." in html for html in asked.key.html.values())
    [layout] = assessments.layout(taken, 7)
    assert set(layout.questions) == set(ids(first, second))


async def test_what_changes_later_does_not_change_a_revision(banyan: Banyan, desk: Desk) -> None:
    question = await desk.bank.add("true_false")
    test = await desk.published(section(fixed(question)))
    before = await assessments.published(banyan.kit, UUID(test["id"]))
    await desk.bank.change(question, body={"kind": "true_false", "text": "Another one.", "answer": False})
    assert (await desk.read(test))["differs"] is True
    banyan.kit.cache.clear()
    assert await assessments.published(banyan.kit, UUID(test["id"])) == before
    await desk.publish(test)
    after = await assessments.published(banyan.kit, UUID(test["id"]))
    assert (after.revision, after.questions[UUID(question["id"])].version) == (2, 2)
    assert await assessments.revision_of(banyan.kit, UUID(test["id"]), 1) == before
    assert (await desk.read(test))["differs"] is False


async def test_a_question_at_a_version_stays_at_it(banyan: Banyan, desk: Desk) -> None:
    question = await desk.bank.add("true_false")
    test = await desk.published(section(fixed(question, version=1)))
    await desk.bank.change(question, body={"kind": "true_false", "text": "Another one.", "answer": False})
    assert (await desk.read(test))["differs"] is False
    await desk.change(await desk.read(test), title="Again")
    await desk.publish(test)
    taken = await assessments.published(banyan.kit, UUID(test["id"]))
    assert (taken.title, taken.questions[UUID(question["id"])].version) == ("Again", 1)


@pytest.mark.parametrize(
    "change",
    [{"title": "Other"}, {"settings": {"shuffle": True}}, {"settings": {"access_code": "OPEN-UP"}}, {"sections": []}],
)
async def test_a_draft_differs_once_it_was_changed_and_not_when_it_was_changed_back(
    desk: Desk, change: dict[str, Any]
) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    assert test["differs"] is False
    changed = await desk.change(test, **change)
    assert changed["differs"] is True
    back = {name: test[name] for name in change}
    assert (await desk.change(changed, **back))["differs"] is False


async def test_what_learners_take_already_is_not_published_again(desk: Desk) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    assert refused(await try_to_publish(desk, test)) == (409, "test_unchanged")
    assert len(good(await desk.teacher.get(f"/tests/{test['id']}/revisions"))["items"]) == 1


async def test_a_test_without_questions_is_not_published(desk: Desk) -> None:
    test = await desk.begin(section())
    assert refused(await try_to_publish(desk, test)) == (422, "nothing_to_ask")


async def test_a_draw_that_asks_for_more_than_there_are_is_told_with_its_place(desk: Desk) -> None:
    trees = await desk.bank.category("Trees")
    questions = [await desk.bank.add("true_false", category_id=trees["id"], tags=["green"]) for _ in range(3)]
    test = await desk.begin(
        section(fixed(questions[0]), draw(3, "many", category_id=trees["id"])),
        section(draw(1, "none", tags=["red"]), id="two"),
    )
    # The question that is named is not drawn, too.
    assert test["drawable"] == [
        {"entry_id": "many", "available": 2, "gives": 2},
        {"entry_id": "none", "available": 0, "gives": 0},
    ]
    assert told(await try_to_publish(desk, test)) == [
        ("/sections/0/entries/1/draw/count", "There are only 2 questions to draw from."),
        ("/sections/1/entries/0/draw/count", "There are only 0 questions to draw from."),
    ]
    fits = [section(fixed(questions[0]), draw(2, "many", category_id=trees["id"]))]
    await desk.publish(await desk.change(test, sections=fits))


async def test_draws_that_take_from_each_other_are_told(desk: Desk) -> None:
    for _ in range(3):
        await desk.bank.add("true_false")
    test = await desk.begin(section(draw(2, "a"), draw(2, "b")))
    assert [(one["available"], one["gives"]) for one in test["drawable"]] == [(3, 2), (3, 1)]
    assert told(await try_to_publish(desk, test)) == [
        ("/sections/0/entries/1/draw/count", "Other draws need the questions that this one could give.")
    ]


async def test_a_question_that_two_draws_may_give_counts_the_same_in_both(desk: Desk) -> None:
    for _ in range(4):
        await desk.bank.add("true_false")
    test = await desk.begin(section(draw(1, "a"), draw(1, "b", points=3)))
    [(pointer, detail)] = told(await try_to_publish(desk, test))
    assert (pointer, "count otherwise" in detail) == ("/sections/0/entries/1/points", True)
    await desk.publish(await desk.change(test, sections=[section(draw(1, "a", points=3), draw(1, "b", points=3))]))


async def test_a_draw_gives_all_that_fit_and_nothing_archived(banyan: Banyan, desk: Desk) -> None:
    trees = await desk.bank.category("Trees")
    below = await desk.bank.category("Oaks", parent_id=trees["id"])
    right = {"category_id": below["id"], "tags": ["green", "old"], "difficulty": "hard"}
    fitting = [await desk.bank.add("true_false", **right) for _ in range(2)]
    for wrong in ({"tags": ["green"]}, {"difficulty": "easy"}, {"category_id": None}):
        await desk.bank.add("true_false", **{**right, **wrong})
    archived = await desk.bank.add("true_false", **right)
    good(await desk.teacher.delete(f"/questions/{archived['id']}"))
    rule = {"category_id": trees["id"], "tags": ["old", "green"], "difficulty": "hard"}
    test = await desk.published(section(draw(1, **rule)))
    taken = await assessments.published(banyan.kit, UUID(test["id"]))
    assert sorted(taken.questions) == sorted(ids(*fitting))
    assert (taken.size, taken.points) == (1, 1)
    drawn = {assessments.layout(taken, seed)[0].questions[0] for seed in range(40)}
    assert drawn == set(ids(*fitting))


async def test_points_are_not_told_where_the_draw_decides(banyan: Banyan, desk: Desk) -> None:
    for points in (1, 2):
        await desk.bank.add("true_false", points=points)
    test = await desk.published(section(draw(1)))
    assert (await assessments.published(banyan.kit, UUID(test["id"]))).points is None


async def test_a_draw_of_a_shared_category_brings_the_files_along(banyan: Banyan, desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    picture = await send(theirs.bank.course)
    body = {"kind": "true_false", "text": f"![a leaf]({picture['url']})", "answer": True}
    question = await theirs.bank.add("true_false", category_id=shared["id"], body=body)
    test = await desk.published(section(draw(1, category_id=shared["id"])))
    taken = await assessments.published(banyan.kit, UUID(test["id"]))
    shown = msgspec.json.decode(questions.show(taken.questions[UUID(question["id"])].prepared, 1))
    assert "<img" in shown["html"]
    assert picture["id"] not in shown["html"]
    address = shown["html"].partition('src="')[2].partition('"')[0].removeprefix("/api/v1")
    learner = await desk.learner()
    assert (await learner.get(address)).status_code == 200


async def test_a_shared_question_that_is_shared_no_more_is_not_published(desk: Desk) -> None:
    theirs = await Desk.set_up(desk.bank.school)
    shared = await theirs.bank.category("Open", shared=True)
    question = await theirs.bank.add(category_id=shared["id"])
    test = await desk.begin(section(fixed(question)))
    path = f"/question-categories/{shared['id']}"
    good(await theirs.teacher.patch(path, {"version": shared["version"], "shared": False}))
    [(pointer, _)] = told(await try_to_publish(desk, test))
    assert pointer == "/sections/0/entries/0/question_id"


async def test_the_bank_knows_which_tests_use_a_question(desk: Desk) -> None:
    first, second = await desk.bank.add(), await desk.bank.add()
    test = await desk.published(section(fixed(first)))
    await desk.published(section(fixed(first), fixed(second)), title="Other")

    async def uses() -> list[int]:
        return [good(await desk.teacher.get(f"/questions/{one['id']}"))["uses"] for one in (first, second)]

    assert await uses() == [2, 1]
    await desk.publish(await desk.change(test, sections=[section(fixed(second))]))
    assert await uses() == [1, 2]


async def test_revisions_are_listed_from_the_newest(desk: Desk) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    for title in ("Two", "Three"):
        await desk.publish(await desk.change(await desk.read(test), title=title), note=f"It is {title}.")
    path = f"/tests/{test['id']}/revisions"
    page = good(await desk.teacher.get(f"{path}?limit=2"))
    assert [(one["number"], one["title"], one["note"]) for one in page["items"]] == [
        (3, "Three", "It is Three."), (2, "Two", "It is Two."),
    ]  # fmt: skip
    rest = good(await desk.teacher.get(f"{path}?limit=2&after={page['next']}"))
    assert ([one["number"] for one in rest["items"]], rest["next"]) == ([1], None)


async def test_of_two_who_publish_at_once_one_is_told_that_nothing_changed(desk: Desk) -> None:
    test = await desk.begin(section(fixed(await desk.bank.add())))
    answers = await asyncio.gather(*(try_to_publish(desk, test) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_publishing_is_noted_without_the_access_code(desk: Desk) -> None:
    question = await desk.bank.add()
    test = await desk.published(section(fixed(question)), settings={"access_code": "hush-hush"})
    log = good(await desk.teacher.get(f"{desk.bank.course.path}/audit"))["items"]
    mine = [entry for entry in log if entry["subject"] == f"test:{test['id']}"]
    assert [(entry["action"], entry["details"]["title"]) for entry in mine] == [
        ("assessments.published", "Exam"), ("assessments.created", "Exam"),
    ]  # fmt: skip
    assert "hush" not in str(log).lower()


async def test_publishing_costs_the_same_for_2_questions_and_20(desk: Desk, statements: list[str]) -> None:
    made = [await desk.bank.add("true_false") for _ in range(20)]
    costs = []
    for asked in (made[:2], made[:2], made):  # the first time with what is not in the caches yet
        test = await desk.begin(section(*map(fixed, asked)))
        statements.clear()
        await desk.publish(test)
        costs.append(len(statements))
    assert costs[1] == costs[2] < 25


async def test_ten_thousand_who_start_cost_no_statement_for_the_test(
    banyan: Banyan, desk: Desk, statements: list[str]
) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    test_id = UUID(test["id"])
    taken = await assessments.published(banyan.kit, test_id)
    await assessments.accommodation_of(banyan.kit, test_id, new_id())
    statements.clear()
    for _ in range(100):
        found = await asyncio.gather(*(assessments.published(banyan.kit, test_id) for _ in range(100)))
        assert all(one is taken for one in found)
        assert await assessments.accommodation_of(banyan.kit, test_id, new_id()) is None
    assert statements == []


async def test_many_who_ask_first_share_one_look(banyan: Banyan, desk: Desk, statements: list[str]) -> None:
    test = await desk.published(section(fixed(await desk.bank.add())))
    banyan.kit.cache.clear()
    statements.clear()
    found = await asyncio.gather(*(assessments.published(banyan.kit, UUID(test["id"])) for _ in range(50)))
    assert all(one is found[0] for one in found)
    assert len(statements) == 2


async def test_a_revision_that_was_taken_back_is_not_remembered(banyan: Banyan, desk: Desk) -> None:
    test = await desk.begin(section(fixed(await desk.bank.add())))
    test_id = UUID(test["id"])

    class TakenBack(Exception):
        pass

    with pytest.raises(TakenBack):
        async with banyan.kit.db.joined_write():
            await desk.publish(test)
            assert (await assessments.published(banyan.kit, test_id)).title == "Exam"
            raise TakenBack
    with pytest.raises(NotFound):
        await assessments.published(banyan.kit, test_id)
    await desk.publish(await desk.change(test, title="Another"))
    assert (await assessments.published(banyan.kit, test_id)).title == "Another"


async def test_there_is_nothing_to_take_before_the_first_revision(banyan: Banyan, desk: Desk) -> None:
    test = await desk.begin(section(fixed(await desk.bank.add())))
    with pytest.raises(NotFound):
        await assessments.published(banyan.kit, UUID(test["id"]))
    with pytest.raises(NotFound):
        await assessments.revision_of(banyan.kit, UUID(test["id"]), 1)
    with pytest.raises(NotFound):
        await assessments.head(banyan.kit, new_id())
