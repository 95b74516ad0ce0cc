"""Time: the server's clock decides, and what was saved in time counts, whether or not anybody is there."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from banyan.attempts import jobs
from tests.assessments.scene import Desk
from tests.attempts.scene import Exam, Sitting, Spot
from tests.conftest import run_jobs
from tests.groups.scene import good, refused
from tests.story import Person


@pytest.fixture
async def timed(desk: Desk) -> Exam:
    """A test of ten minutes."""
    return await Exam.set_up(desk, time_limit_seconds=600, attempts=2)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_the_deadline_is_told_at_the_start_and_stays(timed: Exam) -> None:
    sitting = await timed.sit()
    view = sitting.view
    assert moment(view["deadline_at"]) - moment(view["started_at"]) == timedelta(minutes=10)
    saved = await sitting.save(sitting.questions[1], True)
    assert saved["deadline_at"] == view["deadline_at"] == (await sitting.read())["deadline_at"]
    assert moment(view["started_at"]) <= moment(saved["saved_at"]) <= moment(saved["now"])


async def test_a_test_that_closes_ends_sooner_than_its_time(desk: Desk) -> None:
    closes_at = datetime.now(UTC) + timedelta(minutes=3)
    exam = await Exam.set_up(desk, time_limit_seconds=600, closes_at=closes_at.isoformat())
    assert moment((await exam.sit()).view["deadline_at"]) == closes_at


async def test_one_who_needs_more_time_has_it(timed: Exam) -> None:
    learner = await timed.desk.learner()
    extra = {"extra_percent": 50, "extra_minutes": 1}
    good(await timed.desk.teacher.put(f"{timed.path}/accommodations/{learner.id}", extra))
    view = (await timed.sit(learner)).view
    assert moment(view["deadline_at"]) - moment(view["started_at"]) == timedelta(minutes=16)


async def test_within_the_grace_an_answer_is_taken_and_after_it_not(timed: Exam) -> None:
    sitting = await timed.sit()
    question = sitting.questions[1]
    await timed.pass_time(sitting, 602)
    await sitting.save(question, True)
    await timed.pass_time(sitting, 4)
    late = await sitting.put(question, {"response": False, "number": 2})
    assert refused(late) == (409, "attempt_closed")
    current = late.json()["current"]
    assert (current["state"], current["submitted_at"]) == ("graded", current["deadline_at"])
    assert await timed.sides(sitting) == (Spot("graded", 1.0), Spot("graded", 1.0))


async def _by_reading(exam: Exam, sitting: Sitting) -> None:
    assert (await sitting.read())["state"] == "graded"


async def _by_the_result(exam: Exam, sitting: Sitting) -> None:
    assert (await sitting.result())["score"] == 1


async def _by_the_staff(exam: Exam, sitting: Sitting) -> None:
    assert (await sitting.result(exam.desk.teacher))["score"] == 1


async def _by_the_card(exam: Exam, sitting: Sitting) -> None:
    [one] = good(await sitting.person.get(exam.path))["attempts"]
    assert (one["state"], one["percent"]) == ("graded", 25)


async def _by_handing_in(exam: Exam, sitting: Sitting) -> None:
    assert (await sitting.submit())["score"] == 1


async def _by_starting_again(exam: Exam, sitting: Sitting) -> None:
    again = good(await exam.start(sitting.person), 201)
    assert again["number"] == 2


async def _by_the_clock(exam: Exam, sitting: Sitting) -> None:
    await exam.run_clock()


@pytest.mark.parametrize(
    "look",
    [_by_reading, _by_the_result, _by_the_staff, _by_the_card, _by_handing_in, _by_starting_again, _by_the_clock],
)
async def test_whose_time_is_up_is_closed_with_what_was_saved(timed: Exam, look: Any) -> None:
    sitting = await timed.sit()
    await sitting.save(sitting.questions[1], True)
    await timed.pass_time(sitting, 700)
    await look(timed, sitting)
    assert await timed.sides(sitting) == (Spot("graded", 1.0), Spot("graded", 1.0))
    view = await sitting.read()
    assert view["submitted_at"] == view["deadline_at"]


async def test_what_runs_is_listed_for_its_learner_what_ends_first_before_the_others(timed: Exam) -> None:
    sitting = await timed.sit()
    untimed = await Exam.set_up(timed.desk, "true_false")
    open_end = await untimed.sit(sitting.person)
    good(await timed.desk.teacher.post(f"{untimed.path}/previews"), 201)
    listed = good(await sitting.person.get("/attempts"))["items"]
    assert [one["id"] for one in listed] == [sitting.view["id"], open_end.view["id"]]
    assert listed[0]["test"] == sitting.view["test"]
    assert listed[0]["deadline_at"] == sitting.view["deadline_at"] > listed[0]["now"]
    await open_end.submit()
    await timed.pass_time(sitting, 700)
    for person in (sitting.person, timed.desk.teacher):
        assert good(await person.get("/attempts"))["items"] == []


async def test_the_clock_closes_many_in_slices_and_nobody_who_has_time(
    timed: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_SLICE", 3)
    sittings = [await timed.sit() for _ in range(8)]
    for sitting in sittings[1:]:
        await sitting.save(sitting.questions[1], True)
        await timed.pass_time(sitting, 700)
    await timed.run_clock()
    states = [(await timed.sides(sitting))[0].state for sitting in sittings]
    assert states == ["running"] + ["graded"] * 7


async def test_other_settings_leave_running_attempts_alone(timed: Exam) -> None:
    sitting = await timed.sit()
    await timed.change(time_limit_seconds=60, page="one", go_back=False)
    view = await sitting.read()
    assert (view["deadline_at"], view["page"], view["go_back"]) == (sitting.view["deadline_at"], "all", True)
    other = (await timed.sit()).view
    assert (other["page"], moment(other["deadline_at"]) - moment(other["started_at"])) == ("one", timedelta(minutes=1))


async def test_closing_a_test_earlier_ends_who_is_in_it_but_those_with_a_time_of_their_own(timed: Exam) -> None:
    people: list[Person] = [await timed.desk.learner() for _ in range(2)]
    later = datetime.now(UTC) + timedelta(days=1)
    own = {"closes_at": later.isoformat()}
    good(await timed.desk.teacher.put(f"{timed.path}/accommodations/{people[1].id}", own))
    ended, going_on = [await timed.sit(person) for person in people]
    closes_at = datetime.now(UTC) + timedelta(minutes=2)
    await timed.change(closes_at=closes_at.isoformat())
    [revision] = [
        edition["number"] for edition in good(await timed.desk.teacher.get(f"{timed.path}/revisions"))["items"]
    ][:1]
    await jobs.bring_forward.run(timed.banyan.kit, jobs.NewRevision(UUID(timed.test["id"]), revision))
    assert moment((await ended.read())["deadline_at"]) == closes_at
    assert (await going_on.read())["deadline_at"] == going_on.view["deadline_at"]
    saved = await ended.save(ended.questions[1], True)
    assert moment(saved["deadline_at"]) == closes_at


async def test_publishing_lets_the_job_do_that(timed: Exam) -> None:
    sitting = await timed.sit()
    closes_at = datetime.now(UTC) + timedelta(minutes=2)
    await timed.change(closes_at=closes_at.isoformat())
    async with timed.banyan.kit.db.write() as tx:
        await tx.execute("update pgqueuer set execute_after = now() where entrypoint = 'attempts.bring_forward'")

    async def brought_forward() -> bool:
        return moment((await sitting.read())["deadline_at"]) == closes_at

    await run_jobs(timed.banyan, brought_forward)


async def test_wrong_clocks_of_clients_do_not_matter(timed: Exam) -> None:
    sitting = await timed.sit()
    question = sitting.questions[1]
    headers = {"date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    body = {"response": True, "number": 2**53}  # who counts by a clock that runs ahead
    answer = await sitting.person.client.put(f"{sitting.path}/answers/{question['id']}", json=body, headers=headers)
    saved = good(answer)
    assert abs(moment(saved["now"]) - datetime.now(UTC)) < timedelta(seconds=30)
    assert (await timed.kept(sitting))[question["id"]].number == 2**53


async def test_more_time_given_in_the_middle_holds_at_once_and_is_not_taken_away(timed: Exam) -> None:
    sitting = await timed.sit()
    path = f"{timed.path}/accommodations/{sitting.person.id}"
    started = moment(sitting.view["started_at"])
    for extra, minutes in ((5, 15), (2, 15)):
        good(await timed.desk.teacher.put(path, {"extra_minutes": extra}))
        assert moment((await sitting.read())["deadline_at"]) == started + timedelta(minutes=minutes)
    await timed.pass_time(sitting, 700)
    await sitting.save(sitting.questions[1], True)
    await timed.run_clock()
    assert (await timed.sides(sitting))[1].state == "running"


async def test_the_staff_see_a_new_name(timed: Exam) -> None:
    sitting = await timed.sit()
    good(await sitting.person.patch("/me", {"name": "Ann Other"}))
    sql = "select name from attempt_result where attempt_id = $1"
    assert await timed.banyan.kit.db.read().one(str, sql, UUID(sitting.view["id"])) == "Ann Other"
