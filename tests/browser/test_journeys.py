"""What people come to Banyan to do, from the first page to the last."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Api, Open, Site, sign_in

LESSONS = {
    "A seed": "## Where it lands\n\nA bird drops it.\n\n" + "It waits. " * 400,
    "A root": "It looks for water.\n\n$$a^2 + b^2 = c^2$$\n",
}


async def test_a_newcomer_signs_up_finds_a_course_reads_it_and_finishes(
    browse: Open, site: Site, teacher_api: Api
) -> None:
    teacher_api.course("Journey of a fig", LESSONS)
    page = await browse(viewport=PHONE)
    await page.goto("/")
    await page.get_by_role("link", name="Sign up").first.click()
    await page.get_by_label("Name").fill("Nia Newcomer")
    await page.get_by_label("Email").fill("nia@people.example")
    await page.get_by_label("Password", exact=True).fill("a tree in the garden")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("nia@people.example")).to_be_visible()
    await page.goto(site.link_to("nia@people.example"))
    await page.wait_for_url(re.compile(r"/$"))
    await page.goto("/courses?q=journey")
    await page.get_by_role("link", name=re.compile("Journey of a fig")).first.click()
    await page.get_by_role("button", name="Enrol").click()
    await expect(page.get_by_role("heading", name="A seed", level=1)).to_be_visible()
    await expect(page.get_by_role("heading", name="Where it lands")).to_be_visible()
    await page.get_by_role("button", name="Mark as done").click()
    await page.get_by_role("link", name=re.compile("A root")).last.click()
    await expect(page.get_by_role("heading", name="A root", level=1)).to_be_visible()
    await expect(page.locator("math").first).to_be_visible()
    await page.get_by_role("button", name="Mark as done").click()
    await expect(page.get_by_text("You have finished this course.").first).to_be_visible()
    await page.goto("/")
    await expect(page.get_by_role("link", name=re.compile("Journey of a fig")).first).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("Journey of a fig Finished"))).to_be_visible()


async def test_the_place_in_a_lesson_is_remembered_on_another_device(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course(
        "A long way", {"Long": "\n\n".join(f"Paragraph {n}. " + "Words. " * 60 for n in range(60))}
    )
    desk = await browse()
    await sign_in(desk, "learner")
    await desk.goto(f"/courses/{course}")
    await desk.get_by_role("button", name="Enrol").click()
    await expect(desk.get_by_role("heading", name="Long", level=1)).to_be_visible()
    await desk.get_by_text("Paragraph 30.").scroll_into_view_if_needed()
    await desk.mouse.wheel(0, 400)
    async with desk.expect_request(lambda request: request.url.endswith("/progress")):
        await desk.get_by_role("link", name="Learn").click()
    phone = await browse(viewport=PHONE)
    await sign_in(phone, "learner")
    await phone.get_by_role("link", name=re.compile("^(Begin|Continue)$")).first.click()
    await expect(phone.get_by_role("heading", name="Long", level=1)).to_be_attached()
    await expect(phone.get_by_text("Paragraph 1.")).not_to_be_in_viewport()


async def test_a_learner_gets_through_a_course_with_the_keyboard_alone(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course("Keys only", LESSONS)
    page = await browse()
    await page.goto("/signin")
    await _tab_to(page, "Email")
    await page.keyboard.type("learner@demo.school")
    await _tab_to(page, "Password")
    await page.keyboard.type("grow-with-banyan")
    await page.keyboard.press("Enter")
    await page.wait_for_url("/")
    await page.goto(f"/courses/{course}")
    await _tab_to(page, "Enrol")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="A seed", level=1)).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await _tab_to(page, "Mark as done")
    await page.keyboard.press("Enter")
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="A root", level=1)).to_be_visible()
    await _tab_to(page, "Mark as done")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You have finished this course.").first).to_be_visible()


async def test_a_teacher_writes_a_lesson_and_learners_see_it_once_it_is_published(
    browse: Open, teacher_api: Api
) -> None:
    course = teacher_api.course("To be changed", LESSONS)
    learner_view = await browse()
    await sign_in(learner_view, "learner")
    await learner_view.goto(f"/courses/{course}")
    await learner_view.get_by_role("button", name="Enrol").click()
    page = await browse()
    await sign_in(page, "teacher")
    await page.goto(f"/teach/{course}")
    await page.get_by_role("navigation", name="Outline").get_by_text("A seed", exact=True).click()
    text = page.get_by_role("textbox", name="Text")
    async with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        await text.fill("## New words\n\nThis is *new*.")
    await expect(page.get_by_role("heading", name="New words")).to_be_visible()
    await expect(page.get_by_text("Draft, 1 change since revision 1")).to_be_visible()
    await learner_view.reload()
    await expect(learner_view.get_by_role("heading", name="Where it lands")).to_be_visible()
    await page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("A seed").first).to_be_visible()
    await dialog.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Revision 2, as learners read it")).to_be_visible()
    await learner_view.reload()
    await expect(learner_view.get_by_role("heading", name="New words")).to_be_visible()


async def test_two_who_edit_the_same_lesson_see_both_versions(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course("Contested", {"A seed": "First words."})
    draft = teacher_api.get(f"/courses/{course}?draft=true")
    item = draft["outline"]["modules"][0]["items"][0]
    page = await browse()
    await sign_in(page, "teacher")
    await page.goto(f"/teach/{course}")
    await page.get_by_role("navigation", name="Outline").get_by_text("A seed", exact=True).click()
    text = page.get_by_role("textbox", name="Text")
    await expect(text).to_have_value("First words.")
    teacher_api.patch(f"/items/{item['id']}", {"version": item["version"], "source": "Their words."})
    await text.fill("My words.")
    await expect(page.get_by_text("Their words.").first).to_be_visible()
    await expect(page.get_by_text("My words.").first).to_be_visible()


async def test_someone_signed_out_is_led_back_after_signing_in(browse: Open, teacher_api: Api) -> None:
    course = teacher_api.course("Behind the door", LESSONS)
    page = await browse()
    await page.goto("/account")
    await page.wait_for_url(re.compile("/signin"))
    await page.get_by_label("Email").fill("learner@demo.school")
    await page.get_by_label("Password", exact=True).fill("grow-with-banyan")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/account$"))
    assert course


async def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing with this name has the focus, as someone without a mouse would."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        names = await page.evaluate(
            """() => { const at = document.activeElement;
                       if (at === document.body) return [];
                       return [at.ariaLabel, at.innerText, ...[...(at.labels ?? [])].map(label => label.innerText)] }"""
        )
        if any((found or "").strip().startswith(name) for found in names):
            return
    raise AssertionError(f"Tab never reaches {name}")
