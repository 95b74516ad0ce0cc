"""What caches between Banyan and its readers may keep: what is the same for all, and nothing of anybody's."""

import httpx
import pytest

from banyan.kit.edge import Edge, Receive, Scope, Send, send_response
from banyan.kit.freshness import Freshness
from tests.kit.asgi import ask as ask_directly
from tests.security.stage import PNG, Stage
from tests.security.test_access import EXPECTED, PASSWORD, PEOPLE, ask
from tests.story import Course, School

READING = [route for route in EXPECTED if route.startswith("GET")]
KNOWN = {freshness.value: freshness for freshness in Freshness}
SHARED = {Freshness.FILE, Freshness.PUBLISHED, Freshness.ASSET, Freshness.PAGE}
# What those who are not signed in may see, and a cache before Banyan may keep for them.
PUBLISHED = {
    "GET /school",
    "GET /courses",
    "GET /courses/facets",
    "GET /courses/{course_id}",
}


def freshness(answer: httpx.Response) -> Freshness:
    [said] = answer.headers.get_list("cache-control")
    return KNOWN[said]


def is_kept_by_anyone(answer: httpx.Response) -> bool:
    """Whether a shared cache may give it to others; a problem that lasts is cacheable unless it says not (RFC 9110)."""
    return freshness(answer) in SHARED


async def test_no_answer_that_needs_someone_is_kept_for_others(stage: Stage) -> None:
    for route in READING:
        alone = await ask(stage, "nobody", route)
        for person in PEOPLE[1:]:
            answer = await ask(stage, person, route)
            assert not is_kept_by_anyone(answer), (route, person)
            if route in PUBLISHED and answer.status_code == 200:
                assert "cookie" in answer.headers["vary"], (route, person)
                assert "authorization" in answer.headers["vary"], (route, person)
        assert is_kept_by_anyone(alone) == (route in PUBLISHED), route


async def test_a_browser_that_is_signed_in_by_its_cookie_is_someone_too(stage: Stage) -> None:
    learner = stage.people["learner"]
    learner.cookies.set("banyan_session", learner.headers.pop("authorization").removeprefix("Bearer "))
    for route in READING:
        assert not is_kept_by_anyone(await ask(stage, "learner", route)), route


async def test_nothing_that_is_written_is_kept(stage: Stage) -> None:
    for route in EXPECTED:
        if not route.startswith("GET"):
            for person in ("nobody", "learner", "admin"):
                async with stage.undone():
                    assert freshness(await ask(stage, person, route)) is Freshness.UNKEPT, (route, person)


async def test_someone_whose_cookie_opens_nothing_is_not_told_what_all_may_keep(stage: Stage) -> None:
    for headers in ({"cookie": "banyan_session=gone"}, {"cookie": "a=b"}, {"authorization": "Bearer gone"}):
        stage.people["stranger"] = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=stage.banyan),
            base_url=stage.people["nobody"].base_url,
            headers=headers,
        )
        for route in READING:
            assert not is_kept_by_anyone(await ask(stage, "stranger", route)), (route, headers)
        await stage.people["stranger"].aclose()


async def test_a_school_that_shows_its_courses_to_members_gives_caches_nothing(stage: Stage, school: School) -> None:
    version = (await stage.people["admin"].get("/school")).json()["version"]
    changed = await stage.people["admin"].patch("/school", json={"version": version, "catalogue": "members"})
    assert changed.status_code == 200, changed.text
    for route in READING:
        assert is_kept_by_anyone(await ask(stage, "nobody", route)) == (route == "GET /school"), route


async def test_whoever_has_the_published_document_is_not_sent_it_again(school: School, course: Course) -> None:
    for path in (course.path, "/courses", "/courses/facets", "/school"):
        for reader in (school.browser(), course.teacher.client):
            first = await reader.get(path)
            again = await reader.get(path, headers={"if-none-match": first.headers["etag"]})
            assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path
            for name in ("cache-control", "vary", "etag"):
                assert again.headers[name] == first.headers[name], path


async def test_the_cover_of_a_course_that_all_may_see_is_for_all_caches_and_other_files_are_not(
    school: School, course: Course
) -> None:
    cover, other = [
        (await course.teacher.client.post("/files", params={"course": course.id, "name": name}, content=PNG)).json()
        for name in ("cover.png", "other.png")
    ]
    await course.change(cover_id=cover["id"])
    await course.publish()
    learner, nobody, admin = await school.learner(), school.browser(), await school.admin()
    await course.enrol(learner)
    shown = f"/files/{cover['id']}/cover.png"
    for reader in (nobody, learner.client):
        answer = await reader.get(shown)
        assert (answer.content, freshness(answer)) == (PNG, Freshness.FILE)
        assert "vary" not in answer.headers
    assert freshness(await learner.get(f"/files/{other['id']}/other.png")) is Freshness.OWN_FILE
    assert freshness(await nobody.get(f"/files/{other['id']}/other.png")) is Freshness.UNKEPT
    version = (await admin.get("/school")).json()["version"]
    await admin.patch("/school", {"version": version, "catalogue": "members"})
    assert freshness(await learner.get(shown)) is Freshness.OWN_FILE
    assert freshness(await nobody.get(shown)) is Freshness.UNKEPT


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", Freshness.PAGE),
        ("/courses/1", Freshness.PAGE),
        ("/missing.js", Freshness.UNKEPT),
        ("/health", Freshness.UNKEPT),
        ("/ready", Freshness.UNKEPT),
        ("/metrics", Freshness.UNKEPT),
        ("/api/openapi.json", Freshness.UNKEPT),
        ("/api/v1/nothing", Freshness.UNKEPT),
        ("/api/v1/courses/none", Freshness.UNKEPT),
    ],
)
async def test_every_other_address_says_who_may_keep_it(client: httpx.AsyncClient, path: str, kept: Freshness) -> None:
    assert freshness(await client.get(f"http://demo.school{path}")) is kept


async def test_what_begins_a_session_is_kept_by_nobody(school: School) -> None:
    teacher = await school.teacher()
    answer = await school.browser().post("/sessions", json={"email": teacher.email, "password": PASSWORD})
    assert freshness(answer) is Freshness.UNKEPT


async def test_whatever_a_route_says_nothing_that_sets_a_cookie_is_kept() -> None:
    async def careless(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"set-cookie", b"banyan_session=secret"), Freshness.FILE.header]
        await send_response(send, 200, headers if scope["path"] == "/cookie" else [])

    assert (await ask_directly(Edge(careless), "/cookie")).headers["cache-control"] == Freshness.UNKEPT.value
    assert (await ask_directly(Edge(careless), "/silent")).headers["cache-control"] == Freshness.UNKEPT.value
