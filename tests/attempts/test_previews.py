"""Previews: a test as its teachers write it, taken by them before anybody else can, and counting for nothing."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.assessments.scene import Desk, draw, fixed, section
from tests.attempts.scene import Exam, Sitting
from tests.groups.scene import good, refused
from tests.story import Person


async def look(person: Person, test: dict[str, Any]) -> Sitting:
    """Someone of the staff takes a test as it is written now."""
    return Sitting(person, good(await person.post(f"/tests/{test['id']}/previews"), 201))


async def documents(exam: Exam) -> list[int]:
    """The numbers of all revisions on disk, those of previews too."""
    return await exam.banyan.kit.db.read().all(
        int,
        "select number from assessment_revision where assessment_id = $1 order by number",
        UUID(exam.test["id"]),
    )


async def test_a_preview_counts_for_nothing(exam: Exam) -> None:
    teacher = exam.desk.teacher
    first, second = await look(teacher, exam.test), await look(teacher, exam.test)
    assert (second.view["preview"], second.path != first.path) == (True, True)
    assert refused(await teacher.get(first.path)) == (404, "not_found")
    question = next(one for one in second.questions if one["kind"] == "true_false")
    await second.save(question, True)
    assert (await second.submit())["score"] == 1
    result = await second.result()
    assert (result["attempt"]["preview"], result["counted"], len(result["questions"])) == (True, None, 4)
    assert refused(await (await exam.desk.learner()).post(f"{exam.path}/previews")) == (403, "forbidden")


async def test_a_test_is_previewed_before_it_is_ever_published(desk: Desk) -> None:
    question = await desk.bank.add("true_false")
    settings = {"time_limit_seconds": 90, "access_code": "OPEN-UP", "show_score": "never"}
    test = await desk.begin(section(fixed(question, points=3), text="*Think* first."), settings=settings)
    sitting = await look(desk.teacher, test)
    assert (sitting.view["preview"], sitting.view["deadline_at"] is None) == (True, False)
    assert "<em>Think</em>" in sitting.view["sections"][0]["html"]
    await sitting.answer()
    handed_in = await sitting.submit()
    assert (handed_in["score"], handed_in["max_points"]) == (3, 3)
    assert (await sitting.result())["questions"][0]["revealed"]["verdict"] == "right"
    assert refused(await (await desk.learner()).get(f"/tests/{test['id']}")) == (404, "not_found")
    now = await desk.read(test)
    assert (now["revision"], now["published_at"], now["differs"]) == (None, None, True)
    assert good(await desk.teacher.get(f"/tests/{test['id']}/revisions"))["items"] == []
    assert good(await desk.teacher.get(f"/questions/{question['id']}"))["uses"] == 0
    assert (await desk.publish(test))["number"] == 1


async def test_a_preview_shows_what_is_written_and_learners_take_what_is_published(exam: Exam) -> None:
    more = fixed(await exam.desk.bank.add("true_false"))
    await exam.desk.change(exam.test, title="Anew", sections=[section(more)], settings={"page": "one"})
    seen = await look(exam.desk.teacher, exam.test)
    assert (seen.view["test"]["title"], len(seen.questions), seen.view["page"]) == ("Anew", 1, "one")
    learner = await exam.sit()
    assert (learner.view["test"]["title"], len(learner.questions), learner.view["page"]) == ("Exam", 4, "all")
    # It goes on at what was previewed, whatever is written meanwhile.
    await exam.desk.change(await exam.desk.read(exam.test), sections=[])
    assert (await seen.read())["sections"] == seen.view["sections"]
    await seen.answer()
    assert (await seen.submit())["score"] == 1


@pytest.mark.parametrize("wanted", [1, 0])
async def test_what_cannot_be_published_cannot_be_previewed(desk: Desk, wanted: int) -> None:
    test = await desk.begin(section(*[draw(1)] * wanted))
    answer = await desk.teacher.post(f"/tests/{test['id']}/previews")
    assert refused(answer) == (422, "unfit_test" if wanted else "nothing_to_ask")
    if wanted:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/sections/0/entries/0/draw/count"]


async def test_only_the_last_preview_of_each_is_kept(exam: Exam) -> None:
    teacher, colleague = exam.desk.teacher, await exam.desk.bank.school.teacher()
    staff = {"email": colleague.email, "role": "assistant"}
    good(await teacher.post(f"{exam.desk.bank.course.path}/staff", staff), 201)
    theirs = await look(colleague, exam.test)
    seen = set()
    for title in ("One", "Two", "Three"):
        await exam.desk.change(await exam.desk.read(exam.test), title=title)
        mine = await look(teacher, exam.test)
        assert mine.view["test"]["title"] == title
        seen.add(mine.view["revision"])
    kept = {theirs.view["revision"], mine.view["revision"], 1}
    assert (len(seen), max(seen) < 0, set(await documents(exam))) == (3, True, kept)
    assert (await theirs.read())["test"]["title"] == "Exam"
    # As long as nothing changes there is nothing to make anew.
    assert (await look(teacher, exam.test)).view["revision"] == mine.view["revision"]
    assert set(await documents(exam)) == kept


async def test_several_who_preview_at_once_all_see_the_test(desk: Desk) -> None:
    test = await desk.begin(section(fixed(await desk.bank.add("true_false"))))
    answers = await asyncio.gather(*(desk.teacher.post(f"/tests/{test['id']}/previews") for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4


async def test_previews_are_no_revisions(exam: Exam) -> None:
    await look(exam.desk.teacher, exam.test)
    await exam.desk.change(exam.test, title="Anew")
    preview = await look(exam.desk.teacher, exam.test)
    await preview.answer()
    await preview.submit()
    assert (await exam.desk.publish(exam.test))["number"] == 2
    page = good(await exam.desk.teacher.get(f"{exam.path}/revisions"))
    assert [one["number"] for one in page["items"]] == [2, 1]
    [statistics, *_] = good(await exam.desk.teacher.get(f"{exam.path}/results/questions"))["items"]
    assert statistics["attempts"] == 0
    question = preview.questions[0]["id"]
    command = {"question_id": question, "reason": "Wrong.", "void": True}
    refusal = await exam.desk.teacher.post(f"{exam.path}/regrades", {**command, "revisions": [-1]})
    assert refusal.status_code in {400, 422}
    regrade = good(await exam.desk.teacher.post(f"{exam.path}/regrades", command), 202)
    assert sorted(regrade["revisions"]) == [1, 2]


async def test_what_a_preview_tells_is_by_its_own_settings(exam: Exam) -> None:
    await exam.desk.change(exam.test, settings={"counts": "average"})
    sitting = await look(exam.desk.teacher, exam.test)
    await sitting.submit()
    assert (await sitting.result())["counts"] == "average"
