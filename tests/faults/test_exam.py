"""Whoever is in the middle of a test loses no answer that was told as saved, whatever dies."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.installation import Installation
from tests.faults.writing import Writing

QUESTIONS = 12


@dataclass
class Saved:
    """What the server has acknowledged: the number of the last save of each question."""

    numbers: dict[str, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


async def good(sent: Any, status: int = 201) -> Any:
    answer = await sent
    assert answer.status_code == status, answer.text
    return answer.json()


async def begin(installation: Installation) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    """A learner of the demo school in the middle of a test that its teacher has made."""
    teacher, learner = await installation.sign_in("teacher"), await installation.sign_in("learner")
    course = (await good(teacher.post("/courses", json={"title": "Exams"})))["id"]
    made = [
        await good(teacher.post(f"/courses/{course}/questions", json={"title": str(number), "body": body}))
        for number, body in enumerate(
            [{"kind": "short_answer", "text": "?", "answers": [{"id": "a", "text": "*"}]}] * QUESTIONS
        )
    ]
    entries = [{"id": f"e{at}", "question_id": question["id"]} for at, question in enumerate(made)]
    test = await good(
        teacher.post(f"/courses/{course}/tests", json={"title": "Exam", "sections": [{"id": "s", "entries": entries}]})
    )
    await good(teacher.post(f"/tests/{test['id']}/revisions", json={}))
    await good(teacher.post(f"/courses/{course}/revisions", json={}))
    await good(learner.post(f"/courses/{course}/enrolments", json={}))
    attempt = await good(learner.post(f"/tests/{test['id']}/attempts", json={}))
    await teacher.aclose()
    return learner, attempt


async def write(learner: httpx.AsyncClient, attempt: str, question: str, numbers: Iterator[int], saved: Saved) -> None:
    """Save one answer after the other."""
    for number in numbers:
        body = {"response": f"answer {number}", "number": number}
        answer = await learner.put(f"/attempts/{attempt}/answers/{question}", json=body)
        if answer.status_code == 200:
            saved.numbers[question] = number
        else:
            saved.refused.append(answer.status_code)
            await asyncio.sleep(0.05)


async def write_until(
    installation: Installation,
    learner: httpx.AsyncClient,
    attempt: dict[str, Any],
    fault: Callable[[], None],
    saved: Saved,
) -> None:
    """Answer all questions at once, again and again; let the fault happen in the midst of it."""
    questions = [question["id"] for part in attempt["sections"] for question in part["questions"]]
    before = sum(saved.numbers.values())
    writing = Writing()
    writing.begin(
        *(
            write(learner, attempt["id"], one, writing.numbers(saved.numbers.get(one, 0) + 1), saved)
            for one in questions
        )
    )
    while sum(saved.numbers.values()) < before + 20 * QUESTIONS:  # noqa: ASYNC110 -- other tasks write on
        await asyncio.sleep(0.01)
    await asyncio.to_thread(fault)
    await asyncio.sleep(0.3)
    await writing.end()


async def check(learner: httpx.AsyncClient, attempt: dict[str, Any], saved: Saved) -> None:
    """Everything that was acknowledged is there, or something newer."""
    seen = await good(learner.get(f"/attempts/{attempt['id']}"), 200)
    assert seen["sections"] == attempt["sections"]
    assert len(saved.numbers) == QUESTIONS
    for question, number in saved.numbers.items():
        found = seen["answers"][question]
        assert found["number"] >= number
        assert found["response"] == f"answer {found['number']}"


async def test_killing_the_server_and_its_database_loses_no_answer(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    learner, attempt = await begin(installation)
    saved = Saved()

    def power_cut() -> None:
        installation.kill_postgres()
        installation.kill()

    for fault in (installation.kill, power_cut, installation.kill):
        await write_until(installation, learner, attempt, fault, saved)
        await asyncio.to_thread(installation.start)
        await check(learner, attempt, saved)
    assert set(saved.refused) <= {503}
    again = await good(learner.post(f"/tests/{attempt['test']['id']}/attempts", json={}), 200)
    assert again["id"] == attempt["id"]
    handed_in = await good(learner.post(f"/attempts/{attempt['id']}/submission"), 200)
    assert (handed_in["state"], handed_in["score"]) == ("graded", QUESTIONS)
    await learner.aclose()
    assert await asyncio.to_thread(installation.stop) == 0
