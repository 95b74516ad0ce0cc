"""The bank of a course: adding, finding, changing, archiving and copying questions."""

import asyncio
import re
from typing import Any

import pytest

from banyan.kit.ids import new_id
from tests.groups.scene import good, refused
from tests.questions.scene import BODIES, Bank, choice
from tests.security.stage import send
from tests.story import School


@pytest.fixture
async def bank(school: School) -> Bank:
    return await Bank.set_up(school)


def without_ids(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: without_ids(value) for name, value in thing.items() if name != "id"}
    return [without_ids(one) for one in thing] if isinstance(thing, list) else thing


@pytest.mark.parametrize("kind", BODIES)
async def test_a_question_of_each_kind_is_kept_as_it_was_written_but_for_ids(bank: Bank, kind: str) -> None:
    added = await bank.add(kind, points=2.5, penalty=0.25, difficulty="hard", tags=["one", " one ", "two"], code="Q1")
    read = good(await bank.teacher.get(f"/questions/{added['id']}"))
    assert read == added
    assert (read["kind"], read["version"], read["archived"], read["shared"]) == (kind, 1, False, False)
    assert (read["points"], read["penalty"], read["difficulty"], read["code"]) == (2.5, 0.25, "hard", "Q1")
    assert (read["tags"], read["category"], read["uses"], read["statistics"]) == (["one", "two"], None, 0, None)
    assert read["html"].startswith("<p>")
    written = without_ids({"kind": kind, **BODIES[kind]})
    kept = without_ids(read["body"])
    for name, value in written.items():
        assert_holds(kept[name], value)


def assert_holds(kept: Any, written: Any) -> None:
    """All that was written is there; what was left out has been filled in."""
    if isinstance(written, dict):
        for name, value in written.items():
            assert_holds(kept[name], value)
    elif isinstance(written, list):
        assert len(kept) == len(written)
        for one, other in zip(kept, written, strict=True):
            assert_holds(one, other)
    else:
        assert kept == written


async def test_ids_that_tell_something_are_replaced_and_then_stay(bank: Bank) -> None:
    added = await bank.add("single_choice")
    ids = [one["id"] for one in added["body"]["choices"]]
    assert len(set(ids)) == 3
    assert not set(ids) & {"right", "wrong", "worse"}
    body = {**added["body"], "choices": [*added["body"]["choices"][1:], choice("new", "pink", 1.0)]}
    changed = await bank.change(added, body=body)
    new = [one["id"] for one in changed["body"]["choices"]]
    assert new[:2] == ids[1:]
    assert new[2] not in ("new", *ids)
    gaps = (await bank.add("cloze"))["body"]["gaps"]
    assert [gap["id"] for gap in gaps] == ["a", "b"]
    assert "right" not in {one["id"] for one in gaps[0]["question"]["choices"]}


async def test_a_question_without_a_title_is_called_by_its_first_words(bank: Bank) -> None:
    assert (await bank.add())["title"] == "Which colour has a *poppy*?"
    long = await bank.add(body={"text": "word " * 50})
    assert len(long["title"]) <= 80
    assert long["title"].endswith("…")


async def test_questions_are_listed_newest_first_page_by_page(bank: Bank) -> None:
    for number in range(5):
        await bank.add(title=f"Q{number}")
    first = good(await bank.teacher.get(f"{bank.path}?limit=3"))
    rest = good(await bank.teacher.get(f"{bank.path}?limit=3&after={first['next']}"))
    assert [one["title"] for one in first["items"] + rest["items"]] == ["Q4", "Q3", "Q2", "Q1", "Q0"]
    assert rest["next"] is None
    assert all("html" not in one for one in first["items"])


async def test_questions_are_found_by_words_best_first_page_by_page(bank: Bank) -> None:
    await bank.add("true_false", title="Of banyans")
    await bank.add("single_choice", title="Colours", tags=["botany"])
    await bank.add("essay", title="Trees", body={"text": "Of a banyan and others."})
    await bank.add("short_answer", title="Writers", code="XK-77")
    assert await bank.titles("?q=bany") == ["Of banyans", "Trees"]
    assert await bank.titles("?q=botany") == ["Colours"]
    assert await bank.titles("?q=GREEN") == ["Colours"]
    assert await bank.titles("?q=xk") == ["Writers"]
    assert await bank.titles("?q=of others") == ["Trees"]
    assert await bank.titles("?q=%26|%21") == []
    page = good(await bank.teacher.get(f"{bank.path}?q=bany&limit=1"))
    following = good(await bank.teacher.get(f"{bank.path}?q=bany&limit=1&after={page['next']}"))
    assert [one["title"] for one in page["items"] + following["items"]] == ["Of banyans", "Trees"]
    assert following["next"] is None


async def test_a_list_is_narrowed_by_kind_tag_difficulty_and_category(bank: Bank) -> None:
    trees = await bank.category("Trees")
    figs = await bank.category("Figs", parent_id=trees["id"])
    await bank.add("true_false", title="A", tags=["x"], difficulty="easy", category_id=trees["id"])
    await bank.add("essay", title="B", tags=["x", "y"], category_id=figs["id"])
    await bank.add("essay", title="C", difficulty="easy")
    assert await bank.titles("?kind=essay") == ["C", "B"]
    assert await bank.titles("?tag=x") == ["B", "A"]
    assert await bank.titles("?difficulty=easy") == ["C", "A"]
    assert await bank.titles(f"?category={trees['id']}") == ["B", "A"]
    assert await bank.titles(f"?category={figs['id']}&tag=y&kind=essay") == ["B"]
    assert await bank.titles(f"?category={new_id()}") == []
    assert await bank.titles(f"?category={trees['id']}&q=banyan") == ["A"]
    [found] = good(await bank.teacher.get(f"{bank.path}?tag=y"))["items"]
    assert found["category"] == {"id": figs["id"], "path": ["Trees", "Figs"]}


@pytest.mark.parametrize(
    "query", ["kind=riddle", "category=x", "difficulty=7", "limit=0", "after=!", "q=%00", "tag=%00"]
)
async def test_an_odd_filter_is_refused(bank: Bank, query: str) -> None:
    assert refused(await bank.teacher.get(f"{bank.path}?{query}")) == (400, "malformed")


async def test_a_change_is_a_new_version_and_one_of_an_old_version_is_refused(bank: Bank) -> None:
    added = await bank.add(title="First", tags=["x"])
    changed = await bank.change(added, title="Second", points=3, difficulty="easy", tags=[])
    assert (changed["version"], changed["title"], changed["points"]) == (2, "Second", 3)
    assert (changed["difficulty"], changed["tags"], changed["body"]) == ("easy", [], added["body"])
    assert await bank.titles("?q=second") == ["Second"]
    assert await bank.titles("?q=first") == []
    stale = await bank.teacher.patch(f"/questions/{added['id']}", {"version": 1, "title": "Third"})
    assert refused(stale) == (409, "stale_edit")
    assert stale.json()["current"] == changed
    other = await bank.change(changed, body={"kind": "true_false", "text": "Yes?"}, difficulty=None)
    assert (other["kind"], other["difficulty"]) == ("true_false", None)


async def test_of_two_who_change_a_question_at_once_one_is_told(bank: Bank) -> None:
    added, other = await bank.add(), await bank.staff("teacher")
    answers = await asyncio.gather(
        *(one.patch(f"/questions/{added['id']}", {"version": 1, "title": one.name}) for one in (bank.teacher, other))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_versions_are_listed_and_an_old_one_brought_back_as_a_new_one(bank: Bank) -> None:
    added = await bank.add(title="First")
    other = await bank.staff("teacher")
    body = {**added["body"], "text": "Which one?", "choices": added["body"]["choices"][:2]}
    await bank.change(added, other, title="Second", body=body)
    path = f"/questions/{added['id']}/versions"
    listed = good(await bank.teacher.get(path))["items"]
    assert [(one["number"], one["title"], one["author"]["name"]) for one in listed] == [
        (2, "Second", other.name),
        (1, "First", "Tara"),
    ]
    assert listed[1]["body"] == added["body"]
    restored = good(await bank.teacher.post(f"{path}/1/restoration"), 200)
    assert (restored["version"], restored["title"], restored["body"]) == (3, "First", added["body"])
    page = good(await bank.teacher.get(f"{path}?limit=2"))
    rest = good(await bank.teacher.get(f"{path}?limit=2&after={page['next']}"))
    assert [one["number"] for one in page["items"] + rest["items"]] == [3, 2, 1]
    assert refused(await bank.teacher.post(f"{path}/9/restoration")) == (404, "not_found")


async def test_an_archived_question_is_out_of_the_way_until_it_is_brought_back(bank: Bank) -> None:
    added = await bank.add(title="Old")
    path = f"/questions/{added['id']}"
    for _ in range(2):
        good(await bank.teacher.delete(path), 204)
    assert (await bank.titles(), await bank.titles("?archived=true")) == ([], ["Old"])
    assert good(await bank.teacher.get(path))["archived"] is True
    assert refused(await bank.teacher.patch(path, {"version": 1, "title": "New"})) == (409, "question_archived")
    assert refused(await bank.teacher.post(f"{path}/versions/1/restoration")) == (409, "question_archived")
    good(await bank.teacher.post(f"{path}/restoration"), 204)
    assert (await bank.titles(), await bank.titles("?archived=true")) == (["Old"], [])
    noted = good(await bank.teacher.get(f"{bank.course.path}/audit"))["items"]
    assert [one["action"] for one in noted[:2]] == ["questions.restored", "questions.archived"]


async def test_a_question_is_copied_into_another_course_with_the_files_it_shows(bank: Bank) -> None:
    picture = await send(bank.course)
    text = f"What is this? ![a tree]({picture['url']})"
    added = await bank.add(title="Tree", body={"text": text}, tags=["x"], points=4)
    other = await Bank.set_up(bank.school, bank.teacher)
    place = await other.category()
    copied = good(
        await bank.teacher.post(
            f"/questions/{added['id']}/copies", {"course_id": other.course.id, "category_id": place["id"]}
        ),
        201,
    )
    assert (copied["course_id"], copied["title"], copied["tags"], copied["points"]) == (
        other.course.id, "Tree", ["x"], 4,
    )  # fmt: skip
    assert (copied["version"], copied["category"]["path"]) == (1, ["Trees"])
    assert picture["id"] not in copied["body"]["text"]
    assert "<img" in copied["html"]
    [shown] = re.findall(r'src="/api/v1([^"]+)"', copied["html"])
    assert (await bank.teacher.get(shown)).status_code == 200
    again = good(await bank.teacher.post(f"/questions/{added['id']}/copies", {"course_id": bank.course.id}), 201)
    assert again["body"]["text"] == text
    lost = {"course_id": other.course.id, "category_id": str(new_id())}
    assert refused(await bank.teacher.post(f"/questions/{added['id']}/copies", lost)) == (422, "no_such_category")


async def test_a_question_shows_files_of_its_own_course_alone(bank: Bank) -> None:
    other = await Bank.set_up(bank.school)
    picture = await send(other.course)
    body = {"kind": "true_false", "text": "Yes?", "feedback_true": f"![a]({picture['url']})"}
    answer = await bank.teacher.post(bank.path, {"body": body})
    assert refused(answer) == (422, "unfit_question")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/body/feedback_true"]
    changed = await bank.teacher.patch(f"/questions/{(await bank.add())['id']}", {"version": 1, "body": body})
    assert refused(changed) == (422, "unfit_question")


async def test_a_question_that_does_not_work_is_refused_with_where_and_why(bank: Bank) -> None:
    body = {"kind": "single_choice", "text": " ", "choices": [choice("a", "x", 0.5), choice("a", "y")]}
    answer = await bank.teacher.post(bank.path, {"body": body})
    assert refused(answer) == (422, "unfit_question")
    assert [one["pointer"] for one in answer.json()["errors"]] == [
        "/body/text", "/body/choices/1/id", "/body/choices",
    ]  # fmt: skip
    assert await bank.titles() == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"body": {"kind": "riddle", "text": "?"}}, "/body/kind"),
        ({"body": {"kind": "true_false", "text": "?", "weight": 1}}, "/body/weight"),
        ({"body": {"kind": "true_false", "text": "\x00"}}, "/body/text"),
        ({"points": -1}, "/points"),
        ({"penalty": 2}, "/penalty"),
        ({"tags": [""]}, "/tags/0"),
        ({"difficulty": "odd"}, "/difficulty"),
        ({"title": "x" * 256}, "/title"),
        ({"code": "\x00"}, "/code"),
    ],
)
async def test_an_odd_question_is_refused(bank: Bank, fields: dict[str, Any], pointer: str) -> None:
    answer = await bank.teacher.post(bank.path, {"body": {"kind": "true_false", "text": "Yes?"}, **fields})
    assert refused(answer) == (400, "malformed")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_question_can_hold_as_much_as_a_body_without_trouble(bank: Bank) -> None:
    words = " ".join(f"{number:x}é" for number in range(8_000))
    added = await bank.add("multiple_choice", body={"text": words[:50_000], "feedback": "x" * 50_000})
    assert added["body"]["text"] == words[:50_000]
    assert len(await bank.titles("?q=1f3fé")) == 1


async def test_numbers_come_back_as_they_went(bank: Bank) -> None:
    values = [1e300, 5e-324, 0.1 + 0.2, -1.7976931348623157e308, 123456789012345680.0, 0.0]
    answers = [{"id": f"a{number}", "value": value, "tolerance": abs(value)} for number, value in enumerate(values)]
    added = await bank.add("numerical", body={"answers": answers})
    read = good(await bank.teacher.get(f"/questions/{added['id']}"))["body"]["answers"]
    assert [(one["value"], one["tolerance"]) for one in read] == [(value, abs(value)) for value in values]


async def test_a_preview_shows_what_takers_would_see_and_what_is_still_wrong(bank: Bank) -> None:
    path = f"{bank.path}/previews"
    seen = good(await bank.teacher.post(path, {"body": {"kind": "cloze", **BODIES["cloze"]}, "points": 3}), 200)
    assert seen["question"]["points"] == 3
    assert '<span class="gap" data-gap="a"></span>' in seen["question"]["html"]
    assert [gap["kind"] for gap in seen["question"]["gaps"]] == ["single_choice", "short_answer"]
    assert (seen["faults"], seen["warnings"]) == ([], [])
    unfinished = {"kind": "single_choice", "text": "[here](nowhere.md)", "choices": []}
    seen = good(await bank.teacher.post(path, {"body": {"kind": "single_choice", "text": "[here](nowhere.md)"}}), 200)
    assert [one["code"] for one in seen["warnings"]] == ["broken_link"]
    assert [one["pointer"] for one in seen["faults"]] == ["/body/choices"]
    assert refused(await bank.teacher.post(path, {"body": unfinished})) == (400, "malformed")
    large = {"kind": "essay", "text": "Of *trees*. " * 400}
    assert good(await bank.teacher.post(path, {"body": large}), 200)["question"]["html"].count("<em>") == 400
    assert await bank.titles() == []


async def test_a_list_a_page_and_a_change_cost_the_same_for_2_questions_and_50(
    bank: Bank, statements: list[str]
) -> None:
    place, costs, made = await bank.category(), [], 0
    for size in (2, 50):
        for _ in range(made, size):
            added = await bank.add(category_id=place["id"], title="Same words")
        made = size
        await bank.teacher.get(f"/questions/{added['id']}")
        statements.clear()
        assert len(await bank.titles("?limit=100")) == size
        listed = len(statements)
        assert len(await bank.titles("?q=words&limit=100")) == size
        found = len(statements) - listed
        await bank.change(added, title="Same words")
        costs.append((listed, found, len(statements) - listed - found))
    assert costs[0] == costs[1]
    assert costs[0] == (2, 2, 7)


async def test_nobody_else_sees_a_bank(bank: Bank, other_school: School) -> None:
    added = await bank.add()
    learner, colleague, assistant = (
        await bank.school.learner(),
        await bank.school.teacher(),
        await bank.staff("assistant"),
    )
    good(await bank.course.enrol(learner), 201)
    path = f"/questions/{added['id']}"
    for person in (learner, colleague):
        assert refused(await person.get(bank.path)) == (403, "forbidden")
        assert refused(await person.get(path)) == (404, "not_found")
        assert refused(await person.delete(path)) == (404, "not_found")
    good(await assistant.get(bank.path))
    good(await assistant.get(path))
    good(await assistant.get(f"{path}/versions"))
    for answer in (
        await assistant.patch(path, {"version": 1, "title": "Mine"}),
        await assistant.delete(path),
        await assistant.post(f"{path}/restoration"),
        await assistant.post(bank.path, {"body": added["body"]}),
        await assistant.post(f"{path}/copies", {"course_id": bank.course.id}),
    ):
        assert refused(answer) == (403, "forbidden")
    for stranger in (await other_school.admin(), await other_school.teacher()):
        assert refused(await stranger.get(path)) == (404, "not_found")
        assert refused(await stranger.get(bank.path)) == (404, "not_found")


async def test_the_questions_of_a_deleted_course_are_not_seen(bank: Bank) -> None:
    added = await bank.add()
    good(await bank.teacher.delete(bank.course.path), 204)
    assert refused(await bank.teacher.get(f"/questions/{added['id']}")) == (404, "not_found")
    assert refused(await bank.teacher.patch(f"/questions/{added['id']}", {"version": 1})) == (404, "not_found")
    assert refused(await bank.teacher.get(bank.path)) == (404, "not_found")
