"""Taking tests: with the keyboard alone, without a network, against the clock, and on every kind of screen."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, Site, sign_in
from tests.browser.questions import CHOICE, KINDS
from tests.browser.screens import NARROW, Look, unfit

SHORTEST = 10  # seconds that a test can be limited to


class Hall:
    """A course in which tests are taken."""

    def __init__(self, teacher: Api, learner: Api, title: str) -> None:
        self._teacher = teacher
        self.course = teacher.course(title, {"One": "Text."})
        learner.post(f"/courses/{self.course}/enrolments", {})

    def test(self, title: str, bodies: list[dict[str, Any]], **settings: Any) -> str:
        """A published test of these questions, two points each; its id."""
        made = [self._teacher.post(f"/courses/{self.course}/questions", {"body": body, "points": 2}) for body in bodies]
        entries = [{"id": f"e{number}", "question_id": one["id"]} for number, one in enumerate(made)]
        section = {"id": "s", "title": "First part", "text": "Take your time.", "entries": entries}
        body = {"title": title, "settings": {"attempts": None, **settings}, "sections": [section]}
        test: str = self._teacher.post(f"/courses/{self.course}/tests", body)["id"]
        self._teacher.post(f"/tests/{test}/revisions", {})
        self._teacher.post(f"/courses/{self.course}/revisions", {})
        return test


@pytest.fixture(scope="session")
def learner_api(site: Site) -> Iterator[Api]:
    with closing(Api(site, "learner")) as api:
        yield api


@pytest.fixture(scope="session")
def hall(teacher_api: Api, learner_api: Api) -> Hall:
    return Hall(teacher_api, learner_api, "Exam hall")


async def start(page: Page, test: str) -> str:
    """Begin an attempt by the button, and answer its id."""
    await page.goto(f"/tests/{test}")
    await page.get_by_role("button", name="Start").click()
    await page.wait_for_url(re.compile("/attempts/"))
    await expect(page.get_by_role("heading", name="Question 1 of")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


async def hand_in(page: Page) -> None:
    await page.get_by_role("button", name="Hand in").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    await page.wait_for_url(re.compile("/result$"))


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(60):
        if await page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never came to {selector}")


NEXT = "main button.bg-accent"
LINE = "main input[type=text]"


async def press_next(page: Page) -> None:
    await tab_to(page, NEXT)
    await page.keyboard.press("Enter")


async def put_in_order(page: Page, names: Sequence[str]) -> None:
    """Bring things to their places by the buttons beside them."""
    for place, name in enumerate(names):
        shown = await page.locator("main ol > li[data-sortable-id]").all_inner_texts()
        at = next(row for row, text in enumerate(shown) if name in text)
        for number in range(at + 1, place + 1, -1):
            await page.get_by_role("button", name=f"Move number {number} up").focus()
            await page.keyboard.press("Enter")


async def answer_by_keys(page: Page, notes: Path) -> None:
    """All questions of KINDS, from the first on."""
    keys = page.keyboard
    for choices in ("2f", "13", "1"):
        for key in choices:
            await keys.press(key)
        await keys.press("j")
    await expect(page.get_by_role("heading", name="Question 4 of")).to_be_focused()
    for typed, unit in (("150", "cm"), ("Paris", "")):
        await tab_to(page, LINE)
        await keys.type(typed)
        await keys.press("Tab")
        await keys.type(unit)
        await press_next(page)
    for match in ("Paris", "Cairo"):
        await keys.press("Tab")
        await tab_to(page, "main select")
        await keys.type(match)
    await press_next(page)
    await put_in_order(page, ("Atom", "Cell", "Tree"))
    await press_next(page)
    await tab_to(page, LINE)
    await keys.type("100")
    await keys.press("Tab")
    await keys.type("wet")
    await press_next(page)
    await tab_to(page, "main textarea")
    await keys.type("They **save** water.")
    await press_next(page)
    await page.locator("main input[type=file]").set_input_files(notes)
    await expect(page.get_by_role("link", name="notes.txt")).to_be_visible()


async def test_every_kind_is_answered_with_the_keyboard_alone(
    browse: Open, hall: Hall, learner_api: Api, tmp_path: Path
) -> None:
    test = hall.test("By keyboard", KINDS, page="one", time_limit_seconds=3600)
    notes = tmp_path / "notes.txt"
    notes.write_text("Leaves fall.")
    page = await browse()
    await sign_in(page, "learner")
    attempt = await start(page, test)
    await answer_by_keys(page, notes)
    await expect(page.get_by_text("All answers are saved")).to_be_visible()

    saved = learner_api.get(f"/attempts/{attempt}")
    given = {one["kind"]: saved["answers"][one["id"]]["response"] for one in saved["sections"][0]["questions"]}
    assert len(given) == len(KINDS)
    assert given["numerical"] == "150 cm"
    assert given["essay"]["text"] == "They **save** water."
    await press_next(page)
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("All questions are answered")).to_be_visible()
    await expect(dialog.get_by_text("1 question is flagged")).to_be_visible()
    await tab_to(page, "dialog button.bg-accent")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/result$"))
    await expect(page.get_by_text("2 answers wait for a person to grade them")).to_be_visible()
    await expect(page.get_by_text("Right", exact=True).first).to_be_visible()
    assert await page.get_by_text("Not right").count() == 0


async def test_what_is_answered_without_a_network_goes_out_when_it_is_back(
    browse: Open, hall: Hall, learner_api: Api
) -> None:
    test = hall.test("Cut off", KINDS[:5])
    page = await browse(viewport=PHONE)
    await sign_in(page, "learner")
    attempt = await start(page, test)
    await page.get_by_role("radio", name="11").check()
    await expect(page.get_by_text("All answers are saved")).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("checkbox", name="Whale").check()
    await page.locator("#question-5").get_by_role("textbox").fill("Paris")
    await expect(page.get_by_text("2 answers are not saved yet").first).to_be_visible()
    assert len(learner_api.get(f"/attempts/{attempt}")["answers"]) == 1
    await page.context.set_offline(False)
    await expect(page.get_by_text("All answers are saved")).to_be_visible()
    answers = [one["response"] for one in learner_api.get(f"/attempts/{attempt}")["answers"].values()]
    assert "Paris" in answers
    assert len(answers) == 3


async def test_what_could_not_be_sent_outlives_a_reload(browse: Open, hall: Hall, learner_api: Api) -> None:
    test = hall.test("Reloaded", [CHOICE])
    page = await browse()
    await sign_in(page, "learner")
    attempt = await start(page, test)
    await page.route("**/answers/**", lambda route: route.abort())
    await page.get_by_role("radio", name="11").check()
    await expect(page.get_by_text("1 answer is not saved yet").first).to_be_visible()
    page.on("dialog", lambda asked: asked.accept())
    await page.unroute("**/answers/**")
    await page.reload()
    await expect(page.get_by_role("radio", name="11")).to_be_checked()
    await expect(page.get_by_text("All answers are saved")).to_be_visible()
    assert len(learner_api.get(f"/attempts/{attempt}")["answers"]) == 1


async def test_what_could_not_be_sent_goes_out_from_any_page(browse: Open, hall: Hall, learner_api: Api) -> None:
    test = hall.test("Left behind", [CHOICE])
    page = await browse()
    await sign_in(page, "learner")
    attempt = await start(page, test)
    context = page.context
    await context.set_offline(True)
    await page.get_by_role("radio", name="11").check()
    await expect(page.get_by_text("1 answer is not saved yet").first).to_be_visible()
    await page.close()
    await asyncio.sleep(0.5)  # what it sent in its last moment has failed
    await context.set_offline(False)
    assert learner_api.get(f"/attempts/{attempt}")["answers"] == {}
    another = await context.new_page()
    async with another.expect_response("**/answers/**") as answered:
        await another.goto("/calendar")
    assert (await answered.value).ok
    assert len(learner_api.get(f"/attempts/{attempt}")["answers"]) == 1


async def test_an_attempt_goes_on_on_another_device(browse: Open, hall: Hall) -> None:
    test = hall.test("Two devices", [CHOICE, KINDS[2]], page="one", time_limit_seconds=1800)
    desk, phone = await browse(), await browse(viewport=PHONE)
    await sign_in(desk, "learner")
    await sign_in(phone, "learner")
    await start(desk, test)
    await desk.get_by_role("radio", name="11").check()
    await expect(desk.get_by_text("All answers are saved")).to_be_visible()
    await phone.goto("/")
    await expect(phone.get_by_role("heading", level=1, name="Two devices")).to_be_visible()
    await expect(phone.get_by_text(re.compile(r"Ends in (29|30) minutes"))).to_be_visible()
    await phone.get_by_role("link", name="Continue").click()
    await expect(phone.get_by_role("heading", name="Question 2 of 2")).to_be_visible()
    await phone.get_by_role("button", name="Previous").click()
    await expect(phone.get_by_role("radio", name="11")).to_be_checked()


async def test_leaving_asks_once_and_handing_in_shows_what_is_missing(browse: Open, hall: Hall) -> None:
    test = hall.test("Leaving", [CHOICE, KINDS[2]], page="one")
    page = await browse()
    await sign_in(page, "learner")
    await start(page, test)
    await expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    await page.get_by_role("button", name="Leave").click()
    await page.get_by_role("button", name="Stay").click()
    await page.get_by_role("button", name="Hand in").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("2 questions are not answered")).to_be_visible()
    await dialog.get_by_role("button", name="Question 2").click()
    await expect(page.get_by_role("heading", name="Question 2 of 2")).to_be_visible()
    await page.get_by_role("button", name="Leave").click()
    await page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await expect(page.get_by_text("You have begun this test")).to_be_visible()


async def test_at_the_end_of_the_time_what_was_saved_counts(browse: Open, hall: Hall) -> None:
    test = hall.test("Ten seconds", [CHOICE, KINDS[2]], time_limit_seconds=SHORTEST, access_code="OAK-2026")
    page = await browse()
    await sign_in(page, "learner")
    await page.goto(f"/tests/{test}")
    await page.get_by_label("Access code").fill("ELM-2026")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("This is not the access code")).to_be_visible()
    await page.get_by_label("Access code").fill("OAK-2026")
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("radio", name="11").check()
    await expect(page.get_by_role("timer")).to_contain_text("0:0")
    await expect(page.get_by_role("heading", name="The time is up")).to_be_visible(timeout=SHORTEST * 2000)
    await expect(page.get_by_text("1 answer of 2 questions was saved and counts")).to_be_visible()
    await page.get_by_role("link", name="See the result").click()
    await expect(page.get_by_text("50%", exact=True)).to_be_visible()


async def test_there_is_no_way_back_where_a_test_has_none(browse: Open, hall: Hall) -> None:
    test = hall.test("Onwards", [CHOICE, KINDS[2]], go_back=False)
    page = await browse()
    await sign_in(page, "learner")
    await start(page, test)
    await page.get_by_role("radio", name="9").check()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("heading", name="Question 2 of 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Previous")).to_be_hidden()
    await page.keyboard.press("k")
    await expect(page.get_by_role("button", name=re.compile("Question 1, answered"))).to_be_disabled()
    await page.reload()
    await expect(page.get_by_role("heading", name="Question 2 of 2")).to_be_visible()


async def test_the_staff_take_a_preview(browse: Open, hall: Hall) -> None:
    test = hall.test("Looked at", [CHOICE])
    page = await browse()
    await sign_in(page, "teacher")
    await page.goto(f"/tests/{test}")
    await page.get_by_role("button", name="Take it as a preview").click()
    await expect(page.get_by_text("it counts for nothing")).to_be_visible()
    await page.get_by_role("radio", name="11").check()
    await hand_in(page)
    await expect(page.get_by_text("100%", exact=True)).to_be_visible()


@pytest.fixture(scope="session")
def places(hall: Hall, learner_api: Api) -> Mapping[str, str]:
    """An attempt that runs, one that is handed in, and a test to begin."""
    one, whole = hall.test("One by one", KINDS, page="one"), hall.test("All at once", KINDS, show_answers="at_once")
    running = learner_api.post(f"/tests/{one}/attempts", {})["id"]
    all_at_once = learner_api.post(f"/tests/{whole}/attempts", {})["id"]
    over = learner_api.post(f"/tests/{hall.test('Over', KINDS, description='All of *it*.')}/attempts", {})
    choice = over["sections"][0]["questions"][0]
    path = f"/attempts/{over['id']}"
    learner_api.put(f"{path}/answers/{choice['id']}", {"response": choice["choices"][0]["id"], "number": 1})
    learner_api.post(f"{path}/submission")
    return {
        "test": over["test"]["id"],
        "running": running,
        "all": all_at_once,
        "over": over["id"],
        "course": hall.course,
    }


PAGES = [
    "/courses/{course}",
    "/courses/{course}/grades",
    "/tests/{test}",
    "/attempts/{running}",
    "/attempts/{all}",
    "/attempts/{over}/result",
]
LOOKS: dict[str, list[Look]] = {
    "ar": [{"viewport": DESK, "scheme": "dark"}, {"viewport": PHONE, "scheme": "light"}],
    "en": [  # last: others expect English
        {"viewport": DESK, "scheme": "light"},
        {"viewport": PHONE, "scheme": "dark"},
        {"viewport": NARROW, "scheme": "light"},
    ],
}


@pytest.mark.parametrize("locale", LOOKS)
async def test_every_page_of_tests_is_fit_for_everyone(
    browse: Open, learner_api: Api, places: Mapping[str, str], locale: str
) -> None:
    page = await browse(reduced_motion="reduce", locale=locale)
    learner_api.patch("/me", {"locale": locale})
    await sign_in(page, "learner")
    faults = []
    for path in PAGES:
        await page.goto(path.format(**places))
        await expect(page.locator("main h1, main h2").first).to_be_attached()
        await page.wait_for_load_state("networkidle")
        faults += await unfit(page, LOOKS[locale])
    assert faults == []
