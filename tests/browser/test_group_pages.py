"""The pages of study groups, as a person of each kind sees them: fit for everyone, and with the keyboard alone."""

import re
from collections.abc import Mapping
from contextlib import closing

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Api, Open, People, Site, course_with, sign_in
from tests.browser.screens import Look, unfit

PAGES = {
    "learner": [
        "/groups",
        "/courses/{course}",
        "/courses/{course}/groups",
        "/groups/{group}/members",
        "/groups/{group}/reports",
        "/groups/{group}/settings",
        "/groups/{group}/join#token",
    ],
    "teacher": [
        "/courses/{course}/groups",
        "/groups/{group}/members",
        "/teach/{course}/classes",
        "/teach/{course}/classes/{class}",
        "/teach/{course}/log",
    ],
    "admin": ["/groups", "/school/log"],
}
LOOKS: dict[str, list[Look]] = {
    "ar": [{"viewport": DESK, "scheme": "dark"}, {"viewport": PHONE, "scheme": "light"}],
    "en": [{"viewport": DESK, "scheme": "light"}, {"viewport": PHONE, "scheme": "dark"}],  # last: others expect English
}


@pytest.fixture(scope="session")
def places(teacher_api: Api, site: Site, people: People) -> Mapping[str, str]:
    """A course with classes and groups in which something has happened."""
    with closing(Api(site, "learner")) as learner:
        course = course_with(teacher_api, "Together", learner, people.ana, people.ben)
        everyone = teacher_api.post(f"/courses/{course}/classes", {"name": "Spring", "description": "All of us."})
        chosen = teacher_api.post(f"/courses/{course}/classes", {"name": "Evening", "admission": "staff"})
        someone = people.ana.get("/me")["id"]
        teacher_api.post(f"/classes/{chosen['id']}/members", {"accounts": [someone]})
        group = learner.post(
            f"/classes/{everyone['id']}/groups",
            {"name": "Fig readers", "description": "We read.", "admission": "request", "places": 12},
        )["id"]
        learner.post(f"/groups/{group}/members", {"account": someone})
        learner.post(f"/groups/{group}/invitation", {})
        people.ben.post(f"/groups/{group}/members", {})
        said = people.ana.post(f"/groups/{group}/messages", {"key": "1", "text": "**Who** has read chapter two?"})
        learner.post(f"/groups/{group}/messages/{said['seq']}/reports", {"reason": "Too loud."})
        people.ben.post(f"/classes/{everyone['id']}/groups", {"name": "Open to all"})
    return {"course": course, "class": chosen["id"], "group": group}


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("locale", LOOKS)
async def test_every_page_of_groups_is_fit_for_everyone(
    browse: Open, site: Site, places: Mapping[str, str], who: str, locale: str
) -> None:
    page = await browse(reduced_motion="reduce", locale=locale)
    with closing(Api(site, who)) as api:
        api.patch("/me", {"locale": locale})
    await sign_in(page, who)
    faults = []
    for path in PAGES[who]:
        await page.goto(path.format(**places))
        await expect(page.locator("main h1, main h2").first).to_be_attached()
        await page.wait_for_load_state("networkidle")
        faults += await unfit(page, LOOKS[locale])
    assert faults == []


async def test_a_dead_link_to_a_group_that_takes_requests_makes_one(
    browse: Open, places: Mapping[str, str], people: People
) -> None:
    page = await browse()
    await sign_in(page, "ben")
    await page.goto(f"/groups/{places['group']}/join#{'x' * 43}")
    await page.get_by_role("button", name="Join the group").click()
    await expect(page.get_by_text("You have asked to be let in instead")).to_be_visible()


async def test_members_admins_and_strangers_see_what_is_theirs_to_see(
    browse: Open, site: Site, places: Mapping[str, str], people: People
) -> None:
    page = await browse()
    await sign_in(page, "ana")
    await page.goto(f"/groups/{places['group']}/members")
    await expect(page.get_by_role("heading", name="Ana Almond")).to_be_visible()
    await expect(page.get_by_role("link", name="Settings")).to_be_hidden()
    await expect(page.get_by_role("button", name="Create a link")).to_be_hidden()
    for path in ("settings", "reports"):
        await page.goto(f"/groups/{places['group']}/{path}")
        await expect(page.get_by_text("There is nothing here")).to_be_visible()
    stranger = await browse()
    await sign_in(stranger, "admin")  # may see all the school's groups
    await stranger.goto(f"/groups/{places['group']}/reports")
    await expect(stranger.get_by_text("Too loud.")).to_be_visible()
    outside = await browse()
    await sign_in(outside, "ben")
    await outside.goto(f"/groups/{places['group']}/members")
    await expect(outside.get_by_text("There is nothing here")).to_be_visible()


async def test_what_is_not_read_yet_is_marked_wherever_one_is(browse: Open, teacher_api: Api, people: People) -> None:
    course = course_with(teacher_api, "Unread", people.ana, people.ben)
    made = teacher_api.post(f"/courses/{course}/classes", {"name": "Spring"})
    group = people.ana.post(f"/classes/{made['id']}/groups", {"name": "Willows"})["id"]
    people.ben.post(f"/groups/{group}/members", {})
    before = sum(entry["unread"] for entry in people.ana.get("/groups")["items"])
    page = await browse()
    await sign_in(page, "ana")
    await page.goto("/calendar")
    main = page.get_by_role("navigation", name="Main")
    await expect(main.get_by_role("link", name="Groups")).to_be_visible()
    people.ben.post(f"/groups/{group}/messages", {"key": "1", "text": "Are you *there*?"})
    words = re.compile(rf"Groups\s+{before + 1} unread message")
    await expect(main.get_by_role("link", name=words)).to_be_visible()  # without a reload
    await page.goto("/groups")
    entry = page.get_by_role("article").filter(has_text="Willows")
    await expect(entry.get_by_text("Ben Birch:")).to_be_visible()
    await expect(entry.get_by_text("Are you there?", exact=True)).to_be_visible()
    await expect(entry.get_by_text("1 unread message")).to_be_attached()


async def test_members_are_kept_in_order_with_the_keyboard_alone(
    browse: Open, teacher_api: Api, people: People
) -> None:
    course = course_with(teacher_api, "Keys for groups", people.ana, people.ben)
    made = teacher_api.post(f"/courses/{course}/classes", {"name": "Keys"})
    group = people.ana.post(f"/classes/{made['id']}/groups", {"name": "Tabs"})["id"]
    people.ben.post(f"/groups/{group}/members", {})
    page = await browse()
    await sign_in(page, "ana")
    await page.goto(f"/groups/{group}/members")
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_visible()
    await tab_to(page, "More about Ben Birch")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_hidden()
    await tab_to(page, "Undo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ben Birch")).to_be_visible()
    await tab_to(page, "Create a link")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing with this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        said = await page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.innerText ?? ''")
        if said.strip().startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name}")
