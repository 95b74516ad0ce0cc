"""Nothing can be written for a while: the interface says so to who only reads, and when it is over."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE, Open, Site, accessible, sign_in
from tests.browser.screens import too_wide

SAYS = "nothing can be saved for the moment"


def order(site: Site, *words: str) -> None:
    """Let an operator type `banyan mode …`, and wait until the server knows."""
    command = [str(Path(sys.executable).with_name("banyan")), "mode", *words, "--data", str(site.data)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for _ in range(200):
        if httpx.get(f"{site.url}/ready", timeout=20).json()["mode"] == words[0]:
            return
        time.sleep(0.05)
    raise AssertionError(f"the server does not know of {words}")


@contextmanager
def read_only(site: Site) -> Iterator[None]:
    """As long as this lasts."""
    order(site, "read-only", "--reason", "We move house.")
    try:
        yield
    finally:
        order(site, "normal")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["a phone", "a desk"])
async def test_who_only_reads_is_told_and_when_it_is_over(browse: Open, site: Site, viewport: dict[str, int]) -> None:
    page = await browse(viewport=viewport)
    await sign_in(page, "learner")
    await page.clock.install()
    bar = page.get_by_role("status").filter(has_text=SAYS)
    await expect(bar).to_have_count(0)
    with read_only(site):
        await page.goto("/courses")
        await expect(bar).to_be_visible()
        assert await accessible(page) == []
        assert await too_wide(page) == []
        await page.clock.fast_forward("01:00")  # it asks again, and it is still so
        await expect(bar).to_be_visible()
    await page.clock.fast_forward("01:00")
    await expect(bar).to_have_count(0)


async def test_who_is_not_signed_in_is_told_too(browse: Open, site: Site) -> None:
    page = await browse()
    with read_only(site):
        await page.goto("/courses")
        await expect(page.get_by_role("status").filter(has_text=SAYS)).to_be_visible()
