"""How questions did, and how a test goes, against what was reckoned by hand."""

from typing import Any
from uuid import UUID

import pytest

from banyan import gradebook
from tests.assessments.scene import Desk
from tests.attempts.scene import RIGHT, WRONG, Exam, Sitting
from tests.gradebook.test_results import took
from tests.groups.scene import good
from tests.story import School

# Who got which of four questions right. By hand, for the first question: its shares are 1 1 1 0 0, those of the other
# three together 3 1 2 1 0 thirds, so the deviations 0.4 0.4 0.4 -0.6 -0.6 and 1.6 -0.4 0.6 -0.4 -1.4 (of thirds);
# the sum of products is 1.8, those of squares are 1.2 and 5.2; 1.8 / sqrt(1.2 * 5.2) = 0.720577.
PATTERNS = [(1, 1, 1, 1), (1, 1, 0, 0), (1, 1, 1, 0), (0, 1, 0, 0), (0, 0, 0, 0)]


async def answered(exam: Exam, pattern: tuple[int, ...]) -> Sitting:
    sitting = await exam.sit()
    for question, right in zip(sitting.questions, pattern, strict=True):
        await sitting.save(question, sitting.response(question, RIGHT if right else WRONG))
    await sitting.submit()
    return sitting


async def statistics(exam: Exam) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(await exam.desk.teacher.get(f"{exam.path}/results/questions"))["items"]
    return found


async def test_facility_and_discrimination_are_as_reckoned_by_hand(exam: Exam) -> None:
    for pattern in PATTERNS:
        await answered(exam, pattern)
    found = await statistics(exam)
    assert [one["attempts"] for one in found] == [5] * 4
    assert [one["facility"] for one in found] == pytest.approx([0.6, 0.8, 0.4, 0.2])
    # Second: shares 1 1 1 1 0, others 3 1 2 0 0: 1.2 / sqrt(0.8 * 6.8); third: 1 0 1 0 0 and 3 2 2 1 0:
    # 1.8 / sqrt(1.2 * 5.2); fourth: 1 0 0 0 0 and 3 2 3 1 0: 1.2 / sqrt(0.8 * 6.8).
    assert [one["discrimination"] for one in found] == pytest.approx([0.720577, 0.514496, 0.720577, 0.514496], abs=1e-6)


async def test_what_never_varies_tells_nothing(exam: Exam) -> None:
    for _ in range(3):
        await answered(exam, (1, 0, 1, 0))
    assert [one["discrimination"] for one in await statistics(exam)] == [None] * 4


async def test_what_was_chosen_is_counted(exam: Exam) -> None:
    for pattern in PATTERNS:
        await answered(exam, pattern)
    lazy = await exam.sit()
    await lazy.submit()
    choice, statement, number, word = await statistics(exam)
    labels = {one["id"]: one["html"] for one in choice["question"]["choices"]}
    given = [(labels[one["value"]], one["count"], one["right"]) for one in choice["distribution"]]
    assert [("red" in label, count, right) for label, count, right in given] == [(True, 3, True), (False, 2, False)]
    assert [(one["value"], one["count"], one["right"]) for one in statement["distribution"]] == [
        ("true", 4, True),
        ("false", 1, False),
    ]
    assert [(one["value"], one["count"], one["right"]) for one in number["distribution"]] == [
        ("9 m", 3, False),
        ("2 m", 2, True),
    ]
    assert [(one["value"], one["right"]) for one in word["distribution"]] == [("Nobody", False), ("Jane Austen", True)]
    assert {one["unanswered"] for one in (choice, statement, number, word)} == {1}


async def test_parts_are_counted_by_themselves(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), "matching", "multiple_choice", "ordering", "cloze")
    for last in ("France", "Spain"):
        sitting = await exam.sit()
        matching, multiple, ordering, cloze = sitting.questions
        prompts = sorted(one["id"] for one in matching["prompts"])
        await sitting.save(matching, {prompts[0]: "Italy", prompts[1]: last})
        await sitting.save(multiple, sorted(one["id"] for one in multiple["choices"])[:2])
        await sitting.save(ordering, [one["id"] for one in ordering["items"]])
        gap = next(one for one in cloze["gaps"] if one["kind"] == "short_answer")
        await sitting.save(cloze, {gap["id"]: "zwei"})
        await sitting.submit()
    by_kind = {one["question"]["kind"]: one["distribution"] for one in await statistics(exam)}
    assert sorted(one["count"] for one in by_kind["matching"] if one["count"]) == [1, 1, 2]
    assert {one["part"] for one in by_kind["matching"]} == set(prompts)
    assert [one["count"] for one in by_kind["multiple_choice"] if one["count"]] == [2, 2]
    assert sum(one["count"] for one in by_kind["ordering"]) == 2
    assert [(one["part"], one["value"], one["count"], one["right"]) for one in by_kind["cloze"] if one["count"]] == [
        ("b", "zwei", 2, True)
    ]


async def test_what_is_right_is_named_also_where_nobody_chose_it(school: School) -> None:
    kinds = ("single_choice", "true_false", "matching", "multiple_choice", "ordering", "cloze")
    exam = await Exam.set_up(await Desk.set_up(school), *kinds)
    lazy = await exam.sit()
    await lazy.submit()
    by_kind = {one["question"]["kind"]: one for one in await statistics(exam)}
    assert all(row["count"] == 0 and row["right"] for one in by_kind.values() for row in one["distribution"])
    choice, statement = by_kind["single_choice"], by_kind["true_false"]
    labels = {one["id"]: one["html"] for one in choice["question"]["choices"]}
    assert ["red" in labels[row["value"]] for row in choice["distribution"]] == [True]
    assert [row["value"] for row in statement["distribution"]] == ["true"]
    prompts = {one["id"] for one in by_kind["matching"]["question"]["prompts"]}
    assert {row["part"] for row in by_kind["matching"]["distribution"]} == prompts
    assert len(by_kind["multiple_choice"]["distribution"]) >= 1
    assert len(by_kind["ordering"]["distribution"]) == 1


async def test_what_is_given_seldom_is_summed_up(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.gradebook.statistics._MOST_VALUES", 1)
    for text in ("Emily", "Anne", "Jane Austen", "Jane Austen"):
        sitting = await exam.sit()
        await sitting.save(sitting.questions[3], text)
        await sitting.submit()
    word = (await statistics(exam))[3]
    assert [(one["value"], one["count"]) for one in word["distribution"]] == [("Jane Austen", 2), (None, 2)]


async def test_the_histogram_is_of_learners(exam: Exam) -> None:
    await exam.change(pass_percent=75)
    ann = await exam.desk.learner()
    for right in (0, 4):
        await took(exam, right, ann)
    for right in (4, 3, 1, 0):
        await took(exam, right)
    found = good(await exam.desk.teacher.get(f"{exam.path}/results/histogram"))
    assert (found["learners"], found["passed"]) == (5, 3)
    assert [bar["count"] for bar in found["bars"]] == [1, 0, 1, 0, 0, 0, 0, 1, 0, 2]
    assert (found["bars"][-1]["low"], found["bars"][-1]["high"]) == (90, 100)
    assert (found["mean"], found["median"], found["lowest"], found["highest"]) == (60.0, 75.0, 0.0, 100.0)
    assert found["deviation"] == pytest.approx(40.620192, abs=1e-6)


async def test_the_median_time_is_of_all_attempts_that_were_handed_in(exam: Exam) -> None:
    path = f"{exam.path}/results/histogram"
    assert good(await exam.desk.teacher.get(path))["median_seconds"] is None
    for seconds in (100, 200, 1000):
        sitting = await exam.sit()
        await exam.pass_time(sitting, seconds)
        await sitting.submit()
    await exam.pass_time(await exam.sit(), 500)
    exam.banyan.kit.cache.clear()
    assert 200 <= good(await exam.desk.teacher.get(path))["median_seconds"] < 220


async def test_statistics_are_reckoned_once_for_many_who_ask(exam: Exam, statements: list[str]) -> None:
    await took(exam, 2)
    for path in ("results/questions", "results/histogram", "live"):
        await exam.desk.teacher.get(f"{exam.path}/{path}")
        statements.clear()
        for _ in range(3):
            good(await exam.desk.teacher.get(f"{exam.path}/{path}"))
        assert not [sql for sql in statements if "attempt_result" in sql], path


async def test_the_bank_learns_how_its_questions_did(exam: Exam) -> None:
    for pattern in PATTERNS:
        await answered(exam, pattern)
    [tell] = [one for one in gradebook.DOMAIN.periodic if one.name == "gradebook.tell_banks"]

    async def told() -> list[tuple[int, float]]:
        page = good(await exam.desk.teacher.get(exam.desk.bank.path))["items"]
        return [(one["statistics"]["attempts"], one["statistics"]["facility"]) for one in reversed(page)]

    await tell.run(exam.banyan.kit)
    assert await told() == [(5, pytest.approx(0.6)), (5, pytest.approx(0.8)), (5, pytest.approx(0.4)), (5, 0.2)]
    await answered(exam, (1, 1, 1, 1))
    await tell.run(exam.banyan.kit)
    assert [attempts for attempts, _ in await told()] == [6] * 4


async def test_the_bank_is_not_told_again_what_it_knows(exam: Exam, statements: list[str]) -> None:
    await answered(exam, (1, 1, 1, 1))
    [tell] = [one for one in gradebook.DOMAIN.periodic if one.name == "gradebook.tell_banks"]
    await tell.run(exam.banyan.kit)
    statements.clear()
    await tell.run(exam.banyan.kit)
    assert len(statements) == 1


async def test_live_says_who_does_what(exam: Exam) -> None:
    for name in ("Ann", "Ben", "Cem", "Dora"):
        person = await exam.desk.learner(name)
        if name == "Dora":
            continue
        sitting = await exam.sit(person)
        await sitting.save(sitting.questions[0], sitting.response(sitting.questions[0], RIGHT))
        if name == "Ben":
            await sitting.submit()
        if name == "Cem":
            async with exam.banyan.kit.db.write() as tx:
                await tx.execute(
                    "update attempt_result set seen_at = now() - interval '2 minutes' where attempt_id = $1",
                    UUID(sitting.view["id"]),
                )
    seen = good(await exam.desk.teacher.get(f"{exam.path}/live"))
    counts = {name: seen[name] for name in ("enrolled", "not_begun", "begun", "answering", "idle", "submitted")}
    assert counts == {"enrolled": 4, "not_begun": 1, "begun": 3, "answering": 1, "idle": 1, "submitted": 1}
    assert [(one["learner"]["name"], one["state"], one["questions"]) for one in seen["items"]] == [
        ("Ann", "answering", 4),
        ("Ben", "graded", 4),
        ("Cem", "idle", 4),
    ]
    assert seen["items"][1]["answered"] == 1
    first = good(await exam.desk.teacher.get(f"{exam.path}/live?limit=1&state=submitted"))
    assert [one["learner"]["name"] for one in first["items"]] == ["Ben"]
    assert first["next"] is None


async def test_live_counts_the_time_that_is_left(school: School) -> None:
    exam = await Exam.set_up(await Desk.set_up(school), time_limit_seconds=600)
    sitting = await exam.sit()
    await exam.pass_time(sitting, 300)
    [taker] = good(await exam.desk.teacher.get(f"{exam.path}/live"))["items"]
    assert 295 <= taker["seconds_left"] <= 300
