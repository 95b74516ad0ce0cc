"""A test with a pass mark is done when it is passed, however that comes about."""

from typing import Any

import pytest

from tests.assessments.scene import Desk, fixed, section
from tests.attempts.scene import TEXT, Exam, Sitting
from tests.conftest import run_jobs
from tests.groups.scene import good
from tests.story import Person, School


@pytest.fixture
async def exam(school: School) -> Exam:
    """A statement and an essay of four points, of which four of five are enough."""
    desk = await Desk.set_up(school)
    entries = [fixed(await desk.bank.add("true_false")), fixed(await desk.bank.add("essay"), points=4)]
    test = await desk.published(section(*entries), settings={"pass_percent": 80, "attempts": 2})
    good(await desk.bank.course.publish(), 201)
    return Exam(desk, test)


async def handed_in(exam: Exam, person: Person) -> Sitting:
    sitting = await exam.sit(person)
    await sitting.answer({"true_false": True, "essay": TEXT})
    await sitting.submit()
    return sitting


async def grade(exam: Exam, sitting: Sitting, points: float, version: int = 0) -> None:
    path = f"{sitting.path}/grades/{sitting.questions[1]['id']}"
    good(await exam.desk.teacher.put(path, {"version": version, "points": points}))


async def page(exam: Exam, person: Person) -> dict[str, Any]:
    seen: dict[str, Any] = good(await person.get(exam.desk.bank.course.path))["progress"]
    return seen


async def becomes(exam: Exam, person: Person, state: str | None) -> None:
    async def so() -> bool:
        return (await page(exam, person))["items"].get(exam.test["id"]) == state

    await run_jobs(exam.banyan, so)


async def idle(exam: Exam) -> bool:
    return await exam.banyan.kit.db.read().one(int, "select count(*)::integer from pgqueuer") == 0


async def test_grading_passes_someone_and_a_lower_grade_takes_it_back(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    sitting = await handed_in(exam, ann)
    await run_jobs(exam.banyan, lambda: idle(exam))
    assert (await page(exam, ann))["items"] == {}
    await grade(exam, sitting, 3)
    await becomes(exam, ann, "done")
    await grade(exam, sitting, 1, 1)
    await becomes(exam, ann, "started")
    await grade(exam, sitting, 4, 2)
    await becomes(exam, ann, "done")


async def test_who_passed_another_time_has_passed(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    first = await handed_in(exam, ann)
    second = await handed_in(exam, ann)
    await grade(exam, first, 4)
    await grade(exam, second, 4)
    await becomes(exam, ann, "done")
    await grade(exam, first, 0, 1)
    await run_jobs(exam.banyan, lambda: idle(exam))
    await becomes(exam, ann, "done")
    await grade(exam, second, 0, 1)
    await becomes(exam, ann, "started")


async def test_a_course_that_was_completed_stays_completed(exam: Exam) -> None:
    ann, course = await exam.desk.learner("Ann"), exam.desk.bank.course
    for item in course.items:
        await course.done(ann, item)
    sitting = await handed_in(exam, ann)
    await grade(exam, sitting, 4)
    await becomes(exam, ann, "done")
    completed = (await page(exam, ann))["completed_at"]
    assert completed is not None
    await grade(exam, sitting, 0, 1)
    await becomes(exam, ann, "started")
    after = await page(exam, ann)
    assert after["completed_at"] == completed
    assert after["percent"] < 100


async def test_a_learner_cannot_say_that_they_have_done_a_test(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    path = f"{exam.desk.bank.course.path}/items/{exam.test['id']}/progress"
    saved = good(await ann.put(path, {"state": "done", "place": 1}))
    assert saved["state"] == "started"
    assert (await page(exam, ann))["items"] == {exam.test["id"]: "started"}
