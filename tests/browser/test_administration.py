"""A school that is run at another address: its admins are led there, and nothing is asked for in vain."""

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.conftest import DESK, PHONE, Open, accessible, sign_in

ELSEWHERE = "https://admin.school.example:9000"


async def admin_at(page: Page, address: str) -> list[str]:
    """Sign in as an admin whose school is run at `address`; what the page asks of the interface from then on."""

    async def tell(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), "administration": address})

    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/v1/" in request.url:
            asked.append(request.url.partition("/api/v1")[2])

    await sign_in(page, "admin")
    await page.route("**/api/v1/me", tell)
    page.on("request", note)
    return asked


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["a phone", "a desk"])
@pytest.mark.parametrize("path", ["/school", "/school/people", "/school/log"])
async def test_an_admin_is_led_to_where_the_school_is_run(browse: Open, viewport: dict[str, int], path: str) -> None:
    page = await browse(viewport=viewport)
    asked = await admin_at(page, ELSEWHERE)
    await page.goto(path)
    await expect(page.get_by_text("The school is run at another address")).to_be_visible()
    await expect(page.get_by_role("link", name=ELSEWHERE)).to_have_attribute("href", f"{ELSEWHERE}{path}")
    await expect(page.get_by_role("button", name="Invite people")).to_have_count(0)
    assert not [each for each in asked if each.startswith(("/accounts", "/audit"))]
    assert await accessible(page) == []


async def test_an_address_that_is_nobody_s_to_know_is_not_told(browse: Open) -> None:
    page = await browse()
    await admin_at(page, "")
    await page.goto("/school")
    await expect(page.get_by_text("The school is run at another address")).to_be_visible()
    await expect(page.locator("main").get_by_role("link")).to_have_count(0)
