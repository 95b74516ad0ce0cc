"""Beginning a test, going on with it elsewhere, and handing it in."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from banyan.courses import CoursePurged
from tests.assessments.scene import Desk, draw, fixed, section
from tests.attempts.scene import RIGHT, TEXT, WRONG, Exam, Spot
from tests.conftest import run_jobs
from tests.groups.scene import good, refused
from tests.story import School


async def test_who_answers_everything_right_has_all_points(exam: Exam) -> None:
    sitting = await exam.sit()
    assert sitting.view["state"] == "running"
    assert [question["kind"] for question in sitting.questions] == list(RIGHT)
    await sitting.answer()
    handed_in = await sitting.submit()
    assert (handed_in["state"], handed_in["score"], handed_in["max_points"]) == ("graded", 4, 4)
    assert await exam.sides(sitting) == (Spot("graded", 4.0), Spot("graded", 4.0))
    result = await sitting.result()
    assert (result["percent"], result["counted"]) == (100, 100)


async def test_what_one_sees_holds_no_key(exam: Exam) -> None:
    text = str((await exam.sit()).view)
    for secret in ("weight", "tolerance", "Austen", "Well seen", "Not the sky", "'answer'"):
        assert secret not in text


async def test_the_first_start_begins_and_the_next_goes_on(exam: Exam) -> None:
    learner = await exam.desk.learner()
    first = await exam.start(learner)
    sitting = await exam.sit(learner)
    await sitting.save(sitting.questions[0], None, flagged=True)
    await sitting.save(sitting.questions[1], True)
    again = await exam.start(learner)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["sections"] == first.json()["sections"]
    saved = again.json()["answers"]
    assert saved == (await sitting.read())["answers"]
    assert (saved[sitting.questions[0]["id"]]["flagged"], saved[sitting.questions[1]["id"]]["response"]) == (True, True)


async def test_twenty_starts_of_one_learner_at_once_give_one_attempt(exam: Exam) -> None:
    learner = await exam.desk.learner()
    answers = await asyncio.gather(*(exam.start(learner) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_handing_in_twice_is_the_same(exam: Exam) -> None:
    sitting = await exam.sit()
    await sitting.answer()
    first, second = await asyncio.gather(sitting.submit(), sitting.submit())
    third = await sitting.submit()
    for later in (second, third):
        assert {**later, "now": ""} == {**first, "now": ""}


async def test_after_handing_in_nothing_is_saved_and_what_was_is_told_again(exam: Exam) -> None:
    sitting = await exam.sit()
    question = sitting.questions[1]
    saved = await sitting.save(question, True)
    await sitting.submit()
    late = await sitting.put(question, {"response": False, "number": 2})
    assert refused(late) == (409, "attempt_closed")
    assert late.json()["current"]["state"] == "graded"
    doubled = good(await sitting.put(question, {"response": True, "number": 1}))
    assert (doubled["number"], doubled["saved_at"]) == (1, saved["saved_at"])
    assert (await exam.kept(sitting))[question["id"]].response is True


async def test_who_is_closed_sees_no_questions_any_more_but_their_answers(exam: Exam) -> None:
    sitting = await exam.sit()
    await sitting.answer(WRONG)
    await sitting.submit()
    view = await sitting.read()
    assert (view["state"], view["sections"], len(view["answers"])) == ("graded", [], 4)


async def test_the_order_is_the_attempts_own_and_stays(desk: Desk) -> None:
    questions = [fixed(await desk.bank.add("true_false", title=str(number))) for number in range(8)]
    exam = Exam(desk, await desk.published(section(*questions), settings={"shuffle": True}))
    orders = set()
    for _ in range(4):
        sitting = await exam.sit()
        order = [question["id"] for question in sitting.questions]
        sitting.view = await sitting.read()
        assert [question["id"] for question in sitting.questions] == order
        orders.add(tuple(order))
    assert len(orders) > 1


async def test_only_drawn_questions_are_in_the_attempt(desk: Desk) -> None:
    ids = {(await desk.bank.add("true_false"))["id"] for _ in range(6)}
    exam = Exam(desk, await desk.published(section(draw(2, points=3)), settings={}))
    sitting = await exam.sit()
    drawn = {question["id"] for question in sitting.questions}
    assert len(drawn) == 2
    assert drawn < ids
    other = (ids - drawn).pop()
    assert refused(await sitting.put(other, {"response": True, "number": 1})) == (404, "question_not_in_attempt")
    await sitting.answer({"true_false": True})
    assert (await sitting.submit())["score"] == 6


async def test_attempts_are_counted(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false", attempts=2, counts="last")
    learner = await desk.learner()
    for number, response in ((1, True), (2, False)):
        sitting = await exam.sit(learner)
        assert sitting.view["number"] == number
        await sitting.save(sitting.questions[0], response)
        await sitting.submit()
    assert refused(await exam.start(learner)) == (409, "no_attempts_left")
    card = good(await learner.get(exam.path))
    assert [one["percent"] for one in card["attempts"]] == [100, 0]
    assert (card["may_start"], card["why_not"]) == (False, "no_attempts_left")
    assert (await sitting.result())["counted"] == 0


async def test_one_who_has_more_attempts_than_others_takes_them(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false")
    learner = await desk.learner()
    good(await desk.teacher.put(f"{exam.path}/accommodations/{learner.id}", {"extra_attempts": 1}))
    for _ in range(2):
        await (await exam.sit(learner)).submit()
    assert refused(await exam.start(learner)) == (409, "no_attempts_left")


async def test_the_access_code_is_asked_for_once(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false", access_code="OAK-7")
    learner = await desk.learner()
    assert refused(await exam.start(learner)) == (422, "wrong_access_code")
    assert refused(await exam.start(learner, access_code="ELM-7")) == (422, "wrong_access_code")
    begun = await exam.sit(learner, access_code=" oak-7 ")
    assert (await exam.sit(learner)).view["id"] == begun.view["id"]


async def test_guessing_access_codes_ends_soon(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false", access_code="OAK-7")
    learner = await desk.learner()
    answers = [await exam.start(learner, access_code=f"OAK-{number}00") for number in range(25)]
    assert {answer.status_code for answer in answers} == {422, 429}


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
async def test_a_test_that_is_not_open_says_when_it_is(desk: Desk, opens: int, closes: int) -> None:
    now = datetime.now(UTC)
    times = {"opens_at": now + timedelta(hours=opens), "closes_at": now + timedelta(hours=closes)}
    exam = await Exam.set_up(desk, "true_false", **{name: time.isoformat() for name, time in times.items()})
    answer = await exam.start(await desk.learner())
    assert refused(answer) == (403, "not_open")
    assert {name: datetime.fromisoformat(time) for name, time in answer.json()["current"].items()} == times


async def test_only_those_who_may_take_it_begin(exam: Exam, school: School, other_school: School) -> None:
    assert refused(await exam.start(await school.learner())) == (404, "not_found")
    assert refused(await exam.start(exam.desk.teacher)) == (403, "forbidden")
    assert refused(await exam.start(await other_school.learner())) == (404, "not_found")
    draft = await exam.desk.begin(title="Later")
    assert refused(await (await exam.desk.learner()).post(f"/tests/{draft['id']}/attempts", {})) == (404, "not_found")


async def test_another_persons_attempt_is_not_there(exam: Exam) -> None:
    sitting, other = await exam.sit(), await exam.desk.learner()
    question = sitting.questions[0]["id"]
    for who in (other, exam.desk.teacher):
        answer = await who.put(f"{sitting.path}/answers/{question}", {"response": None, "number": 1})
        assert refused(answer) == (404, "not_found")
        assert refused(await who.post(f"{sitting.path}/submission")) == (404, "not_found")
        assert refused(await who.get(sitting.path)) == (404, "not_found")
    assert refused(await other.get(f"{sitting.path}/result")) == (404, "not_found")
    assert refused(await other.get(f"/attempts/{uuid4()}/result")) == (404, "not_found")
    assert await exam.kept(sitting) == {}


async def test_another_persons_attempt_is_not_there_when_both_ask_at_once(exam: Exam) -> None:
    sitting, other = await exam.sit(), await exam.desk.learner()
    for path in ("", "/result"):
        answers = await asyncio.gather(
            *(person.get(sitting.path + path) for person in (sitting.person, other, exam.desk.teacher, other))
        )
        assert [answer.status_code for answer in answers] == (
            [200, 404, 404, 404] if not path else [409, 404, 409, 404]
        )
    body = {"response": None, "number": 1}
    address = f"{sitting.path}/answers/{sitting.questions[0]['id']}"
    answers = await asyncio.gather(*(person.put(address, body) for person in (sitting.person, other)))
    assert [answer.status_code for answer in answers] == [200, 404]


async def test_there_is_no_result_before_the_attempt_is_closed(exam: Exam) -> None:
    sitting = await exam.sit()
    assert refused(await sitting.person.get(f"{sitting.path}/result")) == (409, "attempt_running")


async def test_an_attempt_stays_at_the_revision_that_it_began_with(exam: Exam) -> None:
    sitting = await exam.sit()
    draft = await exam.desk.read(exam.test)
    more = fixed(await exam.desk.bank.add("true_false"))
    entries = [*draft["sections"][0]["entries"][:1], more]
    await exam.desk.change(draft, sections=[section(*entries)])
    await exam.desk.publish(exam.test)
    assert (await sitting.read())["sections"] == sitting.view["sections"]
    await sitting.answer()
    assert (await sitting.submit())["max_points"] == 4
    assert len((await exam.sit()).questions) == 2


async def test_taking_a_test_is_progress_in_its_course(exam: Exam) -> None:
    good(await exam.desk.bank.course.publish(), 201)
    sitting = await exam.sit()
    await sitting.submit()
    course = exam.desk.bank.course

    async def noted() -> bool:
        page = good(await sitting.person.get(course.path))
        return bool(page["progress"]["items"] == {exam.test["id"]: "done"})

    await run_jobs(exam.banyan, noted)


async def test_a_test_with_a_pass_mark_is_done_by_passing(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "true_false", pass_percent=50, attempts=2)
    good(await desk.bank.course.publish(), 201)
    learner, jobs = await desk.learner(), []
    exam.banyan.kit.db.observers.append(lambda sql, _args: jobs.append(sql) if "pgqueuer" in sql else None)
    for response, queued in ((False, 0), (True, 1)):
        sitting = await exam.sit(learner)
        await sitting.save(sitting.questions[0], response)
        await sitting.submit()
        assert (await sitting.result())["passed"] is response
        assert len(jobs) == queued


async def test_an_essay_waits_for_a_person(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "essay", "true_false")
    sitting = await exam.sit()
    essay, question = sitting.questions
    await sitting.save(essay, TEXT)
    await sitting.save(question, True)
    handed_in = await sitting.submit()
    assert (handed_in["state"], handed_in["score"], handed_in["max_points"]) == ("submitted", None, 2)
    result = await sitting.result()
    assert (result["score"], result["needs_grading"], result["counted"]) == (None, 1, None)
    assert [one["points"] for one in result["questions"]] == [None, 1]


async def test_an_essay_that_nobody_wrote_needs_nobody(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "essay")
    sitting = await exam.sit()
    assert (await sitting.submit())["state"] == "graded"


async def test_a_course_that_goes_for_good_takes_its_attempts_along(exam: Exam) -> None:
    sitting = await exam.sit()
    await sitting.answer()
    kit = exam.banyan.kit
    async with kit.db.write() as tx:
        await tx.emit(CoursePurged(UUID(exam.desk.bank.course.id), exam.desk.bank.school.id))
    for table in ("attempt", "attempt_result", "answer"):
        assert await kit.db.read().one(int, f"select count(*)::integer from {table}") == 0  # noqa: S608
