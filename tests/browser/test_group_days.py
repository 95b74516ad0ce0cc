"""Study groups in daily use: on a phone, on the way, and after a long time."""

import asyncio
import re

from playwright.async_api import FilePayload, FloatRect, Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Open, Talk, opened, sign_in
from tests.browser.test_groups import composer, message, say


async def test_what_the_menu_of_a_message_begins_has_the_focus(browse: Open, talk: Talk) -> None:
    talk.say(talk.learner, "My own words")
    phone = await opened(await browse(viewport=PHONE, has_touch=True, is_mobile=True), "learner", talk)
    menu = message(phone, "My own words").get_by_role("button", name="What to do with the message")
    for choice in ("Reply", "Edit"):
        await menu.tap()
        await phone.get_by_role("menuitem", name=choice).tap()
        await expect(composer(phone)).to_be_focused()
    await phone.get_by_role("button", name="Leave it as it was").tap()
    await menu.tap()
    await phone.get_by_role("menuitem", name="React").tap()
    await phone.get_by_role("dialog").get_by_role("button", name="Close").tap()
    await expect(menu).to_be_focused()


async def test_the_menu_of_a_message_takes_no_width_from_its_text(browse: Open, talk: Talk) -> None:
    talk.say(talk.teacher, "What do you say?")
    talk.say(talk.learner, "Words. " * 60, reply_to=talk.say(talk.teacher, "A long question. " * 12))
    phone = await opened(await browse(viewport=PHONE, has_touch=True, is_mobile=True), "learner", talk)
    answer = message(phone, "Words. Words.")
    item, text, menu, quote = [
        await place(part)
        for part in (
            answer,
            answer.locator(".message-text"),
            answer.get_by_role("button", name="What to do with the message"),
            answer.get_by_role("button", name="A long question."),
        )
    ]
    assert text["width"] > item["width"] - 40
    assert menu["y"] < quote["y"], "it stands beside the name"


async def test_a_file_that_was_kept_back_goes_when_the_network_is_there(learner: Page, teacher: Page) -> None:
    await learner.context.set_offline(True)
    notes = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Some notes.\n")
    await learner.locator("input[type=file]").set_input_files([notes])
    await expect(learner.get_by_role("button", name="Try again")).to_be_visible()
    await learner.context.set_offline(False)
    await expect(learner.get_by_role("button", name="Try again")).to_be_hidden()
    await say(learner, "From the train")
    await expect(message(teacher, "From the train").get_by_role("link", name="notes.txt")).to_be_visible()


async def test_who_sends_while_a_file_is_on_its_way_has_sent(learner: Page, teacher: Page) -> None:
    arrives = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrives.wait()
        await route.continue_()

    await learner.route(re.compile("/api/v1/groups/[^/]+/files"), hold)
    notes = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Some notes.\n")
    await learner.locator("input[type=file]").set_input_files([notes])
    await say(learner, "As I said")
    await expect(learner.get_by_text("Goes as soon as its files are there.")).to_be_visible()
    await composer(learner).press("End")
    await composer(learner).press_sequentially(", more or less")
    await expect(learner.get_by_text("Goes as soon as its files are there.")).to_be_hidden()
    await composer(learner).press("Enter")
    arrives.set()
    await expect(message(teacher, "As I said, more or less").get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(composer(learner)).to_have_value("")


async def test_messages_are_asked_for_together_with_their_group(browse: Open, talk: Talk) -> None:
    page = await browse()
    await sign_in(page, "learner")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answers = asyncio.Event()

    async def hold(route: Route) -> None:
        await answers.wait()
        await route.continue_()

    await page.route(f"**/api/v1/groups/{talk.id}", hold)
    async with page.expect_request(re.compile(f"/groups/{talk.id}/messages")):
        await page.goto(talk.path)
    answers.set()
    await expect(composer(page)).to_be_visible()
    for what in ("messages", "members"):
        assert len([url for url in asked if f"/api/v1/groups/{talk.id}/{what}" in url]) == 1


async def test_a_long_past_is_walked_through_with_few_messages_at_once(browse: Open, talk: Talk) -> None:
    talk.say(talk.learner, "The beginning")
    for number in range(470):
        talk.say(talk.teacher, f"Number {number}.")
    talk.say(talk.learner, "The end")
    page = await opened(await browse(), "learner", talk)
    await expect(message(page, "The end")).to_be_in_viewport()
    most = await walk(page, -2000, until=message(page, "The beginning"))
    await expect(message(page, "The end")).to_have_count(0)
    most = max(most, await walk(page, 2000, until=message(page, "The end")))
    assert 200 < most <= 400
    talk.say(talk.teacher, "And one more")
    await expect(message(page, "And one more")).to_be_visible()


async def place(part: Locator) -> FloatRect:
    found = await part.bounding_box()
    assert found, "it is not to be seen"
    return found


async def walk(page: Page, step: int, until: Locator) -> int:
    """Scroll on until something is in the window: the most messages that there were on the way."""
    most = 0
    for _ in range(200):
        box = "document.querySelector('[role=log]').closest('.overflow-y-auto')"
        here, top, bottom = await page.evaluate(
            f"() => {{ const b = {box}; b.scrollTop += {step}; const r = b.getBoundingClientRect();"
            "return [document.querySelectorAll('[data-seq]').length, r.top, r.bottom] }"
        )
        most = max(most, int(here))
        await page.wait_for_timeout(60)
        if await until.count() and (at := await until.bounding_box()) and top <= at["y"] < bottom:
            return most
    raise AssertionError("it never came")
