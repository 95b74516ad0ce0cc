"""What people come upon beside the road: dead links, addresses typed by hand, roles that may do less, paper."""

import re

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Api, Open, Site, sign_in

NOWHERE = "01a200ed-97fa-7367-971c-d4fcf4c6b3c0"


async def test_a_course_that_is_not_there_leads_to_the_start_and_offers_no_second_try(browse: Open) -> None:
    page = await browse()
    await page.goto(f"/courses/{NOWHERE}")
    await expect(page.get_by_text("There is nothing here")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    await page.get_by_role("link", name="Go to the start").click()
    await page.wait_for_url(re.compile(r"/$"))


async def test_a_level_that_does_not_exist_filters_nothing(browse: Open, teacher_api: Api) -> None:
    teacher_api.course("Found all the same", {"One": "Text."})
    page = await browse()
    await page.goto("/courses?difficulty=impossible&q=found+all")
    await expect(page.get_by_role("link", name=re.compile("Found all the same")).first).to_be_visible()


async def test_a_link_that_is_used_up_offers_only_what_can_help(browse: Open) -> None:
    page = await browse()
    await page.goto("/verify#token=" + "a" * 64)
    await expect(page.get_by_text("This link has been used or is too old.")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    await sign_in(page, "learner")
    await page.goto("/verify#token=" + "b" * 64)
    await expect(page.get_by_role("link", name="Go to the start")).to_be_visible()


async def test_an_assistant_sees_the_learners_but_neither_staff_nor_settings(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course("With help", {"One": "Text."})
    teacher_api.post(f"/courses/{course}/staff", {"email": "learner@demo.school", "role": "assistant"})
    page = await browse()
    await sign_in(page, "learner")
    await page.goto(f"/teach/{course}/people")
    await expect(page.get_by_role("heading", name="Learners")).to_be_visible()
    await expect(page.get_by_role("heading", name="Staff")).to_be_hidden()
    await expect(page.get_by_role("alert")).to_be_hidden()
    await page.goto(f"/teach/{course}/settings")
    await expect(page.get_by_text("There is nothing here")).to_be_visible()


async def test_an_admin_is_told_who_was_invited_and_who_was_here_already(browse: Open, site: Site) -> None:
    page = await browse()
    await sign_in(page, "admin")
    await page.goto("/school/people")
    await page.get_by_role("button", name="Invite people").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Addresses").fill("guest@people.example, learner@demo.school")
    await dialog.get_by_role("button", name="Send 2 invitations").click()
    await expect(
        page.get_by_text("1 invitation is on its way. 1 person has an account already", exact=False).first
    ).to_be_visible()
    assert site.link_to("guest@people.example")


async def test_a_reader_who_loses_the_network_sees_it_wherever_they_are_in_the_text(
    browse: Open, teacher_api: Api
) -> None:
    course = teacher_api.course("Through a tunnel", {"Long": "\n\n".join("Words. " * 60 for _ in range(40))})
    page = await browse(viewport=PHONE)
    await sign_in(page, "learner")
    await page.goto(f"/courses/{course}")
    await page.get_by_role("button", name="Enrol").click()
    await expect(page.get_by_role("heading", name="Long", level=1)).to_be_visible()
    await page.mouse.wheel(0, 2000)
    await page.context.set_offline(True)
    await expect(page.get_by_text("Offline", exact=True)).to_be_in_viewport()
    await page.context.set_offline(False)
    await expect(page.get_by_text("Offline", exact=True)).to_be_hidden()


async def test_a_page_that_cannot_be_fetched_leaves_the_open_one_as_it_is(browse: Open) -> None:
    page = await browse()
    await sign_in(page, "learner")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("link", name="Calendar").first.click()
    await expect(page.get_by_text("The school cannot be reached.", exact=False)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.context.set_offline(False)
    await page.get_by_role("link", name="Calendar").first.click()
    await expect(page.get_by_role("heading", name="Calendar")).to_be_visible()


async def test_a_printed_lesson_is_its_text_dark_on_light(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course("For the wall", {"Poster": "Words to keep."})
    page = await browse(color_scheme="dark")
    await sign_in(page, "learner")
    await page.goto(f"/courses/{course}")
    await page.get_by_role("button", name="Enrol").click()
    await expect(page.get_by_text("Words to keep.")).to_be_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    await expect(page.get_by_text("Words to keep.")).to_be_visible()
    await expect(page.get_by_role("navigation")).to_have_count(0)
    await expect(page.get_by_role("button")).to_have_count(0)
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
