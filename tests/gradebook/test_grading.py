"""What people say that a response is worth: who may, what counts, and what is kept of it."""

import asyncio
from typing import Any

import pytest

from banyan.attempts import AttemptFileInfo, nameless
from banyan.kit.ids import new_id
from tests.assessments.scene import Desk, fixed, section
from tests.attempts.scene import Exam, Sitting
from tests.groups.scene import AuditRow, good, refused
from tests.story import Person, School

ESSAY = {"text": "Roots <script>alert(1)</script> and **leaves**.", "files": []}


@pytest.fixture
async def exam(school: School) -> Exam:
    """A statement and an essay, of which the second is worth four points."""
    desk = await Desk.set_up(school)
    test = await _two(desk)
    return Exam(desk, test)


async def _two(desk: Desk, **settings: Any) -> dict[str, Any]:

    entries = [fixed(await desk.bank.add("true_false")), fixed(await desk.bank.add("essay"), points=4)]
    return await desk.published(section(*entries), settings={"show_score": "at_once", **settings})


async def handed_in(exam: Exam, person: Person | None = None) -> Sitting:
    sitting = await exam.sit(person)
    await sitting.answer({"true_false": True, "essay": ESSAY})
    await sitting.submit()
    return sitting


def path(sitting: Sitting) -> str:
    return f"{sitting.path}/grades/{sitting.questions[1]['id']}"


async def grade(person: Person, sitting: Sitting, points: float, version: int = 0, **fields: Any) -> dict[str, Any]:
    body = {"version": version, "points": points, **fields}
    graded: dict[str, Any] = good(await person.put(path(sitting), body))
    return graded


async def score(exam: Exam, sitting: Sitting) -> tuple[str, float | None]:
    own, tests = await exam.sides(sitting)
    assert own == tests
    return own.state, own.score


async def deeds(exam: Exam) -> list[AuditRow]:
    return await exam.banyan.kit.db.read().all(
        AuditRow,
        """
        select actor_id, action, subject, course_id, details from audit_entry
         where action like 'gradebook.%' order by at, id
        """,
    )


async def test_an_essay_waits_is_graded_and_counts_at_once(exam: Exam) -> None:
    ann = await exam.desk.learner("Ann")
    sitting = await handed_in(exam, ann)
    teacher = exam.desk.teacher
    [line] = good(await teacher.get(f"{exam.path}/grading"))["questions"]
    assert (line["kind"], line["points"], line["waiting"], line["graded"]) == ("essay", 4.0, 1, 0)
    queue = f"{exam.path}/grading/{line['id']}"
    [entry] = good(await teacher.get(queue))["items"]
    assert (entry["attempt_id"], entry["learner"]["name"], entry["state"]) == (sitting.view["id"], "Ann", "waiting")
    seen = good(await teacher.get(path(sitting)))
    assert (seen["worth"], seen["response"], seen["state"]) == (4.0, ESSAY, "waiting")
    assert "<strong>leaves</strong>" in seen["html"]
    assert "<script" not in seen["html"]
    assert "Look for roots." in seen["for_graders"]
    assert [one["text"] for one in seen["rubric"]] == ["Roots", "Leaves"]
    line_id = seen["rubric"][0]["id"]
    after = await grade(teacher, sitting, 3, comment="Well *done*.", rubric={line_id: 0.5})
    assert (after["points"], after["state"], after["grades"][0]["rubric"]) == (3.0, "graded", {line_id: 0.5})
    assert await score(exam, sitting) == ("graded", 4.0)
    told = await sitting.result()
    assert (told["score"], told["percent"]) == (4.0, 80.0)
    assert [(one.get("points"), one.get("comment")) for one in told["questions"]] == [
        (1.0, None),
        (3.0, "Well *done*."),
    ]
    assert good(await teacher.get(queue))["items"] == []
    assert len(good(await teacher.get(f"{queue}?state=graded"))["items"]) == 1
    [line] = good(await teacher.get(f"{exam.path}/grading"))["questions"]
    assert (line["waiting"], line["graded"]) == (0, 1)
    assert await deeds(exam) == []  # nobody knew of a grade before


async def test_the_mean_of_graders_counts_until_a_teacher_settles_it(exam: Exam) -> None:
    sitting = await handed_in(exam)
    teacher, assistant = exam.desk.teacher, await exam.desk.bank.staff("assistant")
    await grade(assistant, sitting, 1, comment="Thin.")
    both = await grade(teacher, sitting, 4, comment="Rich.")
    assert (both["points"], both["comment"], both["graders"]) == (2.5, "Thin.\n\nRich.", 2)
    settled = await grade(teacher, sitting, 3, settle=True, comment="Agreed.")
    assert (settled["points"], settled["comment"], settled["settlement"]["version"]) == (3.0, "Agreed.", 1)
    assert (await grade(assistant, sitting, 0, 1))["points"] == 3.0
    assert await score(exam, sitting) == ("graded", 4.0)
    good(await teacher.delete(f"{path(sitting)}/settlement"), 204)
    assert await score(exam, sitting) == ("graded", 3.0)
    assert refused(await teacher.delete(f"{path(sitting)}/settlement")) == (404, "not_found")


async def test_learners_are_told_how_far_they_met_the_rubric_with_the_feedback(exam: Exam) -> None:
    sitting = await handed_in(exam)
    teacher, assistant = exam.desk.teacher, await exam.desk.bank.staff("assistant")
    roots, leaves = [line["id"] for line in good(await teacher.get(path(sitting)))["rubric"]]
    assert "rubric" not in (await sitting.result())["questions"][1]
    await grade(teacher, sitting, 3, rubric={roots: 1, leaves: 0.5})
    await grade(assistant, sitting, 3, rubric={roots: 0.5})

    async def told() -> list[tuple[str, float, float | None]] | None:
        lines = (await sitting.result())["questions"][1].get("rubric")
        return None if lines is None else [(line["text"], line["share"], line["level"]) for line in lines]

    assert await told() == [("Roots", 0.5, 0.75), ("Leaves", 0.5, 0.5)]
    await grade(assistant, sitting, 3, 1, rubric={roots: 0})
    assert await told() == [("Roots", 0.5, 0.5), ("Leaves", 0.5, 0.5)]
    await grade(teacher, sitting, 3, settle=True, rubric={leaves: 1})
    assert await told() == [("Roots", 0.5, None), ("Leaves", 0.5, 1.0)]
    await exam.change(show_feedback="never", show_answers="at_once")
    assert await told() is None


async def test_a_grade_that_was_known_leaves_what_it_was(exam: Exam) -> None:
    sitting = await handed_in(exam, await exam.desk.learner("Ann"))
    teacher = exam.desk.teacher
    await grade(teacher, sitting, 3)
    await grade(teacher, sitting, 3, 1, comment="The same points.")
    await grade(teacher, sitting, 1.5, 2)
    [deed] = await deeds(exam)
    assert (deed.actor_id, deed.action, deed.subject) == (
        teacher.id,
        "gradebook.grade_changed",
        f"attempt:{sitting.view['id']}",
    )
    told = {name: deed.details[name] for name in ("learner", "before", "after", "had_been_told")}
    assert told == {"learner": "Ann", "before": "3", "after": "1.5", "had_been_told": True}


async def test_two_who_grade_at_once_both_count(exam: Exam) -> None:
    sitting = await handed_in(exam)
    graders = [exam.desk.teacher, *[await exam.desk.bank.staff(role) for role in ("assistant", "teacher", "teacher")]]
    await asyncio.gather(*(grade(person, sitting, points) for points, person in enumerate(graders, 1)))
    assert await score(exam, sitting) == ("graded", 3.5)


async def test_a_grade_from_another_tab_is_not_lost(exam: Exam) -> None:
    sitting = await handed_in(exam)
    teacher = exam.desk.teacher
    bodies = [{"version": 0, "points": points} for points in (1, 2, 3)]
    answers = await asyncio.gather(*(teacher.put(path(sitting), body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    stale = next(answer.json() for answer in answers if answer.status_code == 409)
    assert stale["code"] == "stale_edit"
    assert (stale["current"]["grades"][0]["version"], stale["current"]["state"]) == (1, "graded")


async def test_what_a_response_cannot_earn_is_refused(exam: Exam) -> None:
    sitting = await handed_in(exam)
    teacher = exam.desk.teacher
    for body, pointer in (
        ({"points": 4.5}, "/points"),
        ({"points": 1, "rubric": {"nothing/such": 1}}, "/rubric/nothing~1such"),
    ):
        answer = await teacher.put(path(sitting), {"version": 0, **body})
        assert refused(answer) == (422, "unfit_grade")
        assert answer.json()["errors"][0]["pointer"] == pointer
    for body in ({"points": -1}, {"points": 1, "rubric": {"r": 2}}, {"points": "1"}):
        assert (await teacher.put(path(sitting), {"version": 0, **body})).status_code == 400
    assert await score(exam, sitting) == ("submitted", 1.0)


async def test_only_what_is_closed_and_asked_is_graded(exam: Exam) -> None:
    sitting = await exam.sit()
    teacher = exam.desk.teacher
    body = {"version": 0, "points": 1}
    assert refused(await teacher.put(path(sitting), body)) == (409, "attempt_running")
    await sitting.submit()
    elsewhere = f"{sitting.path}/grades/{sitting.view['id']}"
    assert refused(await teacher.put(elsewhere, body)) == (404, "question_not_in_attempt")
    assert refused(await teacher.get(elsewhere)) == (404, "question_not_in_attempt")


async def test_a_teacher_overrules_the_key_and_takes_it_back(exam: Exam) -> None:
    sitting = await handed_in(exam)
    teacher = exam.desk.teacher
    statement = f"{sitting.path}/grades/{sitting.questions[0]['id']}"
    good(await teacher.put(statement, {"version": 0, "points": 0.5, "settle": True, "comment": "Half."}))
    await grade(teacher, sitting, 2)
    assert await score(exam, sitting) == ("graded", 2.5)
    good(await teacher.delete(f"{statement}/settlement"), 204)
    assert await score(exam, sitting) == ("graded", 3.0)


async def test_who_grades_blind_is_told_no_name(school: School) -> None:
    desk = await Desk.set_up(school)
    question = await desk.bank.add("essay", body={"files": 1})

    exam = Exam(desk, await desk.published(section(fixed(question)), settings={"grade_blind": True, "attempts": 2}))
    zaunkoenig = await desk.learner("Zaunkoenig")
    seen = []
    for _ in range(2):
        sitting = await exam.sit(zaunkoenig)
        sent = await zaunkoenig.client.post(f"{sitting.path}/files?name=zaunkoenig.txt", content=b"Roots.")
        await sitting.save(sitting.questions[0], {"text": "Roots.", "files": [good(sent)["id"]]})
        await sitting.submit()
        for address in (
            f"{exam.path}/grading/{question['id']}",
            f"{sitting.path}/grades/{question['id']}",
        ):
            answer = await desk.teacher.get(address)
            assert "zaunkoenig" not in answer.text.lower()
            assert str(zaunkoenig.id) not in answer.text
            seen.append(answer.json())
    assert seen[1]["pseudonym"] == seen[3]["pseudonym"] == seen[2]["items"][0]["pseudonym"] != ""
    [file] = seen[1]["files"]
    assert file["name"].endswith(".txt")
    download = await desk.teacher.client.get(f"http://demo.school{file['url']}")
    assert (download.content, file["name"] in download.headers["content-disposition"]) == (b"Roots.", True)
    assert "zaunkoenig" not in str(download.headers).lower()
    result = await sitting.result(desk.teacher)
    assert "zaunkoenig" not in str(result).lower()
    own = await zaunkoenig.get(file["url"].removeprefix("/api/v1"))
    assert "zaunkoenig.txt" in own.headers["content-disposition"]
    assert [one["name"] for one in (await sitting.result())["files"]] == ["zaunkoenig.txt"]


@pytest.mark.parametrize(
    ("name", "ending"), [("ann.tar.gz", ".gz"), ("ann", ""), ("me.zaunkoenig", ""), ("A.PDF", ".pdf"), ("x.é", "")]
)
def test_a_file_without_its_name_keeps_what_kind_it_is(name: str, ending: str) -> None:
    file = AttemptFileInfo(new_id(), name, "text/plain", 1, b"")
    assert nameless(file).name == f"file-{file.id.hex[-6:]}{ending}"


async def test_assistants_grade_and_teachers_settle(exam: Exam, school: School) -> None:
    sitting = await handed_in(exam)
    assistant, fellow = await exam.desk.bank.staff("assistant"), await exam.desk.learner()
    assert refused(await assistant.put(path(sitting), {"version": 0, "points": 1, "settle": True})) == (
        403,
        "forbidden",
    )
    assert refused(await assistant.delete(f"{path(sitting)}/settlement")) == (403, "forbidden")
    body = {"version": 0, "points": 4}
    assert refused(await sitting.person.put(path(sitting), body)) == (403, "forbidden")
    assert refused(await fellow.put(path(sitting), body)) == (404, "not_found")
    assert refused(await fellow.get(path(sitting))) == (404, "not_found")
    assert (await grade(assistant, sitting, 1))["points"] == 1.0


async def test_the_queue_goes_on_where_it_ended_and_costs_one_statement(exam: Exam, statements: list[str]) -> None:
    sittings = [await handed_in(exam) for _ in range(3)]
    question = sittings[0].questions[1]["id"]
    found, after = [], ""
    while True:
        statements.clear()
        page = good(await exam.desk.teacher.get(f"{exam.path}/grading/{question}?limit=2{after}"))
        assert len([sql for sql in statements if "attempt_result" in sql]) == 1
        found += [one["attempt_id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == [one.view["id"] for one in sittings]
