"""A course's bank of questions: from an empty one to one that is sorted, shared, and taken along as a file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, accessible, sign_in
from tests.browser.questions import KINDS
from tests.browser.screens import too_wide

FILE = """// Of mushrooms and people.
$CATEGORY: Life/Fungi

::Mushrooms:: Mushrooms are {=fungi ~plants ~animals}

::Two pairs:: Of braces {=a ~b} there is one {=c ~d}

::Grant:: When was Grant born? {#1822:5}

::Two more:: Here {=a ~b} too {=c ~d}

Which animal says what? {=cat -> meow =dog -> woof}
"""


@pytest.fixture
def course(teacher_api: Api) -> str:
    """A course without questions."""
    return teacher_api.course("Biology", {"One": "Text."})


@pytest.fixture
def bank(teacher_api: Api, course: str) -> str:
    """A course with a question of every kind, some of them in a category."""
    life = teacher_api.post(f"/courses/{course}/question-categories", {"name": "Life"})["id"]
    for number, body in enumerate(KINDS):
        details = {"tags": ["odd"], "category_id": life} if number % 2 else {"difficulty": "hard"}
        teacher_api.post(f"/courses/{course}/questions", {"body": body, "title": f"Question {number}", **details})
    return course


@pytest.fixture
async def page(browse: Open) -> Page:
    page = await browse()
    await sign_in(page, "teacher")
    return page


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Questions").get_by_role("article")


async def act(page: Page, question: str, what: str) -> None:
    await page.get_by_role("button", name=f"What to do with {question}").click()
    await page.get_by_role("menuitem", name=what).click()


async def test_an_empty_bank_is_filled_from_a_file_that_is_looked_at_first(page: Page, course: str) -> None:
    await page.goto(f"/teach/{course}/questions")
    await expect(page.get_by_text("No questions yet")).to_be_visible()
    await page.get_by_role("button", name="New question").click()
    kind = page.get_by_role("link", name="Multiple choice")
    assert await kind.get_attribute("href") == f"/teach/{course}/questions/new/multiple_choice"
    await page.keyboard.press("Escape")

    await page.get_by_role("link", name="Import questions").click()
    file = FilePayload(name="quiz.txt", mimeType="text/plain", buffer=FILE.encode())
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("3 questions can come in · 2 cannot be read")).to_be_visible()
    wrong = page.get_by_role("listitem").filter(has_text="more than one pair")
    await expect(wrong).to_contain_text(re.compile("Line 6.*Line 10", re.DOTALL))
    await expect(page.get_by_role("listitem").filter(has_text="Grant")).to_contain_text("1822 ± 5")
    assert await accessible(page) == []
    # Read as what it is not, it says so, and the way back is the same.
    await page.get_by_label("Format").select_option("CSV")
    await expect(page.get_by_text("No question of this file can come in")).to_be_visible()
    await page.get_by_label("Format").select_option("As the file says")

    await page.get_by_role("button", name="Import 3 questions").click()
    await expect(page.get_by_text("3 questions are in the bank now")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="more than one pair")).to_be_visible()
    await page.get_by_role("link", name="See the questions").click()
    await expect(rows(page)).to_have_count(3)
    await expect(rows(page).first).to_contain_text("Matching · 1 point · Life / Fungi · In no test")


async def test_questions_are_found_and_the_way_back_leads_to_what_was_found(page: Page, bank: str) -> None:
    await page.goto(f"/teach/{bank}/questions")
    await expect(rows(page)).to_have_count(10)
    await page.get_by_label("Search").fill("capital fra")
    await expect(rows(page)).to_have_count(1)
    await page.get_by_label("Search").fill("")
    await page.get_by_label("Difficulty").select_option("Hard")
    await expect(rows(page)).to_have_count(5)
    await page.get_by_label("Kind").select_option("Ordering")
    await expect(rows(page)).to_have_count(1)
    await rows(page).get_by_role("link").click()
    await page.wait_for_url(re.compile(r"/questions/[0-9a-f-]{36}$"))
    await page.go_back()
    await expect(rows(page)).to_have_count(1)
    await page.get_by_role("button", name="Take the filters off").click()
    await (
        page.get_by_role("navigation", name="Categories").get_by_role("button", name="Life", exact=False).first.click()
    )
    await expect(rows(page)).to_have_count(5)
    await page.get_by_label("Search").fill("nothing like it")
    await expect(page.get_by_text("No question fits")).to_be_visible()


async def test_several_questions_are_moved_tagged_and_archived_and_all_of_it_undone(
    page: Page, bank: str, teacher_api: Api
) -> None:
    await page.goto(f"/teach/{bank}/questions")
    both = [rows(page).filter(has_text=f"Question {number}") for number in (0, 2)]

    async def select() -> None:
        for row in both:
            await row.get_by_role("checkbox").check()
        await expect(page.get_by_text("2 selected")).to_be_visible()

    await select()
    await page.get_by_role("button", name="Move", exact=True).click()
    await page.get_by_role("dialog").get_by_label("Category").select_option("Life")
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(both[0]).to_contain_text("Life")
    await page.get_by_role("button", name="Undo").click()
    await expect(both[0]).not_to_contain_text("Life")

    await select()
    await page.get_by_role("button", name="Tag", exact=True).click()
    await page.get_by_role("dialog").get_by_label("Tag").fill("spring")
    await page.keyboard.press("Enter")
    await expect(both[1].get_by_role("button", name="spring")).to_be_visible()

    # Someone else writes on, meanwhile: that is kept.
    there = teacher_api.get(f"/courses/{bank}/questions")["items"]
    [changed] = [one for one in there if one["title"] == "Question 0"]
    teacher_api.patch(f"/questions/{changed['id']}", {"version": changed["version"], "title": "Question 0, again"})
    await select()
    await page.get_by_role("button", name="Move", exact=True).click()
    await page.get_by_role("dialog").get_by_label("Category").select_option("Life")
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(both[0]).to_contain_text("Question 0, again")
    await expect(both[0]).to_contain_text("Life")

    await select()
    await page.get_by_role("button", name="Archive", exact=True).click()
    await expect(rows(page)).to_have_count(8)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(rows(page)).to_have_count(10)

    await act(page, "Question 4", "Archive")
    await expect(rows(page)).to_have_count(9)
    await page.get_by_role("tab", name="Archive").click()
    await expect(rows(page)).to_have_count(1)
    await act(page, "Question 4", "Bring back")
    await expect(page.get_by_text("Nothing is put away")).to_be_visible()


async def test_categories_are_made_renamed_shared_and_deleted(page: Page, bank: str, teacher_api: Api) -> None:
    await page.goto(f"/teach/{bank}/questions")
    tree = page.get_by_role("navigation", name="Categories")
    await tree.get_by_role("button", name="New category").click()
    await page.get_by_label("Name").fill("Plants")
    await page.get_by_label("Inside of", exact=True).select_option("Life")
    await page.get_by_role("button", name="Create").click()
    await expect(tree.get_by_role("button", name="Plants in Life")).to_have_attribute("aria-current", "true")

    async def category(name: str, what: str) -> None:
        await tree.get_by_role("button", name=f"What to do with “{name}”").click()
        await page.get_by_role("menuitem", name=what).click()

    await category("Plants", "Rename or move")
    await page.get_by_label("Name").fill("Trees")
    await page.get_by_label("Inside of", exact=True).select_option("None: at the top")
    await page.get_by_role("button", name="Save").click()
    await expect(tree.get_by_role("button", name="Trees 0")).to_be_visible()
    await category("Life", "Delete")
    await expect(page.get_by_text("There are still questions")).to_be_visible()
    await category("Trees", "Delete")
    await expect(tree.get_by_role("button", name="Trees 0")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(tree.get_by_role("button", name="Trees 0")).to_be_visible()

    # What is shared here is copied there.
    await category("Life", "Share with")
    await expect(tree.get_by_role("button", name="Life Shared")).to_be_visible()
    there = teacher_api.course("Zoology", {"One": "Text."})
    await page.goto(f"/teach/{there}/questions")
    await page.get_by_role("tab", name="Shared").click()
    await act(page, "Question 1", "Copy into this course")
    await expect(page.get_by_text("Copied into this course")).to_be_visible()
    await page.get_by_role("tab", name="This course").click()
    await expect(rows(page)).to_have_count(1)


async def test_a_bank_is_taken_along_and_what_a_format_cannot_hold_is_told(
    page: Page, bank: str, course: str, tmp_path: Path
) -> None:
    await page.goto(f"/teach/{bank}/questions")
    await page.get_by_role("button", name="Export").click()
    await page.get_by_label("Format").select_option("Aiken")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Download").click()
    assert (await waiting.value).suggested_filename == "Biology.aiken.txt"
    await expect(page.get_by_role("status").filter(has_text="cannot hold 9 questions")).to_be_visible()
    await page.get_by_label("Format").select_option("Moodle XML")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Download").click()
    await (await waiting.value).save_as(tmp_path / "bank.xml")
    await expect(page.get_by_text("All questions are in it")).to_be_visible()
    assert (tmp_path / "bank.xml").read_text().count("<questiontext") == 10


@pytest.fixture(params=["en", "ar"])
def locale(request: pytest.FixtureRequest, teacher_api: Api) -> Iterator[str]:
    teacher_api.patch("/me", {"locale": request.param})
    yield request.param
    teacher_api.patch("/me", {"locale": "en"})


async def test_the_pages_of_a_bank_are_sound(browse: Open, bank: str, teacher_api: Api, locale: str) -> None:
    empty = teacher_api.course("Empty", {"One": "Text."})
    page = await browse(viewport=PHONE, color_scheme="dark" if locale == "ar" else "light", locale=locale)
    await sign_in(page, "teacher")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    found = []
    for path in [
        f"{bank}/questions",
        f"{bank}/questions?from=archived",
        f"{empty}/questions",
        f"{bank}/questions/import",
    ]:
        await page.goto(f"/teach/{path}")
        await expect(page.get_by_role("heading", level=2)).to_be_visible()
        await page.wait_for_load_state("networkidle")
        for width in (320, DESK["width"]):
            await page.set_viewport_size({"width": width, "height": 844})
            found += await too_wide(page)
        found += [f"{path}: {fault}" for fault in await accessible(page)]
    assert found == []
