"""Keeping the place, and completing a course."""

import asyncio
from uuid import UUID

import pytest

from banyan import courses
from tests.story import School, published_course


async def test_doing_every_item_completes_the_course_once(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    half = (await course.done(learner, course.items[0])).json()
    assert (half["percent"], half["completed_at"]) == (50, None)
    whole = (await course.done(learner, course.items[1])).json()
    assert whole["percent"] == 100
    assert whole["completed_at"] is not None
    again = (await course.done(learner, course.items[1])).json()
    assert again["completed_at"] == whole["completed_at"]
    people = (await course.teacher.get(f"{course.path}/people")).json()["items"]
    assert (people[0]["state"], people[0]["percent"]) == ("completed", 100)


async def test_reading_again_does_not_undo_what_is_done(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    await course.done(learner, course.items[0])
    path = f"{course.path}/items/{course.items[0]}/progress"
    again = (await learner.put(path, {"state": "started", "place": 0.1})).json()
    assert (again["state"], round(again["place"], 3)) == ("done", 0.1)


async def test_many_who_save_at_once_share_statements_and_each_get_their_own_answer(
    school: School, statements: list[str]
) -> None:
    course = await published_course(await school.teacher(), lessons=4)
    learners = [await school.learner() for _ in range(30)]
    for learner in learners:
        await course.enrol(learner)
    await learners[0].get(course.path)
    statements.clear()
    answers = await asyncio.gather(
        *(course.done(learner, course.items[at % 4], at / 30) for at, learner in enumerate(learners))
    )
    assert [round(answer.json()["place"], 3) for answer in answers] == [round(at / 30, 3) for at in range(30)]
    assert sum("insert into progress" in statement for statement in statements) < 15
    for at, learner in enumerate(learners):
        page = (await learner.get(course.path)).json()
        assert page["progress"]["items"] == {course.items[at % 4]: "done"}


async def test_one_who_is_not_enrolled_saves_nothing_and_disturbs_nobody(school: School) -> None:
    course = await published_course(await school.teacher())
    learner, stranger = await school.learner(), await school.learner()
    await course.enrol(learner)
    saved, refused = await asyncio.gather(course.done(learner, course.items[0]), course.done(stranger, course.items[0]))
    assert saved.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "not_enrolled")


async def test_an_item_of_another_course_cannot_be_done_here(school: School) -> None:
    teacher, learner = await school.teacher(), await school.learner()
    course, other = await published_course(teacher), await published_course(teacher, title="Birds")
    await course.enrol(learner)
    assert (await course.done(learner, other.items[0])).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": "finished"},
        {"state": "done", "place": 2},
        {"state": "done", "place": "x"},
        {"state": "done", "a": 1},
        [],
    ],
)
async def test_a_wrong_body_is_told_and_stores_nothing(school: School, body: object) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    answer = await learner.put(f"{course.path}/items/{course.items[0]}/progress", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert (await learner.get(course.path)).json()["progress"]["items"] == {}


async def test_progress_survives_publishing_and_counts_what_is_there_now(school: School) -> None:
    course = await published_course(await school.teacher())
    learner = await school.learner()
    await course.enrol(learner)
    await course.done(learner, course.items[0])
    await course.teacher.post(
        f"/modules/{course.modules[0]}/items", {"kind": "lesson", "title": "New", "source": "New."}
    )
    await course.teacher.post(
        f"/modules/{course.modules[0]}/items", {"kind": "link", "title": "Out", "url": "https://example.org"}
    )
    await course.publish()
    page = (await learner.get(course.path)).json()
    assert page["progress"]["percent"] == 25


async def test_a_course_that_goes_for_good_takes_its_learners_progress_along(school: School) -> None:
    teacher, learner = await school.teacher(), await school.learner()
    course, kept = await published_course(teacher), await published_course(teacher, title="Birds")
    for one in (course, kept):
        await one.enrol(learner)
        await one.done(learner, one.items[0])
    await teacher.delete(course.path)
    db = school.banyan.kit.db
    async with db.write() as tx:
        await tx.execute("update course set deleted_at = now() - interval '31 days' where deleted_at is not null")
    await next(entry for entry in courses.DOMAIN.periodic if "purge" in entry.name).run(school.banyan.kit)
    for table in ("enrolment", "roster", "places", "progress"):
        assert await db.read().all(UUID, f"select distinct course_id from {table}") == [UUID(kept.id)]  # noqa: S608
