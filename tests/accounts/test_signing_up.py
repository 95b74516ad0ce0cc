"""An account exists once its address is proven, and nobody learns whose addresses are known."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from banyan import accounts
from banyan.accounts.jobs import MailLink, mail_link
from banyan.app import Banyan
from banyan.kit.database import Writer
from banyan.kit.problems import Unavailable
from banyan.settings import Settings, load
from tests.accounts.conftest import (
    PASSWORD,
    MakeAccount,
    Post,
    pointers,
    sign_in,
    sign_up_body,
    told,
)
from tests.conftest import browser
from tests.story import School


async def test_an_account_is_opened_by_the_mailed_link(
    banyan: Banyan, school: School, client: httpx.AsyncClient, post: Post, events: list[Any]
) -> None:
    body = sign_up_body(email=" Ann@Demo.School ", name="  Ann   Lee ", locale="ar", time_zone="Africa/Cairo")
    asked = await client.post("/accounts", json=body)
    assert (asked.status_code, asked.json()) == (202, {"status": "check_your_mail"})
    assert (await sign_in(client)).status_code == 401
    assert events == []

    letter = await post.last()
    assert letter.to == "ann@demo.school"
    assert letter.link.startswith("http://demo.school/verify#token=")
    entered = await client.post("/accounts/verification", json={"token": letter.token})
    assert entered.status_code == 201
    account = entered.json()["account"]
    assert (account["name"], account["email"], account["role"]) == ("Ann Lee", "ann@demo.school", "learner")
    assert (account["locale"], account["time_zone"]) == ("ar", "Africa/Cairo")
    assert events == [accounts.AccountOpened(UUID(account["id"]), school.id, "ann@demo.school", "Ann Lee")]
    assert (await client.get("/me")).json() == account
    async with browser(banyan) as elsewhere:
        assert (await sign_in(elsewhere)).status_code == 201


async def test_without_wishes_an_account_speaks_as_its_school_does(
    client: httpx.AsyncClient, school: School, post: Post
) -> None:
    admin = await school.admin()
    await admin.patch("/school", {"version": 1, "locale": "ar", "time_zone": "Asia/Amman"})
    await client.post("/accounts", json=sign_up_body())
    letter = await post.last()
    assert letter.language == "ar"
    account = (await client.post("/accounts/verification", json={"token": letter.token})).json()["account"]
    assert (account["locale"], account["time_zone"]) == ("ar", "Asia/Amman")


@pytest.mark.usefixtures("school")
async def test_a_link_opens_one_account(client: httpx.AsyncClient, post: Post) -> None:
    await client.post("/accounts", json=sign_up_body())
    token = (await post.last()).token
    assert (await client.post("/accounts/verification", json={"token": token})).status_code == 201
    again = await client.post("/accounts/verification", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (410, "link_expired")


@pytest.mark.usefixtures("school")
async def test_an_account_opens_with_all_that_belongs_to_it_or_not_at_all(
    banyan: Banyan, client: httpx.AsyncClient, post: Post
) -> None:
    await client.post("/accounts", json=sign_up_body())
    token = (await post.last()).token
    tell = banyan.kit.db.emit

    async def fail(tx: Writer, event: Any) -> None:
        raise Unavailable

    banyan.kit.db.emit = fail
    failed = await client.post("/accounts/verification", json={"token": token})
    assert failed.status_code == 503
    assert "set-cookie" not in failed.headers
    assert (await sign_in(client)).status_code == 401
    banyan.kit.db.emit = tell
    assert (await client.post("/accounts/verification", json={"token": token})).status_code == 201


async def test_a_link_expires_after_a_day(
    banyan: Banyan, school: School, client: httpx.AsyncClient, post: Post
) -> None:
    await client.post("/accounts", json=sign_up_body())
    letter = await post.last()
    async with banyan.kit.db.write() as tx:
        left = await tx.one(datetime, "select expires_at from mailed_link where school_id = $1", school.id)
        assert timedelta(hours=23, minutes=59) < left - datetime.now(UTC) <= timedelta(hours=24)
        await tx.execute("update mailed_link set expires_at = now()")
    answer = await client.post("/accounts/verification", json={"token": letter.token})
    assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("token", ["x", "A" * 64, "A" * 63, "_-" * 32, "A" * 200])
async def test_a_token_that_was_never_mailed_opens_nothing(client: httpx.AsyncClient, token: str) -> None:
    for path, more in (("/accounts/verification", {}), ("/password-resets/confirmation", {"password": PASSWORD})):
        answer = await client.post(path, json={"token": token, **more})
        assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")


@pytest.mark.usefixtures("school")
async def test_a_link_can_be_opened_by_one_of_two_at_once(client: httpx.AsyncClient, post: Post) -> None:
    await client.post("/accounts", json=sign_up_body(name="First"))
    await client.post("/accounts", json=sign_up_body(name="Second"))
    first, second = [letter.token for letter in await post.letters()]
    assert (await client.post("/accounts/verification", json={"token": second})).status_code == 201
    late = await client.post("/accounts/verification", json={"token": first})
    assert (late.status_code, late.json()["code"]) == (410, "link_expired")


async def test_a_known_address_gets_the_same_answer_for_the_same_work(
    client: httpx.AsyncClient, account: MakeAccount, statements: list[str]
) -> None:
    await account("ann@demo.school")
    await client.get("/school")
    answers, work = [], []
    for address in ("ann@demo.school", "bob@demo.school"):
        statements.clear()
        answers.append(told(await client.post("/accounts", json=sign_up_body(email=address))))
        work.append(list(statements))
    assert answers[0] == answers[1] == {"status": "check_your_mail"}
    assert work[0] == work[1]
    assert work[0]


async def test_whoever_signs_up_twice_is_told_by_letter_and_can_choose_a_new_password(
    client: httpx.AsyncClient, account: MakeAccount, post: Post
) -> None:
    await account("ann@demo.school", name="Ann")
    await client.post("/accounts", json=sign_up_body(name="Mallory", password="what mallory wants"))
    letter = await post.last()
    assert "You have an account" in letter.subject
    assert "Hello Ann," in letter.text
    assert letter.link.startswith("http://demo.school/reset#token=")
    verified = await client.post("/accounts/verification", json={"token": letter.token})
    assert verified.status_code == 410
    reset = {"token": letter.token, "password": "the newer library"}
    assert (await client.post("/password-resets/confirmation", json=reset)).status_code == 204
    assert (await sign_in(client, password="what mallory wants")).status_code == 401
    assert (await sign_in(client, password="the newer library")).status_code == 201


async def test_a_closed_school_takes_no_sign_ups(school: School, client: httpx.AsyncClient) -> None:
    admin = await school.admin()
    await admin.patch("/school", {"version": 1, "sign_up": "closed"})
    answer = await client.post("/accounts", json=sign_up_body())
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_closed")


async def test_a_letter_carries_no_words_of_a_stranger(client: httpx.AsyncClient, school: School, post: Post) -> None:
    await client.post("/accounts", json=sign_up_body(name="Buy at https://bad.example"))
    letter = await post.last()
    assert "bad.example" not in letter.text + letter.subject + letter.to
    assert letter.text.count("http") == 1


async def test_no_secret_rests_in_the_database(
    banyan: Banyan, school: School, client: httpx.AsyncClient, post: Post
) -> None:
    await client.post("/accounts", json=sign_up_body())
    waiting = await everything(banyan)
    letter = await post.last()
    after = await everything(banyan)
    assert PASSWORD not in waiting + after
    assert letter.token not in waiting + after
    assert str(school.id) in waiting


async def everything(banyan: Banyan) -> str:
    """The rows of every table that holds any of it, as text."""
    tables = ("mailed_link", "pgqueuer", "pgqueuer_log", "account", "session")
    found = [
        await banyan.kit.db.read().all(str, f"select row::text as row from {table} as row")  # noqa: S608
        for table in tables
    ]
    return "\n".join(row for rows in found for row in rows)


@pytest.mark.usefixtures("school")
async def test_a_letter_sent_again_has_the_link_that_works(
    banyan: Banyan, client: httpx.AsyncClient, post: Post
) -> None:
    await client.post("/accounts", json=sign_up_body())
    first = await post.last()
    link = await banyan.kit.db.read().maybe(MailLink, "select id as link_id from mailed_link")
    assert link is not None
    await mail_link.run(banyan.kit, link)
    second = await post.last()
    assert first.token != second.token
    assert (await client.post("/accounts/verification", json={"token": first.token})).status_code == 410
    assert (await client.post("/accounts/verification", json={"token": second.token})).status_code == 201
    await mail_link.run(banyan.kit, link)
    assert await post.last() == second, "a link that was used is not mailed again"


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "ann"}, ["/email"]),
        ({"email": "ann@demo"}, ["/email"]),
        ({"email": "ann lee@demo.school"}, ["/email"]),
        ({"email": "a@b.c\r\nBcc: x@y.zz"}, ["/email"]),
        ({"email": "x" * 250 + "@demo.school"}, ["/email"]),
        ({"name": "\u202eeeL nnA"}, ["/name"]),
        ({"name": "Ann\x00"}, ["/name"]),
        ({"name": "???"}, ["/name"]),
        ({"name": "A" * 101}, ["/name"]),
        ({"name": ""}, ["/name"]),
        ({"password": "too short"}, ["/password"]),
        ({"password": "x" * 201}, ["/password"]),
        ({"password": "1234567890"}, ["/password"]),
        ({"password": "Password123!"}, ["/password"]),
        ({"password": "ann.lee.12345"}, ["/password"]),
        ({"time_zone": "Mars/Olympus"}, ["/time_zone"]),
        ({"locale": "not a locale"}, ["/locale"]),
        ({"email": "ann", "name": "1", "password": "short"}, ["/email", "/name", "/password"]),
        ({"role": "admin"}, ["/role"]),
        ({"name": 7}, ["/name"]),
    ],
)
async def test_a_form_says_which_fields_are_wrong(
    banyan: Banyan, client: httpx.AsyncClient, fields: dict[str, object], wrong: list[str]
) -> None:
    answer = await client.post("/accounts", json=sign_up_body(**fields))
    assert answer.status_code == 400
    assert pointers(answer) == wrong
    assert await banyan.kit.db.read().one(int, "select count(*) as links from mailed_link") == 0


@pytest.mark.parametrize("missing", ["name", "email", "password"])
@pytest.mark.usefixtures("school")
async def test_a_form_says_what_is_missing(client: httpx.AsyncClient, missing: str) -> None:
    body = sign_up_body()
    del body[missing]
    answer = await client.post("/accounts", json=body)
    assert answer.status_code == 400
    assert pointers(answer) == [f"/{missing}"]


@pytest.mark.usefixtures("school", "other_school")
async def test_a_link_leads_to_the_school_and_never_where_a_forged_host_says(banyan: Banyan, post: Post) -> None:
    async with browser(banyan, "bad.example") as forger:
        await forger.post("/accounts", json=sign_up_body())
    assert (await post.last()).link.startswith("http://demo.school/verify#")
    async with browser(banyan, "hill.example") as visitor:
        await visitor.post("/accounts", json=sign_up_body())
        letter = await post.last()
        assert letter.link.startswith("http://hill.example/verify#")
        assert "Hill School" in letter.text
        async with browser(banyan, "demo.school") as elsewhere:
            wrong_door = await elsewhere.post("/accounts/verification", json={"token": letter.token})
            assert wrong_door.status_code == 410
        assert (await visitor.post("/accounts/verification", json={"token": letter.token})).status_code == 201


@pytest.mark.usefixtures("school")
async def test_nobody_is_flooded_with_letters(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/accounts", json=sign_up_body()) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await client.post("/password-resets", json={"email": "ann@demo.school"})).status_code == 429
    assert (await client.post("/password-resets", json={"email": "bob@demo.school"})).status_code == 202


class TestAnImpatientClient:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return load({}, data=settings.data, accounts={"mails_per_address": "3 per hour"})

    @pytest.mark.usefixtures("school")
    async def test_floods_nobody(self, client: httpx.AsyncClient) -> None:
        answers = [
            await client.post("/accounts", json=sign_up_body(email=f"ann{number}@demo.school")) for number in range(4)
        ]
        assert [answer.status_code for answer in answers] == [202] * 3 + [429]
