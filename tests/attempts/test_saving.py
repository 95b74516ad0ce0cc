"""Answers are saved as they are given: the newest stays, whatever order they come in, and what is wrong is told."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assessments.scene import Desk
from tests.attempts.scene import RIGHT, TEXT, Exam, Kept, Sitting
from tests.groups.scene import good, refused

SAVES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["one", "two", "three", None]), st.sampled_from([True, False, None])),
    min_size=1,
    max_size=12,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=SAVES, at_once=st.booleans())
async def test_any_order_and_repetition_of_saves_ends_in_the_newest(
    desk: Desk, saves: list[tuple[int, str | None, bool | None]], at_once: bool
) -> None:
    exam = await _short(desk)
    sitting = await exam.sit()
    [question] = sitting.questions
    # Of two saves with one number it is the one that comes first that counts: the other is taken for the same.
    first = {number: (response, flagged) for number, response, flagged in reversed(saves)}
    bodies = []
    for number, _, _ in saves:
        response, flagged = first[number]
        body: dict[str, Any] = {"number": number, "response": response}
        bodies.append(body if flagged is None else {**body, "flagged": flagged})
    if at_once:
        answers = await asyncio.gather(*(sitting.put(question, body) for body in bodies))
    else:
        answers = [await sitting.put(question, body) for body in bodies]
    newest = max(first)
    for body, answer in zip(bodies, answers, strict=True):
        assert body["number"] <= good(answer)["number"] <= newest
    kept = (await exam.kept(sitting))[question["id"]]
    assert (kept.response, kept.number) == (first[newest][0], newest)
    if first[newest][1] is not None:
        assert kept.flagged == first[newest][1]
    assert good(await sitting.put(question, bodies[0]))["number"] == newest
    await exam.sides(sitting)
    await sitting.submit()


_exams: dict[UUID, Exam] = {}


async def _short(desk: Desk) -> Exam:
    """One test for all examples, with as many attempts as it takes."""
    school_id = desk.bank.school.id
    if school_id not in _exams:
        _exams[school_id] = await Exam.set_up(desk, "short_answer", attempts=None)
    return _exams[school_id]


async def test_an_older_save_is_answered_with_what_is_there(exam: Exam) -> None:
    sitting = await exam.sit()
    question = sitting.questions[3]
    newest = good(await sitting.put(question, {"response": "Jane", "number": 7, "flagged": True}))
    late = good(await sitting.put(question, {"response": "Emily", "number": 6, "flagged": False}))
    doubled = good(await sitting.put(question, {"response": "Anne", "number": 7}))
    for answer in (late, doubled):
        assert (answer["number"], answer["saved_at"]) == (7, newest["saved_at"])
    assert (await exam.kept(sitting))[question["id"]] == Kept("Jane", 7, True)


async def test_a_flag_stays_until_it_is_taken_away(exam: Exam) -> None:
    sitting = await exam.sit()
    question = sitting.questions[3]
    for number, (body, flagged) in enumerate(
        [({}, False), ({"flagged": True}, True), ({}, True), ({"flagged": False}, False)], 1
    ):
        await sitting.put(question, {"response": "Jane", "number": number, **body})
        assert (await sitting.read())["answers"][question["id"]]["flagged"] is flagged


async def test_an_answer_can_be_taken_back(exam: Exam) -> None:
    sitting = await exam.sit()
    await sitting.answer()
    await sitting.save(sitting.questions[0], None)
    assert (await sitting.submit())["score"] == 3


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("true_false", {}),
        ("true_false", {"response": True}),
        ("true_false", {"number": 1}),
        ("true_false", {"response": "true", "number": 1}),
        ("true_false", {"response": True, "number": "1"}),
        ("true_false", {"response": True, "number": -1}),
        ("true_false", {"response": True, "number": 2**53 + 1}),
        ("true_false", {"response": True, "number": 1.5}),
        ("true_false", {"response": True, "number": 1, "flagged": 1}),
        ("true_false", {"response": True, "number": 1, "flagged": None}),
        ("true_false", {"response": True, "number": 1, "score": 4}),
        ("true_false", []),
        ("single_choice", {"response": "no-such-id", "number": 1}),
        ("single_choice", {"response": ["a"], "number": 1}),
        ("short_answer", {"response": "x" * 2001, "number": 1}),
        ("short_answer", {"response": "a\x00b", "number": 1}),
        ("short_answer", {"response": {"text": "a"}, "number": 1}),
    ],
)
async def test_a_wrong_body_is_told_and_stores_nothing(exam: Exam, kind: str, body: object) -> None:
    sitting = await exam.sit()
    question = next(one for one in sitting.questions if one["kind"] == kind)
    answer = await sitting.put(question, body)
    assert refused(answer) == (400, "malformed")
    assert answer.json()["errors"]
    assert await exam.kept(sitting) == {}


async def test_a_body_over_a_mebibyte_is_refused(exam: Exam) -> None:
    sitting = await exam.sit()
    answer = await sitting.put(sitting.questions[3], {"response": "x" * (1 << 20), "number": 1})
    assert refused(answer) == (413, "too_large")


async def test_a_question_that_is_not_there_is_not_found(exam: Exam) -> None:
    sitting = await exam.sit()
    assert refused(await sitting.put(str(uuid4()), {"response": None, "number": 1})) == (404, "question_not_in_attempt")


async def test_an_answer_costs_one_statement_and_a_crowd_shares_it(exam: Exam, statements: list[str]) -> None:
    sittings = [await exam.sit() for _ in range(30)]
    questions = sittings[0].questions
    await sittings[0].save(questions[0], None)
    statements.clear()
    await sittings[0].save(questions[1], True)
    assert len([sql for sql in statements if "from session" not in sql]) == 1
    for sitting in sittings:
        await sitting.person.get("/me")  # so that their sessions are known
    statements.clear()
    await asyncio.gather(
        *(sitting.save(question, None, flagged=True) for sitting in sittings for question in questions)
    )
    saving = [sql for sql in statements if "insert into answer" in sql]
    assert len(saving) <= 10
    for sitting in sittings:
        assert len(await exam.kept(sitting)) == 4


async def test_one_bad_answer_in_a_crowd_disturbs_nobody(exam: Exam) -> None:
    sittings = [await exam.sit() for _ in range(5)]
    question = sittings[0].questions[1]
    stranger = Sitting(await exam.desk.learner(), sittings[0].view)
    await sittings[4].submit()
    answers = await asyncio.gather(
        *(sitting.put(question, {"response": True, "number": 1}) for sitting in [*sittings, stranger])
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 409, 404]


async def test_handing_in_grades_every_answer_that_was_told_as_saved(exam: Exam) -> None:
    for _ in range(5):
        sitting = await exam.sit()

        async def save(sitting: Sitting, at: int) -> httpx.Response:
            question = sitting.questions[at]
            return await sitting.put(question, {"response": sitting.response(question, RIGHT), "number": 1})

        answers, handed_in = await asyncio.gather(
            asyncio.gather(*(save(sitting, at) for at in range(4))), sitting.submit()
        )
        told = sum(answer.status_code == 200 for answer in answers)
        assert handed_in["score"] == told
        assert len(await exam.kept(sitting)) == told
        assert {answer.status_code for answer in answers} <= {200, 409}


async def test_without_a_way_back_what_is_left_long_ago_stays(desk: Desk) -> None:
    exam = await Exam.set_up(desk, page="one", go_back=False)
    sitting = await exam.sit()
    first, second = sitting.questions[1:3]
    await sitting.save(second, "2 m")
    await sitting.save(first, True)  # still on its way when the second one was saved
    async with exam.banyan.kit.db.write() as tx:
        await tx.execute("update answer set begun_at = now() - interval '61 seconds'")
    await sitting.save(second, "3 m")
    back = await sitting.put(first, {"response": False, "number": 2})
    assert refused(back) == (409, "no_going_back")
    assert back.json()["current"]["number"] == 1
    assert good(await sitting.put(first, {"response": True, "number": 1}))["number"] == 1
    kept = await exam.kept(sitting)
    assert (kept[first["id"]].response, kept[second["id"]].response) == (True, "3 m")


async def test_what_is_answered_is_told_to_the_test_every_two_seconds(exam: Exam) -> None:
    sitting = await exam.sit()
    await sitting.save(sitting.questions[1], True)
    await sitting.save(sitting.questions[0], None, flagged=True)
    db = exam.banyan.kit.db.read()
    sql = "select answered from attempt_result where attempt_id = $1 and seen_at > started_at"
    async with asyncio.timeout(8):
        while await db.maybe(int, sql, UUID(sitting.view["id"])) != 1:  # noqa: ASYNC110 -- the database says so, not an event
            await asyncio.sleep(0.1)


async def test_files_belong_to_the_attempt_that_they_were_sent_to(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "file_upload")
    sitting, other = await exam.sit(), await exam.sit()
    [question] = sitting.questions
    sent = good(await sitting.person.client.post(f"{sitting.path}/files?name=tree.png", content=PNG), 201)
    assert refused(await other.put(question, {"response": [sent["id"]], "number": 1})) == (422, "no_such_attempt_file")
    await sitting.save(question, [sent["id"]])
    assert (await sitting.read())["files"] == [sent]
    path = sent["url"].removeprefix("/api/v1")
    for who in (sitting.person, exam.desk.teacher):
        assert (await who.get(path)).content == PNG
    assert refused(await other.person.get(path)) == (404, "not_found")
    stranger = await other.person.client.post(f"{sitting.path}/files?name=tree.png", content=PNG)
    assert refused(stranger) == (404, "not_found")
    assert (await sitting.submit())["state"] == "submitted"
    late = await sitting.person.client.post(f"{sitting.path}/files?name=tree.png", content=PNG)
    assert refused(late) == (409, "attempt_closed")
    assert (await sitting.result(exam.desk.teacher))["files"] == [sent]


async def test_a_question_takes_files_with_its_endings_alone(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "file_upload", "essay")
    sitting, other = await exam.sit(), await exam.sit()
    upload, essay = sitting.questions
    post = sitting.person.client.post

    async def sent(name: str, **query: str) -> Any:
        return await post(f"{sitting.path}/files", params={"name": name, **query}, content=b"# A tree\n")

    refusal = await sent("tree.txt", question=upload["id"])
    assert refused(refusal) == (422, "unfit_attempt_file")
    [error] = refusal.json()["errors"]
    assert (error["pointer"], ".png, .jpg" in error["detail"]) == ("/name", True)
    assert refused(await sent("tree.txt", question=exam.test["id"])) == (404, "question_not_in_attempt")
    assert refused(await sent("tree.txt", question="x"))[0] in (400, 404)
    text = good(await sent("tree.txt", question=essay["id"]), 201)
    named = await sitting.put(upload, {"response": [text["id"]], "number": 1})
    assert refused(named) == (422, "unfit_attempt_file")
    assert named.json()["errors"][0]["pointer"] == "/response/0"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert refused(await post(f"{sitting.path}/files?name=tree&question={upload['id']}", content=svg))[0] == 422
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64) + b"\xff\xd9"
    path = f"{sitting.path}/files?name=Tree.JPEG&question={upload['id']}"
    await sitting.save(upload, [good(await post(path, content=jpeg), 201)["id"]])
    assert upload["id"] not in await exam.kept(other)


async def test_an_essay_of_the_largest_size_is_kept_whole(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "essay")
    sitting = await exam.sit()
    [question] = sitting.questions
    text = {**TEXT, "text": "é" * 200_000}
    await sitting.save(question, text)
    assert (await exam.kept(sitting))[question["id"]].response == text


async def test_answers_that_are_lists_are_kept_as_lists(desk: Desk) -> None:
    exam = await Exam.set_up(desk, "multiple_choice", "ordering", "file_upload")
    sitting, other = await exam.sit(), await exam.sit()
    several, ordered, upload = sitting.questions
    chosen = [one["id"] for one in several["choices"]][:2]
    order = [one["id"] for one in ordered["items"]]
    sent = good(await sitting.person.client.post(f"{sitting.path}/files?name=tree.png", content=PNG), 201)
    await asyncio.gather(
        sitting.save(several, chosen),
        sitting.save(ordered, order),
        sitting.save(upload, [sent["id"]]),
        other.save(several, chosen[:1]),
        other.save(ordered, None),
    )
    kept = await exam.kept(sitting)
    # Which are chosen counts, not in which order: they are kept in their author's.
    assert sorted(kept[several["id"]].response) == sorted(chosen)
    assert [kept[one["id"]].response for one in (ordered, upload)] == [order, [sent["id"]]]
    kept = await exam.kept(other)
    assert [kept[one["id"]].response for one in (several, ordered)] == [chosen[:1], None]
    await sitting.submit()
    told = {one["question"]["id"]: one["response"] for one in (await sitting.result(desk.teacher))["questions"]}
    assert sorted(told.pop(several["id"])) == sorted(chosen)
    assert told == {ordered["id"]: order, upload["id"]: [sent["id"]]}
