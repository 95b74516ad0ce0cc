"""Writing questions: every kind with mouse and keyboard, what is not finished, two at once, and older versions."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, accessible, sign_in
from tests.browser.questions import CHOICE, KINDS
from tests.browser.screens import too_wide

SAVED = re.compile(r"/questions/[0-9a-f]{8}-")


@dataclass(frozen=True)
class Bank:
    """The bank of a course, and a window in which its teacher writes."""

    api: Api
    course: str
    page: Page

    async def begin(self, kind: str, text: str, query: str = "") -> None:
        """Open a new question, in whose text the cursor stands already."""
        await self.page.goto(f"/teach/{self.course}/questions/new/{kind}{query}")
        await expect(
            self.page.get_by_label("Statement" if kind == "true_false" else "Question", exact=True)
        ).to_be_focused()
        await self.page.keyboard.type(text)

    async def save(self) -> dict[str, Any]:
        """Save by the keyboard, and answer the question as the bank has it."""
        await self.page.keyboard.press("Control+s")
        await self.page.wait_for_url(SAVED)
        question: dict[str, Any] = self.api.get(f"/questions/{self.page.url.rsplit('/', 1)[1]}")
        return question

    async def open(self, body: dict[str, Any]) -> str:
        """A question that is there, in the editor; its id."""
        question: str = self.api.post(f"/courses/{self.course}/questions", {"body": body})["id"]
        await self.page.goto(f"/teach/{self.course}/questions/{question}")
        await expect(self.page.get_by_role("button", name="Save")).to_be_disabled()
        return question


@pytest.fixture
async def bank(browse: Open, teacher_api: Api) -> Bank:
    page = await browse()
    await sign_in(page, "teacher")
    return Bank(teacher_api, teacher_api.course("Question writing", {"One": "Text."}), page)


def parts(body: dict[str, Any], name: str, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(part[field] for field in fields) for part in body[name]]


async def write_single_choice(bank: Bank) -> None:
    """With the keyboard alone: Enter goes from choice to choice, Alt and the arrows move one."""
    keys = bank.page.keyboard
    await bank.begin("single_choice", "Which number is **prime**?")
    await bank.page.get_by_label("Choice 1", exact=True).focus()
    for number in ("9", "11", "15"):
        await keys.type(number)
        await keys.press("Enter")
    await keys.type("21")
    await keys.press("Enter")  # there is no fifth yet
    await keys.press("Backspace")
    await expect(bank.page.get_by_label("Choice 4", exact=True)).to_be_focused()
    await keys.press("Alt+ArrowUp")
    await expect(bank.page.get_by_label("Choice 3", exact=True)).to_have_value("21")
    await bank.page.get_by_role("radio", name="Choice 2 is right").press("Space")
    await expect(
        bank.page.get_by_role("region", name="As takers see it").get_by_role("radio", name="11")
    ).to_be_visible()
    question = await bank.save()
    assert parts(question["body"], "choices", "text", "weight") == [("9", 0), ("11", 1), ("21", 0), ("15", 0)]
    assert question["title"] == "Which number is **prime**?"


async def write_multiple_choice(bank: Bank) -> None:
    page = bank.page
    await bank.begin("multiple_choice", "Which are mammals?")
    for number, name in enumerate(("Whale", "Shark", "Bat"), 1):
        await page.get_by_label(f"Choice {number}", exact=True).fill(name)
    await page.get_by_role("checkbox", name="Choice 1 is right").check()
    await page.get_by_role("checkbox", name="Choice 3 is right").check()
    await page.get_by_label("How it counts").select_option(label="In parts; wrong choices take points away")
    await page.get_by_role("button", name="Feedback to Choice 2").click()
    await page.keyboard.type("It is a fish.")
    await page.get_by_label("Points", exact=True).fill("2,5")
    question = await bank.save()
    assert question["points"] == 2.5
    assert question["body"]["scoring"] == "weights"
    wanted = [("Whale", 0.5, ""), ("Shark", -0.5, "It is a fish."), ("Bat", 0.5, "")]
    assert parts(question["body"], "choices", "text", "weight", "feedback") == wanted


async def write_true_false(bank: Bank) -> None:
    await bank.begin("true_false", "Bats are birds.")
    await bank.page.get_by_role("group", name="Is it true?").get_by_role("radio", name="False").check()
    assert (await bank.save())["body"]["answer"] is False


async def write_numerical(bank: Bank) -> None:
    page = bank.page
    await bank.begin("numerical", "How long is a metre and a half?")
    await page.get_by_label("Number", exact=True).fill("1.5")
    await page.get_by_label("Give or take").fill("0,01")
    await page.get_by_role("checkbox", name="With units").check()
    await page.get_by_label("Unit", exact=True).fill("m")
    await page.get_by_label("Unit", exact=True).press("Enter")
    await page.keyboard.press("Enter")
    await page.keyboard.type("cm")
    await page.get_by_label("How many are one m").fill("100")
    body = (await bank.save())["body"]
    assert parts(body, "answers", "value", "tolerance", "weight") == [(1.5, 0.01, 1)]
    assert body["units"] == [{"name": "m", "factor": 1}, {"name": "cm", "factor": 100}]


async def write_short_answer(bank: Bank) -> None:
    page = bank.page
    await bank.begin("short_answer", "How is it spelt?")
    await page.get_by_label("Answer 1", exact=True).fill("colo*r")
    await page.keyboard.press("Enter")
    await page.keyboard.type("hue")
    await page.get_by_role("checkbox", name="Points per answer").check()
    await page.get_by_label("Answer 2: percent of the points").fill("33.3")
    body = (await bank.save())["body"]
    assert parts(body, "answers", "text", "weight") == [("colo*r", 1), ("hue", 1 / 3)]


async def write_matching(bank: Bank) -> None:
    page = bank.page
    await bank.begin("matching", "What belongs together?")
    await page.get_by_label("Pair 1, what is given").focus()
    for text in ("France", "Paris", "Egypt", "Cairo"):
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Add something").click()
    await page.keyboard.type("Oslo")
    body = (await bank.save())["body"]
    assert parts(body, "pairs", "prompt", "match") == [("France", "Paris"), ("Egypt", "Cairo")]
    assert body["distractors"] == ["Oslo"]


async def write_ordering(bank: Bank) -> None:
    """The last is dragged to the first place."""
    page = bank.page
    await bank.begin("ordering", "From small to large.")
    await page.get_by_label("Number 1", exact=True).focus()
    for text in ("Cell", "Tree", "Atom"):
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
    await page.keyboard.press("Backspace")
    await page.get_by_role("button", name="Move Atom").hover()
    await page.mouse.down()
    target = await page.get_by_label("Number 1", exact=True).bounding_box()
    assert target
    await page.mouse.move(target["x"], target["y"] + 2, steps=5)
    await page.mouse.up()
    await expect(page.get_by_label("Number 1", exact=True)).to_have_value("Atom")
    body = (await bank.save())["body"]
    assert parts(body, "items", "text") == [("Atom",), ("Cell",), ("Tree",)]


async def write_cloze(bank: Bank) -> None:
    """A word that is selected becomes a gap; one between brackets, too."""
    page, keys = bank.page, bank.page.keyboard
    await bank.begin("cloze", "It is wet. Water boils at 100")
    await keys.press("Control+Shift+ArrowLeft")
    await page.get_by_role("button", name="Make a gap").click()
    await keys.type(" °C, and is a [[liquid]].")
    await expect(page.get_by_label("Question", exact=True)).to_have_value(
        "It is wet. Water boils at [[1]] °C, and is a [[liquid]]."
    )
    gap = page.get_by_role("group", name="Gap 2")
    await expect(gap).to_be_visible()
    await page.get_by_label("Answer", exact=True).locator("visible=true").select_option(label="One choice")
    await gap.get_by_label("Choice 1", exact=True).fill("liquid")
    await gap.get_by_label("Choice 2", exact=True).fill("gas")
    await gap.get_by_role("radio", name="Choice 1 is right").check()
    await page.get_by_label("Counts", exact=True).locator("visible=true").fill("2")
    shown = page.get_by_role("region", name="As takers see it")
    await expect(shown.get_by_role("combobox")).to_be_visible()
    body = (await bank.save())["body"]
    number, choice = body["gaps"]
    assert (number["id"], number["question"]["kind"], number["question"]["answers"][0]["value"]) == (
        "1",
        "numerical",
        100,
    )
    assert (choice["id"], choice["points"], choice["layout"]) == ("liquid", 2, "menu")
    assert parts(choice["question"], "choices", "text", "weight") == [("liquid", 1), ("gas", 0)]


async def write_essay(bank: Bank) -> None:
    page = bank.page
    await bank.begin("essay", "Why do leaves fall?")
    await page.get_by_label("Words at least").fill("100")
    await page.get_by_label("Files to add").select_option("2")
    for line, share in (("Clear", "60"), ("True", "")):
        await page.get_by_role("button", name="Add a line").click()
        await page.keyboard.type(line)
        if share:
            await page.get_by_label("Line 1: percent of the points").fill(share)
    await expect(page.get_by_label("Line 2: percent of the points")).to_have_value("40")
    await page.get_by_label("For graders").fill("Water, light.")
    body = (await bank.save())["body"]
    assert (body["least_words"], body["most_words"], body["files"], body["for_graders"]) == (
        100,
        None,
        2,
        "Water, light.",
    )
    assert parts(body, "rubric", "text", "share") == [("Clear", 0.6), ("True", 0.4)]


async def write_file_upload(bank: Bank) -> None:
    page = bank.page
    await bank.begin("file_upload", "Hand in your drawing.")
    await page.get_by_label("Files at most").select_option("3")
    await page.get_by_label("Endings of files").fill(".PDF, png")
    body = (await bank.save())["body"]
    assert (body["most_files"], body["endings"]) == (3, ["pdf", "png"])


WRITTEN: list[Callable[[Bank], Awaitable[None]]] = [
    write_single_choice,
    write_multiple_choice,
    write_true_false,
    write_numerical,
    write_short_answer,
    write_matching,
    write_ordering,
    write_cloze,
    write_essay,
    write_file_upload,
]


async def test_a_teacher_writes_a_question_of_every_kind(bank: Bank) -> None:
    for write in WRITTEN:
        await write(bank)
    kinds = {question["kind"] for question in bank.api.get(f"/courses/{bank.course}/questions")["items"]}
    assert kinds == {body["kind"] for body in KINDS}


async def test_what_is_not_finished_is_told_at_its_place_and_kept(bank: Bank) -> None:
    page = bank.page
    await bank.begin("single_choice", "Which one?")
    await page.get_by_label("Choice 1", exact=True).fill("This")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_label("Choice 2", exact=True)).to_be_focused()
    await expect(page.get_by_label("Choice 2", exact=True)).to_have_accessible_description(
        "Say what there is to choose, or take it away."
    )
    assert await accessible(page) == []

    await page.get_by_role("link", name="All questions").click()
    await expect(page.get_by_role("dialog", name="Leave without saving?")).to_be_visible()
    await page.get_by_role("button", name="Leave", exact=True).click()
    await page.wait_for_url(re.compile("/questions$"))
    await page.goto(f"/teach/{bank.course}/questions/new/single_choice")
    await expect(page.get_by_text("What you had not saved is here again.")).to_be_visible()
    await expect(page.get_by_label("Choice 1", exact=True)).to_have_value("This")
    await page.get_by_label("Choice 2", exact=True).fill("That")
    await page.get_by_role("radio", name="Choice 2 is right").check()
    await page.get_by_role("button", name="Save and write another").click()
    await expect(page.get_by_label("Question", exact=True)).to_have_value("")
    [question] = bank.api.get(f"/courses/{bank.course}/questions")["items"]
    assert parts(question["body"], "choices", "text", "weight") == [("This", 0), ("That", 1)]


async def test_a_question_for_a_test_leads_back_to_it(bank: Bank) -> None:
    test = bank.api.post(f"/courses/{bank.course}/tests", {"title": "Leaves"})["id"]
    await bank.begin("true_false", "Leaves are green.", f"?for={test}")
    await bank.page.get_by_role("button", name="Save and add to the test").click()
    await bank.page.wait_for_url(re.compile(f"/tests/{test}/edit"))
    [question] = bank.api.get(f"/courses/{bank.course}/questions")["items"]
    assert question["body"]["text"] == "Leaves are green."
    await expect(bank.page.get_by_text("Leaves are green.").first).to_be_visible()


async def test_two_who_change_the_same_question_lose_nothing(bank: Bank) -> None:
    page, text = bank.page, bank.page.get_by_label("Question", exact=True)
    question = await bank.open(CHOICE)
    await text.fill("Which of these is prime?")
    bank.api.patch(f"/questions/{question}", {"version": 1, "points": 3, "tags": ["numbers"]})
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Version 3")).to_be_visible()
    await expect(page.get_by_label("Points", exact=True)).to_have_value("3")

    await text.fill("Mine")
    bank.api.patch(f"/questions/{question}", {"version": 3, "title": "", "body": {**CHOICE, "text": "Theirs"}})
    await page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="Someone else has changed this too")
    await expect(dialog.get_by_role("group", name="Theirs")).to_contain_text("Theirs")
    await dialog.get_by_role("button", name="Keep mine").click()
    await expect(page.get_by_text("Version 5")).to_be_visible()
    assert bank.api.get(f"/questions/{question}")["body"]["text"] == "Mine"

    await page.get_by_role("button", name="More for this question").click()
    await page.get_by_role("menuitem", name="Versions").click()
    versions = page.get_by_role("dialog", name="Versions")
    await versions.get_by_role("button", name="What has changed since 4").click()
    await expect(versions.get_by_text("Theirs").first).to_be_visible()
    await versions.get_by_role("button", name="Restore 1", exact=True).click()
    await expect(text).to_have_value("Which number is **prime**?")
    await page.get_by_role("button", name="Undo").click()
    await expect(text).to_have_value("Mine")

    await page.get_by_role("button", name="More for this question").click()
    await page.get_by_role("menuitem", name="Put into the archive").click()
    await page.wait_for_url(re.compile("/questions$"))
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("link", name="Mine").first).to_be_visible()


WIDEST = {"multiple_choice", "numerical", "matching", "ordering", "cloze", "essay"}
SCREENS: list[dict[str, Any]] = [
    {"viewport": PHONE, "color_scheme": "dark", "has_touch": True},
    {"viewport": {"width": 320, "height": 640}},
    {"viewport": DESK},
]


async def test_questions_can_be_written_on_any_screen(browse: Open, teacher_api: Api) -> None:
    """Two that fill most room on each: a dark phone, the smallest window, and a desk that reads from right to left."""
    widest = [body for body in KINDS if body["kind"] in WIDEST]
    course = teacher_api.post("/courses", {"title": "Screens"})["id"]
    for number, screen in enumerate(SCREENS):
        page = await browse(**screen)
        await sign_in(page, "teacher")
        if screen["viewport"] == DESK:
            await page.evaluate("localStorage.setItem('banyan.locale', 'ar')")
        for body in widest[number :: len(SCREENS)]:
            question = teacher_api.post(f"/courses/{course}/questions", {"body": body})["id"]
            await page.goto(f"/teach/{course}/questions/{question}")
            await expect(page.locator("main h1")).to_be_visible()
            await expect(page.locator("main section > header h2")).to_be_visible()
            assert await too_wide(page) == [], body["kind"]
            assert await accessible(page) == [], body["kind"]
