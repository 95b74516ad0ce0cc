"""A key was wrong: what is corrected, for whom, what stays of it, and that nobody is missed."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from banyan.gradebook import regrading
from banyan.gradebook.regrading import RunRegrade
from tests.attempts.scene import RIGHT, WRONG, Exam, Sitting
from tests.conftest import run_jobs
from tests.gradebook.test_grading import deeds
from tests.gradebook.test_results import took
from tests.groups.scene import good, refused

CHOICE, STATEMENT, NUMBER, WORD = range(4)


def question(exam: Exam, at: int) -> str:
    found: str = exam.test["sections"][0]["entries"][at]["question_id"]
    return found


async def body_of(exam: Exam, at: int) -> dict[str, Any]:
    found: dict[str, Any] = good(await exam.desk.teacher.get(f"/questions/{question(exam, at)}"))["body"]
    return found


async def ask(exam: Exam, at: int, **fields: Any) -> dict[str, Any]:
    body = {"question_id": question(exam, at), "reason": "The key was wrong.", **fields}
    answer: dict[str, Any] = good(await exam.desk.teacher.post(f"{exam.path}/regrades", body))
    return answer


async def regraded(exam: Exam, at: int, **fields: Any) -> dict[str, Any]:
    """A regrade that is carried out."""
    begun = await ask(exam, at, **fields)
    await carry_out(exam, begun)
    done: dict[str, Any] = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
    return done


async def carry_out(exam: Exam, regrade: dict[str, Any], *, again: bool = False) -> None:
    wanted = RunRegrade(UUID(exam.test["id"]), UUID(regrade["id"]), again=again)
    await regrading.run_regrade.run(exam.banyan.kit, wanted)


async def percent(sitting: Sitting) -> tuple[float, float]:
    told = await sitting.result()
    return told["score"], told["percent"]


async def wrong_word(exam: Exam) -> Sitting:
    """Someone who gives everything right but the word."""
    return await took(exam, WORD)


async def test_another_key_changes_what_was_graded_by_the_one_before(exam: Exam) -> None:
    right, wrong = await took(exam, 4), await wrong_word(exam)
    body = await body_of(exam, WORD)
    key = {**body, "answers": [*body["answers"], {"id": "b", "text": "Nobody", "weight": 1.0, "feedback": "Indeed."}]}
    told = await ask(exam, WORD, body=key, dry_run=True)
    assert (told["attempts"], told["changed"], told["raised"], told["lowered"]) == (2, 1, 1, 0)
    assert (told["mean_before"], told["mean_after"]) == (87.5, 100.0)
    assert [(one["attempt_id"], one["before"], one["after"]) for one in told["examples"]] == [
        (wrong.view["id"], 3.0, 4.0)
    ]
    assert await percent(wrong) == (3.0, 75.0)
    assert good(await exam.desk.teacher.get(f"{exam.path}/regrades"))["items"] == []
    begun = await ask(exam, WORD, body=key)
    assert (begun["state"], begun["attempts"], begun["correction"], begun["revisions"]) == ("waiting", 2, "key", [1])
    await carry_out(exam, begun)
    assert await percent(wrong) == (4.0, 100.0)
    assert await percent(right) == (4.0, 100.0)
    [done] = good(await exam.desk.teacher.get(f"{exam.path}/regrades"))["items"]
    counts = {name: done[name] for name in ("state", "seen", "attempts", "changed", "raised", "lowered")}
    assert counts == {"state": "done", "seen": 2, "attempts": 2, "changed": 1, "raised": 1, "lowered": 0}
    assert done["finished_at"] is not None
    [change] = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{done['id']}/changes"))["items"]
    assert (change["attempt_id"], change["before"], change["after"]) == (wrong.view["id"], 3.0, 4.0)
    [deed] = await deeds(exam)
    assert (deed.action, deed.details["correction"], deed.details["reason"]) == (
        "gradebook.regraded",
        "key",
        "The key was wrong.",
    )
    shown = next(one for one in (await wrong.result())["questions"] if one["question"]["id"] == question(exam, WORD))
    assert (shown["revealed"]["verdict"], shown["revealed"]["accepted"]) == ("right", ["*Austen", "Nobody"])
    assert "Indeed." in shown["revealed"]["parts"][0]["feedback"]


async def test_what_is_corrected_holds_for_attempts_that_end_later(exam: Exam) -> None:
    running = await exam.sit()
    body = await body_of(exam, STATEMENT)
    await regraded(exam, STATEMENT, body={**body, "answer": False})
    await running.answer(RIGHT)
    await running.submit()
    later = await took(exam, 4)
    assert await percent(running) == await percent(later) == (3.0, 75.0)
    wrong = await exam.sit()
    await wrong.answer({**RIGHT, "true_false": False})
    assert (await wrong.submit())["score"] == 4.0


async def test_a_void_question_counts_for_nobody(exam: Exam) -> None:
    all_right, wrong = await took(exam, 4), await took(exam, 3)
    told = await ask(exam, WORD, void=True, dry_run=True)
    assert (told["changed"], told["raised"], told["lowered"], told["mean_after"]) == (2, 0, 1, 100.0)
    done = await regraded(exam, WORD, void=True)
    assert (done["changed"], done["lowered"]) == (2, 1)
    assert await percent(all_right) == await percent(wrong) == (3.0, 100.0)
    later = await took(exam, 2)
    assert await percent(later) == (2.0, pytest.approx(66.666667))
    [*_, word] = good(await exam.desk.teacher.get(f"{exam.path}/results/questions"))["items"]
    assert (word["points"], word["discrimination"]) == (0.0, None)


async def test_full_marks_are_for_everyone_also_for_no_answer(exam: Exam) -> None:
    wrong, lazy = await took(exam, 0), await exam.sit()
    await lazy.submit()
    await regraded(exam, NUMBER, full_marks=True)
    assert await percent(wrong) == await percent(lazy) == (1.0, 25.0)


async def test_takers_and_graders_are_told_what_was_corrected(exam: Exam) -> None:
    wrong = await took(exam, 0)
    await regraded(exam, NUMBER, full_marks=True)
    await regraded(exam, WORD, void=True)
    told = (await wrong.result())["questions"]
    assert [one["correction"] for one in told] == [None, None, "full_marks", "void"]
    path = f"{wrong.path}/grades/{wrong.questions[2]['id']}"
    assert good(await exam.desk.teacher.get(path))["correction"] == "full_marks"
    await exam.change(show_score="never", show_answers="at_once")
    assert all("correction" not in one for one in (await wrong.result())["questions"])


async def test_a_correction_is_taken_back_by_another(exam: Exam) -> None:
    sitting = await took(exam, 4)
    await regraded(exam, WORD, void=True)
    assert await percent(sitting) == (3.0, 100.0)
    done = await regraded(exam, WORD, reason="It was right after all.")
    assert (done["correction"], done["changed"]) == ("published", 1)
    assert await percent(sitting) == (4.0, 100.0)
    assert [one["correction"] for one in good(await exam.desk.teacher.get(f"{exam.path}/regrades"))["items"]] == [
        "published",
        "void",
    ]


async def test_several_questions_are_corrected_beside_each_other(exam: Exam) -> None:
    sitting = await took(exam, 0)
    await regraded(exam, WORD, full_marks=True)
    told = await ask(exam, NUMBER, full_marks=True, dry_run=True)
    assert (told["examples"][0]["before"], told["examples"][0]["after"]) == (1.0, 2.0)
    await regraded(exam, NUMBER, void=True)
    assert await percent(sitting) == (1.0, pytest.approx(33.333333))


async def test_what_people_graded_stays_under_another_key(exam: Exam) -> None:
    sitting, other = await took(exam, 0), await took(exam, 0)
    word = question(exam, WORD)
    settled = {"version": 0, "points": 0.5, "settle": True}
    good(await exam.desk.teacher.put(f"{sitting.path}/grades/{word}", settled))
    body = await body_of(exam, WORD)
    await regraded(exam, WORD, body={**body, "answers": [{"id": "a", "text": "Nobody"}]})
    assert await percent(sitting) == (0.5, 12.5)
    assert await percent(other) == (1.0, 25.0)
    await regraded(exam, WORD, void=True)
    assert await percent(sitting) == (0.0, 0.0)


async def test_only_the_named_revisions_are_corrected(exam: Exam) -> None:
    before = await took(exam, 3)
    await exam.change(description="Another edition.")
    after = await took(exam, 3)
    done = await regraded(exam, WORD, full_marks=True, revisions=[2])
    assert (done["revisions"], done["changed"]) == ([2], 1)
    assert await percent(before) == (3.0, 75.0)
    assert await percent(after) == (4.0, 100.0)
    await regraded(exam, WORD, full_marks=True)
    assert await percent(before) == (4.0, 100.0)


async def test_what_was_not_shown_cannot_be_the_correction(exam: Exam) -> None:
    await took(exam, 4)
    choice = await body_of(exam, CHOICE)
    other = {**choice, "choices": [{**one, "id": f"other{at}"} for at, one in enumerate(choice["choices"])]}
    essay = {"kind": "essay", "text": "Why?"}
    unfit: list[tuple[dict[str, Any], str]] = [
        ({"body": other}, "/body"),
        ({"body": await body_of(exam, STATEMENT)}, "/body"),
        ({"body": essay}, "/body"),
        ({"body": {**choice, "choices": [{**one, "weight": 0} for one in choice["choices"]]}}, "/body/choices"),
        ({"void": True, "full_marks": True}, ""),
        ({"void": True, "revisions": [7]}, "/revisions"),
        ({"void": True, "question_id": exam.test["id"]}, "/question_id"),
    ]
    for fields, pointer in unfit:
        for dry_run in (True, False):
            body = {"question_id": question(exam, CHOICE), "reason": "Why not?", "dry_run": dry_run, **fields}
            answer = await exam.desk.teacher.post(f"{exam.path}/regrades", body)
            assert refused(answer) == (422, "unfit_correction"), fields
            assert answer.json()["errors"][0]["pointer"] == pointer
    silent = {"question_id": question(exam, CHOICE), "reason": " ", "void": True}
    assert refused(await exam.desk.teacher.post(f"{exam.path}/regrades", silent)) == (400, "malformed")


async def test_a_regrade_comes_in_slices_and_goes_on_where_it_was_left(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    sittings = [await took(exam, 3) for _ in range(5)]
    monkeypatch.setattr(regrading, "_SLICE", 2)
    begun = await ask(exam, WORD, full_marks=True)
    original = regrading._regrade
    calls = 0

    async def breaking(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("the worker dies")
        return await original(*args)

    monkeypatch.setattr(regrading, "_regrade", breaking)
    with pytest.raises(RuntimeError):
        await carry_out(exam, begun)
    halfway = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
    assert (halfway["state"], halfway["seen"], halfway["changed"]) == ("running", 2, 2)
    await carry_out(exam, begun)
    done = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
    assert (done["state"], done["seen"], done["changed"]) == ("done", 5, 5)
    assert {await percent(sitting) for sitting in sittings} == {(4.0, 100.0)}


async def test_nobody_who_submits_meanwhile_is_missed(exam: Exam) -> None:
    closed = [await took(exam, 3) for _ in range(3)]
    running = [await exam.sit() for _ in range(6)]
    for sitting in running:
        await sitting.answer({**RIGHT, "short_answer": WRONG["short_answer"]})
    begun = await ask(exam, WORD, full_marks=True)
    await asyncio.gather(carry_out(exam, begun), *(sitting.submit() for sitting in running))
    await carry_out(exam, begun, again=True)
    assert {await percent(sitting) for sitting in (*closed, *running)} == {(4.0, 100.0)}
    done = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
    assert done["state"] == "done"


async def test_who_was_closed_by_the_key_before_is_found_when_it_is_looked_again(exam: Exam) -> None:
    begun = await ask(exam, WORD, full_marks=True)
    await carry_out(exam, begun)
    late = await took(exam, 3)
    async with exam.banyan.kit.db.write() as tx:  # as a process would, that had not heard of the correction
        await tx.execute(
            """
            update attempt_result set points = 3, grades = jsonb_set(grades, array[$2, 'points'], '0')
             where attempt_id = $1
            """,
            UUID(late.view["id"]),
            question(exam, WORD),
        )
        await tx.execute("update attempt set score = 3 where id = $1", UUID(late.view["id"]))
    await carry_out(exam, begun, again=True)
    assert await percent(late) == (4.0, 100.0)
    done = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
    assert (done["state"], done["changed"]) == ("done", 1)


async def test_the_worker_carries_it_out(exam: Exam) -> None:
    sitting = await took(exam, 3)
    begun = await ask(exam, WORD, full_marks=True)

    async def done() -> bool:
        seen = good(await exam.desk.teacher.get(f"{exam.path}/regrades/{begun['id']}"))
        return bool(seen["state"] == "done")

    await run_jobs(exam.banyan, done)
    assert await percent(sitting) == (4.0, 100.0)


async def test_teachers_correct_keys_and_all_staff_see_it(exam: Exam) -> None:
    await took(exam, 3)
    done = await regraded(exam, WORD, void=True)
    assistant, ann = await exam.desk.bank.staff("assistant"), await exam.desk.learner()
    body = {"question_id": question(exam, WORD), "reason": "Why not?", "void": True}
    assert refused(await assistant.post(f"{exam.path}/regrades", body)) == (403, "forbidden")
    assert refused(await ann.post(f"{exam.path}/regrades", body)) == (403, "forbidden")
    for path in ("", f"/{done['id']}", f"/{done['id']}/changes"):
        good(await assistant.get(f"{exam.path}/regrades{path}"), 200)
        assert refused(await ann.get(f"{exam.path}/regrades{path}")) == (403, "forbidden")
    elsewhere = f"{exam.path}/regrades/{exam.test['id']}"
    assert refused(await assistant.get(elsewhere)) == (404, "not_found")
    assert refused(await assistant.get(f"{elsewhere}/changes")) == (404, "not_found")


async def test_a_regrade_costs_the_same_for_2_attempts_and_for_12(exam: Exam, statements: list[str]) -> None:
    costs = []
    for count, how in ((2, {"full_marks": True}), (10, {"void": True})):
        for _ in range(count):
            await took(exam, 0)
        begun = await ask(exam, WORD, **how)
        statements.clear()
        await carry_out(exam, begun)
        costs.append(len(statements))
    assert costs[0] == costs[1], costs
