"""Pages on screens of every kind: what is wrong with them there."""

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import Page

from tests.browser.conftest import accessible

__all__ = ["NARROW", "Look", "too_wide", "unfit"]

NARROW = {"width": 320, "height": 640}
Look = Mapping[str, Any]  # `viewport`, and `scheme`: light or dark


async def unfit(page: Page, looks: Sequence[Look]) -> list[str]:
    """What axe and a ruler find wrong with the page as it is shown, on each of these screens."""
    faults = []
    for look in looks:
        await page.set_viewport_size(look["viewport"])
        await page.emulate_media(color_scheme=look["scheme"])
        await page.wait_for_timeout(200)  # colours change gently
        await page.wait_for_function("() => document.getAnimations().length === 0")
        faults += [f"{page.url} {look} {fault}" for fault in [*await accessible(page), *await too_wide(page)]]
    return faults


async def too_wide(page: Page) -> list[str]:
    """That the page scrolls sideways, if it does."""
    wide, room = await page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    return [f"{page.url} scrolls sideways: {wide} in {room}"] if wide > room else []
