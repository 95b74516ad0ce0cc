"""What the command line and other domains do with accounts, without HTTP."""

from typing import Any

import httpx
import pytest

from banyan import accounts
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.problems import Malformed, NotFound
from tests.accounts.conftest import PASSWORD, MakeAccount, sign_in
from tests.story import School


async def test_an_operator_opens_an_account_once(school: School, account: MakeAccount, events: list[Any]) -> None:
    first = await account(" ANN@demo.school", "Ann", "teacher")
    again = await account("ann@demo.school", "Ann", "teacher")
    assert first == again
    assert (first.email, first.role) == ("ann@demo.school", "teacher")
    assert events == [accounts.AccountOpened(first.id, school.id, "ann@demo.school", "Ann")]


async def test_an_operator_gives_name_role_and_password_anew(
    school: School, account: MakeAccount, events: list[Any], client: httpx.AsyncClient
) -> None:
    ann = await account("ann@demo.school", "Ann")
    await sign_in(client)
    changed = await account("ann@demo.school", "Anne", "admin", password="the newer library")
    assert (changed.id, changed.name, changed.role) == (ann.id, "Anne", "admin")
    assert events[1:] == [accounts.Renamed(ann.id, school.id, "Anne", "ann@demo.school")]
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, password="the newer library")).json()["account"]["role"] == "admin"


async def test_an_operator_lets_a_suspended_admin_in_again(
    school: School, account: MakeAccount, client: httpx.AsyncClient
) -> None:
    ann = await account(role="admin")
    await (await school.admin()).patch(f"/accounts/{ann.id}", {"suspended": True})
    await account(role="admin")
    assert (await sign_in(client)).status_code == 201


async def test_a_new_role_by_hand_reaches_open_sessions(
    banyan: Banyan, account: MakeAccount, client: httpx.AsyncClient
) -> None:
    await account()
    await sign_in(client)
    await account(role="admin")
    assert (await client.get("/accounts")).status_code == 200


async def test_what_an_operator_types_is_checked_as_well(banyan: Banyan, school: School) -> None:
    with pytest.raises(Malformed) as refused:
        await accounts.ensure_account(banyan.kit.db, school.id, "ann", "?", "short", "admin")
    assert [error.pointer for error in refused.value.errors] == ["/email", "/name", "/password"]
    with pytest.raises(NotFound):
        await accounts.ensure_account(banyan.kit.db, new_id(), "ann@demo.school", "Ann", PASSWORD, "admin")


async def test_accounts_are_found_by_address_in_two_statements(
    banyan: Banyan, account: MakeAccount, other_school: School, statements: list[str]
) -> None:
    ann, bob = await account("ann@demo.school"), await account("bob@demo.school", "Bob")
    school = await banyan.kit.db.read().one(type(ann.id), "select school_id from account where id = $1", ann.id)
    statements.clear()
    asked = ["Ann@Demo.School ", "bob@demo.school", "nobody@demo.school", "no address"]
    found = await accounts.accounts_by_email(banyan.kit.db.read(), school, asked)
    assert found == {"Ann@Demo.School ": ann, "bob@demo.school": bob}
    assert len(statements) == 2
    assert await accounts.accounts_by_email(banyan.kit.db.read(), other_school.id, asked) == {}
    assert await accounts.accounts_by_email(banyan.kit.db.read(), school, []) == {}


async def test_an_account_is_found_by_its_id(banyan: Banyan, account: MakeAccount) -> None:
    ann = await account()
    assert await accounts.account_of(banyan.kit.db.read(), ann.id) == ann
    with pytest.raises(NotFound):
        await accounts.account_of(banyan.kit.db.read(), new_id())
