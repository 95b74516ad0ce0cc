"""What the staff of a test see of who has reached what."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.assessments.scene import Desk
from tests.attempts.scene import RIGHT, WRONG, Exam, Sitting
from tests.groups.scene import good, refused
from tests.story import Person, School


async def took(exam: Exam, right: int, person: Person | None = None) -> Sitting:
    """Someone hands in with so many questions right and the others wrong."""
    sitting = await exam.sit(person)
    for number, question in enumerate(sitting.questions):
        await sitting.save(question, sitting.response(question, RIGHT if number < right else WRONG))
    await sitting.submit()
    return sitting


async def results(exam: Exam, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(await exam.desk.teacher.get(f"{exam.path}/results{query}"))["items"]
    return found


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_everyone_of_the_course_is_listed_with_what_they_reached(exam: Exam) -> None:
    desk = exam.desk
    ann, ben, cem, dora = [await desk.learner(name) for name in ("Ann", "Ben", "Cem", "Dora")]
    first = await took(exam, 1, ann)
    best = await took(exam, 3, ann)
    await exam.sit(ann)
    await took(exam, 4, ben)
    await exam.sit(cem)
    found = await results(exam)
    assert [(one["learner"]["name"], one["state"], one["percent"]) for one in found] == [
        ("Ann", "running", 75.0),
        ("Ben", "graded", 100.0),
        ("Cem", "running", None),
        ("Dora", "not_begun", None),
    ]
    anns = found[0]
    assert [(one["id"], one["percent"], one["counts"]) for one in anns["attempts"][:2]] == [
        (first.view["id"], 25.0, False),
        (best.view["id"], 75.0, True),
    ]
    assert (anns["points"], anns["max_points"], anns["passed"], anns["enrolled"]) == (3.0, 4.0, None, True)
    assert anns["seconds"] is not None
    assert anns["attempts"][2]["points"] is None
    assert found[3]["learner"]["id"] == str(dora.id)


@pytest.mark.parametrize(
    ("counts", "percent", "counting"),
    [("best", 75.0, [1]), ("first", 25.0, [0]), ("last", 50.0, [2]), ("average", 50.0, [0, 1, 2])],
)
async def test_what_counts_is_as_the_test_says(exam: Exam, counts: str, percent: float, counting: list[int]) -> None:
    await exam.change(pass_percent=60)
    ann = await exam.desk.learner("Ann")
    for right in (1, 3, 2):
        await took(exam, right, ann)
    await exam.change(counts=counts, pass_percent=100)
    [found] = await results(exam)
    assert (found["percent"], found["passed"]) == (percent, percent >= 60)
    assert [number for number, one in enumerate(found["attempts"]) if one["counts"]] == counting


async def test_a_result_that_waits_for_a_grader_is_none_yet(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), "true_false", "essay")
    sitting = await exam.sit()
    await sitting.answer({"true_false": True, "essay": {"text": "Roots.", "files": []}})
    await sitting.submit()
    [found] = await results(exam)
    assert (found["state"], found["percent"], found["points"]) == ("submitted", None, None)


async def test_an_attempt_that_the_clock_closed_ends_at_its_deadline(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), "true_false", time_limit_seconds=600, attempts=None)
    late = await exam.sit()
    await exam.pass_time(late, 700)
    await exam.run_clock()
    await took(exam, 1, late.person)
    [found] = await results(exam)
    by_clock, by_hand = found["attempts"]
    assert by_clock["submitted_at"] == by_clock["deadline_at"]
    assert by_hand["submitted_at"] < by_hand["deadline_at"]
    assert by_clock["seconds"] == 600


async def test_each_is_held_to_the_pass_mark_of_the_revision_that_they_took(exam: Exam) -> None:
    await exam.change(pass_percent=50)
    ann, ben = await exam.desk.learner("Ann"), await exam.desk.learner("Ben")
    early = await took(exam, 2, ann)
    await exam.change(pass_percent=75)
    await took(exam, 2, ben)
    draft = await exam.desk.read(exam.test)
    await exam.desk.change(draft, settings={**draft["settings"], "pass_percent": 100})
    assert [(one["learner"]["name"], one["passed"]) for one in await results(exam)] == [("Ann", True), ("Ben", False)]
    assert (await early.result())["passed"] is True
    spread = good(await exam.desk.teacher.get(f"{exam.path}/results/histogram"))
    assert (spread["passed"], spread["pass_percent"]) == (1, 75.0)
    lines = good(await exam.desk.teacher.get(f"{exam.desk.bank.course.path}/gradebook"))["items"]
    assert [line["cells"][exam.test["id"]]["passed"] for line in lines] == [True, False]
    own = good(await ann.get(f"{exam.desk.bank.course.path}/grades"))["tests"]
    assert [(one["percent"], one["passed"]) for one in own] == [(50.0, True)]


async def test_the_list_can_be_of_those_in_one_state(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), "true_false", "essay", attempts=None)
    await exam.desk.learner("Zoe")
    handed_in = await exam.sit(await exam.desk.learner("Ann"))
    await handed_in.answer({"true_false": True, "essay": {"text": "Roots.", "files": []}})
    await handed_in.submit()
    await (await exam.sit(await exam.desk.learner("Ben"))).submit()
    await exam.sit(await exam.desk.learner("Cem"))
    for state, name in (("submitted", "Ann"), ("graded", "Ben"), ("running", "Cem"), ("not_begun", "Zoe")):
        assert [one["learner"]["name"] for one in await results(exam, f"?state={state}")] == [name]
        rows = table(await exam.desk.teacher.get(f"{exam.path}/results?format=csv&state={state}"))
        assert [row["name"] for row in rows] == [name]
    assert (await exam.desk.teacher.get(f"{exam.path}/results?state=gone")).status_code == 400


async def test_the_list_is_sorted_by_name_or_score_and_goes_on_where_it_ended(exam: Exam) -> None:
    for name, right in (("Ann", 2), ("Ben", 4), ("Cem", 2), ("Dora", None), ("Eva", 0)):
        person = await exam.desk.learner(name)
        if right is not None:
            await took(exam, right, person)
    for sort, wanted in (
        ("name", ["Ann", "Ben", "Cem", "Dora", "Eva"]),
        ("score", ["Eva", "Ann", "Cem", "Ben", "Dora"]),
        ("-score", ["Ben", "Ann", "Cem", "Eva", "Dora"]),
    ):
        names, after = [], ""
        while True:
            path = f"{exam.path}/results?sort={sort}&limit=2{after}"
            page = good(await exam.desk.teacher.get(path))
            names += [one["learner"]["name"] for one in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert names == wanted, sort
    assert [one["learner"]["name"] for one in await results(exam, "?q=e")] == ["Ben", "Cem", "Eva"]
    strange = await exam.desk.teacher.get(f"{exam.path}/results?after=bm9wZQ")
    assert refused(strange) == (400, "malformed")


async def test_who_has_left_the_course_keeps_their_result(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    await took(exam, 4, ann)
    good(await ann.delete(f"{exam.desk.bank.course.path}/enrolments/current"))
    [found] = await results(exam)
    assert (found["learner"]["name"], found["enrolled"], found["percent"]) == ("Ann", False, 100.0)


async def test_previews_of_staff_are_nobodys_result(exam: Exam) -> None:
    teacher = exam.desk.teacher
    sitting = Sitting(teacher, good(await teacher.post(f"{exam.path}/previews"), 201))
    await sitting.answer()
    await sitting.submit()
    assert await results(exam) == []
    assert good(await teacher.get(f"{exam.path}/live"))["begun"] == 0


async def test_results_cost_one_statement_for_2_learners_and_for_20(exam: Exam, statements: list[str]) -> None:
    for count in (2, 18):
        for _ in range(count):
            await took(exam, 2)
        await results(exam)
        statements.clear()
        await results(exam)
        assert len([sql for sql in statements if "attempt_result" in sql]) == 1
        assert len(statements) <= 2, statements  # who asks is known by one more


async def test_a_test_that_was_never_published_has_no_results_yet(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    draft = await exam.desk.begin()
    path = f"/tests/{draft['id']}"
    page = good(await exam.desk.teacher.get(f"{path}/results"))
    assert [(one["learner"]["id"], one["state"]) for one in page["items"]] == [(str(ann.id), "not_begun")]
    assert good(await exam.desk.teacher.get(f"{path}/results/questions"))["items"] == []
    assert good(await exam.desk.teacher.get(f"{path}/results/histogram"))["learners"] == 0
    assert good(await exam.desk.teacher.get(f"{path}/live"))["not_begun"] == 1


async def test_the_table_has_everyone_and_no_cell_runs(exam: Exam) -> None:
    hostile = ['=HYPERLINK("http://evil.example")', "+1+1", "@SUM(A1)", "-2+3", 'Quote "and", comma', "Zoë"]
    people = [await exam.desk.learner(name) for name in hostile]
    await took(exam, 3, people[0])
    answer = await exam.desk.teacher.get(f"{exam.path}/results?format=csv&sort=-score")
    rows = table(answer)
    assert {row["name"] for row in rows} == {f"'{name}" for name in hostile[:4]} | set(hostile[4:])
    assert (rows[0]["learner_id"], rows[0]["percent"], rows[0]["points"]) == (str(people[0].id), "75", "3")
    assert rows[0]["submitted_at"].endswith("Z")
    assert (rows[1]["percent"], rows[1]["state"]) == ("", "not_begun")
    asked = await exam.desk.teacher.get(f"{exam.path}/results", headers={"accept": "text/csv"})
    assert len(table(asked)) == len(hostile)


async def test_the_table_is_read_in_pages(exam: Exam, statements: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.gradebook.results._ROWS", 2)
    for _ in range(5):
        await exam.desk.learner()
    await results(exam)
    statements.clear()
    rows = table(await exam.desk.teacher.get(f"{exam.path}/results?format=csv"))
    assert len({row["learner_id"] for row in rows}) == len(rows) == 5
    assert len([sql for sql in statements if "attempt_result" in sql]) == 3


async def test_results_are_for_the_staff(exam: Exam, school: School) -> None:
    ann = await exam.desk.learner("Ann")
    assistant = await exam.desk.bank.staff("assistant")
    for path in ("results", "results/questions", "results/histogram", "live", "results?format=csv"):
        assert (await assistant.get(f"{exam.path}/{path}")).status_code == 200
        assert refused(await ann.get(f"{exam.path}/{path}")) == (403, "forbidden")
