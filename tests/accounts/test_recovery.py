"""A forgotten password is replaced by whoever reads the account's letters; a known one by whoever knows it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from banyan.app import Banyan
from tests.accounts.conftest import PASSWORD, MakeAccount, Post, pointers, sign_in, told
from tests.conftest import browser
from tests.story import School

NEW = "the newer library"


async def ask(client: httpx.AsyncClient, address: str = "ann@demo.school") -> httpx.Response:
    return await client.post("/password-resets", json={"email": address})


async def confirm(client: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    return await client.post("/password-resets/confirmation", json={"token": token, "password": password})


async def test_a_password_is_reset_by_the_mailed_link(
    client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    await account(name="Ann")
    answer = await ask(client, "ANN@demo.school ")
    assert (answer.status_code, answer.json()) == (202, {"status": "check_your_mail"})
    letter = await post.last()
    assert letter.link.startswith("http://demo.school/reset#token=")
    assert "Hello Ann," in letter.text
    assert (await confirm(client, letter.token)).status_code == 204
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, password=NEW)).status_code == 201


async def test_an_unknown_address_gets_the_same_answer_for_the_same_work_and_no_letter(
    client: httpx.AsyncClient, account: MakeAccount, statements: list[str], post: Post
) -> None:
    await account("ann@demo.school")
    await client.get("/school")
    answers, work = [], []
    for address in ("ann@demo.school", "bob@demo.school"):
        statements.clear()
        answers.append(told(await ask(client, address)))
        work.append(list(statements))
    assert answers[0] == answers[1] == {"status": "check_your_mail"}
    assert work[0] == work[1]
    assert work[0]
    assert [letter.to for letter in await post.letters()] == ["Ann <ann@demo.school>"]


async def test_what_is_no_address_is_said_to_be_none(client: httpx.AsyncClient, school: School) -> None:
    answer = await ask(client, "ann at demo")
    assert (answer.status_code, pointers(answer)) == (400, ["/email"])


async def test_a_reset_ends_every_session_and_token(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    await account()
    await sign_in(client)
    token = (await client.post("/tokens", json={"name": "script"})).json()["token"]
    async with browser(banyan) as program, browser(banyan) as visitor:
        program.headers["authorization"] = f"Bearer {token}"
        for whoever in (client, program):
            assert (await whoever.get("/me")).status_code == 200
        await ask(visitor)
        assert (await confirm(visitor, (await post.last()).token)).status_code == 204
        for whoever in (client, program, visitor):
            assert (await whoever.get("/me")).status_code == 401


async def test_a_reset_voids_every_other_link(client: httpx.AsyncClient, account: MakeAccount, post: Post) -> None:
    await account()
    await ask(client)
    await ask(client)
    first, second = [letter.token for letter in await post.letters()]
    assert (await confirm(client, first)).status_code == 204
    for token in (first, second):
        answer = await confirm(client, token, "yet another library")
        assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")
    assert (await sign_in(client, password=NEW)).status_code == 201


async def test_a_bad_password_does_not_use_the_link_up(
    client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    await account("ann.lee@demo.school", "Ann Lee")
    await ask(client, "ann.lee@demo.school")
    token = (await post.last()).token
    for password in ("short", "aaaaaaaaaaaa", "Ann Lee 2024!", "ann.lee@demo.school"):
        answer = await confirm(client, token, password)
        assert (answer.status_code, pointers(answer)) == (400, ["/password"])
    assert (await confirm(client, token)).status_code == 204


async def test_a_link_expires_after_an_hour(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    ann = await account()
    await ask(client)
    token = (await post.last()).token
    async with banyan.kit.db.write() as tx:
        left = await tx.one(datetime, "select expires_at from mailed_link where account_id = $1", ann.id)
        assert timedelta(minutes=59) < left - datetime.now(UTC) <= timedelta(hours=1)
        await tx.execute("update mailed_link set expires_at = now()")
    assert (await confirm(client, token)).status_code == 410
    assert (await sign_in(client)).status_code == 201


async def test_the_suspended_get_no_letter_and_use_no_link(
    client: httpx.AsyncClient, school: School, account: MakeAccount, post: Post
) -> None:
    ann = await account()
    await ask(client)
    token = (await post.last()).token
    admin = await school.admin()
    await admin.patch(f"/accounts/{ann.id}", {"suspended": True})
    assert (await ask(client)).status_code == 202
    assert len(await post.letters()) == 1
    assert (await confirm(client, token)).status_code == 410


async def test_a_link_of_another_school_is_none_here(
    client: httpx.AsyncClient, other_school: School, account: MakeAccount, post: Post
) -> None:
    await account()
    await ask(client)
    token = (await post.last()).token
    assert (await confirm(other_school.browser(), token)).status_code == 410
    assert (await confirm(client, token)).status_code == 204


async def change(client: httpx.AsyncClient, current: str = PASSWORD, password: str = NEW) -> httpx.Response:
    return await client.put("/me/password", json={"current": current, "password": password})


async def test_one_changes_ones_password_and_the_other_browsers_are_out(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    await account()
    await sign_in(client)
    token = (await client.post("/tokens", json={"name": "script"})).json()["token"]
    async with browser(banyan) as phone:
        await sign_in(phone)
        await ask(phone)
        link = await post.last()
        assert (await change(client)).status_code == 204
        assert (await phone.get("/me")).status_code == 401
        assert (await confirm(phone, link.token, "what a thief wants")).status_code == 410
        assert (await phone.get("/me", headers={"authorization": f"Bearer {token}"})).status_code == 200
        assert (await client.get("/me")).status_code == 200
        assert (await sign_in(phone)).status_code == 401
        assert (await sign_in(phone, password=NEW)).status_code == 201


async def test_a_wrong_current_password_changes_nothing(client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    await sign_in(client)
    answer = await change(client, current="another library")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
    assert pointers(answer) == ["/current"]
    weak = await change(client, password="1234567890")
    assert (weak.status_code, pointers(weak)) == (400, ["/password"])
    assert (await sign_in(client)).status_code == 201


async def test_whoever_finds_a_browser_signed_in_cannot_try_many_passwords(
    client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account()
    await sign_in(client)
    answers = [await change(client, current=f"a guess like another {number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


@pytest.mark.usefixtures("school")
async def test_nobody_changes_a_password_without_signing_in(client: httpx.AsyncClient) -> None:
    assert (await change(client)).status_code == 401
