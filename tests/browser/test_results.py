"""What teachers see of tests: results, statistics, a running test, the gradebook; on every kind of screen."""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, People, Site, newcomer, sign_in
from tests.browser.screens import NARROW, Look, unfit

LOOKS: dict[str, list[Look]] = {
    "ar": [{"viewport": DESK, "scheme": "dark"}, {"viewport": NARROW, "scheme": "light"}],
    "en": [{"viewport": DESK, "scheme": "light"}, {"viewport": PHONE, "scheme": "dark"}],  # last: others expect English
}
TURN = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true })
    document.dispatchEvent(new Event("visibilitychange"))
}"""
WRONG_KEY = {
    "kind": "single_choice",
    "text": "Which tree sends roots **down** from its branches?",
    "choices": [{"id": "a", "text": "Birch", "weight": 1}, {"id": "b", "text": "Banyan"}, {"id": "c", "text": "Palm"}],
    "shuffle": False,
}
TRUTH = {"kind": "true_false", "text": "Leaves breathe.", "answer": True}
CAPITAL = {"kind": "short_answer", "text": "The capital of France?", "answers": [{"id": "a", "text": "Paris"}]}
LENGTH = {
    "kind": "numerical",
    "text": "How long is a metre and a half?",
    "answers": [{"id": "a", "value": 1.5, "tolerance": 0.01}],
    "units": [{"name": "m", "factor": 1}],
}
ESSAY = {"kind": "essay", "text": "Why do leaves fall?", "least_words": 1}
# What each learner answers: who knows the rest chooses what the key calls wrong.
SHEETS: dict[str, tuple[str, bool, str, str]] = {
    "Ana Almond": ("Banyan", True, "Paris", "1.5 m"),
    "Ben Birch": ("Banyan", True, "Paris", "1.5 m"),
    "Cleo Cedar": ("Banyan", True, "Paris", "2 m"),
    "Dan Dogwood": ("Birch", False, "Lyon", "2 m"),
    "Eve Elm": ("Birch", False, "Lyon", "3 m"),
}


@dataclass(frozen=True)
class Class:
    """A course with a test that is over, one that waits for graders, and one that goes on; one learner takes none."""

    course: str
    over: str
    waiting: str
    running: str
    learners: Mapping[str, Api]

    def at(self, path: str) -> str:
        """A page of theirs, such as `/tests/{over}/results`."""
        return path.format(course=self.course, over=self.over, waiting=self.waiting, running=self.running)


@pytest.fixture(scope="session")
def autumn(site: Site, teacher_api: Api, people: People) -> Iterator[Class]:
    with ExitStack() as stack:
        learners = {"Ana Almond": people.ana, "Ben Birch": people.ben}
        for name in ("Cleo Cedar", "Dan Dogwood", "Eve Elm", "Finn Fir"):
            learners[name] = newcomer(site, name.split()[0].lower(), name)
            stack.callback(learners[name].close)
        course = teacher_api.course("Trees in autumn", {"One": "Text."})
        for learner in learners.values():
            learner.post(f"/courses/{course}/enrolments", {})
        autumn = Class(
            course,
            over=published(teacher_api, course, "Trees", [WRONG_KEY, TRUTH, CAPITAL, LENGTH], pass_percent=60),
            waiting=published(teacher_api, course, "Essay", [ESSAY]),
            running=published(teacher_api, course, "Going on", [WRONG_KEY, TRUTH], time_limit_seconds=3600),
            learners=learners,
        )
        answer(learners["Ana Almond"], autumn.over, ("Birch", False, "Rome", "9 m"))  # her first attempt
        for name, sheet in SHEETS.items():
            answer(learners[name], autumn.over, sheet)
        answer(learners["Ana Almond"], autumn.waiting, ({"text": "They **save** water.", "files": []},))
        answer(learners["Ben Birch"], autumn.running, ("Banyan", True))
        answer(learners["Cleo Cedar"], autumn.running, ("Banyan",), submit=False)
        yield autumn


def published(teacher: Api, course: str, title: str, bodies: list[dict[str, Any]], **settings: Any) -> str:
    made = [teacher.post(f"/courses/{course}/questions", {"body": body, "points": 2}) for body in bodies]
    entries = [{"id": f"e{number}", "question_id": one["id"]} for number, one in enumerate(made)]
    section = {"id": "s", "title": "", "text": "", "entries": entries}
    body = {"title": title, "settings": {"attempts": None, **settings}, "sections": [section]}
    test: str = teacher.post(f"/courses/{course}/tests", body)["id"]
    teacher.post(f"/tests/{test}/revisions", {})
    teacher.post(f"/courses/{course}/revisions", {})
    return test


def answer(learner: Api, test: str, sheet: tuple[Any, ...], *, submit: bool = True) -> str:
    """Answer the questions of a test in their order; choices by their words."""
    attempt = learner.post(f"/tests/{test}/attempts", {})
    for question, said in zip(attempt["sections"][0]["questions"], sheet, strict=False):
        chosen = [choice["id"] for choice in question.get("choices", ()) if str(said) in choice["html"]]
        response = chosen[0] if chosen else said
        learner.put(f"/attempts/{attempt['id']}/answers/{question['id']}", {"response": response, "number": 1})
    if submit:
        learner.post(f"/attempts/{attempt['id']}/submission")
    return str(attempt["id"])


async def opened(browse: Open, path: str, **options: Any) -> Page:
    page = await browse(**options)
    await sign_in(page, "teacher")
    await page.goto(path)
    return page


async def test_a_teacher_sees_what_went_wrong_and_who_needs_help(browse: Open, autumn: Class) -> None:
    page = await opened(browse, autumn.at("/tests/{over}/results"))
    await expect(page.get_by_text("5 of 6 learners have a result.")).to_be_visible()
    await expect(page.get_by_text("2 of 5 have passed.")).to_be_visible()
    bars = page.get_by_role("table", name="How many learners reached how much")
    await expect(bars.get_by_role("row", name=re.compile(r"70.*to 80"))).to_contain_text("2")

    wrong = page.get_by_role("region", name="Questions that went wrong")
    await expect(wrong.get_by_role("listitem")).to_have_count(4)
    await expect(wrong.get_by_text("The key may be wrong")).to_be_visible()
    help_wanted = page.get_by_role("region", name="People who may need help")
    await expect(help_wanted.get_by_role("link")).to_have_text(
        [re.compile(name) for name in ("Dan Dogwood", "Eve Elm", "Cleo Cedar")]
    )
    await expect(help_wanted.get_by_text("1 learner has not begun")).to_be_visible()
    await expect(help_wanted.get_by_text("Finn Fir")).to_be_visible()

    await wrong.get_by_role("link", name=re.compile("Which tree")).click()
    question = page.get_by_role("article", name=re.compile("Which tree"))
    await expect(question.get_by_text("Look at the key first")).to_be_visible()
    birch = question.get_by_role("listitem").filter(has_text="Birch")
    await expect(birch).to_contain_text("Right")
    await expect(birch).to_contain_text(re.compile(r"3\W+50"))
    await expect(question.get_by_role("listitem").filter(has_text="Palm")).to_contain_text(re.compile(r"0\W+0"))
    await expect(question.get_by_role("link", name="Open the question")).to_be_visible()
    await expect(question.get_by_role("link", name="Correct the key")).to_be_visible()


async def test_the_table_is_searched_sorted_unfolded_and_taken_away(browse: Open, autumn: Class) -> None:
    page = await opened(browse, autumn.at("/tests/{over}/results"))
    table = page.get_by_role("table", name="All learners")
    names = table.get_by_role("rowheader")
    await expect(names).to_have_text([*SHEETS, "Finn Fir"])
    await page.get_by_label("Sort by").select_option("Lowest result first")
    await expect(names).to_have_text(["Dan Dogwood", "Eve Elm", "Cleo Cedar", "Ana Almond", "Ben Birch", "Finn Fir"])
    await expect(table.get_by_role("columnheader", name="Result")).to_have_attribute("aria-sort", "ascending")
    await page.get_by_label("Find a learner").fill("almond")
    await expect(names).to_have_text(["Ana Almond"])

    await table.get_by_role("button", name="2 attempts by Ana Almond").click()
    await expect(table.get_by_role("listitem").nth(0)).not_to_contain_text("Counts")
    await expect(table.get_by_role("listitem").nth(1)).to_contain_text("Counts")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    text = Path(await (await download.value).path()).read_text("utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(StringIO(text))}
    assert rows.keys() == autumn.learners.keys()
    assert rows["Ana Almond"]["percent"] == "75"
    await table.get_by_role("link", name="See the answers of attempt 2").click()
    await page.wait_for_url(re.compile("/attempts/.*/result$"))
    await expect(page.get_by_text("Paris")).to_be_visible()


async def test_what_waits_for_a_person_leads_to_grading(browse: Open, autumn: Class) -> None:
    page = await opened(browse, autumn.at("/tests/{waiting}/results"))
    await page.get_by_role("link", name="1 answer waits for a grader").click()
    await page.wait_for_url(re.compile("/grading$"))


async def test_a_running_test_is_watched_politely_and_says_how_old_it_is(browse: Open, autumn: Class) -> None:
    page = await opened(browse, autumn.at("/tests/{running}/live"))
    takers = page.get_by_role("article")
    await expect(takers).to_have_count(2)
    await expect(takers.filter(has_text="Cleo")).to_contain_text("1 of 2")
    await expect(takers.filter(has_text="Cleo")).to_contain_text(re.compile("minutes left"))
    answer(autumn.learners["Dan Dogwood"], autumn.running, ("Palm",), submit=False)
    await expect(takers.filter(has_text="Dan Dogwood")).to_be_visible()  # without a reload
    await page.get_by_role("button", name="handed in").click()
    await expect(takers).to_have_count(1)
    await expect(takers).to_contain_text("Ben Birch")
    await page.get_by_label("Show").select_option("All")
    await page.get_by_label("Find a learner").fill("dog")
    await expect(takers).to_have_count(1)

    asked = 0

    async def count(route: Route) -> None:
        nonlocal asked
        asked += 1
        await (route.abort() if away else route.continue_())

    away = True
    await page.route("**/live?*", count)
    await expect(page.get_by_text("The school cannot be reached at the moment")).to_be_visible()
    await expect(takers).to_contain_text("Dan Dogwood")
    await page.wait_for_timeout(4_000)
    assert asked == 1  # the second time comes after six seconds, not three
    away = False
    await page.get_by_role("button", name="Ask now").click()
    await expect(page.get_by_text("It refreshes by itself")).to_be_visible()

    await page.evaluate(TURN, "hidden")
    await page.wait_for_timeout(500)  # what was on its way
    asked = 0
    await page.wait_for_timeout(4_000)
    assert asked == 0
    async with page.expect_response("**/live?*"):
        await page.evaluate(TURN, "visible")


async def test_a_result_is_overruled_with_a_reason_and_given_back(
    browse: Open, autumn: Class, teacher_api: Api
) -> None:
    page = await opened(browse, autumn.at("/teach/{course}/gradebook"))
    grid = page.get_by_role("grid", name="Gradebook")
    cell = grid.get_by_role("button", name=re.compile("Eve Elm, Trees"))
    await expect(cell).to_contain_text("25")
    first = grid.get_by_role("button", name=re.compile("Ana Almond, Trees"))
    await first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft"):
        await page.keyboard.press(key)
    await expect(cell).to_be_focused()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Result of Eve Elm")
    await dialog.get_by_label("Result in percent").fill("120")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("A number from 0 to 100")).to_be_visible()
    await expect(dialog.get_by_text("A word about why")).to_be_visible()
    await dialog.get_by_label("Result in percent").fill("62.5")
    await dialog.get_by_label("Reason").fill("She explained it aloud.")
    await page.keyboard.press("Tab")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(grid.get_by_role("button", name=re.compile("Eve Elm, Trees.*set by a teacher"))).to_contain_text("63")
    await expect(grid.get_by_role("row", name=re.compile("Eve Elm")).get_by_role("gridcell").first).to_contain_text(
        "63"
    )

    await grid.get_by_role("button", name=re.compile("Eve Elm, Trees")).click()
    await expect(dialog.get_by_text("Attempts say: 25")).to_be_visible()
    await expect(dialog.get_by_text("She explained it aloud.").first).to_be_visible()
    await dialog.get_by_role("button", name="Let the attempts count").click()
    await expect(cell).to_contain_text("25")
    await page.get_by_role("button", name="Undo").click()
    await expect(cell).to_contain_text("63")
    cells = next(line for line in book(teacher_api, autumn)["items"] if line["learner"]["name"] == "Eve Elm")["cells"]
    assert cells[autumn.over]["override"]["reason"] == "She explained it aloud."


async def test_weights_are_written_and_two_who_do_so_at_once_choose(
    browse: Open, autumn: Class, teacher_api: Api
) -> None:
    page = await opened(browse, autumn.at("/teach/{course}/gradebook"))
    await page.get_by_role("button", name="Weights").click()
    dialog = page.get_by_role("dialog", name="What counts in the total")
    await dialog.get_by_label("Trees").fill("3")
    await dialog.get_by_label("Going on").fill("0")
    await expect(dialog.get_by_text("75")).to_be_visible()
    await dialog.get_by_label("counts as zero").check()
    version = book(teacher_api, autumn)["version"]
    theirs = {autumn.over: 5, autumn.waiting: 2}
    teacher_api.put(f"/courses/{autumn.course}/gradebook/weights", {"version": version, "weights": theirs})
    await dialog.get_by_role("button", name="Save").click()
    choice = page.get_by_role("dialog", name="Someone else has changed this too")
    await expect(choice.get_by_role("heading", name="Trees")).to_be_visible()
    await expect(choice.get_by_role("heading", name="Essay")).to_be_hidden()  # theirs alone
    await choice.get_by_role("button", name="Keep mine").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("A test without a result counts as zero")).to_be_visible()
    weights = {test["title"]: test["weight"] for test in book(teacher_api, autumn)["tests"]}
    assert weights == {"Trees": 3, "Essay": 2, "Going on": 0}
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("A test without a result is left out")).to_be_visible()
    assert book(teacher_api, autumn)["tests"][0]["weight"] == 5


def book(teacher: Api, autumn: Class) -> Any:
    return teacher.get(f"/courses/{autumn.course}/gradebook")


async def test_an_assistant_looks_but_writes_no_results(browse: Open, autumn: Class, teacher_api: Api) -> None:
    teacher_api.post(f"/courses/{autumn.course}/staff", {"email": "learner@demo.school", "role": "assistant"})
    page = await browse(viewport=PHONE)
    await sign_in(page, "learner")
    await page.goto(autumn.at("/teach/{course}/gradebook"))
    await expect(page.get_by_role("button", name="Weights")).to_be_hidden()
    await page.get_by_role("button", name=re.compile("Ben Birch, Trees")).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Reason")).to_be_hidden()
    await dialog.get_by_role("link", name="1 attempt").click()
    await expect(page.get_by_role("table", name="All learners").get_by_role("rowheader")).to_have_text(["Ben Birch"])


@pytest.mark.parametrize("locale", LOOKS)
async def test_every_page_of_results_is_fit_for_everyone(
    browse: Open, autumn: Class, teacher_api: Api, locale: str
) -> None:
    teacher_api.patch("/me", {"locale": locale})
    page = await opened(browse, "/", locale=locale, reduced_motion="reduce")
    faults = []
    asked = teacher_api.get(autumn.at("/tests/{over}/results/questions"))["items"][0]["question"]["id"]
    for path in (
        "/tests/{over}/results",
        f"/tests/{{over}}/statistics#question-{asked}",
        "/tests/{running}/live",
        "/teach/{course}/gradebook",
    ):
        await page.goto(autumn.at(path))
        await expect(page.locator("main h2").first).to_be_attached()
        await expect(page.locator("main :is(table, article, h3)").first).to_be_attached()
        faults += await unfit(page, LOOKS[locale])
    assert faults == []
