"""What takers are told of their results, when, and which attempt counts."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from banyan import attempts
from banyan.assessments import PublishedTest, Settings
from banyan.attempts import AttemptHead, GradeRow, counted
from banyan.attempts.disclosing import disclosure
from banyan.attempts.model import Counts
from banyan.kit.ids import new_id
from tests.assessments.scene import Desk
from tests.attempts.scene import TEXT, WRONG, Exam, Spot
from tests.groups.scene import good

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def closed(number: int, score: float | None, state: Any = None) -> AttemptHead:
    state = state or ("graded" if score is not None else "submitted")
    return AttemptHead(new_id(), number, 1, state, NOW, None, NOW, score, 10.0, NOW, overdue=False)


@pytest.mark.parametrize(
    ("counts", "scores", "percent", "which"),
    [
        ("best", [3, 8, 8, 2], 80, [2]),
        ("last", [3, 8, 2], 20, [3]),
        ("first", [3, 8, 2], 30, [1]),
        ("average", [3, 8, 4], 50, [1, 2, 3]),
        ("best", [None, 4], 40, [2]),
        ("average", [None, 4], 40, [2]),
        ("last", [4, None], None, []),
        ("first", [None, 4], None, []),
        ("best", [], None, []),
    ],
)
def test_which_attempt_counts(counts: Counts, scores: list[float | None], percent: Any, which: list[int]) -> None:
    heads = [closed(number, score) for number, score in enumerate(scores, 1)]
    running, preview = closed(len(heads) + 1, None, "running"), closed(-1, 10.0)
    found = counted(counts, [preview, *reversed(heads), running])
    assert (found and found.percent) == percent
    assert ([] if found is None else found.attempts) == [heads[number - 1].id for number in which]


def test_a_test_without_points_is_had_by_taking_it() -> None:
    assert attempts.percent_of(0.0, 0.0) == 100
    assert get_args(Counts) == ("best", "last", "first", "average")


@pytest.mark.parametrize("wish", ["at_once", "after_close", "never"])
def test_each_thing_is_told_at_its_time(wish: Any) -> None:
    settings = Settings(show_score=wish, show_answers="never", show_feedback="never")
    before, after = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    told = [disclosure(settings, NOW, at).now.score for at in (before, NOW, after)]
    assert told == {"at_once": [True] * 3, "after_close": [False, True, True], "never": [False] * 3}[wish]
    assert disclosure(settings, None, NOW).now.score is (wish != "never")
    assert disclosure(settings, NOW, before).more_at == (NOW if wish == "after_close" else None)


async def test_what_is_not_to_be_known_is_nowhere(desk: Desk) -> None:
    nothing = {"show_score": "never", "show_answers": "never", "show_feedback": "never"}
    exam = await Exam.set_up(desk, **nothing)
    sitting = await exam.sit()
    await sitting.answer(WRONG)
    handed_in = await sitting.submit()
    assert (handed_in["score"], handed_in["max_points"]) == (None, None)
    result = await sitting.result()
    for name in ("score", "max_points", "percent", "passed", "counted", "questions", "told_at"):
        assert result[name] is None, name
    card = good(await sitting.person.get(exam.path))
    assert card["attempts"][0]["percent"] is None
    full = await sitting.result(desk.teacher)
    assert (full["score"], full["max_points"], len(full["questions"])) == (0, 4, 4)


async def test_answers_are_told_when_the_test_is_closed(desk: Desk) -> None:
    closes_at = datetime.now(UTC) + timedelta(hours=1)
    exam = await Exam.set_up(desk, closes_at=closes_at.isoformat())
    sitting = await exam.sit()
    await sitting.answer(WRONG)
    await sitting.submit()
    early = await sitting.result()
    assert (early["score"], datetime.fromisoformat(early["told_at"])) == (0, closes_at)
    assert all("answer" not in question["revealed"] for question in early["questions"])
    assert [question["revealed"]["verdict"] for question in early["questions"]] == ["wrong"] * 4
    await exam.change(closes_at=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
    late = await sitting.result()
    assert late["told_at"] is None
    by_kind = {question["question"]["kind"]: question["revealed"] for question in late["questions"]}
    assert by_kind["true_false"]["answer"] is True
    assert by_kind["short_answer"]["accepted"] == ["*Austen"]


async def test_feedback_says_what_the_author_says_to_the_answer(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false")
    sitting = await exam.sit()
    await sitting.save(sitting.questions[0], False)
    await sitting.submit()
    [question] = (await sitting.result())["questions"]
    assert question["response"] is False
    assert "Look again." in question["revealed"]["parts"][0]["feedback"]
    assert question["points"] == 0


async def test_hints_are_told_with_the_feedback_and_not_before(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "single_choice", "true_false", show_answers="at_once", show_feedback="never")
    sitting = await exam.sit()
    await sitting.answer()
    assert "Not the sky" not in str(await sitting.read())
    await sitting.submit()
    assert "hints" not in str(await sitting.result())
    await exam.change(show_feedback="at_once", show_answers="never", show_score="never")
    with_hints, without = (await sitting.result())["questions"]
    # Whether the answer was right or not: else it would tell.
    assert with_hints["revealed"]["hints"] == ["<p>Not the sky's.</p>\n"]
    assert "hints" not in without["revealed"]


async def test_wrong_answers_cost_points_but_nobody_has_less_than_none(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "single_choice", "true_false")
    sitting = await exam.sit()
    choice, statement = sitting.questions
    worse = next(one["id"] for one in choice["choices"] if "blue" in one["html"])
    await sitting.save(choice, worse)
    await sitting.save(statement, True)
    assert (await sitting.submit())["score"] == 0.5
    other = await exam.sit()
    await other.save(choice, worse)
    assert (await other.submit())["score"] == 0


async def test_a_person_grades_an_essay(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "essay", "true_false")
    sitting = await exam.sit()
    essay = sitting.questions[0]
    await sitting.save(essay, TEXT)
    await sitting.save(sitting.questions[1], True)
    await sitting.submit()
    kit, attempt_id = exam.banyan.kit, UUID(sitting.view["id"])
    said = {UUID(essay["id"]): GradeRow(0.75, 0.75, "partly", TEXT, "Fine.")}
    for changed in (True, False):
        async with kit.db.write() as tx:
            graded = await attempts.regrade(kit, tx, UUID(exam.test["id"]), [attempt_id], lambda _row, _test: said)
        assert bool(graded) is changed
    assert await exam.sides(sitting) == (Spot("graded", 1.75), Spot("graded", 1.75))
    result = await sitting.result()
    assert (result["score"], result["needs_grading"]) == (1.75, 0)
    assert (result["questions"][0]["points"], result["questions"][0]["comment"]) == (0.75, "Fine.")
    assert result["questions"][0]["revealed"]["verdict"] == "partly"


async def test_grading_again_changes_what_changed_in_five_statements(desk: Desk, statements: list[str]) -> None:
    exam = await Exam.set_up(desk, "true_false", show_answers="never")
    sittings = [await exam.sit() for _ in range(6)]
    for at, sitting in enumerate(sittings[:5]):
        await sitting.save(sitting.questions[0], at % 2 == 0)
        await sitting.submit()
    kit, question_id = exam.banyan.kit, UUID(sittings[0].questions[0]["id"])

    def key_was_wrong(row: attempts.ResultRow, test: PublishedTest) -> dict[UUID, GradeRow]:
        response = row.grades[question_id].response
        return {question_id: GradeRow(1.0, 1.0, "right", response)}

    statements.clear()
    async with kit.db.write() as tx:
        ids = [UUID(sitting.view["id"]) for sitting in sittings]
        told = await attempts.regrade(kit, tx, UUID(exam.test["id"]), ids, key_was_wrong)
    assert len(statements) <= 6
    assert {(one.before, one.after) for one in told} == {(0.0, 1.0)}
    assert len(told) == 2
    assert [(await exam.sides(sitting))[1].score for sitting in sittings] == [1.0] * 5 + [None]
