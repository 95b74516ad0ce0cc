"""The people of a school, for its admins: found by how their names begin, given roles, suspended."""

import asyncio
from typing import Any

import httpx
import pytest

from banyan.app import Banyan
from banyan.kit.ids import new_id
from tests.accounts.conftest import MakeAccount, sign_in
from tests.conftest import browser
from tests.story import Person, School


@pytest.fixture
async def admin(school: School) -> Person:
    return await school.admin("Zoe Admin")


async def names(admin: Person, **query: Any) -> list[str]:
    """The names on all pages."""
    found: list[str] = []
    while True:
        answer = await admin.get("/accounts", params=query)
        assert answer.status_code == 200, answer.text
        found += [entry["name"] for entry in answer.json()["items"]]
        if answer.json()["next"] is None:
            return found
        query["after"] = answer.json()["next"]


async def test_people_are_listed_by_name(admin: Person, school: School) -> None:
    for name in ("bea", "Ann", "Émile", "محمد", "Ann"):
        await school.learner(name)
    await school.teacher("Cleo")
    assert await names(admin) == ["Ann", "Ann", "bea", "Cleo", "Zoe Admin", "Émile", "محمد"]
    entry = (await admin.get("/accounts?limit=1")).json()["items"][0]
    assert set(entry) == {"id", "name", "email", "role", "locale", "time_zone", "created_at", "suspended"}


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_the_pages_together_are_the_list(admin: Person, school: School, limit: int) -> None:
    for name in ("Ann", "ann", "Ann", "Bea", "Cem"):
        await school.learner(name)
    assert sorted(await names(admin, limit=limit)) == ["Ann", "Ann", "Bea", "Cem", "Zoe Admin", "ann"]
    assert len(await names(admin, limit=limit, q="an")) == 3
    assert len(await names(admin, limit=limit, role="learner")) == 5


async def test_people_are_found_by_how_their_name_or_address_begins(admin: Person, account: MakeAccount) -> None:
    await account("ann@demo.school", "Ann Lee")
    await account("lee@demo.school", "Bob Stone")
    await account("x@demo.school", "Élodie")
    await account("50%_off@demo.school", "Percy")
    assert await names(admin, q="ann") == ["Ann Lee"]
    assert await names(admin, q="  ANN   l") == ["Ann Lee"]
    assert await names(admin, q="LEE@demo") == ["Bob Stone"]
    assert await names(admin, q="él") == ["Élodie"]
    await account("ann.b@demo.school", "Ann Bell")
    await account("an.other@demo.school", "Aaron")
    for limit in (1, 2, 3, 4, 100):
        assert await names(admin, q="an", limit=limit) == ["Ann Bell", "Ann Lee", "Aaron"], "names first"
    assert await names(admin, q="demo") == []
    assert await names(admin, q="%") == []
    assert await names(admin, q="50%_") == ["Percy"]
    assert await names(admin, q="50__") == []


async def test_people_are_found_by_role(admin: Person, school: School) -> None:
    await school.teacher("Ann Teacher")
    await school.learner("Ann Learner")
    assert await names(admin, role="teacher") == ["Ann Teacher"]
    assert await names(admin, role="learner", q="ann") == ["Ann Learner"]
    assert await names(admin, role="admin") == ["Zoe Admin"]


async def test_a_page_costs_the_same_for_2_people_and_50(admin: Person, school: School, statements: list[str]) -> None:
    costs: dict[str, list[int]] = {"": [], "?role=learner": [], "?q=l": [], "?q=l&role=learner&limit=2": []}
    for more in (2, 48):
        for _ in range(more):
            await school.learner()
        await admin.get("/accounts")
        for query, counted in costs.items():
            statements.clear()
            await admin.get(f"/accounts{query}")
            counted.append(len(statements))
    assert costs == {"": [1, 1], "?role=learner": [1, 1], "?q=l": [2, 2], "?q=l&role=learner&limit=2": [2, 1]}


@pytest.mark.parametrize(
    "query", ["role=owner", "limit=0", "limit=x", "after=!", "after=WzFd", "q=" + "x" * 101, "q=%00", "q=%ED%A0%80"]
)
async def test_a_question_that_makes_no_sense_is_refused(admin: Person, query: str) -> None:
    answer = await admin.get(f"/accounts?{query}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json() == {"items": [], "next": None}


async def test_only_admins_see_and_change_people(school: School, client: httpx.AsyncClient) -> None:
    ann = await school.learner()
    assert (await client.get("/accounts")).status_code == 401
    assert (await client.patch(f"/accounts/{ann.id}", json={})).status_code == 401
    for person in (await school.teacher(), await school.learner()):
        assert (await person.get("/accounts")).status_code == 403
        assert (await person.patch(f"/accounts/{ann.id}", {"role": "admin"})).status_code == 403
        assert (await person.patch(f"/accounts/{person.id}", {"role": "admin"})).status_code == 403
    assert (await ann.get("/me")).json()["role"] == "learner"


async def test_nobody_sees_the_people_of_another_school(admin: Person, other_school: School, school: School) -> None:
    ann = await school.learner("Ann")
    stranger = await other_school.admin("Stranger")
    assert await names(stranger) == ["Stranger"]
    assert await names(stranger, q="ann") == []
    for account in (ann.id, new_id()):
        answer = await stranger.patch(f"/accounts/{account}", {"role": "admin", "suspended": True})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await ann.get("/me")).json()["role"] == "learner"


async def test_a_new_role_holds_at_once_wherever_one_is_signed_in(
    admin: Person, school: School, account: MakeAccount, client: httpx.AsyncClient
) -> None:
    ann = await account()
    await sign_in(client)
    assert (await client.get("/accounts")).status_code == 403
    changed = await admin.patch(f"/accounts/{ann.id}", {"role": "admin"})
    assert (changed.status_code, changed.json()["role"], changed.json()["suspended"]) == (200, "admin", False)
    assert (await client.get("/accounts")).status_code == 200
    await admin.patch(f"/accounts/{ann.id}", {"role": "learner"})
    assert (await client.get("/accounts")).status_code == 403


async def test_suspension_ends_all_sessions_until_it_is_lifted(
    banyan: Banyan, admin: Person, account: MakeAccount, client: httpx.AsyncClient
) -> None:
    ann = await account()
    await sign_in(client)
    token = (await client.post("/tokens", json={"name": "script"})).json()["token"]
    async with browser(banyan) as program:
        program.headers["authorization"] = f"Bearer {token}"
        assert (await program.get("/me")).status_code == 200
        suspended = await admin.patch(f"/accounts/{ann.id}", {"suspended": True})
        assert suspended.json()["suspended"] is True
        for whoever in (client, program):
            assert (await whoever.get("/me")).status_code == 401
        assert (await sign_in(client)).json()["code"] == "suspended"
        await admin.patch(f"/accounts/{ann.id}", {"suspended": False})
        assert (await program.get("/me")).status_code == 401
        assert (await sign_in(client)).status_code == 201


async def test_a_change_of_nothing_answers_the_account_as_it_is(admin: Person, school: School) -> None:
    ann = await school.learner("Ann")
    answer = await admin.patch(f"/accounts/{ann.id}", {})
    assert (answer.status_code, answer.json()["name"], answer.json()["role"]) == (200, "Ann", "learner")
    assert (await ann.get("/me")).status_code == 200


async def test_admins_do_not_change_themselves(admin: Person) -> None:
    for change in ({"role": "learner"}, {"suspended": True}):
        answer = await admin.patch(f"/accounts/{admin.id}", change)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_oneself")
    assert (await admin.get("/accounts")).status_code == 200


async def test_of_two_admins_who_dismiss_each_other_one_stays(banyan: Banyan, school: School) -> None:
    for _ in range(5):
        first, second = await school.admin(), await school.admin()
        for admin in (first, second):
            await admin.get("/me")
        answers = await asyncio.gather(
            first.patch(f"/accounts/{second.id}", {"role": "learner"}),
            second.patch(f"/accounts/{first.id}", {"suspended": True}),
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 403])
        left = await banyan.kit.db.read().one(
            int,
            "select count(*) as left from account where id = any($1::uuid[]) and role = 'admin' and not suspended",
            [first.id, second.id],
        )
        assert left == 1


async def test_someone_who_signs_in_during_a_suspension_stays_out(
    banyan: Banyan, admin: Person, account: MakeAccount
) -> None:
    ann = await account()
    for suspended in (True, False) * 5:
        async with browser(banyan) as visitor:
            _, entered = await asyncio.gather(
                admin.patch(f"/accounts/{ann.id}", {"suspended": suspended}), sign_in(visitor)
            )
            if suspended:
                assert entered.status_code in (201, 403)
                assert (await visitor.get("/me")).status_code == 401
