"""Admins invite people, who choose their own names and passwords."""

import httpx
import pytest

from banyan.app import Banyan
from tests.accounts.conftest import PASSWORD, MakeAccount, Post, pointers, sign_in
from tests.conftest import browser
from tests.story import Person, School


@pytest.fixture
async def admin(school: School) -> Person:
    return await school.admin()


async def invite(admin: Person, *emails: str, role: str = "teacher") -> httpx.Response:
    return await admin.post("/accounts/invitations", {"emails": list(emails), "role": role})


async def accept(client: httpx.AsyncClient, token: str, **chosen: object) -> httpx.Response:
    return await client.post("/accounts/verification", json={"token": token, **chosen})


async def test_who_is_invited_chooses_a_name_and_a_password(
    admin: Person, client: httpx.AsyncClient, post: Post
) -> None:
    answer = await invite(admin, "Tom@Demo.school")
    assert (answer.status_code, answer.json()) == (202, {"invited": 1, "already": 0})
    letter = await post.last()
    assert (letter.to, letter.subject) == ("tom@demo.school", "You are invited to Demo School")
    assert letter.link.startswith("http://demo.school/verify#token=")

    asked = await accept(client, letter.token)
    assert (asked.status_code, asked.json()["code"]) == (422, "details_needed")
    assert pointers(asked) == ["/name", "/password"]
    assert "tom@demo.school" in asked.json()["detail"]
    weak = await accept(client, letter.token, name="Tom", password="tom")
    assert (weak.status_code, pointers(weak)) == (400, ["/password"])

    entered = await accept(client, letter.token, name="Tom", password=PASSWORD)
    assert entered.status_code == 201
    account = entered.json()["account"]
    assert (account["name"], account["email"], account["role"]) == ("Tom", "tom@demo.school", "teacher")
    assert (await client.get("/me")).json() == account
    assert (await sign_in(client, "tom@demo.school")).status_code == 201
    assert (await accept(client, letter.token, name="Tom", password=PASSWORD)).status_code == 410


async def test_a_sign_up_takes_no_other_name_or_password_than_it_had(
    client: httpx.AsyncClient, school: School, post: Post
) -> None:
    await client.post("/accounts", json={"name": "Ann", "email": "ann@demo.school", "password": PASSWORD})
    token = (await post.last()).token
    assert (await accept(client, token, name="Anne", password="another library")).status_code == 400
    assert (await accept(client, token)).status_code == 201


async def test_an_invitation_is_good_in_a_school_that_takes_no_sign_ups(
    admin: Person, client: httpx.AsyncClient, post: Post
) -> None:
    await admin.patch("/school", {"version": 1, "sign_up": "closed"})
    await invite(admin, "tom@demo.school", role="learner")
    answer = await accept(client, (await post.last()).token, name="Tom", password=PASSWORD)
    assert (answer.status_code, answer.json()["account"]["role"]) == (201, "learner")


async def test_people_of_the_school_and_repeated_addresses_get_no_second_letter(
    admin: Person, account: MakeAccount, post: Post
) -> None:
    await account("ann@demo.school")
    answer = await invite(admin, "ann@demo.school", "tom@demo.school", "TOM@demo.school")
    assert answer.json() == {"invited": 1, "already": 1}
    assert [letter.to for letter in await post.letters()] == ["tom@demo.school"]


async def test_an_address_that_has_an_account_by_now_gets_no_letter_and_opens_no_second_one(
    admin: Person, banyan: Banyan, account: MakeAccount, post: Post
) -> None:
    await invite(admin, "ann@demo.school", role="admin")
    token = (await post.last()).token
    await invite(admin, "ann@demo.school")
    await account("ann@demo.school")
    assert len(await post.letters()) == 1
    async with browser(banyan) as visitor:
        answer = await accept(visitor, token, name="Ann", password=PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
        assert (await sign_in(visitor)).json()["account"]["role"] == "learner"


async def test_inviting_two_costs_as_many_statements_as_inviting_fifty(admin: Person, statements: list[str]) -> None:
    await admin.get("/me")
    counts = []
    for size in (2, 50):
        statements.clear()
        await invite(admin, *(f"tom{size}-{number}@demo.school" for number in range(size)))
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_only_admins_invite(school: School, client: httpx.AsyncClient, post: Post) -> None:
    assert (await client.post("/accounts/invitations", json={"emails": ["x@y.zz"], "role": "admin"})).status_code == 401
    for person in (await school.teacher(), await school.learner()):
        assert (await invite(person, "tom@demo.school")).status_code == 403
    assert await post.letters() == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"emails": ["tom@demo.school", "nobody"], "role": "teacher"}, ["/emails/1"]),
        ({"emails": ["a", "b@demo.school", "c"], "role": "teacher"}, ["/emails/0", "/emails/2"]),
        ({"emails": [], "role": "teacher"}, ["/emails"]),
        ({"emails": ["tom@demo.school"] * 501, "role": "teacher"}, ["/emails"]),
        ({"emails": ["tom@demo.school"], "role": "owner"}, ["/role"]),
        ({"emails": ["tom@demo.school"]}, ["/role"]),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_list_says_which_addresses_are_wrong(
    admin: Person, post: Post, body: dict[str, object], wrong: list[str]
) -> None:
    answer = await admin.post("/accounts/invitations", body)
    assert (answer.status_code, pointers(answer)) == (400, wrong)
    assert await post.letters() == []
