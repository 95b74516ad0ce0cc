"""People find a school's courses: the newest first, narrowed down, page by page."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from banyan.kit.wire import cursor
from tests.catalogue import shelf
from tests.story import School


async def _titles(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/courses", params=query)
    assert answer.status_code == 200, answer.text
    return [card["title"] for card in answer.json()["items"]]


async def _all_pages(client: httpx.AsyncClient, **query: Any) -> list[list[str]]:
    pages = []
    while True:
        answer = (await client.get("/courses", params=query)).json()
        pages.append([card["title"] for card in answer["items"]])
        if answer["next"] is None:
            return pages
        query["after"] = answer["next"]


async def test_a_visitor_sees_the_newest_course_first(school: School) -> None:
    for title in ("Birds", "Bees", "Trees"):
        await shelf.put(school, title)
    assert await _titles(school.browser()) == ["Trees", "Bees", "Birds"]


async def test_a_card_says_what_a_course_is_and_how_many_places_are_left(school: School) -> None:
    course_id = await shelf.put(school, "Birds", summary="All that flies", category="Biology", difficulty="advanced",
                                language="fr", places=20, taken=17)  # fmt: skip
    [card] = (await school.browser().get("/courses")).json()["items"]
    published_at = card.pop("published_at")
    assert datetime.fromisoformat(published_at).tzinfo is not None
    assert card == {
        "id": str(course_id), "title": "Birds", "summary": "All that flies", "cover": None, "category": "Biology",
        "difficulty": "advanced", "language": "fr", "revision": 1, "enrolment": "open", "places": 20,
        "places_left": 3, "lessons": 3,
    }  # fmt: skip


async def test_a_cover_is_given_by_its_address(school: School) -> None:
    course_id = await shelf.put(school, "Birds")
    async with school.banyan.kit.db.write() as tx:
        await tx.execute("update publication set cover_id = $1 where course_id = $1", course_id)
    [card] = (await school.browser().get("/courses")).json()["items"]
    assert card["cover"] == f"/api/v1/files/{course_id}/cover"


async def test_filters_narrow_the_list(school: School) -> None:
    await shelf.put(school, "Birds", category="Biology", difficulty="beginner", language="en")
    await shelf.put(school, "Oiseaux", category="Biology", difficulty="beginner", language="fr")
    await shelf.put(school, "Stars", category="Physics", difficulty="advanced", language="en")
    visitor = school.browser()
    assert await _titles(visitor, category="Biology") == ["Oiseaux", "Birds"]
    assert await _titles(visitor, category="Biology", language="en") == ["Birds"]
    assert await _titles(visitor, difficulty="advanced") == ["Stars"]
    assert await _titles(visitor, category="Chemistry") == []


async def test_pages_follow_each_other_without_gaps_or_doubles_while_courses_are_published(school: School) -> None:
    same = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(5):
        await shelf.put(school, f"Course {number}", published_at=same)
    visitor = school.browser()
    first = (await visitor.get("/courses", params={"limit": 2})).json()
    await shelf.put(school, "New on the shelf")
    second = (await visitor.get("/courses", params={"limit": 2, "after": first["next"]})).json()
    third = (await visitor.get("/courses", params={"limit": 2, "after": second["next"]})).json()
    titles = [card["title"] for page in (first, second, third) for card in page["items"]]
    assert sorted(titles) == [f"Course {number}" for number in range(5)]
    assert third["next"] is None


@pytest.mark.parametrize(("places", "cost"), [(None, 1), (30, 2)])
async def test_a_page_costs_the_same_whatever_its_size(
    school: School, statements: list[str], places: int | None, cost: int
) -> None:
    for number in range(30):
        await shelf.put(school, f"Bird {number}", places=places, taken=number or 1)
    visitor = school.browser()
    await visitor.get("/courses")
    for query in ("limit=2", "limit=30", "q=bird&limit=2", "q=bird&limit=30"):
        statements.clear()
        await visitor.get(f"/courses?{query}")
        assert len(statements) == cost, query


async def test_what_is_archived_or_deleted_is_not_in_the_catalogue(school: School) -> None:
    archived, deleted = await shelf.put(school, "Old birds"), await shelf.put(school, "No birds")
    await shelf.put(school, "Birds")
    await shelf.change(school, archived, "state = 'archived'")
    await shelf.change(school, deleted, "deleted_at = now()")
    assert await _titles(school.browser()) == ["Birds"]
    assert await _titles(school.browser(), q="birds") == ["Birds"]


async def test_a_draft_is_in_nobodys_catalogue(school: School) -> None:
    teacher = await school.teacher()
    await shelf.draft(school, "Not yet", teacher)
    assert await _titles(school.browser()) == []
    assert await _titles(teacher.client) == []


async def test_another_schools_courses_are_never_seen(school: School, other_school: School) -> None:
    await shelf.put(school, "Birds", category="Biology")
    admin = await other_school.admin()
    for client in (other_school.browser(), admin.client):
        assert await _titles(client) == []
        assert await _titles(client, q="birds") == []
        assert await _titles(client, teaching=True) == [] if client is admin.client else True
        facets = (await client.get("/courses/facets")).json()
        assert facets == {"categories": [], "difficulties": [], "languages": []}


async def test_a_member_of_another_school_counts_as_a_visitor(school: School, other_school: School) -> None:
    await _show_to_members_only(school)
    stranger = await other_school.admin()
    for path in ("/courses", "/courses?teaching=true", "/courses/facets"):
        answer = await school.browser(authorization=f"Bearer {stranger.token}").get(path)
        assert answer.status_code == 401, path


async def test_a_school_may_show_its_courses_to_members_alone(school: School) -> None:
    await shelf.put(school, "Birds")
    await _show_to_members_only(school)
    for path in ("/courses", "/courses?q=birds", "/courses/facets"):
        answer = await school.browser().get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
    assert await _titles((await school.learner()).client) == ["Birds"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 101}, {"limit": "many"}, {"difficulty": "impossible"}, {"after": "!"},
        {"after": "AAAA"},
        {"after": cursor("2026-01-01T00:00:00Z")}, {"after": cursor(0.5, "00000000-0000-0000-0000-000000000000")},
        {"after": cursor("0001-01-01T00:00:00+14:00", "00000000-0000-0000-0000-000000000000")},
        {"after": cursor("2026-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000000"), "q": "birds"},
        {"after": cursor(1e300, "00000000-0000-0000-0000-000000000000"), "q": "birds"},
        {"q": "a\0b"}, {"category": "\0"}, {"language": "\0"}, {"q": "x" * 201}, {"teaching": "perhaps"},
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(school: School, query: dict[str, Any]) -> None:
    answer = await school.browser().get("/courses", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.text


async def test_facets_count_what_the_catalogue_has(school: School) -> None:
    await shelf.put(school, "Birds", category="Biology", difficulty="beginner")
    await shelf.put(school, "Bees", category="Biology", language="fr")
    await shelf.put(school, "Stars", category="Physics", difficulty="beginner")
    await shelf.put(school, "Odds and ends")
    await shelf.put(school, "Gone", category="History", state="archived")
    facets = (await school.browser().get("/courses/facets")).json()
    assert facets == {
        "categories": [{"value": "Biology", "count": 2}, {"value": "Physics", "count": 1}],
        "difficulties": [{"value": "beginner", "count": 2}],
        "languages": [{"value": "en", "count": 3}, {"value": "fr", "count": 1}],
    }


async def test_facets_are_counted_once_for_all_who_ask(school: School, statements: list[str]) -> None:
    await shelf.put(school, "Birds")
    visitor = school.browser()
    await visitor.get("/school")
    statements.clear()
    await asyncio.gather(*(visitor.get("/courses/facets") for _ in range(5)))
    assert len(statements) == 1


async def _show_to_members_only(school: School) -> None:
    async with school.banyan.kit.db.write() as tx:
        await tx.execute("update school set catalogue = 'members' where id = $1", school.id)
    await school.banyan.kit.cache.invalidate(f"school:{school.id}")
