"""What is coming up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.assessments.scene import Desk, fixed, section
from tests.groups.scene import good
from tests.story import Person, School, published_course


@pytest.fixture
async def desk(school: School) -> Desk:
    return await Desk.set_up(school)


def in_days(days: int) -> str:
    moment = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    return moment.isoformat().replace("+00:00", "Z")


async def moments(person: Person) -> list[tuple[str, str, str]]:
    page: list[dict[str, Any]] = good(await person.get("/timeline"))["items"]
    return [(one["item"]["title"], one["event"], one["at"]) for one in page]


async def test_the_timeline_has_what_comes_across_courses_in_order(school: School) -> None:
    teacher, learner = await school.teacher(), await school.learner()
    now = datetime.now(UTC)
    soon, sooner = now + timedelta(days=5), now + timedelta(days=2)
    trees = await published_course(teacher, title="Trees", lessons=1, due_at=soon.isoformat())
    birds = await published_course(teacher, title="Birds", lessons=1, due_at=sooner.isoformat())
    fish = await published_course(teacher, title="Fish", lessons=1, due_at=sooner.isoformat())
    await trees.enrol(learner)
    await birds.enrol(learner)
    await birds.done(learner, birds.items[0])
    moments = (await learner.get("/timeline")).json()["items"]
    assert [(moment["course"]["title"], moment["event"], moment["state"]) for moment in moments] == [
        ("Birds", "due", "done"),
        ("Trees", "due", None),
    ]
    window = {"from": now.isoformat(), "until": (now + timedelta(days=3)).isoformat()}
    near = (await learner.get("/timeline", params=window)).json()["items"]
    assert [moment["course"]["title"] for moment in near] == ["Birds"]
    assert fish.id not in str(moments)


async def test_a_test_is_in_the_timeline_when_it_opens_and_closes(desk: Desk) -> None:
    opens, closes = in_days(2), in_days(4)
    question = await desk.bank.add()
    learner = await desk.learner()
    test = await desk.published(section(fixed(question)), settings={"opens_at": opens, "closes_at": closes})
    unpublished = {"opens_at": opens, "closes_at": closes}
    await desk.begin(section(fixed(question)), title="Not yet", settings=unpublished)
    assert await moments(learner) == []  # the outline that learners read has neither yet
    good(await desk.bank.course.publish(), 201)
    assert await moments(learner) == [("Exam", "release", opens), ("Exam", "due", closes)]
    [release, _] = good(await learner.get("/timeline"))["items"]
    assert (release["item"]["id"], release["item"]["kind"], release["state"]) == (test["id"], "test", None)

    later = in_days(5)
    await desk.change(test, settings={"closes_at": later})
    assert await moments(learner) == [("Exam", "release", opens), ("Exam", "due", closes)]
    await desk.publish(test)
    assert await moments(learner) == [("Exam", "due", later)]
    good(await desk.teacher.delete(f"/items/{test['id']}"), 204)
    assert await moments(learner) == []


async def test_a_learner_with_dates_of_their_own_finds_those(desk: Desk) -> None:
    opens, closes, own = in_days(2), in_days(4), in_days(6)
    learner, other = await desk.learner(), await desk.learner()
    settings = {"opens_at": opens, "closes_at": closes}
    test = await desk.published(section(fixed(await desk.bank.add())), settings=settings)
    good(await desk.bank.course.publish(), 201)
    path = f"/tests/{test['id']}/accommodations/{learner.id}"
    good(await desk.teacher.put(path, {"extra_minutes": 5, "closes_at": own}))
    assert await moments(learner) == [("Exam", "release", opens), ("Exam", "due", own)]
    assert await moments(other) == [("Exam", "release", opens), ("Exam", "due", closes)]


async def test_the_timeline_costs_one_statement_more_for_any_number_of_tests(desk: Desk, statements: list[str]) -> None:
    learner = await desk.learner()
    question = await desk.bank.add()
    counts = []
    for number in (0, 1, 4):
        for _ in range(number):
            await desk.published(section(fixed(question)), settings={"closes_at": in_days(3)})
        if number:
            good(await desk.bank.course.publish(), 201)
        await learner.get("/timeline")
        statements.clear()
        await learner.get("/timeline")
        counts.append(len(statements))
    assert counts == [1, 2, 2]
