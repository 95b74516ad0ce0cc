"""Grading by people, and correcting keys: at the desk, with the keyboard, with two graders, and on every screen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, People, course_with, sign_in
from tests.browser.questions import CHOICE
from tests.browser.screens import NARROW, Look, unfit

ESSAY: dict[str, Any] = {
    "kind": "essay",
    "text": "Why do leaves fall? Think of **water**.",
    "least_words": 3,
    "for_graders": "Frost *or* drought will do.",
    "rubric": [
        {"id": "cause", "text": "Names a cause", "share": 0.5},
        {"id": "words", "text": "In whole sentences", "share": 0.5},
    ],
}
WORD = {"kind": "short_answer", "text": "The capital of France?", "answers": [{"id": "a", "text": "Paris"}]}
ANSWERS = {"essay": {"text": "They save **water**.", "files": []}, "single_choice": None, "short_answer": "Lyon"}


@dataclass(frozen=True)
class Desk:
    """A test that people have to grade: an essay and two questions with keys, four points each."""

    course: str
    test: str
    questions: Mapping[str, str]
    teacher: Api

    def take(self, who: Api, **answers: Any) -> str:
        """An attempt that is handed in; its id."""
        attempt = who.post(f"/tests/{self.test}/attempts", {})
        for question in attempt["sections"][0]["questions"]:
            response = {**ANSWERS, **answers}[question["kind"]]
            if question["kind"] == "single_choice":
                response = question["choices"][0]["id"]
            path = f"/attempts/{attempt['id']}/answers/{question['id']}"
            who.put(path, {"response": response, "number": 1})
        who.post(f"/attempts/{attempt['id']}/submission")
        found: str = attempt["id"]
        return found

    @property
    def essay(self) -> str:
        return f"/tests/{self.test}/grading/{self.questions['essay']}"


def desk_of(teacher: Api, *learners: Api, **settings: Any) -> Desk:
    course = course_with(teacher, f"Botany {uuid4().hex[:6]}", *learners)
    made: dict[str, str] = {
        str(body["kind"]): teacher.post(f"/courses/{course}/questions", {"body": body, "points": 4})["id"]
        for body in (ESSAY, CHOICE, WORD)
    }
    entries = [{"id": f"e{number}", "question_id": one} for number, one in enumerate(made.values())]
    sections = [{"id": "s", "entries": entries}]
    body = {"title": "Autumn leaves", "settings": {"attempts": None, **settings}, "sections": sections}
    test = teacher.post(f"/courses/{course}/tests", body)["id"]
    teacher.post(f"/tests/{test}/revisions", {})
    teacher.post(f"/courses/{course}/revisions", {})
    return Desk(course, test, made, teacher)


@pytest.fixture
def desk(teacher_api: Api, people: People) -> Desk:
    return desk_of(teacher_api, people.ana, people.ben)


async def teaching(browse: Open, path: str, **options: Any) -> Page:
    page = await browse(**options)
    await sign_in(page, "teacher")
    await page.goto(path)
    return page


async def test_an_essay_is_graded_by_rubric_and_comment_with_the_keyboard_alone(
    browse: Open, desk: Desk, people: People
) -> None:
    first, second = desk.take(people.ana), desk.take(people.ben)
    page = await teaching(browse, f"/tests/{desk.test}/grading")
    await expect(page.get_by_text("2 responses wait for you")).to_be_visible()
    await page.get_by_role("link", name="Start grading").press("Enter")
    await expect(page.get_by_role("heading", name="Ana Almond")).to_be_visible()
    await expect(page.get_by_text("1 of 2")).to_be_visible()
    await expect(page.locator(".lesson:visible strong", has_text="water")).to_have_text("water")
    keys = page.keyboard
    await keys.press("g")
    await expect(page.get_by_role("group", name="Names a cause").get_by_role("radio").first).to_be_focused()
    for _ in range(4):
        await keys.press("ArrowRight")
    await keys.press("Tab")
    await keys.press("Space")
    await keys.press("ArrowRight")
    await expect(page.get_by_label("Points", exact=True)).to_have_value("2.5")
    await page.get_by_label("Comment").focus()
    await keys.type("A cause is there. Write whole sentences.")
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    await keys.press("Control+Enter")
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_focused()
    await expect(page.get_by_text("1 still waits")).to_be_visible()
    await keys.press("k")
    await expect(page.get_by_role("heading", name="Ana Almond")).to_be_focused()
    await keys.press("j")
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_focused()
    await page.get_by_label("Points", exact=True).focus()
    await keys.type("4,5")
    await keys.press("Control+Enter")
    await expect(page.get_by_text("This response can earn at most 4.")).to_be_visible()
    await keys.press("Control+A")
    await keys.type("1")
    await keys.press("Control+Enter")
    await expect(page.get_by_text("That was the last one")).to_be_visible()
    told = people.ana.get(f"/attempts/{first}/result")
    [essay] = [one for one in told["questions"] if one["question"]["kind"] == "essay"]
    assert (essay["points"], essay["comment"]) == (2.5, "A cause is there. Write whole sentences.")
    assert people.ben.get(f"/attempts/{second}/result")["needs_grading"] == 0


async def test_what_is_not_saved_is_there_again_on_this_device(browse: Open, desk: Desk, people: People) -> None:
    attempt = desk.take(people.ana)
    page = await teaching(browse, desk.essay)
    await page.get_by_label("Comment").fill("Half a thought")
    await page.reload()
    await expect(page.get_by_label("Comment")).to_have_value("Half a thought")
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert desk.teacher.get(f"/attempts/{attempt}/grades/{desk.questions['essay']}")["grades"] == []
    await page.get_by_role("button", name="Discard").click()
    await expect(page.get_by_label("Comment")).to_have_value("")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Comment")).to_have_value("Half a thought")


async def test_two_graders_make_a_mean_and_a_teacher_settles(browse: Open, desk: Desk, people: People) -> None:
    attempt = desk.take(people.ana)
    desk.teacher.post(f"/courses/{desk.course}/staff", {"email": "ben@demo.school", "role": "assistant"})
    people.ben.put(
        f"/attempts/{attempt}/grades/{desk.questions['essay']}", {"version": 0, "points": 1, "comment": "Too short."}
    )
    page = await teaching(browse, f"{desk.essay}?state=graded")
    await expect(page.get_by_text("1 other grade")).to_be_visible()
    await expect(page.get_by_text("Too short.")).to_be_hidden()  # nobody grades with another's number before them
    await expect(page.get_by_role("button", name="Settle the grade")).to_be_hidden()  # there is nothing to decide yet
    await page.get_by_label("Points", exact=True).fill("4")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("2.5 of 4: the mean of 2 grades")).to_be_visible()
    await page.get_by_role("button", name="Settle the grade").click()
    await page.get_by_label("Points", exact=True).fill("3")
    await page.get_by_label("Comment").fill("We agreed.")
    await page.get_by_role("button", name="Settle", exact=True).click()
    await expect(page.get_by_text("3 of 4: settled by")).to_be_visible()
    path = f"/attempts/{attempt}/grades/{desk.questions['essay']}"
    assert (desk.teacher.get(path)["points"], desk.teacher.get(path)["comment"]) == (3, "We agreed.")
    await page.get_by_role("button", name="Remove the settlement").click()
    await expect(page.get_by_text("2.5 of 4: the mean of 2 grades")).to_be_visible()
    assert desk.teacher.get(path)["points"] == 2.5
    assistant = await browse()
    await sign_in(assistant, "ben")
    await assistant.goto(f"{desk.essay}?state=all")
    await expect(assistant.get_by_label("Points", exact=True)).to_have_value("1")
    await expect(assistant.get_by_role("button", name="Settle the grade")).to_be_hidden()


async def test_a_grade_that_was_changed_elsewhere_is_shown_beside_mine(
    browse: Open, desk: Desk, people: People
) -> None:
    attempt = desk.take(people.ana)
    page = await teaching(browse, desk.essay)
    await page.get_by_label("Points", exact=True).fill("2")
    await page.get_by_label("Comment").fill("From the desk")
    path = f"/attempts/{attempt}/grades/{desk.questions['essay']}"
    desk.teacher.put(path, {"version": 0, "points": 3, "comment": "From the train"})
    await page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("From the train")).to_be_visible()
    await expect(dialog.get_by_text("From the desk")).to_be_visible()
    await dialog.get_by_role("button", name="Keep mine").click()
    await expect(page.get_by_text("That was the last one")).to_be_visible()
    [grade] = desk.teacher.get(path)["grades"]
    assert (grade["points"], grade["comment"], grade["version"]) == (2, "From the desk", 2)


async def test_blind_graders_read_no_names(browse: Open, teacher_api: Api, people: People) -> None:
    desk = desk_of(teacher_api, people.ana, grade_blind=True)
    desk.take(people.ana)
    page = await teaching(browse, desk.essay)
    await expect(page.get_by_role("heading", name=re.compile("Learner [0-9A-F]{6}"))).to_be_visible()
    assert "Almond" not in await page.locator("body").inner_text()


def outlook(page: Page) -> Locator:
    return page.get_by_role("region", name="What would change")


async def test_a_wrong_key_is_corrected_and_the_learners_result_follows(
    browse: Open, desk: Desk, people: People
) -> None:
    attempt = desk.take(people.ana)
    essay = f"/attempts/{attempt}/grades/{desk.questions['essay']}"
    desk.teacher.put(essay, {"version": 0, "points": 4})
    desk.take(people.ben, short_answer="Paris")
    assert people.ana.get(f"/attempts/{attempt}/result")["score"] == 4
    page = await teaching(browse, f"/tests/{desk.test}/regrades?question={desk.questions['short_answer']}")
    await page.get_by_role("button", name="Add an answer").click()
    await page.get_by_label("Answer 2", exact=True).fill("Lyon")
    await page.get_by_label("Reason").fill("Both were taught.")
    await page.get_by_role("button", name="See what would change").click()
    await expect(outlook(page).get_by_text("1 of 2 results would change")).to_be_visible()
    await expect(page.get_by_role("row", name="Ana Almond 4 8")).to_be_visible()
    assert people.ana.get(f"/attempts/{attempt}/result")["score"] == 4
    await page.get_by_role("button", name="Correct it and grade 2 attempts again").click()
    await expect(page.get_by_text("1 of 2 results changed")).to_be_visible()
    assert people.ana.get(f"/attempts/{attempt}/result")["score"] == 8
    await page.get_by_role("button", name="Whose results changed").click()
    await expect(page.get_by_role("row", name="Ana Almond 4 8")).to_be_visible()
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_role("radio", name=re.compile("Back to the published key"))).to_be_checked()
    await page.get_by_label("Reason").fill("They were not.")
    await page.get_by_role("button", name="See what would change").click()
    await page.get_by_role("button", name="Correct it and grade").click()
    await expect(page.get_by_text("1 of 2 results changed")).to_have_count(2)
    assert people.ana.get(f"/attempts/{attempt}/result")["score"] == 4


async def test_another_choice_is_right(browse: Open, desk: Desk, people: People) -> None:
    attempt = desk.take(people.ana)
    page = await teaching(browse, f"/tests/{desk.test}/regrades", viewport=PHONE)
    await page.get_by_role("button", name="Correct a question").click()
    await page.get_by_label("Question", exact=True).select_option(desk.questions["single_choice"])
    await expect(page.get_by_role("checkbox", name="11")).to_be_checked()
    await page.get_by_role("checkbox", name="9").check()
    await page.get_by_label("Reason").fill("Nine is right, too, in this part of the world.")
    await page.get_by_role("button", name="See what would change").click()
    await expect(outlook(page).get_by_text("1 of 1 results would change")).to_be_visible()
    await page.get_by_role("button", name="Correct it and grade").click()
    await expect(page.get_by_text("1 of 1 results changed")).to_be_visible()
    told = people.ana.get(f"/attempts/{attempt}/result")
    assert [one["points"] for one in told["questions"]] == [None, 4, 0]


PAGES = ["/tests/{test}/grading", "{essay}", "{essay}?state=graded", "/tests/{test}/regrades?question={choice}"]
LOOKS: dict[str, list[Look]] = {
    "ar": [{"viewport": PHONE, "scheme": "light"}],
    "en": [{"viewport": DESK, "scheme": "light"}, {"viewport": NARROW, "scheme": "dark"}],  # last: others expect it
}


@pytest.mark.parametrize("locale", LOOKS)
async def test_every_page_of_grading_is_fit_for_everyone(
    browse: Open, desk: Desk, people: People, teacher_api: Api, locale: str
) -> None:
    graded, _ = desk.take(people.ana), desk.take(people.ben)
    essay, choice = desk.questions["essay"], desk.questions["single_choice"]
    teacher_api.put(
        f"/attempts/{graded}/grades/{essay}", {"version": 0, "points": 2, "comment": "Good.", "settle": True}
    )
    teacher_api.post(f"/tests/{desk.test}/regrades", {"question_id": choice, "reason": "Unclear.", "full_marks": True})
    page = await browse(reduced_motion="reduce", locale=locale)
    teacher_api.patch("/me", {"locale": locale})
    await sign_in(page, "teacher")
    faults = []
    for path in PAGES:
        await page.goto(path.format(test=desk.test, essay=desk.essay, choice=choice))
        await expect(page.locator("main h2").first).to_be_attached()
        await page.wait_for_load_state("networkidle")
        faults += await unfit(page, LOOKS[locale])
    assert faults == []
