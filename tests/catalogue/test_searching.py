"""Courses are found by what is typed, while it is typed."""

from uuid import UUID

import pytest

from tests.catalogue import shelf
from tests.story import School


async def _found(school: School, text: str) -> list[str]:
    answer = await school.browser().get("/courses", params={"q": text})
    assert answer.status_code == 200, answer.text
    return [card["title"] for card in answer.json()["items"]]


async def test_the_last_word_may_be_half_typed(school: School) -> None:
    await shelf.put(school, "Version control with Git")
    await shelf.put(school, "Controlling robots")
    assert await _found(school, "vers") == ["Version control with Git"]
    assert await _found(school, "git con") == ["Version control with Git"]
    assert await _found(school, "versi git") == []


async def test_a_title_counts_more_than_a_summary_and_a_summary_more_than_the_contents(school: School) -> None:
    await shelf.put(school, "Birds")
    await shelf.put(school, "Wings", summary="On birds")
    await shelf.put(school, "Zoo", contents="Lions Birds Bears")
    assert await _found(school, "birds") == ["Birds", "Wings", "Zoo"]


async def test_accents_and_capitals_of_any_script_are_read_as_written_or_small(school: School) -> None:
    await shelf.put(school, "Économie")
    await shelf.put(school, "География")
    await shelf.put(school, "علم الأحياء")
    assert await _found(school, "écon") == ["Économie"]
    assert await _found(school, "ГЕОГРАФ") == ["География"]
    assert await _found(school, "الأحياء") == ["علم الأحياء"]


async def test_blank_text_does_not_narrow_and_signs_alone_find_nothing(school: School) -> None:
    await shelf.put(school, "Birds")
    assert await _found(school, "  ") == ["Birds"]
    assert await _found(school, "!?& |") == []


async def test_words_and_filters_narrow_together(school: School) -> None:
    await shelf.put(school, "Birds of Europe", language="en")
    await shelf.put(school, "Birds du monde", language="fr")
    answer = await school.browser().get("/courses", params={"q": "birds", "language": "fr"})
    assert [card["title"] for card in answer.json()["items"]] == ["Birds du monde"]


async def test_pages_of_what_is_found_follow_each_other_without_gaps_or_doubles(school: School) -> None:
    best = await shelf.put(school, "Birds birds birds", summary="Birds")
    alike = {await shelf.put(school, "Birds") for _ in range(4)}
    worst = await shelf.put(school, "Zoo", contents="birds")
    seen: list[UUID] = []
    after: str | None = ""
    while after is not None:
        page = (await school.browser().get("/courses", params={"q": "birds", "limit": 2, "after": after})).json()
        assert len(page["items"]) <= 2
        seen += [UUID(card["id"]) for card in page["items"]]
        after = page["next"]
    assert (seen[0], set(seen[1:5]), seen[5:]) == (best, alike, [worst])


@pytest.mark.parametrize(
    "text", ["'", "''", "\\", "a' | 'b", "!a", "a:*", "a & (b", "<->", "a <-> b", "_", "a_b", "¿", "'; drop"]
)
async def test_nothing_that_is_typed_breaks_the_search(school: School, text: str) -> None:
    await shelf.put(school, "Birds")
    assert await _found(school, text) == []
