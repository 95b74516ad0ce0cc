"""Study groups: people who talk, on desks and phones, with and without a network."""

import re
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Open, Talk, accessible, opened, sign_in

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060600000000500"
    "01a5f645400000000049454e44ae426082"
)


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message to")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def message(page: Page, text: str) -> Locator:
    return log(page).locator("[data-seq]").filter(has_text=text)


async def say(page: Page, text: str) -> None:
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def said(page: Page) -> list[str]:
    """The texts of the messages that everyone has, in order."""
    return await log(page).locator(".message-text").all_inner_texts()


async def test_two_people_talk(learner: Page, teacher: Page) -> None:
    await say(learner, "Is **anyone** here?")
    await expect(message(teacher, "Is anyone here?")).to_be_visible()
    await expect(message(teacher, "Is anyone here?").locator("strong")).to_have_text("anyone")
    await composer(teacher).press_sequentially("I am")
    await expect(learner.get_by_text("is writing…")).to_be_visible()
    await composer(teacher).press("Enter")
    await expect(message(learner, "I am")).to_be_visible()
    await expect(learner.get_by_text("is writing…")).to_be_hidden()
    await expect(learner.get_by_role("complementary", name="People").get_by_text("Here now: 2")).to_be_visible()
    assert await said(learner) == await said(teacher) == ["Is anyone here?", "I am"]


async def test_the_newest_stays_in_sight_however_tall_it_is(learner: Page, teacher: Page, talk: Talk) -> None:
    for number in range(12):
        talk.say(talk.teacher, f"Number {number}." + "\n\nAnother line." * number)
        await expect(message(learner, f"Number {number}.")).to_be_in_viewport()
    await expect(learner.get_by_role("button", name=re.compile("To the newest|new message"))).to_be_hidden()
    await learner.get_by_role("link", name="Courses").first.click()
    await expect(composer(learner)).to_be_hidden()
    talk.say(talk.teacher, "While you were away" + "\n\nAnother line." * 6)
    await learner.go_back()
    await expect(message(learner, "While you were away")).to_be_in_viewport()
    assert await read_up_to(learner, talk) == talk.learner.get(f"{talk.path}/messages")["seq"]
    await log(learner).hover()
    await learner.mouse.wheel(0, -700)
    await expect(message(learner, "While you were away")).not_to_be_in_viewport()
    await say(teacher, "Below")
    await learner.get_by_role("button", name="1 new message").click()
    await expect(message(learner, "Below")).to_be_in_viewport()


async def read_up_to(page: Page, talk: Talk) -> int:
    """How far the learner has read, a moment after looking."""
    await page.wait_for_timeout(1500)
    entries = talk.learner.get("/groups")["items"]
    return int(next(entry["read_seq"] for entry in entries if entry["id"] == talk.id))


async def test_what_is_written_offline_is_kept_and_arrives_in_order(learner: Page, teacher: Page) -> None:
    await say(learner, "Before")
    await expect(message(teacher, "Before")).to_be_visible()
    await learner.context.set_offline(True)
    await expect(learner.get_by_text("You are offline. What you write is kept")).to_be_visible()
    for text in ("First offline", "Second offline", "Third offline"):
        await say(learner, text)
    await expect(learner.get_by_text("Not sent yet")).to_have_count(3)
    await say(teacher, "Meanwhile")
    await expect(message(teacher, "Meanwhile")).to_be_visible()
    await learner.context.set_offline(False)
    await expect(message(learner, "Third offline")).to_be_visible()
    await expect(message(teacher, "Third offline")).to_be_visible()
    await expect(learner.get_by_text("Not sent yet")).to_have_count(0)
    await expect(learner.get_by_text("You are offline")).to_be_hidden()
    everything = ["Before", "Meanwhile", "First offline", "Second offline", "Third offline"]
    assert await said(learner) == await said(teacher) == everything


async def test_closing_the_window_offline_loses_nothing(learner: Page, teacher: Page, talk: Talk) -> None:
    context = learner.context
    await context.set_offline(True)
    await expect(learner.get_by_text("You are offline")).to_be_visible()
    await say(learner, "From the train")
    await expect(learner.get_by_text("Not sent yet")).to_be_visible()
    await composer(learner).fill("Half a sent")
    await learner.close()
    await context.set_offline(False)
    page = await context.new_page()
    await page.goto("/")  # wherever one comes back to
    await expect(message(teacher, "From the train")).to_be_visible()
    await page.goto(talk.path)
    await expect(message(page, "From the train")).to_have_count(1)
    await expect(composer(page)).to_have_value("Half a sent")


async def test_people_are_mentioned_with_the_keyboard(learner: Page, teacher: Page) -> None:
    name = (
        await teacher.get_by_role("complementary", name="People")
        .locator("li", has_text="You")
        .locator("bdi")
        .inner_text()
    )
    await composer(learner).press_sequentially(f"Hello @{name[:3]}")
    await expect(learner.get_by_role("option", name=name)).to_have_attribute("aria-selected", "true")
    await composer(learner).press("Enter")
    await expect(composer(learner)).to_have_value(f"Hello @{name} ")
    await composer(learner).press_sequentially("can you help?")
    await composer(learner).press("Enter")
    await expect(message(teacher, "can you help?").locator(".mention-me")).to_have_text(f"@{name}")
    await expect(message(learner, "can you help?").locator(".mention")).to_have_text(f"@{name}")


async def test_one_answers_reacts_and_goes_to_what_was_answered(learner: Page, teacher: Page) -> None:
    await say(learner, "What is a baobab?")
    await message(teacher, "What is a baobab?").hover()
    await teacher.get_by_role("button", name="Reply", exact=True).click()
    await expect(composer(teacher)).to_be_focused()
    await say(teacher, "A tree that stores water.")
    answer = message(learner, "A tree that stores water.")
    await expect(answer.get_by_role("button", name="What is a baobab?")).to_be_visible()
    await answer.get_by_role("button", name="What is a baobab?").click()
    await expect(message(learner, "What is a baobab?").first).to_be_focused()
    await answer.hover()
    await answer.get_by_role("button", name="React").click()
    await learner.get_by_role("dialog").get_by_role("button", name="🎉").click()
    reaction = message(teacher, "A tree that stores water.").get_by_role("button", name="🎉")
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(answer.get_by_role("button", name="🎉")).to_contain_text("2")
    await reaction.click()
    await expect(answer.get_by_role("button", name="🎉")).to_contain_text("1")


async def test_one_changes_deletes_and_takes_back(learner: Page, teacher: Page) -> None:
    await say(learner, "A typpo")
    await expect(message(learner, "A typpo")).to_be_visible()
    await composer(learner).press("ArrowUp")
    await expect(composer(learner)).to_have_value("A typpo")
    await say(learner, "A typo")
    await expect(message(teacher, "A typo")).to_contain_text("Edited")
    await expect(composer(learner)).to_have_value("")
    await message(learner, "A typo").hover()
    await learner.get_by_role("button", name="What to do with the message").click()
    await learner.get_by_role("menuitem", name="Delete").click()
    await expect(log(teacher).get_by_text("This message was deleted")).to_be_visible()
    await expect(message(teacher, "A typo")).to_have_count(0)
    await learner.get_by_role("button", name="Undo").click()
    await expect(message(teacher, "A typo")).to_be_visible()
    await expect(message(learner, "A typo")).to_be_visible()


async def test_pins_and_words_are_found_again(learner: Page, talk: Talk) -> None:
    first = talk.say(talk.teacher, "We meet on Thursdays.")
    for number in range(120):
        talk.say(talk.teacher, f"Number {number}.")
    await message(learner, "Number 119.").wait_for()
    await learner.get_by_role("button", name="Search in this group").click()
    await learner.get_by_role("searchbox", name="Words").fill("thursdays")
    await learner.get_by_role("dialog").get_by_role("button", name="We meet on Thursdays.").click()
    await expect(message(learner, "We meet on Thursdays.")).to_be_focused()
    await message(learner, "We meet on Thursdays.").press("Tab")
    await message(learner, "We meet on Thursdays.").get_by_role("button", name="What to do with the message").click()
    await learner.get_by_role("menuitem", name="Pin").click()
    await expect(message(learner, "We meet on Thursdays.")).to_contain_text("Pinned")
    await learner.get_by_role("button", name=re.compile("To the newest|new message")).click()
    await expect(message(learner, "Number 119.")).to_be_in_viewport()
    await learner.get_by_role("button", name="Pinned messages").click()
    await learner.get_by_role("dialog").get_by_role("button", name="We meet on Thursdays.").click()
    await expect(message(learner, "We meet on Thursdays.")).to_be_in_viewport()
    await learner.goto("/groups")
    await learner.goto(f"{talk.path}#m{first}")
    await expect(message(learner, "We meet on Thursdays.")).to_be_in_viewport()
    await expect(message(learner, "Number 119.")).to_have_count(0)


async def test_older_messages_come_as_one_scrolls_up_and_nothing_jumps(browse: Open, talk: Talk) -> None:
    for number in range(120):
        talk.say(talk.teacher, f"Number {number}. " + "Words. " * (number % 30))
    talk.say(talk.learner, "The end")
    page = await opened(await browse(), "learner", talk)
    await expect(message(page, "The end")).to_be_in_viewport()
    seen = set(await said(page))
    for _ in range(80):
        before = await scroll_up(page)
        await page.wait_for_timeout(80)
        after = await positions(page)
        moved = {seq: after.get(seq, 0) - at for seq, at in before.items() if abs(after.get(seq, 0) - at) > 1}
        assert moved == {}, "what came in front has moved what one reads"
        seen |= set(await said(page))
    await expect(page.get_by_text("This is where it begins.")).to_be_visible()
    assert len(seen) == 121
    await page.get_by_role("button", name=re.compile("To the newest|new message")).click()
    await expect(message(page, "The end")).to_be_in_viewport()


POSITIONS = """() => Object.fromEntries([...document.querySelectorAll('[data-seq]')]
    .map(item => [item.dataset.seq, item.getBoundingClientRect().bottom])
    .filter(([, bottom]) => bottom > 100 && bottom < innerHeight))"""


async def positions(page: Page) -> dict[str, float]:
    """Where the messages in the window stand."""
    found: dict[str, float] = await page.evaluate(POSITIONS)
    return found


async def scroll_up(page: Page) -> dict[str, float]:
    """Where they stand at once after scrolling up by half a window."""
    found: dict[str, float] = await page.evaluate(
        f"""() => {{ document.querySelector('[role=log]').closest('.overflow-y-auto').scrollTop -= 400;
                     return ({POSITIONS})() }}"""
    )
    return found


async def test_what_is_new_is_marked_until_it_has_been_read(browse: Open, talk: Talk) -> None:
    talk.learner.put(f"{talk.path}/marker", {"seq": talk.say(talk.teacher, "Old")})
    talk.say(talk.teacher, "Not read yet")
    page = await opened(await browse(), "learner", talk)
    line = log(page).get_by_text("New", exact=True)
    await expect(line).to_be_visible()
    below = await line.evaluate("line => line.nextElementSibling.innerText")
    assert "Not read yet" in below

    async def unread() -> int:
        entries = talk.learner.get("/groups")["items"]
        return int(next(entry["unread"] for entry in entries if entry["id"] == talk.id))

    await page.wait_for_timeout(1500)
    assert await unread() == 0
    await page.reload()
    await expect(message(page, "Not read yet")).to_be_visible()
    await expect(line).to_be_hidden()


async def test_pictures_and_files_go_along(learner: Page, teacher: Page) -> None:
    await learner.locator("input[type=file]").set_input_files(
        [
            FilePayload(name="pixel.png", mimeType="image/png", buffer=PIXEL),
            FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Some notes.\n"),
        ]
    )
    await expect(learner.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(2)
    await expect(learner.get_by_role("progressbar")).to_have_count(0)
    await say(learner, "Look")
    picture = message(teacher, "Look").get_by_role("img", name="Picture: pixel.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await expect(message(teacher, "Look").get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(learner.get_by_role("list", name="Files")).to_have_count(
        1
    )  # the message's; the composer is empty again


async def test_a_message_that_is_refused_says_why_and_can_be_tried_again(
    learner: Page, teacher: Page, talk: Talk
) -> None:
    me = talk.teacher.get("/me")["id"]
    await teacher.context.set_offline(True)
    await expect(teacher.get_by_text("You are offline")).to_be_visible()
    await say(teacher, "Too late")
    talk.learner.patch(f"{talk.path}/members/{me}", {"mute_minutes": 60})
    await teacher.context.set_offline(False)
    await expect(teacher.get_by_text("Not sent. A moderator has muted you for a while.")).to_be_visible()
    await expect(teacher.get_by_text("A moderator has muted you. You can write again from")).to_be_visible()
    await expect(composer(teacher)).to_be_hidden()
    talk.learner.patch(f"{talk.path}/members/{me}", {"mute_minutes": 0})
    await expect(composer(teacher)).to_be_visible()
    await teacher.get_by_role("button", name="Try again").click()
    await expect(message(learner, "Too late")).to_be_visible()


async def test_an_archived_group_is_read_only_and_says_so(learner: Page, talk: Talk) -> None:
    group = talk.learner.get(talk.path)
    talk.learner.patch(talk.path, {"version": group["version"], "state": "archived"})
    await expect(learner.get_by_text("This group is archived.")).to_be_visible()
    await expect(composer(learner)).to_be_hidden()


async def test_a_teacher_reads_a_group_and_joins_it_to_write(browse: Open, learner: Page, talk: Talk) -> None:
    talk.teacher.delete(f"{talk.path}/members/{talk.teacher.get('/me')['id']}")
    page = await browse()
    await sign_in(page, "teacher")
    await page.goto(talk.path)
    await expect(page.get_by_text("You read this group without being in it.")).to_be_visible()
    await say(learner, "May I ask something?")
    await expect(message(page, "May I ask something?")).to_be_visible()
    await page.get_by_role("button", name="Join").click()
    await say(page, "Of course")
    await expect(message(learner, "Of course")).to_be_visible()


async def test_who_is_taken_out_hears_no_more(teacher: Page, learner: Page, talk: Talk) -> None:
    me = talk.learner.get("/me")["id"]
    await say(teacher, "Goodbye")
    await expect(message(learner, "Goodbye")).to_be_visible()
    owner = talk.teacher.get("/me")["id"]
    talk.learner.patch(f"{talk.path}/members/{owner}", {"role": "owner"})
    talk.teacher.patch(f"{talk.path}/members/{me}", {"role": "member"})
    talk.teacher.delete(f"{talk.path}/members/{me}")
    await expect(composer(learner)).to_be_hidden()


async def test_a_group_fits_a_phone(browse: Open, talk: Talk, teacher: Page) -> None:
    talk.say(talk.learner, "A long word: " + "baobab" * 40)
    phone = await opened(await browse(viewport=PHONE, has_touch=True, is_mobile=True), "learner", talk)
    await composer(phone).fill("One line")
    await composer(phone).press("Enter")
    await composer(phone).press_sequentially("and another")
    await phone.get_by_role("button", name="Send").tap()
    await expect(message(teacher, "and another")).to_contain_text("One line")
    await message(phone, "and another").get_by_role("button", name="What to do with the message").tap()
    await phone.get_by_role("menuitem", name="React").tap()
    await phone.get_by_role("dialog").get_by_role("button", name="👍").tap()
    await expect(message(teacher, "and another").get_by_role("button", name="👍")).to_be_visible()
    await phone.get_by_role("button", name="People").tap()
    await expect(phone.get_by_role("dialog").get_by_text("Here now: 2")).to_be_visible()
    wide, room = await phone.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide == room


async def test_a_group_is_used_with_the_keyboard_alone(learner: Page, teacher: Page) -> None:
    for text in ("One", "Two", "Three"):
        await say(teacher, text)
    await expect(message(learner, "Three")).to_be_visible()
    await composer(learner).focus()
    for _ in range(12):
        await learner.keyboard.press("Shift+Tab")
        if await message(learner, "Three").evaluate("item => item === document.activeElement"):
            break
    await expect(message(learner, "Three")).to_be_focused()
    await learner.keyboard.press("ArrowUp")
    await expect(message(learner, "Two")).to_be_focused()
    await learner.keyboard.press("Tab")
    await expect(learner.get_by_role("button", name="React")).to_be_focused()
    await learner.keyboard.press("Tab")
    await learner.keyboard.press("Enter")
    await expect(composer(learner)).to_be_focused()
    await learner.keyboard.type("To two")
    await learner.keyboard.press("Enter")
    await expect(message(teacher, "To two").get_by_role("button", name="Two")).to_be_visible()
    await expect(composer(learner)).to_be_focused()


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": DESK, "color_scheme": "light"},
        {"viewport": DESK, "color_scheme": "dark"},
        {"viewport": PHONE, "color_scheme": "dark", "locale": "ar", "has_touch": True},
    ],
    ids=["desk, light", "desk, dark", "phone, dark, Arabic"],
)
async def test_a_group_is_fit_for_everyone(browse: Open, talk: Talk, look: dict[str, Any]) -> None:
    me = talk.learner.get("/me")["id"]
    first = talk.say(talk.teacher, f"Hello [@Me](mention:{me}), `code` and **more**:\n\n- [x] done\n\n> Quoted")
    talk.say(talk.learner, "An answer", reply_to=first)
    talk.learner.put(f"{talk.path}/messages/{first}/reactions/👍")
    talk.learner.put(f"{talk.path}/messages/{first}/pin")
    talk.learner.patch("/me", {"locale": look.get("locale", "en")})
    page = await browse(reduced_motion="reduce", **look)
    await sign_in(page, "learner")
    await page.goto(talk.path)
    await expect(log(page).locator("[data-seq]")).to_have_count(2)
    await page.wait_for_load_state("networkidle")
    faults = await accessible(page)
    await page.context.set_offline(True)
    await page.locator("textarea").fill("Kept")
    await page.locator("button[type=submit]").click()
    await page.locator("[data-seq]").first.focus()
    faults += [f"offline: {fault}" for fault in await accessible(page)]
    await page.locator("[data-seq]").first.locator("[aria-haspopup=menu]").click()
    faults += [f"menu: {fault}" for fault in await accessible(page)]
    assert faults == []
    wide, room = await page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room
    talk.learner.patch("/me", {"locale": "en"})
    await page.context.set_offline(False)
    await expect(log(page).locator("[data-seq]")).to_have_count(3)
    assert re.search("Kept", await log(page).inner_text())
