"""Building tests in the browser: questions of the bank, draws, settings, extra time, and publishing them."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, People, accessible, course_with, sign_in
from tests.browser.screens import NARROW, too_wide

EDIT = re.compile("/tests/[^/]+/edit$")


class Workshop:
    """A course with a bank of its own: two questions to choose, and three sums to draw from."""

    def __init__(self, teacher: Api, title: str, *learners: Api) -> None:
        self.teacher = teacher
        self.course = course_with(teacher, title, *learners)
        self.sums = teacher.post(f"/courses/{self.course}/question-categories", {"name": "Sums"})["id"]
        self.bats, self.whales = (self._claim(text) for text in ("Bats are birds.", "Whales are mammals."))
        for number in range(3):
            self._claim(f"{number} and {number} are {number * 2}.", category_id=self.sums, tags=["exam"])

    def _claim(self, text: str, **facts: Any) -> str:
        body = {"kind": "true_false", "text": text, "answer": True}
        return str(self.teacher.post(f"/courses/{self.course}/questions", {"body": body, "points": 2, **facts})["id"])

    def test(self, title: str = "Mid-term", **settings: Any) -> str:
        """A test of two questions and two sums that are drawn; its id."""
        entries = [
            {"id": "bats", "question_id": self.bats},
            {"id": "whales", "question_id": self.whales},
            {"id": "sums", "draw": {"count": 2, "category_id": self.sums}, "points": 1},
        ]
        body = {"title": title, "settings": settings, "sections": [{"id": "only", "entries": entries}]}
        return str(self.teacher.post(f"/courses/{self.course}/tests", body)["id"])

    def draft(self, test: str) -> Any:
        return self.teacher.get(f"/tests/{test}")


async def desk(browse: Open, path: str, who: str = "teacher", **options: Any) -> Page:
    page = await browse(**options)
    await sign_in(page, who)
    await page.goto(path)
    return page


async def saved(page: Page) -> None:
    """Wait until what was just done is on its way, and there."""
    await page.wait_for_timeout(100)
    await expect(page.locator("header").get_by_text("Saved", exact=True)).to_be_visible()


async def comes_to(learner: Api, test: str, seconds: int) -> None:
    """Wait until a learner has so much time; processes tell each other of it within moments."""
    for _ in range(30):
        if learner.get(f"/tests/{test}")["time_limit_seconds"] == seconds:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"it never was {seconds} s")


def titles(test: Any) -> list[list[str]]:
    """What the sections of a test ask, a draw by how many it draws."""
    names = {question["id"]: question["title"] for question in test["questions"]}
    return [
        [names.get(entry["question_id"]) or str(entry["draw"]["count"]) for entry in section["entries"]]
        for section in test["sections"]
    ]


async def test_a_test_is_built_from_the_bank_published_and_looked_at(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with a test")
    page = await desk(browse, f"/teach/{shop.course}")
    await page.get_by_role("button", name="Add to Beginning").click()
    await page.get_by_role("menuitem", name="Test").click()
    await page.keyboard.type("Animals and sums")
    await page.keyboard.press("Enter")
    await page.wait_for_url(EDIT)
    test = page.url.split("/")[-2]
    await expect(page.get_by_role("link", name="Teach")).to_have_attribute("aria-current", "page")

    await page.get_by_role("button", name="From the bank").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="Whales").check()
    await dialog.get_by_role("button", name="Look at Whales").click()
    shown = page.get_by_role("dialog", name="As learners see it")
    await expect(shown.get_by_role("radio", name="False")).to_be_visible()
    assert await accessible(page) == []
    await page.keyboard.press("Escape")
    await expect(shown).to_be_hidden()
    await expect(dialog.get_by_role("checkbox", name="Whales")).to_be_checked()
    await dialog.get_by_role("checkbox", name="Bats").check()
    await dialog.get_by_role("button", name="Add 2 questions").click()
    await expect(page.get_by_role("status").filter(has_text="2 questions · 4 points")).to_be_visible()
    await page.get_by_label("Points for Bats are birds.").fill("3,5")
    await page.get_by_role("button", name="At random").click()
    await dialog.get_by_label("How many").fill("2")
    await dialog.get_by_label("Category").select_option("Sums")
    await expect(dialog.get_by_text("3 to draw from")).to_be_visible()
    assert await accessible(page) == []
    await dialog.get_by_label("Points for each").fill("1")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text(re.compile("from .?Sums"))).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="4 questions · 7.5 points")).to_be_visible()
    await saved(page)
    assert titles(shop.draft(test)) == [["Whales are mammals.", "Bats are birds.", "2"]]
    assert await accessible(page) == []

    await page.get_by_role("button", name="Publish").click()
    await expect(dialog).to_contain_text("4 questions · 7.5 points, all on one page.")
    await dialog.get_by_label("A note about what is new").fill("The first one")
    assert await accessible(page) == []
    await dialog.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Revision 1, as learners take it")).to_be_visible()
    # The course was published without it: so far nobody finds it.
    await expect(page.get_by_role("link", name="Publish the course")).to_be_visible()
    await page.get_by_role("link", name="Settings").click()
    await expect(page.get_by_text("The first one")).to_be_visible()
    await page.get_by_role("button", name="Preview").click()
    await page.wait_for_url(re.compile("/attempts/"))
    await expect(page.get_by_role("heading", name="Question 1 of 4")).to_be_visible()


async def test_what_a_test_asks_is_put_in_order_by_keys_and_taken_out_with_a_way_back(
    browse: Open, teacher_api: Api
) -> None:
    shop = Workshop(teacher_api, "A course with sections")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/edit")
    await page.get_by_role("button", name="Move Bats are birds.").focus()
    await page.keyboard.press("Alt+ArrowDown")
    await page.get_by_role("button", name="Divide into sections").click()
    await page.get_by_label("Title of the section").last.fill("At the end")
    await page.get_by_role("button", name="Move 2 random questions").focus()
    await page.keyboard.press("Alt+ArrowDown")
    await expect(page.get_by_role("button", name="Move 2 random questions")).to_be_focused()
    await saved(page)
    assert titles(shop.draft(test)) == [["Whales are mammals.", "Bats are birds."], ["2"]]

    await page.get_by_role("button", name="More for Whales are mammals.").click()
    await page.get_by_role("menuitem", name="Take out").click()
    await expect(page.get_by_role("button", name="Move Whales are mammals.")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Move Bats are birds.").drag_to(
        page.get_by_role("button", name="2 random questions from")
    )
    await saved(page)
    draft = shop.draft(test)
    assert titles(draft)[0] == ["Whales are mammals."]
    assert sorted(titles(draft)[1]) == ["2", "Bats are birds."]
    assert draft["sections"][1]["title"] == "At the end"
    assert await accessible(page) == []


async def test_a_question_is_written_for_a_test_and_comes_last_in_it(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course for new questions")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/edit")
    await page.get_by_role("button", name="A new question").click()
    await page.get_by_role("dialog").get_by_role("link", name="True or false").click()
    await expect(page.get_by_label("Statement", exact=True)).to_be_focused()
    await page.keyboard.type("Leaves are green.")
    await page.get_by_role("group", name="Is it true?").get_by_role("radio", name="True").check()
    await page.keyboard.press("Control+s")
    await page.wait_for_url(EDIT)
    await page.get_by_role("button", name="5 Leaves are green.").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("radio", name="True")).to_be_visible()
    await expect(dialog.get_by_role("heading", name="Question 5 of 5")).to_be_visible()
    assert await accessible(page) == []
    await dialog.get_by_role("button", name="Close").last.click()
    await saved(page)
    assert titles(shop.draft(test))[0][-1] == "Leaves are green."


async def test_a_draw_from_too_few_is_told_before_and_when_it_is_published(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with a small bank")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/edit")
    await page.get_by_role("button", name="More for 2 random questions").click()
    await page.get_by_role("menuitem", name="Change").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("How many").fill("4")
    await expect(dialog.get_by_text("These are too few.")).to_be_visible()
    await dialog.get_by_role("button", name="Change").click()
    await expect(page.get_by_text("These are too few.")).to_be_visible()
    await page.get_by_role("button", name="Publish").click()
    await dialog.get_by_role("button", name="Publish").click()
    await expect(dialog.get_by_text("Question 3: There are too few questions")).to_be_visible()
    assert shop.draft(test)["revision"] is None


async def test_settings_are_saved_as_they_are_chosen_and_told_in_words(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with settings")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/settings")
    await page.get_by_label("Opens").fill("2027-03-01T09:00")
    await page.get_by_label("Closes").fill("2027-03-01T08:00")
    await expect(page.get_by_text("It must open before it closes.")).to_be_visible()
    await page.get_by_label("Closes").fill("2027-03-01T12:00")
    await page.get_by_label("Time for an attempt").fill("90")
    await page.get_by_label("Questions on a page").select_option("One at a time")
    await page.get_by_label("They can go back").uncheck()
    await page.get_by_label("Access code").fill("oak-7")
    await page.get_by_label("Attempts", exact=True).fill("0")
    await expect(page.get_by_text("Write a number from 1 to 100.")).to_be_visible()
    await page.get_by_label("Attempts", exact=True).fill("2")
    await page.get_by_label("What counts").select_option("The mean of all")
    await page.get_by_label("Passed from").fill("60")
    await page.get_by_label("The right answers").select_option("Never")
    words = page.get_by_role("region", name="What learners will meet")
    for told in ("one at a time, without a way back", "90 minutes", "2 attempts; the mean", "60%", "an access code"):
        await expect(words).to_contain_text(told)
    await saved(page)
    settings = shop.draft(test)["settings"]
    assert settings["opens_at"].startswith("2027-03-01T09:00")
    assert settings["closes_at"].startswith("2027-03-01T12:00")
    assert (settings["time_limit_seconds"], settings["page"], settings["go_back"]) == (5400, "one", False)
    assert (settings["access_code"], settings["attempts"], settings["counts"]) == ("OAK-7", 2, "average")
    assert (settings["pass_percent"], settings["show_answers"]) == (60, "never")
    assert await accessible(page) == []


async def test_two_who_change_different_settings_both_have_their_way(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course of two teachers")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/settings")
    draft = shop.draft(test)
    settings = {**draft["settings"], "attempts": 5}
    teacher_api.patch(f"/tests/{test}", {"version": draft["version"], "title": "Theirs", "settings": settings})
    await page.get_by_label("Passed from").fill("50")
    await saved(page)
    now = shop.draft(test)
    assert (now["title"], now["settings"]["attempts"], now["settings"]["pass_percent"]) == ("Theirs", 5, 50)
    await expect(page.get_by_label("Attempts", exact=True)).to_have_value("5")

    teacher_api.patch(f"/tests/{test}", {"version": now["version"], "title": "Theirs again"})
    await page.get_by_label("Title of the test").fill("Ours")
    dialog = page.get_by_role("dialog", name="Someone else has changed this too")
    await expect(dialog).to_contain_text("Theirs again")
    await dialog.get_by_role("button", name="Keep mine").click()
    await saved(page)
    assert shop.draft(test)["title"] == "Ours"


async def test_extra_time_is_given_changed_and_taken_back_with_a_way_back(
    browse: Open, teacher_api: Api, people: People
) -> None:
    shop = Workshop(teacher_api, "A course with extra time", people.ana, people.ben)
    test = shop.test(time_limit_seconds=3600)
    teacher_api.post(f"/tests/{test}/revisions", {})
    page = await desk(browse, f"/tests/{test}/extra-time")
    await page.get_by_role("button", name="Give extra time").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Find by name").fill("Ben")
    await dialog.get_by_role("button", name="Ben Birch").click()
    await dialog.get_by_label("Percent more").fill("50")
    await expect(dialog.get_by_role("status")).to_have_text("50% more, 90 minutes in all")
    await dialog.get_by_text("More attempts, other dates").click()
    await dialog.get_by_label("More attempts", exact=True).fill("1")
    assert await accessible(page) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("50% more, 90 minutes in all · 1 more attempt")).to_be_visible()
    await comes_to(people.ben, test, 5400)
    assert people.ben.get(f"/tests/{test}")["attempts_left"] == 2
    assert people.ana.get(f"/tests/{test}")["time_limit_seconds"] == 3600

    await page.get_by_role("button", name="More for Ben Birch").click()
    await page.get_by_role("menuitem", name="Take back").click()
    await expect(page.get_by_text("Nobody has extra time")).to_be_visible()
    await comes_to(people.ben, test, 3600)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_visible()
    await comes_to(people.ben, test, 5400)
    assert await accessible(page) == []


async def test_assistants_look_and_learners_are_shown_the_way_in(
    browse: Open, teacher_api: Api, people: People
) -> None:
    shop = Workshop(teacher_api, "A course with help", people.ben)
    teacher_api.post(f"/courses/{shop.course}/staff", {"email": "ana@demo.school", "role": "assistant"})
    test = shop.test()
    teacher_api.post(f"/tests/{test}/revisions", {})
    page = await desk(browse, f"/tests/{test}/edit", "ana")
    await expect(page.get_by_text("Bats are birds.")).to_be_visible()
    await expect(page.get_by_role("button", name="Preview")).to_be_visible()
    await expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await page.get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("region", name="What learners will meet")).to_be_visible()
    assert await accessible(page) == []
    page = await desk(browse, f"/tests/{test}/edit", "ben")
    await page.wait_for_url(f"/tests/{test}")
    await expect(page.get_by_role("button", name="Start")).to_be_visible()


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": NARROW},
        {"viewport": PHONE, "locale": "ar"},
        {"viewport": DESK, "color_scheme": "dark"},
    ],
    ids=["small", "arabic", "dark"],
)
async def test_every_page_of_a_test_fits_and_can_be_read(
    browse: Open, teacher_api: Api, people: People, options: dict[str, Any]
) -> None:
    shop = Workshop(teacher_api, "A course on every screen", people.ana)
    test = shop.test(time_limit_seconds=3600)
    teacher_api.put(f"/tests/{test}/accommodations/{people.ana.get('/me')['id']}", {"extra_percent": 25})
    page = await desk(browse, f"/tests/{test}/edit", **options)
    for path, shown in (("edit", "ol li"), ("settings", "select"), ("extra-time", "ul h3")):
        await page.goto(f"/tests/{test}/{path}")
        await expect(page.locator(f"main {shown}").first).to_be_visible()
        assert await too_wide(page) == []
        assert await accessible(page) == [], path
