"""Requests that are not what they seem: from other sites, under other names, with other people's keys, too many."""

import re

import httpx
import pytest

from banyan import accounts
from banyan.settings import Settings
from tests.conftest import browser, run_jobs
from tests.security.stage import SECRET, Stage, told
from tests.security.test_access import EXPECTED, PASSWORD, address_of, ask
from tests.story import Course, Person, School

WRITING = [route for route in EXPECTED if not route.startswith("GET")]
ELSEWHERE = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://demo.school.evil.example"},
    {"origin": "http://demo.school:8080"},
    {"origin": "//demo.school@evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://demo.school", "sec-fetch-site": "cross-site"},
]


async def open_account(school: School, address: str = "ann@demo.school") -> None:
    await accounts.ensure_account(school.banyan.kit.db, school.id, address, "Ann", PASSWORD, "teacher")


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
async def test_no_page_of_another_site_acts_with_the_browser_s_cookie(stage: Stage, headers: dict[str, str]) -> None:
    admin = stage.people["admin"]
    token = admin.headers.pop("authorization").removeprefix("Bearer ")
    admin.cookies.set("banyan_session", token)
    before = await stage.everything()
    admin.headers.update(headers)
    for route in WRITING:
        answer = await ask(stage, "admin", route)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), route
        assert "set-cookie" not in answer.headers
    assert await stage.everything() == before


async def test_the_site_s_own_pages_do(stage: Stage) -> None:
    admin = stage.people["admin"]
    admin.cookies.set("banyan_session", admin.headers.pop("authorization").removeprefix("Bearer "))
    admin.headers.update({"origin": "http://demo.school", "sec-fetch-site": "same-origin"})
    for route in WRITING:
        async with stage.undone():
            assert (await ask(stage, "admin", route)).status_code == EXPECTED[route]["admin"], route


async def test_no_answer_lets_other_sites_read_it(stage: Stage) -> None:
    asking = {"origin": "http://evil.example", "access-control-request-method": "DELETE"}
    for route in EXPECTED:
        stage.people["admin"].headers.update(asking)
        for answer in (
            await stage.people["admin"].options(address_of(route, stage, stage.ids)),
            *([await ask(stage, "admin", route)] if route.startswith("GET") else []),
        ):
            assert not [name for name in answer.headers if name.startswith("access-control")], route
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/api/openapi.json", "/health", "/courses/1"])
async def test_nothing_is_traced(client: httpx.AsyncClient, school: School, path: str) -> None:
    answer = await client.request("TRACE", f"http://demo.school{path}", headers={"cookie": f"x={SECRET}"})
    assert SECRET not in answer.text
    if path not in ("/api/openapi.json", "/health"):
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]


class TestSessions:
    """Who holds a key, and where it counts."""

    async def test_a_session_that_someone_else_chose_is_not_taken_on(self, school: School) -> None:
        await open_account(school)
        async with browser(school.banyan, cookies={"banyan_session": "chosen-by-somebody-else"}) as victim:
            entered = await victim.post("/sessions", json={"email": "ann@demo.school", "password": PASSWORD})
            assert entered.status_code == 201
            assert entered.json()["token"] != "chosen-by-somebody-else"
        async with browser(school.banyan, cookies={"banyan_session": "chosen-by-somebody-else"}) as attacker:
            assert (await attacker.get("/me")).status_code == 401

    async def test_each_session_has_a_token_of_its_own_which_no_script_and_no_other_site_reads(
        self, school: School
    ) -> None:
        await open_account(school)
        tokens = set()
        for _ in range(2):
            async with browser(school.banyan) as client:
                entered = await client.post("/sessions", json={"email": "ann@demo.school", "password": PASSWORD})
                cookie = entered.headers["set-cookie"].lower()
                assert {"httponly", "samesite=lax", "path=/"} <= set(cookie.split("; "))
                assert "domain" not in cookie
                assert entered.headers["cache-control"] == "private, no-store"
                tokens.add(entered.json()["token"])
        assert len(tokens) == 2

    @pytest.mark.parametrize("name", ["token", "access_token", "banyan_session", "authorization", "api_key"])
    async def test_a_token_in_the_address_or_the_body_opens_nothing(self, school: School, name: str) -> None:
        person, visitor = await school.admin(), school.browser()
        assert (await visitor.get("/me", params={name: person.token})).status_code == 401
        posted = await visitor.post("/courses", params={name: person.token}, json={"title": "Mine"})
        assert posted.status_code == 401
        assert (await visitor.get("/me", headers={"x-" + name: person.token})).status_code == 401

    @pytest.mark.parametrize(
        "scheme", ["Basic {}", "{}", "Bearer", "Bearer  ", "Token {}", "Bearer {} x", "Bearer {},{}"]
    )
    async def test_only_a_bearer_of_the_whole_token_counts(self, school: School, scheme: str) -> None:
        person = await school.learner()
        visitor = school.browser(authorization=scheme.replace("{}", person.token))
        assert (await visitor.get("/me")).status_code == 401

    async def test_of_two_credentials_none_lends_the_other_its_rights(self, school: School) -> None:
        admin, learner = await school.admin(), await school.learner()
        both = [("authorization", f"Bearer {learner.token}"), ("authorization", f"Bearer {admin.token}")]
        answer = await school.browser().get("/me", headers=both)
        assert answer.json()["id"] == str(learner.id)
        wrong = {"authorization": "Bearer wrong", "cookie": f"banyan_session={admin.token}"}
        assert (await school.browser().get("/me", headers=wrong)).status_code == 401


class TestHosts:
    """The Host header is the sender's to choose."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"host": "evil.example"},
            {"x-forwarded-host": "evil.example"},
            {"forwarded": "host=evil.example"},
            {"host": "demo.school@evil.example"},
            {"x-forwarded-proto": "javascript", "x-original-url": "//evil.example"},
        ],
        ids=str,
    )
    async def test_a_mailed_link_leads_to_the_school_all_the_same(
        self, school: School, settings: Settings, headers: dict[str, str]
    ) -> None:
        await open_account(school)
        asked = await school.browser().post("/password-resets", json={"email": "ann@demo.school"}, headers=headers)
        assert asked.status_code == 202

        async def sent() -> bool:
            return any(settings.data.rglob("*.eml"))

        await run_jobs(school.banyan, sent)
        [letter] = [path.read_text() for path in settings.data.rglob("*.eml")]
        assert re.search(r"^http://demo\.school/reset#token=", letter, re.MULTILINE)
        assert "evil" not in letter

    @pytest.mark.parametrize(
        "host", [b"a\x00b", b"\xff\xfe", b"[::1", b"a:b:c", b"", b" ", b"x" * 9_000, b"a#b", b"a/b?c"]
    )
    async def test_an_odd_name_is_no_error_of_ours(self, school: School, course: Course, host: bytes) -> None:
        headers = {"host": host, "idempotency-key": b"k"}
        for path in (course.path, f"{course.path}?draft=true", "/school", "/courses"):
            assert (await course.teacher.get(path, headers=headers)).status_code in (200, 400), path
        posted = await course.teacher.post("/courses", {"title": "Mine"}, headers=headers)
        assert posted.status_code in (201, 400)

    async def test_a_made_up_name_leaves_nothing_behind_for_others(
        self, school: School, other_school: School, stage: Stage
    ) -> None:
        real = told(await stage.people["nobody"].get("/school"))
        for host in (
            "evil.example",
            "hill.example",
            "HILL.example:443",
            "hill.example.",
            "",
            "demo.school, hill.example",
        ):
            await stage.people["nobody"].get("/school", headers={"host": host})
        assert told(await stage.people["nobody"].get("/school")) == real
        elsewhere = await other_school.browser().get("/school")
        assert elsewhere.json()["id"] == str(other_school.id)

    async def test_no_answer_about_somebody_may_be_kept_for_others(self, stage: Stage) -> None:
        for route in EXPECTED:
            if route.startswith("GET") and EXPECTED[route]["nobody"] >= 400:
                kept = (await ask(stage, "learner", route)).headers.get("cache-control", "")
                assert "public" not in kept, route


class TestLimits:
    """What may be done often, and by whom."""

    @pytest.fixture
    def settings(self, tmp_path: object) -> Settings:
        from banyan.settings import load  # noqa: PLC0415

        return load({}, data=tmp_path, server={"base_url": "http://demo.school"})  # type: ignore[arg-type]

    async def test_no_header_makes_another_client_of_one_that_guesses(self, school: School) -> None:
        await open_account(school)
        statuses = []
        for attempt in range(65):
            forged = dict.fromkeys(("x-forwarded-for", "x-real-ip", "forwarded"), f"10.0.0.{attempt}")
            body = {"email": f"ann{attempt}@demo.school", "password": "wrong"}
            answer = await school.browser(**forged).post("/sessions", json=body)
            statuses.append(answer.status_code)
        assert statuses == [401] * 60 + [429] * 5
        assert int(answer.headers["retry-after"]) > 0

    async def test_the_account_is_guarded_however_its_address_is_written(self, school: School) -> None:
        await open_account(school)
        written = ["ann@demo.school", "ANN@demo.school", " ann@demo.school ", "ann@DEMO.SCHOOL", "\uff41nn@demo.school"]
        answers = [
            await school.browser().post("/sessions", json={"email": written[number % 5], "password": "wrong"})
            for number in range(12)
        ]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2

    async def test_codes_are_not_found_by_trying(self, school: School, course: Course) -> None:
        await course.change(enrolment="code", enrolment_code="SEED-1234")
        learner = await school.learner()
        statuses = [
            (await learner.post(path, {"code": f"SEED-{number}"})).status_code
            for number in range(12)
            for path in ("/enrolments", f"{course.path}/enrolments")
        ]
        assert statuses == [422] * 20 + [429] * 4
        assert (await learner.post("/enrolments", {"code": "SEED-1234"})).status_code == 429

    async def test_a_flood_of_letters_to_one_person_ends(self, school: School) -> None:
        statuses = [
            (await school.browser().post("/password-resets", json={"email": "ann@demo.school"})).status_code
            for _ in range(8)
        ]
        assert statuses == [202] * 5 + [429] * 3


class TestIdempotencyKeys:
    """A key belongs to one account and one request."""

    async def test_a_key_of_somebody_else_tells_nothing(self, school: School, other_school: School) -> None:
        one, two = await school.teacher(), await school.teacher()
        people: list[Person] = [one, two, await other_school.teacher()]
        key = {"idempotency-key": "the-same"}
        answers = [await person.post("/courses", {"title": SECRET}, headers=key) for person in people]
        assert [answer.status_code for answer in answers] == [201] * 3
        assert len({answer.json()["id"] for answer in answers}) == 3
        nobody = await school.browser().post("/courses", json={"title": SECRET}, headers=key)
        assert nobody.status_code == 401

    async def test_a_key_does_not_bring_back_what_one_may_no_longer_do(self, school: School) -> None:
        teacher, admin = await school.teacher(), await school.admin()
        key = {"idempotency-key": "mine"}
        assert (await teacher.post("/courses", {"title": "Mine"}, headers=key)).status_code == 201
        assert (await admin.patch(f"/accounts/{teacher.id}", {"suspended": True})).status_code == 200
        assert (await teacher.post("/courses", {"title": "Mine"}, headers=key)).status_code == 401

    async def test_a_key_is_for_one_request(self, school: School, course: Course) -> None:
        key = {"idempotency-key": "k"}
        first = await course.teacher.post("/courses", {"title": "One"}, headers=key)
        assert first.status_code == 201
        for path, body in (("/courses", {"title": "Two"}), (f"{course.path}/copies", {"title": "One"}),
                           ("/courses?x=1", {"title": "One"})):  # fmt: skip
            answer = await course.teacher.post(path, body, headers=key)
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
