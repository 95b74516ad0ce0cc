"""Who is signed in, for every request: cheap to know, and soon forgotten when it ends."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from banyan.accounts.sightings import Sightings
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.settings import Settings
from tests.accounts.conftest import MakeAccount, sign_in
from tests.conftest import browser
from tests.story import Person, School


async def test_a_request_looks_its_session_up_once_and_then_not_at_all(school: School, statements: list[str]) -> None:
    ann = await school.learner()
    await school.browser().get("/school")
    statements.clear()
    assert (await ann.get("/me")).status_code == 200
    assert len(statements) == 2, "the session, and the account that is the answer"
    statements.clear()
    assert (await ann.get("/me")).status_code == 200
    assert len(statements) == 1, "the account"


async def test_a_crowd_that_comes_at_once_is_looked_up_together(school: School, statements: list[str]) -> None:
    crowd = [await school.learner() for _ in range(30)]
    await school.browser().get("/school")
    statements.clear()
    answers = await asyncio.gather(*(person.get("/me") for person in crowd))
    assert [answer.json()["id"] for answer in answers] == [str(person.id) for person in crowd]
    assert sum("from session" in sql for sql in statements) <= 5


async def test_signing_out_ends_the_session_at_once(client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    token = (await sign_in(client)).json()["token"]
    answer = await client.delete("/sessions/current")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert client.cookies.get("banyan_session") is None
    assert (await client.get("/me", headers={"authorization": f"Bearer {token}"})).status_code == 401


async def test_a_session_ended_by_one_process_ends_in_every_other_within_five_seconds(
    banyan: Banyan, settings: Settings, account: MakeAccount
) -> None:
    await account()
    second = Banyan(settings, banyan.url, roles=frozenset({"web"}))
    await second.start()
    try:
        async with browser(banyan) as here, browser(second) as there:
            there.headers["authorization"] = f"Bearer {(await sign_in(here)).json()['token']}"
            assert (await there.get("/me")).status_code == 200
            ended = time.monotonic()
            assert (await here.delete("/sessions/current")).status_code == 204
            while (await there.get("/me")).status_code == 200:
                assert time.monotonic() - ended < 5
                await asyncio.sleep(0.05)
            assert (await there.get("/me")).status_code == 401
    finally:
        await second.stop()


async def test_a_session_that_has_expired_is_nobody(banyan: Banyan, school: School) -> None:
    ann = await school.learner()
    async with banyan.kit.db.write() as tx:
        await tx.execute("update session set expires_at = now() + interval '0.2 seconds'")
    assert (await ann.get("/me")).status_code == 200
    await asyncio.sleep(0.25)
    assert (await ann.get("/me")).status_code == 401, "even while the look-up is remembered"


async def test_a_session_of_another_school_is_nobody_here(school: School, other_school: School) -> None:
    ann = await school.learner()
    answer = await other_school.browser().get("/me", headers={"authorization": f"Bearer {ann.token}"})
    assert answer.status_code == 401
    answer = await other_school.browser().get("/me", headers={"cookie": f"banyan_session={ann.token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer nobody"},
        {"authorization": "Bearer \xff\xfe"},
        {"authorization": "Basic YTpi"},
        {"cookie": "banyan_session"},
        {"cookie": "banyan_session="},
        {"cookie": 'banyan_session="\x01\xff"; =; ;;'},
        {"cookie": "banyan_session=" + "x" * 10_000},
    ],
    ids=lambda headers: str(headers)[:40],
)
@pytest.mark.usefixtures("school")
async def test_a_token_that_is_none_is_nobody(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.get(
        "/me", headers={name.encode(): value.encode("latin-1") for name, value in headers.items()}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_cookie_is_found_among_others(school: School) -> None:
    ann = await school.learner()
    visitor = school.browser()
    for cookie in (
        f"a=b; banyan_session={ann.token}",
        f"banyan_session={ann.token};c",
        f'x="[;banyan_session={ann.token}',
    ):
        assert (await visitor.get("/me", headers={"cookie": cookie})).status_code == 200
    split = [("cookie", "a=b"), ("cookie", f"banyan_session={ann.token}"), ("cookie", "c=d")]
    assert (await visitor.get("/me", headers=split)).status_code == 200


async def test_one_sees_where_one_is_signed_in(banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    await sign_in(client, **{"user-agent": "Phone"})
    async with browser(banyan) as desk:
        await sign_in(desk, **{"user-agent": "Desk"})
        listed = (await desk.get("/sessions")).json()
    assert listed["next"] is None
    assert [(entry["user_agent"], entry["kind"], entry["current"]) for entry in listed["items"]] == [
        ("Desk", "browser", True),
        ("Phone", "browser", False),
    ]
    assert listed["items"][0]["address"] == "127.0.0.1"
    assert "token" not in str(listed["items"][0]).replace("'token'", "")


async def test_a_long_list_of_sessions_comes_in_pages(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account()
    for _ in range(4):
        client.cookies.clear()
        await sign_in(client)
    seen: list[str] = []
    page: dict[str, Any] = {"items": [], "next": ""}
    while page["next"] is not None:
        page = (await client.get("/sessions", params={"limit": 2, "after": page["next"]})).json()
        assert len(page["items"]) <= 2
        seen += [entry["id"] for entry in page["items"]]
    assert len(seen) == len(set(seen)) == 4
    assert (await client.get("/sessions?after=nonsense")).status_code == 400
    assert (await client.get("/sessions?limit=101")).status_code == 400


async def test_one_ends_another_session_of_ones_own(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account()
    await sign_in(client)
    async with browser(banyan) as lost_phone:
        await sign_in(lost_phone)
        listed = (await client.get("/sessions")).json()["items"]
        lost = next(entry["id"] for entry in listed if not entry["current"])
        assert (await client.delete(f"/sessions/{lost}")).status_code == 204
        assert (await lost_phone.get("/me")).status_code == 401
    assert (await client.get("/me")).status_code == 200
    assert (await client.delete(f"/sessions/{lost}")).status_code == 404


async def test_one_ends_all_other_sessions(banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    token = {"authorization": f"Bearer {(await made_token(client)).json()['token']}"}
    async with browser(banyan) as phone, browser(banyan) as library:
        for device in (phone, library):
            await sign_in(device)
        assert (await client.delete("/sessions")).status_code == 204
        for device in (phone, library):
            assert (await device.get("/me")).status_code == 401
        assert (await client.get("/me")).status_code == 200
        assert (await phone.get("/me", headers=token)).status_code == 200, "tokens are ended by themselves"


async def test_nobody_ends_someone_elses_session(school: School) -> None:
    ann, bob = await school.learner(), await school.learner()
    session = (await ann.get("/sessions")).json()["items"][0]["id"]
    for path in (f"/sessions/{session}", f"/tokens/{session}", f"/sessions/{new_id()}", "/sessions/nonsense"):
        assert (await bob.delete(path)).status_code == 404
    assert (await ann.get("/me")).status_code == 200


async def made_token(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    if "banyan_session" not in client.cookies:
        await sign_in(client)
    return await client.post("/tokens", json={"name": "grading script"} | body)


async def test_a_token_is_shown_once_and_speaks_for_its_maker(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    ann = await account()
    made = await made_token(client)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "private, no-store"
    body = made.json()
    assert body["token"].startswith("bny_")
    assert (body["kind"], body["name"], body["current"]) == ("token", "grading script", False)
    assert in_days(body["expires_at"]) == 365
    async with browser(banyan) as program:
        program.headers["authorization"] = f"Bearer {body['token']}"
        assert (await program.get("/me")).json()["id"] == str(ann.id)
        listed = (await program.get("/tokens")).json()["items"]
        assert [(entry["id"], entry["current"]) for entry in listed] == [(body["id"], True)]
        assert "token" not in listed[0]
    assert [entry["kind"] for entry in (await client.get("/sessions")).json()["items"]] == ["browser"]


async def test_a_token_lasts_as_long_as_was_asked(client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    assert in_days((await made_token(client, days=7)).json()["expires_at"]) == 7
    for days in (0, -1, 3651, 1.5, "7", 10**30):
        assert (await made_token(client, days=days)).status_code == 400
    assert (await made_token(client, name="\u200b")).status_code == 400


def in_days(moment: str) -> int:
    return round((datetime.fromisoformat(moment) - datetime.now(UTC)) / timedelta(days=1))


async def test_a_token_cannot_make_tokens_but_can_end_itself(
    banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    await account()
    token = (await made_token(client)).json()["token"]
    async with browser(banyan) as program:
        program.headers["authorization"] = f"Bearer {token}"
        refused = await program.post("/tokens", json={"name": "offspring"})
        assert (refused.status_code, refused.json()["code"]) == (403, "token_makes_token")
        assert (await program.delete("/sessions/current")).status_code == 204
        assert (await program.get("/me")).status_code == 401


async def test_a_token_is_ended_by_its_maker(banyan: Banyan, client: httpx.AsyncClient, account: MakeAccount) -> None:
    await account()
    made = (await made_token(client)).json()
    assert (await client.delete(f"/sessions/{made['id']}")).status_code == 404
    assert (await client.delete(f"/tokens/{made['id']}")).status_code == 204
    async with browser(banyan) as program:
        answer = await program.get("/me", headers={"authorization": f"Bearer {made['token']}"})
        assert answer.status_code == 401


async def test_what_one_sees_of_last_use_is_stored_for_all_at_once(
    banyan: Banyan, school: School, statements: list[str]
) -> None:
    people = [await school.learner() for _ in range(3)]
    await forget_when(banyan, people)
    for person in people * 2:
        await person.get("/me")
    statements.clear()
    sightings = banyan.kit.part(Sightings)
    await sightings.store()
    assert len(statements) == 1
    for person in people:
        seen_at = datetime.fromisoformat((await person.get("/sessions")).json()["items"][0]["seen_at"])
        assert datetime.now(UTC) - seen_at < timedelta(seconds=30)
    statements.clear()
    await sightings.store()
    assert statements == [], "the next time is minutes away"


async def test_what_was_seen_last_is_stored_when_the_process_ends(
    banyan: Banyan, settings: Settings, school: School
) -> None:
    ann = await school.learner()
    await forget_when(banyan, [ann])
    second = Banyan(settings, banyan.url, roles=frozenset({"web"}))
    await second.start()
    async with browser(second) as elsewhere:
        await elsewhere.get("/me", headers={"authorization": f"Bearer {ann.token}"})
    await second.stop()
    seen_at = await banyan.kit.db.read().one(
        datetime, "select seen_at from account_session where account_id = $1", ann.id
    )
    assert datetime.now(UTC) - seen_at < timedelta(seconds=30)


async def forget_when(banyan: Banyan, people: list[Person]) -> None:
    ids: list[UUID] = [person.id for person in people]
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            "update account_session set seen_at = now() - interval '1 day' where account_id = any($1::uuid[])", ids
        )
