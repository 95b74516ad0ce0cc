"""Signing in: with the right password, from this site, and not by trying many."""

from collections.abc import AsyncIterator

import httpx
import pytest

from banyan.app import Banyan
from banyan.settings import Settings, load
from tests.accounts.conftest import PASSWORD, MakeAccount, sign_in, told
from tests.conftest import browser
from tests.story import School


async def test_a_browser_gets_the_session_as_a_cookie_that_no_script_can_read(
    client: httpx.AsyncClient, account: MakeAccount
) -> None:
    ann = await account()
    answer = await sign_in(client)
    assert answer.status_code == 201
    assert answer.json()["account"]["id"] == str(ann.id)
    assert answer.headers["cache-control"] == "private, no-store"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"banyan_session={answer.json()['token']};")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert (await client.get("/me")).json()["id"] == str(ann.id)


async def test_a_program_carries_the_token(banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    token = (await sign_in(client)).json()["token"]
    async with browser(banyan) as program:
        assert (await program.get("/me")).status_code == 401
        assert (await program.get("/me", headers={"authorization": f"bearer {token}"})).status_code == 200


class TestASchoolBehindTls:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return load({}, data=settings.data, server={"base_url": "https://demo.school"}, accounts={"session_days": 2})

    async def test_marks_the_cookie_as_secure(self, client: httpx.AsyncClient, account: MakeAccount) -> None:
        await account()
        answer = await sign_in(client)
        assert {"Secure", "Max-Age=172800"} <= set(answer.headers["set-cookie"].split("; "))


async def test_the_address_is_read_in_any_case_and_the_password_is_not(
    client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account("ann@demo.school")
    assert (await sign_in(client, " ANN@Demo.School")).status_code == 201
    assert (await sign_in(client, password=PASSWORD.upper())).status_code == 401


async def test_a_password_is_the_same_however_its_letters_are_composed(
    client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account(password="caf\u00e9 in the garden")
    assert (await sign_in(client, password="cafe\u0301 in the garden")).status_code == 201


async def test_an_unknown_address_and_a_wrong_password_look_the_same(
    client: httpx.AsyncClient, account: MakeAccount, statements: list[str]
) -> None:
    await account("ann@demo.school")
    await client.get("/school")
    answers, work = [], []
    for address in ("ann@demo.school", "bob@demo.school", "not an address"):
        statements.clear()
        answer = await sign_in(client, address, "a wrong password")
        assert "set-cookie" not in answer.headers
        answers.append(told(answer))
        work.append(list(statements))
    assert answers[0]["code"] == "wrong_credentials"
    assert answers[0]["status"] == 401
    assert answers[0] == answers[1] == answers[2]
    assert work[0] == work[1] == work[2]


async def test_signing_in_costs_five_statements(
    client: httpx.AsyncClient, account: MakeAccount, statements: list[str]
) -> None:
    await account()
    await client.get("/school")
    statements.clear()
    assert (await sign_in(client)).status_code == 201
    assert len(statements) == 5


async def test_a_suspended_account_is_told_so_only_with_its_password(
    school: School, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    ann = await account()
    admin = await school.admin()
    await admin.patch(f"/accounts/{ann.id}", {"suspended": True})
    wrong = await sign_in(client, password="a wrong password")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    right = await sign_in(client)
    assert (right.status_code, right.json()["code"]) == (403, "suspended")
    assert "set-cookie" not in right.headers


async def test_an_account_of_another_school_is_unknown_here(other_school: School, account: MakeAccount) -> None:
    await account()
    answer = await sign_in(other_school.browser())
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")


async def test_many_attempts_at_one_account_are_stopped_wherever_they_come_from(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account("ann@demo.school")
    await account("bob@demo.school", "Bob")
    for number in range(10):
        async with from_address(banyan, f"192.0.2.{number}") as attacker:
            assert (await sign_in(attacker, password="a guess like another")).status_code == 401
    stopped = await sign_in(client)
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(stopped.headers["retry-after"]) <= 300
    assert (await sign_in(client, "bob@demo.school")).status_code == 201


async def test_whoever_knows_the_password_is_not_counted(client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    for _ in range(8):
        assert (await sign_in(client, password="a typing mistake")).status_code == 401
    assert (await sign_in(client)).status_code == 201
    for _ in range(9):
        assert (await sign_in(client, password="a typing mistake")).status_code == 401
    assert (await sign_in(client)).status_code == 201


class TestAClientThatTriesManyAccounts:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return load({}, data=settings.data, accounts={"sign_in_per_address": "3 per minute"})

    @pytest.fixture
    async def household(self, banyan: Banyan) -> AsyncIterator[list[httpx.AsyncClient]]:
        """Two clients that share an IPv6 network."""
        async with from_address(banyan, "2001:db8::1") as first, from_address(banyan, "2001:db8::ffff:2") as second:
            yield [first, second]

    async def test_is_stopped(self, banyan: Banyan, account: MakeAccount, household: list[httpx.AsyncClient]) -> None:
        await account()
        for number in range(3):
            answer = await sign_in(household[number % 2], f"someone{number}@demo.school", "a guess like another")
            assert answer.status_code == 401
        assert (await sign_in(household[0])).status_code == 429
        async with from_address(banyan, "2001:db8:0:1::1") as neighbour:
            assert (await sign_in(neighbour)).status_code == 201


def from_address(banyan: Banyan, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=banyan, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://demo.school/api/v1")


async def test_signing_in_again_ends_the_session_that_the_browser_had(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account("ann@demo.school")
    await account("bob@demo.school", "Bob")
    first = (await sign_in(client)).json()["token"]
    second = (await sign_in(client, "bob@demo.school")).json()["token"]
    assert first != second
    assert (await client.get("/me")).json()["name"] == "Bob"
    async with browser(banyan) as thief:
        assert (await thief.get("/me", headers={"authorization": f"Bearer {first}"})).status_code == 401
    async with browser(banyan) as elsewhere:
        await sign_in(elsewhere)
        assert len((await elsewhere.get("/sessions")).json()["items"]) == 1


async def test_a_program_that_signs_in_again_keeps_its_session(banyan: Banyan, account: MakeAccount) -> None:
    await account()
    async with browser(banyan) as program:
        token = (await sign_in(program)).json()["token"]
        program.cookies.clear()
        again = await sign_in(program, authorization=f"Bearer {token}")
        assert again.status_code == 201
        program.cookies.clear()
        assert (await program.get("/me", headers={"authorization": f"Bearer {token}"})).status_code == 200


FOREIGN = [
    {"origin": "https://bad.example"},
    {"origin": "http://demo.school.bad.example"},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": "http://\xe9"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]
OWN: list[dict[str, str]] = [
    {},
    {"origin": "http://demo.school"},
    {"origin": "http://demo.school", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_another_site_cannot_write_with_the_cookie(
    client: httpx.AsyncClient, account: MakeAccount, headers: dict[str, str]
) -> None:
    await account(name="Ann")
    await sign_in(client)
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    refused = await client.patch("/me", json={"name": "Mallory"}, headers=raw)
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")
    assert (await client.get("/me", headers=raw)).json()["name"] == "Ann"


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_this_site_writes_with_the_cookie(
    client: httpx.AsyncClient, account: MakeAccount, headers: dict[str, str]
) -> None:
    await account()
    await sign_in(client)
    assert (await client.patch("/me", json={"name": "Anne"}, headers=headers)).status_code == 200


async def test_a_bearer_token_is_good_from_anywhere(banyan: Banyan, school: School) -> None:
    ann = await school.learner()
    answer = await ann.client.patch("/me", json={"name": "Anne"}, headers={"origin": "https://tool.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", FOREIGN[:1] + FOREIGN[5:], ids=str)
async def test_another_site_cannot_sign_its_visitors_in_here(
    client: httpx.AsyncClient, account: MakeAccount, headers: dict[str, str]
) -> None:
    await account()
    for path, body in (
        ("/sessions", {"email": "ann@demo.school", "password": PASSWORD}),
        ("/accounts/verification", {"token": "x"}),
    ):
        refused = await client.post(path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site")
        assert "set-cookie" not in refused.headers
