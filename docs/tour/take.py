"""Takes the pictures of the README's tour: the demo school with a course of Markdown files imported into it.

    python docs/tour/take.py path/to/a/folder/of/lessons

Starts Banyan in a folder of its own, walks through it in Chromium as a learner, as a teacher, in a study group
and through a test, and stops it again.
"""

import asyncio
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser.conftest import DESK, PHONE, Api, Site, chromium_flags, newcomer, serve, sign_in
from tests.services import reachable_folder

HERE = Path(__file__).parent

_QUESTION = """If every trunk puts down two roots a year, how many are there after $n$ years?

$$T_n = 3^n \\quad\\text{or}\\quad T_n = 1 + 2n\\,?$$"""
_ANSWER = """The first: the new trunks put down roots as well.

```python
def trunks(years: int) -> int:
    return 3**years
```"""
_THANKS = "Thank you. Shall we go through **chapter two** together on Thursday?"


async def main(lessons: Path) -> None:
    """Take every picture."""
    with reachable_folder() as data, serve(data) as site:
        command = [Path(sys.executable).with_name("banyan"), "course", "import", lessons, "--publish"]
        subprocess.run(
            [*command, "--teacher", "teacher@demo.school", "--data", data], check=True, stdout=subprocess.DEVNULL
        )
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=chromium_flags())
            await _learner(browser, site.url)
            await _teacher(browser, site.url)
            await _group(browser, site)
            await _test(browser, site)
            await browser.close()


async def _learner(browser: Browser, url: str) -> None:
    desk = await _open(browser, url, DESK)
    await sign_in(desk, "learner")
    await desk.goto("/courses")
    await _shot(desk, "catalogue-desk")
    await desk.get_by_role("link", name=re.compile("^How a banyan grows")).first.click()
    await desk.get_by_role("button", name="Enrol").click()
    await desk.get_by_role("button", name="Mark as done").wait_for()
    await desk.goto("/courses?q=version")
    await desk.get_by_role("link", name=re.compile("Version Control")).first.click()
    await desk.get_by_role("button", name="Enrol").click()
    for _ in range(3):
        await desk.get_by_role("button", name="Mark as done").click()
        await desk.get_by_text("Done", exact=True).first.wait_for()
        await desk.keyboard.press("j")
        await desk.wait_for_timeout(600)
    await _shot(desk, "reader-desk")
    course = desk.url.partition("/items/")[0]
    item = desk.url
    phone = await _open(browser, url, PHONE)
    await sign_in(phone, "learner")
    await _shot(phone, "home-phone")
    await phone.goto(course)
    await _shot(phone, "course-phone")
    await phone.goto(item)
    await _shot(phone, "reader-phone")
    dark = await _open(browser, url, DESK, color_scheme="dark")
    await sign_in(dark, "learner")
    await dark.goto(course)
    await _shot(dark, "course-desk-dark")
    arabic = await _open(browser, url, PHONE, locale="ar")
    await arabic.goto("/")
    await _shot(arabic, "home-arabic")


async def _teacher(browser: Browser, url: str) -> None:
    page = await _open(browser, url, DESK)
    await sign_in(page, "teacher")
    await page.goto("/teach")
    await page.get_by_role("link", name=re.compile("Version Control")).first.click()
    await page.get_by_role("navigation", name="Outline").get_by_text("Tracking Changes").click()
    text = page.get_by_role("textbox", name="Text")
    await text.click()
    async with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        await page.keyboard.press("Control+Home")
        await page.keyboard.type("A change is small when you can say in one sentence what it does.\n\n")
    await page.get_by_text(re.compile("1 change since")).wait_for()
    await _shot(page, "editor-desk")
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("dialog").get_by_text("Tracking Changes").first.wait_for()
    await _shot(page, "publish-desk")
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await page.get_by_text("as learners read it").wait_for()
    await page.get_by_role("link", name="People").click()
    await _shot(page, "people-desk")


async def _group(browser: Browser, site: Site) -> None:
    with closing(Api(site, "learner")) as noor, closing(newcomer(site, "ana", "Ana Almeida")) as ana:
        mine = [entry["course"] for entry in noor.get("/enrolments")["items"]]
        course = next(course["id"] for course in mine if course["title"].startswith("How a banyan"))
        within = noor.get(f"/courses/{course}/classes")["items"][0]["id"]
        group = noor.get(f"/classes/{within}/groups")["items"][0]["id"]
        noor.post(f"/groups/{group}/members", {})
        ana.post(f"/courses/{course}/enrolments", {})
        ana.post(f"/groups/{group}/members", {})
        me = noor.get("/me")
        asked = ana.post(f"/groups/{group}/messages", {"key": "1", "text": _QUESTION})["seq"]
        answer = f"[@Ana Almeida](mention:{ana.get('/me')['id']}) {_ANSWER}"
        noor.post(f"/groups/{group}/messages", {"key": "2", "text": answer, "reply_to": asked})
        ana.post(f"/groups/{group}/messages", {"key": "3", "text": f"[@{me['name']}](mention:{me['id']}) {_THANKS}"})
        desk = await _open(browser, site.url, DESK)
        await sign_in(desk, "ana")
        await desk.goto(f"/groups/{group}")
        phone = await _open(browser, site.url, PHONE, has_touch=True, is_mobile=True)
        await sign_in(phone, "learner")
        await phone.goto(f"/groups/{group}")
        for page in (desk, phone):
            await page.get_by_text("Thursday").first.wait_for()
        await _shot(desk, "group-desk")
        await phone.context.set_offline(True)
        await phone.get_by_role("textbox").fill("I am on the train. I shall bring the pictures.")
        await phone.get_by_role("button", name="Send").tap()
        await phone.get_by_text("Not sent yet").wait_for()
        await _shot(phone, "group-phone")


async def _test(browser: Browser, site: Site) -> None:
    with closing(Api(site, "teacher")) as teacher, closing(Api(site, "learner")) as lena:
        taught = teacher.get("/courses")["items"]
        course = next(course["id"] for course in taught if course["title"].startswith("Reading a chart"))
        test = teacher.get(f"/courses/{course}/tests")["items"][0]["id"]
        lena.post(f"/courses/{course}/enrolments", {})
    phone = await _open(browser, site.url, PHONE, has_touch=True, is_mobile=True)
    await sign_in(phone, "learner")
    await phone.goto(f"/tests/{test}")
    await phone.get_by_role("button", name="Start").tap()
    await phone.get_by_role("radio").first.check()
    await phone.get_by_text("Saved", exact=True).first.wait_for()
    await phone.get_by_role("heading", name="Question 1 of").scroll_into_view_if_needed()
    await _shot(phone, "test-phone")
    desk = await _open(browser, site.url, DESK)
    await sign_in(desk, "teacher")
    await desk.goto(f"/tests/{test}/results")
    await desk.get_by_text("On average").wait_for()
    await _shot(desk, "results-desk")
    await desk.goto(f"/tests/{test}/grading")
    await desk.get_by_role("link", name="Start grading").click()
    await desk.get_by_label("Points", exact=True).fill("3.5")
    await desk.get_by_label("Comment").fill("Well seen. What would an honest chart have shown?")
    await _shot(desk, "grading-desk")


async def _open(browser: Browser, url: str, viewport: dict[str, int], **options: Any) -> Page:
    context = await browser.new_context(base_url=url, viewport=viewport, locale=options.pop("locale", "en"), **options)  # type: ignore[arg-type]
    return await context.new_page()


async def _shot(page: Page, name: str) -> None:
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(400)
    await page.screenshot(path=HERE / f"{name}.jpg", type="jpeg", quality=82)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
