"""A listener of its own for administration: what is for admins and operators is there, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from banyan import accounts
from banyan.app import DOMAINS, Banyan
from banyan.kit.description import describe
from banyan.settings import Settings, load
from tests.conftest import browser
from tests.security.stage import Stage
from tests.security.test_access import EXPECTED, PASSWORD, ask
from tests.story import Person, School

PUBLIC, ADMIN = "http://demo.school/api/v1", "http://demo.school:9000/api/v1"
ADMINISTRATIVE = {
    "PATCH /school",
    "GET /accounts",
    "POST /accounts/invitations",
    "PATCH /accounts/{account_id}",
    "GET /audit",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a listener for administration, and limits under which one may ask for everything."""
    return load(
        {},
        data=tmp_path,
        server={"base_url": "https://demo.school"},
        admin={"port": 9000, "base_url": "http://demo.school:9000"},
        accounts={"sign_in_per_address": "1000 per minute", "mails_per_address": "1000 per hour"},
    )


@pytest.fixture
async def inside(banyan: Banyan) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in the network from which the listener for administration can be reached."""
    async with browser(banyan, "demo.school:9000") as visitor:
        yield visitor


def declared(kind: str) -> set[str]:
    """The routes that the domains declare of a kind."""
    return {
        f"{method} {path.replace(':uuid', '')}"
        for domain in DOMAINS
        for route in getattr(domain, kind)
        for path in route.paths
        for method in route.http_methods
    }


def described(document: dict[str, Any]) -> set[str]:
    """The routes in a description of the interface."""
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
    }


def test_what_only_admins_may_do_is_declared_administrative_and_nothing_else() -> None:
    """By the table of who gets what: a teacher never loses a route to the other listener."""
    others = ("nobody", "outsider", "fellow", "colleague", "learner", "assistant", "teacher", "owner")
    for_admins = {
        route
        for route, statuses in EXPECTED.items()
        if statuses["admin"] < 400 and all(statuses[person] >= 400 for person in others)
    }
    assert for_admins == ADMINISTRATIVE == declared("administration")
    assert not ADMINISTRATIVE & declared("routes")
    shortcuts = {f"{each.method} {each.template}" for domain in DOMAINS for each in domain.shortcuts}
    assert shortcuts
    assert not {route.replace(" ", " /api/v1") for route in ADMINISTRATIVE} & shortcuts, "they are on both listeners"


async def test_each_route_answers_where_it_belongs(stage: Stage) -> None:
    admin = stage.people["admin"]
    found: dict[str, list[int]] = {}
    for route in EXPECTED:
        for listener in (PUBLIC, ADMIN):
            admin.base_url = listener
            async with stage.undone():
                found.setdefault(route, []).append((await ask(stage, "admin", route)).status_code)
    for route, (here, there) in found.items():
        if route in ADMINISTRATIVE:
            assert (here, there) == (404, EXPECTED[route]["admin"]), route
        else:
            assert here == there, route
            assert (here == 404) == (EXPECTED[route]["admin"] == 404), route


async def test_who_asks_there_must_still_be_an_admin(stage: Stage) -> None:
    for person in ("nobody", "learner", "teacher"):
        for route in ADMINISTRATIVE:
            stage.people[person].base_url = PUBLIC
            answer = await ask(stage, person, route)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (route, person)
            stage.people[person].base_url = ADMIN
            assert (await ask(stage, person, route)).status_code == EXPECTED[route][person], (route, person)


@pytest.mark.parametrize("spelling", ["/accounts/", "//accounts", "/./accounts", "/%61ccounts", "/accounts?x=1"])
async def test_another_spelling_leads_nowhere_either(school: School, spelling: str) -> None:
    admin = await school.admin()
    assert (await admin.get(spelling)).status_code in (404, 405), "the sign-up at this address takes no GET"


async def test_a_header_does_not_choose_the_listener(school: School) -> None:
    admin = await school.admin()
    claims = {"host": "demo.school:9000", "x-forwarded-port": "9000", "x-forwarded-host": "demo.school:9000"}
    assert (await admin.get("/audit", headers=claims)).status_code == 404


async def test_figures_are_told_there_alone_and_health_on_both(banyan: Banyan, school: School) -> None:
    async with browser(banyan) as public, browser(banyan, "demo.school:9000") as admin:
        for client, figures in ((public, 404), (admin, 200)):
            root = str(client.base_url).removesuffix("/api/v1/")
            assert (await client.get(f"{root}/health")).status_code == 200
            assert (await client.get(f"{root}/ready")).status_code == 200
            assert (await client.get(f"{root}/metrics")).status_code == figures
            assert (await client.get(f"{root}/")).status_code == 200, "the browser app is on both"


async def test_each_listener_describes_what_it_has(banyan: Banyan) -> None:
    async with browser(banyan) as public, browser(banyan, "demo.school:9000") as admin:
        here = (await public.get("http://demo.school/api/openapi.json")).json()
        there = (await admin.get("http://demo.school:9000/api/openapi.json")).json()
    assert described(there) - described(here) == ADMINISTRATIVE
    assert there == banyan.openapi()
    assert described(describe(banyan._api.routes)) == set(EXPECTED)


async def test_an_admin_learns_where_to_administer_and_nobody_else_does(
    school: School, inside: httpx.AsyncClient
) -> None:
    admin, teacher = await school.admin(), await school.teacher()
    assert (await admin.get("/me")).json()["administration"] == "http://demo.school:9000"
    changed = await admin.patch("/me", {"name": "Ann"})
    assert changed.json()["administration"] == "http://demo.school:9000"
    assert (await teacher.get("/me")).json()["administration"] is None
    there = await inside.get("/me", headers={"authorization": f"Bearer {admin.token}"})
    assert there.json()["administration"] is None, "it is here"


async def test_a_school_with_a_name_of_its_own_is_administered_under_that_name(other_school: School) -> None:
    admin = await other_school.admin()
    assert (await admin.get("/me")).json()["administration"] == "http://hill.example:9000"


async def sign_in(client: httpx.AsyncClient, school: School, **headers: str) -> httpx.Response:
    await accounts.ensure_account(school.banyan.kit.db, school.id, "ann@demo.school", "Ann", PASSWORD, "admin")
    return await client.post("/sessions", json={"email": "ann@demo.school", "password": PASSWORD}, headers=headers)


async def test_a_cookie_is_as_secure_as_the_listener_it_comes_from(school: School, inside: httpx.AsyncClient) -> None:
    public, there = await sign_in(school.browser(), school), await sign_in(inside, school)
    assert "secure" in public.headers["set-cookie"].lower().split("; ")
    assert "secure" not in there.headers["set-cookie"].lower().split("; "), "no browser would send it back over http"
    assert public.json()["account"]["administration"]
    assert there.json()["account"]["administration"] is None


@pytest.fixture
async def admin(school: School) -> Person:
    return await school.admin()


@pytest.mark.parametrize(
    "page", ["https://demo.school", "http://demo.school", "http://demo.school:9001", "http://evil.example", "null"]
)
async def test_no_page_from_elsewhere_administers_with_the_browser_s_cookie(
    school: School, admin: Person, inside: httpx.AsyncClient, page: str
) -> None:
    inside.cookies.set("banyan_session", admin.token)
    for headers in ({"origin": page}, {"origin": page, "sec-fetch-site": "same-site"}):
        answer = await inside.patch("/school", json={"version": 1, "name": "Mine"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
        assert (await sign_in(inside, school, **headers)).status_code == 403


async def test_the_listener_s_own_pages_do(admin: Person, inside: httpx.AsyncClient) -> None:
    inside.cookies.set("banyan_session", admin.token)
    own = {"origin": "http://demo.school:9000", "sec-fetch-site": "same-origin"}
    answer = await inside.patch("/school", json={"version": 1, "name": "Mine"}, headers=own)
    assert answer.json()["name"] == "Mine"
