"""An exam from its first question to the table of its results, as one story."""

import csv
import re
from io import StringIO
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import Api, Open, People, accessible, course_with, sign_in
from tests.browser.questions import CHOICE
from tests.browser.test_taking import tab_to

MAIN_ACTION = "main .bg-accent"
ESSAY = {"kind": "essay", "text": "Why do trees lose their leaves?"}


async def press(page: Page, selector: str) -> None:
    await tab_to(page, selector)
    await page.keyboard.press("Enter")


async def build(page: Page, course: str) -> str:
    """Make a test of all questions of the bank, and publish it; its id."""
    await page.goto(f"/teach/{course}")
    await page.get_by_role("button", name="Add to Beginning").click()
    await page.get_by_role("menuitem", name="Test").click()
    await page.keyboard.type("Exam day")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/tests/[^/]+/edit$"))
    await page.get_by_role("button", name="From the bank").click()
    dialog = page.get_by_role("dialog")
    for name in ("prime", "leaves"):
        await dialog.get_by_role("checkbox", name=name).check()
    await dialog.get_by_role("button", name="Add 2 questions").click()
    await expect(page.get_by_role("status").filter(has_text="2 questions · 6 points")).to_be_visible()
    assert await accessible(page) == []
    await page.get_by_role("button", name="Publish").click()
    await dialog.get_by_role("button", name="Publish").click()
    await expect(dialog).to_be_hidden()
    return page.url.split("/")[-2]


async def take_by_keys(page: Page, test: str) -> None:
    """Answer both questions, the second without a network; go away, come back, and hand in."""
    await page.goto(f"/tests/{test}")
    await expect(page.get_by_role("heading", name="Exam day")).to_be_visible()
    assert await accessible(page) == []
    await press(page, MAIN_ACTION)
    await expect(page.get_by_role("heading", name="Question 1 of 2")).to_be_visible()
    await tab_to(page, "main input[type=radio]")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="11")).to_be_checked()
    await expect(page.get_by_text("All answers are saved")).to_be_visible()
    await page.context.set_offline(True)
    await tab_to(page, "main textarea")
    await page.keyboard.type("They save water.")
    await expect(page.get_by_text("1 answer is not saved yet").first).to_be_visible()
    assert await accessible(page) == []
    await page.context.set_offline(False)
    await expect(page.get_by_text("All answers are saved")).to_be_visible()

    await page.goto("/")
    await expect(page.get_by_role("heading", name="Exam day")).to_be_visible()
    assert await accessible(page) == []
    await press(page, MAIN_ACTION)
    await expect(page.locator("main textarea")).to_have_value("They save water.")
    await press(page, "button.bg-accent")
    await expect(page.get_by_role("dialog").get_by_text("All questions are answered")).to_be_visible()
    await press(page, "dialog button.bg-accent")
    await page.wait_for_url(re.compile("/result$"))
    await expect(page.get_by_text("1 answer waits for a person to grade it")).to_be_visible()
    assert await accessible(page) == []


async def grade(page: Page, test: str) -> None:
    """Give the essay three of four points."""
    await page.goto(f"/tests/{test}/grading")
    assert await accessible(page) == []
    await page.get_by_role("link", name="Start grading").click()
    await expect(page.get_by_text("They save water.")).to_be_visible()
    assert await accessible(page) == []
    await page.get_by_label("Points", exact=True).fill("3")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("That was the last one")).to_be_visible()


async def results(page: Page, test: str) -> dict[str, dict[str, str]]:
    """The table of results, by the names of learners."""
    await page.goto(f"/tests/{test}/results")
    await expect(page.get_by_role("rowheader", name="Ana Almond")).to_be_visible()
    assert await accessible(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    text = Path(await (await download.value).path()).read_text("utf-8-sig")
    return {row["name"]: row for row in csv.DictReader(StringIO(text))}


async def test_an_exam_from_its_first_question_to_its_results(browse: Open, teacher_api: Api, people: People) -> None:
    course = course_with(teacher_api, "A course with an exam", people.ana)
    for body, points in ((CHOICE, 2), (ESSAY, 4)):
        teacher_api.post(f"/courses/{course}/questions", {"body": body, "points": points})
    teacher, learner = await browse(reduced_motion="reduce"), await browse(reduced_motion="reduce")
    await sign_in(teacher, "teacher")
    test = await build(teacher, course)
    teacher_api.post(f"/courses/{course}/revisions", {})

    await sign_in(learner, "ana")
    await take_by_keys(learner, test)
    await grade(teacher, test)
    await learner.reload()
    await expect(learner.get_by_text("5 of 6 points")).to_be_visible()
    assert await accessible(learner) == []

    table = await results(teacher, test)
    assert (table["Ana Almond"]["percent"], table["Ana Almond"]["state"]) == ("83.3333", "graded")

    override = {"percent": 90, "reason": "She explained it aloud."}
    teacher_api.put(f"/courses/{course}/gradebook/{people.ana.get('/me')['id']}/{test}", override)
    await learner.reload()
    await expect(learner.get_by_text("A teacher has set your result of this test.")).to_be_visible()
    await expect(learner.get_by_text("90%")).to_be_visible()
    await expect(learner.get_by_text("This attempt: 83% · 5 of 6 points")).to_be_visible()
