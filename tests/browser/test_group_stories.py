"""What people do with study groups, from the first class to the last archive."""

import re
from contextlib import closing
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, Api, Open, People, Site, course_with, newcomer, sign_in


async def test_a_class_begins_a_group_lives_and_is_put_away(browse: Open, teacher_api: Api, people: People) -> None:
    course = course_with(teacher_api, "From class to archive", people.ana, people.ben)
    desk = await browse()
    await sign_in(desk, "teacher")
    await begin_class(desk, course, "Autumn")

    phone = await browse(viewport=PHONE)
    await sign_in(phone, "ana")
    await begin_group(phone, course, "Acorns", admission="By request")
    group = re.search(r"/groups/([^/]+)$", phone.url)
    assert group
    members = f"/groups/{group[1]}/members"

    other = await browse()
    await sign_in(other, "ben")
    await other.goto(f"/courses/{course}/groups")
    await other.get_by_role("button", name="Ask to join Acorns").click()
    await expect(other.get_by_text("You have asked to be let in")).to_be_visible()

    await phone.goto(members)
    await phone.get_by_role("button", name="Let Ben Birch in").click()
    await expect(phone.get_by_text("Nobody is waiting.")).to_be_visible()
    await other.goto("/groups")
    await other.get_by_role("link", name="Acorns").click()
    await other.wait_for_url(re.compile(f"/groups/{group[1]}$"))

    await choose(phone, "Ben Birch", "Mute for a day")
    await expect(phone.get_by_text("Muted until")).to_be_visible()
    await other.goto(members)
    await expect(other.get_by_text("You can write again on")).to_be_visible()

    await choose(phone, "Ben Birch", "Moderator")
    await expect(phone.get_by_text("Ben Birch: Moderator from now on")).to_be_visible()
    await choose(phone, "Ben Birch", "Remove from the group")
    await expect(phone.get_by_role("heading", name="Ben Birch")).to_be_hidden()
    await phone.get_by_role("status").get_by_role("button", name="Undo").last.click()
    await expect(phone.get_by_role("heading", name="Ben Birch")).to_be_visible()

    await phone.goto(f"/groups/{group[1]}/settings")
    await phone.get_by_role("button", name="Archive this group").click()
    await expect(phone.get_by_role("button", name="Take it out of the archive")).to_be_visible()
    await desk.goto(f"/teach/{course}/log")
    await expect(desk.get_by_text("Created a class")).to_be_visible()
    await expect(desk.get_by_text("Archived a group")).to_be_visible()
    await expect(desk.get_by_role("link", name="Acorns").first).to_be_visible()


async def test_an_invitation_lets_in_whoever_signs_in_with_it(
    browse: Open, site: Site, teacher_api: Api, people: People
) -> None:
    with closing(Api(site, "learner")) as learner:
        course = course_with(teacher_api, "By invitation", people.ana, people.ben, learner)
    made = teacher_api.post(f"/courses/{course}/classes", {"name": "Winter"})
    group = people.ana.post(f"/classes/{made['id']}/groups", {"name": "Hidden cones", "admission": "invitation"})["id"]
    host = await browse()
    await sign_in(host, "ana")
    await host.goto(f"/groups/{group}/members")
    await host.get_by_role("button", name="Create a link").click()
    dialog = host.get_by_role("dialog")
    await dialog.get_by_label("Valid for").select_option("1")
    await dialog.get_by_role("button", name="Create a link").click()
    link = await dialog.locator("code").inner_text()
    await host.keyboard.press("Escape")
    await expect(host.get_by_text("A link lets people of the class in until")).to_be_visible()

    guest = await browse(viewport=PHONE)
    await guest.goto(f"/courses/{course}/groups")
    await guest.wait_for_url(re.compile("/signin"))
    await guest.goto(link)
    await guest.wait_for_url(re.compile(f"/groups/{group}/join$"))  # the token leaves the address bar
    await guest.get_by_role("main").get_by_role("link", name="Sign in").click()
    assert urlsplit(link).fragment not in guest.url
    await guest.get_by_label("Email").fill("ben@demo.school")
    await guest.get_by_label("Password", exact=True).fill(PASSWORD)
    await guest.keyboard.press("Enter")
    await guest.get_by_role("button", name="Join the group").click()
    await guest.wait_for_url(re.compile(f"/groups/{group}$"))

    await host.reload()
    await expect(host.get_by_role("heading", name="Ben Birch")).to_be_visible()
    await host.get_by_role("button", name="Withdraw the link").click()
    await expect(host.get_by_text("There is no link.")).to_be_visible()
    late = await browse()
    await sign_in(late, "learner")
    await late.goto(link)
    await late.get_by_role("button", name="Join the group").click()
    await expect(late.get_by_text("This link does not let you in")).to_be_visible()


async def test_teachers_choose_who_is_in_a_class(browse: Open, teacher_api: Api, people: People) -> None:
    course = course_with(teacher_api, "Chosen few", people.ana, people.ben)
    page = await browse()
    await sign_in(page, "teacher")
    await begin_class(page, course, "Night owls", who="Whom teachers choose")
    await page.get_by_role("button", name="Add learners").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Ben Birch").check()
    await dialog.get_by_role("button", name="Add 1 person").click()
    await expect(page.get_by_text("1 learner is in the class now")).to_be_visible()
    await page.get_by_role("button", name="Take Ben Birch out of the class").click()
    await expect(page.get_by_text("Nobody is in this class yet")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("button", name="Take Ben Birch out of the class")).to_be_visible()

    outside = await browse()
    await sign_in(outside, "ana")
    await outside.goto(f"/courses/{course}/groups")
    await expect(outside.get_by_text("There are no groups in this course yet")).to_be_visible()

    async with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        await page.get_by_label("Name", exact=True).fill("Early birds")
    await page.get_by_role("button", name="Archive", exact=True).click()
    await expect(page.get_by_text("This class is archived")).to_be_visible()
    await page.goto(f"/teach/{course}/classes")
    await expect(page.get_by_role("heading", name="Archived")).to_be_visible()
    await expect(page.get_by_role("link", name="Early birds")).to_be_visible()


async def test_a_moderator_decides_what_was_reported(browse: Open, teacher_api: Api, people: People) -> None:
    course = course_with(teacher_api, "Order in the hall", people.ana, people.ben)
    made = teacher_api.post(f"/courses/{course}/classes", {"name": "Summer"})
    group = people.ana.post(f"/classes/{made['id']}/groups", {"name": "Beeches"})["id"]
    people.ben.post(f"/groups/{group}/members", {})
    for key, text in (("rude", "You are all slow"), ("fine", "Good morning")):
        seq = people.ben.post(f"/groups/{group}/messages", {"key": key, "text": text})["seq"]
        people.ana.post(f"/groups/{group}/messages/{seq}/reports", {"reason": f"About {key}"})
    page = await browse()
    await sign_in(page, "ana")
    await page.goto(f"/groups/{group}/reports")
    rude = page.get_by_role("article").filter(has_text="You are all slow")
    await rude.get_by_role("button", name="Delete the message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete the message").click()
    await expect(rude).to_be_hidden()
    await page.get_by_role("button", name="Dismiss").first.click()
    await expect(page.get_by_text("Nothing to decide")).to_be_visible()
    await page.get_by_role("tab", name="Upheld").click()
    await expect(page.get_by_text("Upheld by Ana Almond")).to_be_visible()
    texts = [message["text"] for message in people.ben.get(f"/groups/{group}/messages")["items"]]
    assert "You are all slow" not in texts
    assert "Good morning" in texts


async def test_a_teacher_who_joins_a_group_keeps_order_in_it_as_before(
    browse: Open, site: Site, teacher_api: Api, people: People
) -> None:
    course = course_with(teacher_api, "Among learners", people.ana, people.ben)
    made = teacher_api.post(f"/courses/{course}/classes", {"name": "Mixed"})
    group = people.ana.post(f"/classes/{made['id']}/groups", {"name": "Oaks"})["id"]
    people.ben.post(f"/groups/{group}/members", {})
    page = await browse()
    await sign_in(page, "teacher")
    await page.goto(f"/groups/{group}/members")
    await page.get_by_role("button", name="More about Oaks").click()
    await page.get_by_role("menuitem", name="Join the group").click()
    await page.wait_for_url(re.compile(f"/groups/{group}$"))
    await page.get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("button", name="Archive this group")).to_be_visible()
    await page.get_by_role("link", name="Members", exact=True).click()
    await choose(page, "Ben Birch", "Moderator")
    await expect(page.get_by_text("Ben Birch: Moderator from now on")).to_be_visible()
    with closing(Api(site, "learner")) as late:
        late.post(f"/courses/{course}/enrolments", {})
        name = late.get("/me")["name"]
    await page.get_by_role("button", name="Add people").click()
    for who in (name, "Ben Birch"):
        await page.get_by_role("dialog").get_by_label(who).check()
    await page.get_by_role("dialog").get_by_role("button", name="Add 2 people").click()
    await expect(page.get_by_text("1 person is in the group now")).to_be_visible()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()


async def test_someone_in_no_group_is_led_to_the_first(browse: Open, site: Site, teacher_api: Api) -> None:
    with closing(newcomer(site, "nora", "Nora Nutmeg")) as nora:
        page = await browse(viewport=PHONE)
        await sign_in(page, "nora")
        await page.get_by_role("navigation", name="Main").get_by_role("link", name="Groups").click()
        await expect(page.get_by_text("You are in no group yet")).to_be_visible()
        await expect(page.get_by_role("link", name="Find a course")).to_be_visible()
        course = course_with(teacher_api, "A first group", nora)
        teacher_api.post(f"/courses/{course}/classes", {"name": "Firsts"})
        await page.reload()
        await page.get_by_role("link", name="A first group").click()
        await begin_group(page, course, "Seedlings")
        await page.goto("/groups")
        await expect(page.get_by_role("link", name="Seedlings")).to_be_visible()


async def begin_class(page: Page, course: str, name: str, who: str = "Everyone in the course") -> None:
    """Make a class as a teacher does, on the page of the course's classes."""
    await page.goto(f"/teach/{course}/classes")
    await page.get_by_role("button", name="New class").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_label("Who is in it").select_option(who)
    await dialog.get_by_role("button", name="Create the class").click()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()


async def begin_group(page: Page, course: str, name: str, admission: str = "Open to the class") -> None:
    """Make a group as a learner does, from the course's groups; ends in the group."""
    await page.goto(f"/courses/{course}/groups")
    await page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_label("Who may join").select_option(admission)
    await dialog.get_by_role("button", name="Create the group").click()
    await page.wait_for_url(re.compile(r"/groups/[^/]+$"))


async def choose(page: Page, who: str, what: str) -> None:
    """Choose something from a member's menu."""
    await page.get_by_role("button", name=f"More about {who}").click()
    await page.get_by_role("menu").get_by_text(what, exact=True).click()
