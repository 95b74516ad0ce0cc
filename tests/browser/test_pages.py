"""Every page, as a person of each kind sees it: nothing for axe to find, nothing that scrolls sideways."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE, Api, Open, Site, accessible, sign_in
from tests.browser.screens import too_wide

LESSON = """\
## A table

| Tree | Metres |
|------|-------:|
| Fig  |     30 |

::: tip
Look up.
:::

```python
for leaf in tree:
    leaf.grow()
```

$$h = \\frac{a}{2}$$

- [x] done
- [ ] to do

> A footnote[^1].

[^1]: Down here.
"""
PAGES = {
    "nobody": ["/", "/signin", "/signup", "/forgot", "/courses", "/courses/{course}", "/nowhere"],
    "learner": ["/", "/courses/{course}", "/courses/{course}/items/{item}", "/calendar", "/account"],
    "teacher": [
        "/teach",
        "/teach/{course}",
        "/teach/{course}?item={item}",
        "/teach/{course}/revisions",
        "/teach/{course}/people",
        "/teach/{course}/settings",
    ],
    "admin": ["/school", "/school/people"],
}
LOOKS: dict[str, dict[str, Any]] = {
    "a phone in the dark, in Arabic": {"viewport": PHONE, "color_scheme": "dark", "locale": "ar"},
    "a desk in the light": {"viewport": DESK, "color_scheme": "light", "locale": "en"},  # last: others expect English
}


@pytest.fixture(scope="session")
def places(teacher_api: Api, site: Site) -> Mapping[str, str]:
    course = teacher_api.course(
        "All of it", {"Everything": LESSON, "More": "Words."}, summary="What a lesson can hold."
    )
    item = teacher_api.get(f"/courses/{course}")["outline"]["modules"][0]["items"][0]["id"]
    learner = Api(site, "learner")
    learner.post(f"/courses/{course}/enrolments", {})
    learner.put(f"/courses/{course}/items/{item}/progress", {"state": "started", "place": 0.2})
    learner.close()
    return {"course": course, "item": item}


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_is_fit_for_everyone(
    browse: Open, site: Site, places: Mapping[str, str], who: str, look: str
) -> None:
    page = await browse(reduced_motion="reduce", **LOOKS[look])
    if who != "nobody":
        with closing(Api(site, who)) as api:
            api.patch("/me", {"locale": LOOKS[look]["locale"]})
        await sign_in(page, who)
    faults = []
    for path in PAGES[who]:
        await page.goto(path.format(**places))
        await expect(page.locator("main h1, main h2").first).to_be_attached()
        await page.wait_for_load_state("networkidle")
        faults += [f"{path} {fault}" for fault in [*await accessible(page), *await too_wide(page)]]
        direction = await page.evaluate("() => document.documentElement.dir")
        if direction != ("rtl" if LOOKS[look]["locale"] == "ar" else "ltr"):
            faults.append(f"{path} runs {direction}")
    assert faults == []


async def test_every_page_forbids_what_it_does_not_need(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        for path in ("/", "/courses", "/api/v1/courses", "/nowhere.js"):
            answer = await client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            if answer.headers["content-type"].startswith("text/html"):
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert "<script>" not in answer.text
                assert " style=" not in answer.text
