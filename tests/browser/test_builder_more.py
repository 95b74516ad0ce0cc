"""More of building tests in the browser: before anything is published, copies, versions, and archived questions."""

import re

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Api, Open, accessible
from tests.browser.test_builder import EDIT, Workshop, desk, saved, titles


def unpublished(teacher: Api, title: str) -> str:
    """A course that nobody but its owner sees, with a module; its id."""
    course = str(teacher.post("/courses", {"title": title})["id"])
    teacher.post(f"/courses/{course}/modules", {"title": "Beginning"})
    return course


async def test_a_test_of_a_course_that_was_never_published_is_written_and_tried(browse: Open, teacher_api: Api) -> None:
    course = unpublished(teacher_api, "A course to come")
    body = {"kind": "true_false", "text": "Oaks are trees.", "answer": True}
    question = teacher_api.post(f"/courses/{course}/questions", {"body": body})["id"]
    test = teacher_api.post(f"/courses/{course}/tests", {"title": "First try"})["id"]
    page = await desk(browse, f"/tests/{test}/edit")
    await expect(page.get_by_label("Title of the test")).to_have_value("First try")
    await expect(page.get_by_role("button", name="Preview")).to_be_disabled()
    await page.goto(f"/tests/{test}/edit?add={question}")
    await saved(page)
    await page.get_by_role("button", name="Preview").click()
    await page.wait_for_url(re.compile("/attempts/"))
    await page.get_by_role("radio", name="True").check()
    await page.get_by_role("button", name="Hand in").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    await page.wait_for_url(re.compile("/result$"))
    await expect(page.get_by_text("A preview: it counts for nothing.")).to_be_visible()
    assert await accessible(page) == []
    await page.get_by_role("link", name="Back to writing the test").click()
    await page.wait_for_url(EDIT)
    await expect(page.get_by_text("Draft, not published yet")).to_be_visible()
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Learners do not find it yet: the course is not published.")).to_be_visible()
    assert teacher_api.get(f"/tests/{test}/revisions")["items"][0]["number"] == 1


async def test_what_keeps_a_test_from_being_tried_is_told(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with draws that meet")
    test = shop.test()
    draft = shop.draft(test)
    [section] = draft["sections"]
    sums = {"id": "more", "draw": {"count": 2, "category_id": shop.sums}, "points": 1}
    body = {"version": draft["version"], "sections": [{**section, "entries": [*section["entries"], sums]}]}
    teacher_api.patch(f"/tests/{test}", body)
    page = await desk(browse, f"/tests/{test}/edit")
    # Each has enough for itself, and both have not.
    await expect(page.get_by_text("Other draws need some of these.")).to_be_visible()
    assert await accessible(page) == []
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_text("Question 5: There are too few questions")).to_be_visible()
    await expect(page).to_have_url(EDIT)


async def test_a_draw_does_not_count_what_the_test_asks_anyway(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with questions asked once")
    page = await desk(browse, f"/tests/{shop.test()}/edit")
    await page.get_by_role("button", name="At random").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("3 to draw from", exact=False)).to_be_visible()
    await dialog.get_by_label("How many").fill("4")
    await expect(dialog.get_by_text("These are too few.")).to_be_visible()


async def test_a_test_is_duplicated_and_goes_its_own_way(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with two tests alike")
    test = shop.test("Mid-term", attempts=3)
    teacher_api.post(f"/tests/{test}/revisions", {})
    page = await desk(browse, f"/tests/{test}/settings", viewport=PHONE)
    await page.get_by_label("Title of the test").fill("End of term")
    await page.get_by_role("button", name="More for this test").click()
    assert await accessible(page) == []
    await page.get_by_role("menuitem", name="Duplicate").click()
    await expect(page.get_by_label("Title of the test")).to_have_value("End of term (copy)")
    await page.wait_for_url(EDIT)
    copy = page.url.split("/")[-2]
    draft = shop.draft(copy)
    assert (copy != test, draft["revision"], draft["settings"]["attempts"]) == (True, None, 3)
    assert titles(draft) == titles(shop.draft(test))
    await page.get_by_label("Title of the test").fill("Re-sit")
    await saved(page)
    assert (shop.draft(copy)["title"], shop.draft(test)["title"]) == ("Re-sit", "End of term")


async def test_several_questions_are_written_one_after_the_other_for_a_test(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course for many new questions")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/edit")
    await page.get_by_role("button", name="A new question").click()
    await page.get_by_role("dialog").get_by_role("link", name="True or false").click()
    for text in ("Snow is cold.", "Ice is warm."):
        await expect(page.get_by_label("Statement", exact=True)).to_be_focused()
        await page.keyboard.type(text)
        await page.get_by_role("group", name="Is it true?").get_by_role("radio", name="True").check()
        await page.get_by_role("button", name="Save and write another").click()
        await expect(page.get_by_label("Statement", exact=True)).to_have_value("")
    await expect(page.get_by_label("Statement", exact=True)).to_be_focused()
    await page.keyboard.type("Rain is wet.")
    await page.get_by_role("group", name="Is it true?").get_by_role("radio", name="True").check()
    await page.get_by_role("button", name="Save and add to the test").click()
    await page.wait_for_url(EDIT)
    await expect(page.get_by_text("3 questions are in the test now")).to_be_visible()
    await saved(page)
    wanted = ["Snow is cold.", "Ice is warm.", "Rain is wet."]
    assert titles(shop.draft(test))[0][-3:] == wanted

    # Who goes back instead of writing a last one still has what was saved, in the page's way and in the browser's.
    for number, way in enumerate(("link", "browser")):
        await page.goto(f"/tests/{test}/edit")
        await page.get_by_role("button", name="A new question").click()
        await page.get_by_role("dialog").get_by_role("link", name="True or false").click()
        await expect(page.get_by_label("Statement", exact=True)).to_be_focused()
        await page.keyboard.type(f"It is {number}.")
        await page.get_by_role("group", name="Is it true?").get_by_role("radio", name="True").check()
        await page.get_by_role("button", name="Save and write another").click()
        await expect(page.get_by_label("Statement", exact=True)).to_have_value("")
        if way == "link":
            await page.get_by_role("link", name="Back to the test").click()
        else:
            await page.go_back()
        await page.wait_for_url(EDIT)
        await expect(page.get_by_role("button", name=re.compile(f"It is {number}")).first).to_be_visible()
        await saved(page)
    assert titles(shop.draft(test))[0][-5:] == [*wanted, "It is 0.", "It is 1."]


async def test_a_question_stays_at_a_version_as_long_as_one_wants(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with versions")
    test = shop.test()
    page = await desk(browse, f"/tests/{test}/edit")
    await page.get_by_role("button", name="More for Bats are birds.").click()
    await page.get_by_role("menuitem", name="Keep version 1").click()
    await expect(page.get_by_text("Version 1")).to_be_visible()
    await saved(page)
    body = {"kind": "true_false", "text": "Bats are mammals.", "answer": True}
    teacher_api.patch(f"/questions/{shop.bats}", {"version": 1, "body": body})
    await page.reload()
    await page.get_by_role("button", name=re.compile("1 Bats are birds")).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Bats are birds.")).to_be_visible()
    assert await accessible(page) == []
    await dialog.get_by_role("button", name="Close").last.click()
    await page.get_by_role("button", name="Preview").click()
    await page.wait_for_url(re.compile("/attempts/"))
    await expect(page.get_by_text("Bats are birds.").first).to_be_visible()

    await page.goto(f"/tests/{test}/edit")
    await page.get_by_role("button", name="More for Bats are birds.").click()
    await page.get_by_role("menuitem", name="Always take the newest version").click()
    await saved(page)
    await page.get_by_role("button", name=re.compile("1 Bats are birds")).click()  # its title is as it was
    await expect(dialog.get_by_text("Bats are mammals.")).to_be_visible()


async def test_a_question_that_was_archived_stays_in_the_test_and_says_so(browse: Open, teacher_api: Api) -> None:
    shop = Workshop(teacher_api, "A course with old questions")
    test = shop.test()
    teacher_api.delete(f"/questions/{shop.bats}")
    page = await desk(browse, f"/tests/{test}/edit")
    await expect(page.get_by_text("Archived in the bank; the test keeps it")).to_be_visible()
    await page.get_by_role("button", name=re.compile("1 Bats are birds")).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Bats are birds.")).to_be_visible()
    await dialog.get_by_role("link", name="Edit the question").click()
    await page.wait_for_url(re.compile(f"/questions/{shop.bats}"))
    await expect(page.get_by_text(re.compile("archive", re.IGNORECASE)).first).to_be_visible()
    assert await accessible(page) == []
    await page.get_by_role("link", name="Back to the test").click()
    await page.wait_for_url(EDIT)
    await page.get_by_role("button", name="Publish").click()
    await dialog.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Revision 1, as learners take it")).to_be_visible()
