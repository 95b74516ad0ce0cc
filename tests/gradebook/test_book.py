"""The gradebook of a course: totals, weights, results that overrule, and what learners see of it."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.assessments.scene import Desk, fixed, section
from tests.attempts.scene import Exam
from tests.gradebook.test_grading import deeds
from tests.gradebook.test_results import took
from tests.groups.scene import good, refused
from tests.story import Person, School


async def another(exam: Exam, title: str, **settings: Any) -> Exam:
    """Another test of the same course: two statements."""
    entries = [fixed(await exam.desk.bank.add("true_false")) for _ in range(2)]
    test = await exam.desk.published(section(*entries), title=title, settings=settings)
    return Exam(exam.desk, test)


def book_path(exam: Exam) -> str:
    return f"{exam.desk.bank.course.path}/gradebook"


async def book(exam: Exam, query: str = "", person: Person | None = None) -> dict[str, Any]:
    seen: dict[str, Any] = good(await (person or exam.desk.teacher).get(f"{book_path(exam)}{query}"))
    return seen


async def grades(exam: Exam, person: Person) -> dict[str, Any]:
    seen: dict[str, Any] = good(await person.get(f"{exam.desk.bank.course.path}/grades"))
    return seen


async def weigh(exam: Exam, version: int, weights: dict[str, float], **fields: Any) -> dict[str, Any]:
    body = {"version": version, "weights": weights, **fields}
    told: dict[str, Any] = good(await exam.desk.teacher.put(f"{book_path(exam)}/weights", body))
    return told


async def test_totals_are_means_by_weight_of_what_there_is(exam: Exam) -> None:
    quiz = await another(exam, "Quiz")
    ann, ben, cem = [await exam.desk.learner(name) for name in ("Ann", "Ben", "Cem")]
    await took(exam, 3, ann)
    await took(quiz, 1, ann)
    await took(quiz, 2, ben)
    seen = await book(exam)
    assert [(test["title"], test["weight"]) for test in seen["tests"]] == [("Exam", 1.0), ("Quiz", 1.0)]
    assert [(line["learner"]["name"], line["total"]) for line in seen["items"]] == [
        ("Ann", 62.5),
        ("Ben", 100.0),
        ("Cem", None),
    ]
    cells = seen["items"][0]["cells"]
    assert [cells[test["id"]]["percent"] for test in seen["tests"]] == [75.0, 50.0]
    weights = {exam.test["id"]: 3, quiz.test["id"]: 1}
    told = await weigh(exam, 0, weights, missing="zero")
    assert told == {"version": 1, "missing": "zero", "weights": weights}
    seen = await book(exam)
    assert [line["total"] for line in seen["items"]] == [68.75, 25.0, 0.0]
    assert (seen["version"], seen["missing"], seen["tests"][0]["weight"]) == (1, "zero", 3.0)
    await weigh(exam, 1, dict.fromkeys(weights, 0))
    assert [line["total"] for line in (await book(exam))["items"]] == [None] * 3
    assert {deed.action for deed in await deeds(exam)} == {"gradebook.weighed"}
    assert cem.name == "Cem"


async def test_what_waits_for_a_grader_is_not_zero(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), "essay")
    await weigh(exam, 0, {}, missing="zero")
    sitting = await exam.sit()
    await sitting.submit()
    await exam.desk.learner("Zoe")
    await sitting.person.get("/me")
    handed, absent = (await book(exam))["items"]
    assert (absent["learner"]["name"], absent["total"]) == ("Zoe", 0.0)
    # Nobody has to grade an answer that is not there.
    assert handed["cells"][exam.test["id"]]["state"] == "graded"
    writer = await exam.sit()
    await writer.answer({"essay": {"text": "Roots.", "files": []}})
    await writer.submit()
    waiting = next(line for line in (await book(exam))["items"] if line["learner"]["id"] == str(writer.person.id))
    assert (waiting["total"], waiting["cells"][exam.test["id"]]["state"]) == (None, "submitted")


async def test_two_who_weigh_at_once_do_not_lose_each_others(exam: Exam) -> None:
    bodies = [{"version": 0, "weights": {exam.test["id"]: weight}} for weight in (2, 3)]
    path = f"{book_path(exam)}/weights"
    answers = await asyncio.gather(*(exam.desk.teacher.put(path, body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [stale] = [answer.json() for answer in answers if answer.status_code == 409]
    [kept] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (stale["code"], stale["current"]) == ("stale_edit", kept)
    strange = {"version": 1, "weights": {str(uuid4()): 1}}
    assert refused(await exam.desk.teacher.put(path, strange)) == (422, "no_such_test")
    below = {"version": 1, "weights": {exam.test["id"]: -1}}
    assert refused(await exam.desk.teacher.put(path, below)) == (400, "malformed")


async def test_what_no_gradebook_shows_keeps_its_weight(exam: Exam) -> None:
    unpublished = (await exam.desk.begin())["id"]
    await weigh(exam, 0, {unpublished: 5, exam.test["id"]: 2})
    told = await weigh(exam, 1, {exam.test["id"]: 3})
    assert told["weights"] == {unpublished: 5, exam.test["id"]: 3}
    assert (await weigh(exam, 2, {}))["weights"] == {unpublished: 5}
    assert (await weigh(exam, 3, {unpublished: 1}))["weights"] == {unpublished: 1}


async def test_a_teacher_overrules_with_a_reason_and_takes_it_back(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    await took(exam, 1, ann)
    path = f"{book_path(exam)}/{ann.id}/{exam.test['id']}"
    cell = good(await exam.desk.teacher.put(path, {"percent": 80, "reason": "She was ill."}))
    assert (cell["percent"], cell["override"]["instead_of"], cell["override"]["reason"]) == (80.0, 25.0, "She was ill.")
    good(await exam.desk.teacher.put(path, {"percent": 90, "reason": "Very ill."}))
    [line] = (await book(exam))["items"]
    assert (line["total"], line["cells"][exam.test["id"]]["percent"]) == (90.0, 90.0)
    assert (await grades(exam, ann))["tests"][0]["overridden"] is True
    good(await exam.desk.teacher.delete(path), 204)
    assert refused(await exam.desk.teacher.delete(path)) == (404, "not_found")
    [line] = (await book(exam))["items"]
    assert (line["total"], line["cells"][exam.test["id"]]["override"]) == (25.0, None)
    told = [(deed.action, deed.details["before"], deed.details["after"]) for deed in await deeds(exam)]
    assert told == [
        ("gradebook.overruled", "25", "80"),
        ("gradebook.overruled", "80", "90"),
        ("gradebook.override_withdrawn", "90", "25"),
    ]


async def test_a_learner_reads_what_was_set_beside_each_attempt(exam: Exam) -> None:
    await exam.change(pass_percent=50)
    ann = await exam.desk.learner("Ann")
    sitting = await took(exam, 1, ann)
    before = await sitting.result()
    assert (before["percent"], before["counted"], before["overridden"], before["passed"]) == (25.0, 25.0, False, False)
    path = f"{book_path(exam)}/{ann.id}/{exam.test['id']}"
    good(await exam.desk.teacher.put(path, {"percent": 80, "reason": "She was ill."}))
    after = await sitting.result()
    assert (after["percent"], after["counted"], after["overridden"], after["passed"]) == (25.0, 80.0, True, True)
    assert "ill" not in str(after)
    await exam.change(pass_percent=50, show_score="never")
    hidden = await sitting.result()
    assert (hidden["counted"], hidden["overridden"], hidden["passed"]) == (None, False, None)


async def test_only_learners_and_tests_of_the_course_are_overruled(exam: Exam, school: School) -> None:
    ann, stranger = await exam.desk.learner(), await school.learner()
    draft = await exam.desk.begin()
    body = {"percent": 50, "reason": "Why not?"}
    for learner, test in ((stranger.id, exam.test["id"]), (ann.id, draft["id"]), (ann.id, uuid4())):
        answer = await exam.desk.teacher.put(f"{book_path(exam)}/{learner}/{test}", body)
        assert refused(answer) == (404, "not_found")
    path = f"{book_path(exam)}/{ann.id}/{exam.test['id']}"
    for wrong in ({"percent": 101, "reason": "Why?"}, {"percent": 1, "reason": ""}, {"percent": 1}):
        assert (await exam.desk.teacher.put(path, wrong)).status_code == 400
    elsewhere = await Desk.set_up(school)
    other = f"{elsewhere.bank.course.path}/gradebook/{ann.id}/{exam.test['id']}"
    assert refused(await elsewhere.teacher.put(other, body)) == (404, "not_found")


async def test_learners_see_of_their_own_grades_what_the_tests_tell(exam: Exam) -> None:
    ann, ben = await exam.desk.learner("Ann"), await exam.desk.learner("Ben")
    secret = await another(exam, "Secret", show_score="never")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    later = await another(exam, "Later", show_score="after_close", closes_at=tomorrow)
    await exam.change(pass_percent=50)
    for one in (exam, secret, later):
        await took(one, 2, ann)
    seen = await grades(exam, ann)
    assert [(test["title"], test["told"], test["percent"], test["passed"]) for test in seen["tests"]] == [
        ("Exam", True, 50.0, True),
        ("Secret", False, None, None),
        ("Later", False, None, None),
    ]
    assert seen["total"] == 50.0
    overrule = f"{book_path(exam)}/{ann.id}/{secret.test['id']}"
    good(await exam.desk.teacher.put(overrule, {"percent": 1, "reason": "Hm."}))
    assert await grades(exam, ann) == seen
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    good(await exam.desk.teacher.put(f"{later.path}/accommodations/{ann.id}", {"closes_at": an_hour_ago}))
    assert [test["told"] for test in (await grades(exam, ann))["tests"]] == [True, False, True]
    assert [test["state"] for test in (await grades(exam, ben))["tests"]] == ["not_begun"] * 3


async def test_who_sees_and_who_changes(exam: Exam, school: School) -> None:
    ann, stranger = await exam.desk.learner(), await school.learner()
    assistant = await exam.desk.bank.staff("assistant")
    await book(exam, person=assistant)
    weights = {"version": 0, "weights": {}}
    override = {"percent": 50, "reason": "Why not?"}
    path = f"{book_path(exam)}/{ann.id}/{exam.test['id']}"
    for person in (assistant, ann, stranger):
        assert refused(await person.put(f"{book_path(exam)}/weights", weights)) == (403, "forbidden")
        assert refused(await person.put(path, override)) == (403, "forbidden")
        assert refused(await person.delete(path)) == (403, "forbidden")
    for person in (ann, stranger):
        assert refused(await person.get(book_path(exam))) == (403, "forbidden")
    for person in (assistant, stranger):
        assert refused(await person.get(f"{exam.desk.bank.course.path}/grades")) == (403, "forbidden")


async def test_pages_go_on_and_names_are_found(exam: Exam) -> None:
    for name in ("Ann", "Ben", "Cem"):
        await exam.desk.learner(name)
    first = await book(exam, "?limit=2")
    assert [line["learner"]["name"] for line in first["items"]] == ["Ann", "Ben"]
    second = await book(exam, f"?limit=2&after={first['next']}")
    assert ([line["learner"]["name"] for line in second["items"]], second["next"]) == (["Cem"], None)
    assert [line["learner"]["name"] for line in (await book(exam, "?q=EN"))["items"]] == ["Ben"]


async def test_a_gradebook_costs_the_same_for_2_learners_and_for_20(exam: Exam, statements: list[str]) -> None:
    await another(exam, "Quiz")
    costs = []
    for count in (2, 18):
        for _ in range(count):
            await took(exam, 2)
        ann = await exam.desk.learner()
        for _ in range(2):
            statements.clear()
            await book(exam)
            whole = len(statements)
            await grades(exam, ann)
        costs.append((whole, len(statements) - whole))
    assert costs[0] == costs[1], costs
    assert costs[0][0] <= 6, costs


async def test_the_table_has_a_column_for_each_test_and_no_cell_runs(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banyan.gradebook.book._ROWS", 2)
    quiz = await another(exam, "=1+1")
    names = ["@evil", "Ben", "Cem, the third", "Dora"]
    people = [await exam.desk.learner(name) for name in names]
    await took(exam, 3, people[1])
    await took(quiz, 1, people[1])
    answer = await exam.desk.teacher.get(f"{book_path(exam)}?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["learner_id", "name", "Exam", "'=1+1", "total"]
    assert [row[1] for row in rows[1:]] == ["'@evil", *names[1:]]
    assert rows[2] == [str(people[1].id), "Ben", "75", "50", "62.5"]
    assert rows[1][2:] == ["", "", ""]
