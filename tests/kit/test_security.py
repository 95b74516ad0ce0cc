"""Passwords are kept by Argon2id, tokens as hashes, and pages may run nothing but our own scripts."""

import asyncio

import pytest

from banyan.kit import security
from banyan.kit.security import (
    CONTENT_SECURITY_POLICY,
    SECURITY_HEADERS,
    hash_password,
    hash_token,
    new_token,
    verify_password,
)


async def test_a_password_opens_what_it_closed_and_no_other_does() -> None:
    stored = await hash_password("a quiet library")
    assert await verify_password("a quiet library", stored)
    for other in ("A quiet library", "a quiet library ", "", "x" * 10_000):
        assert not await verify_password(other, stored)


async def test_a_hash_tells_neither_the_password_nor_that_two_are_the_same() -> None:
    first, second = await hash_password("a quiet library"), await hash_password("a quiet library")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "library" not in first


async def test_where_nothing_is_stored_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[str] = []
    verify = security._hasher.verify

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            costs.append(stored.rpartition("$")[0].rpartition("$")[0])
            return verify(stored, password)

    stored = await hash_password("a quiet library")
    monkeypatch.setattr(security, "_hasher", Watched())
    assert not await verify_password("a wrong password", stored)
    assert not await verify_password("a wrong password", None)
    assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


@pytest.mark.parametrize("stored", ["none", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "\x00"])
async def test_what_is_stored_but_no_hash_opens_for_nobody(stored: str) -> None:
    assert not await verify_password("none", stored)


async def test_others_are_served_while_passwords_are_worked_on() -> None:
    working = asyncio.gather(*(hash_password(f"a quiet library {number}") for number in range(8)))
    turns = 0
    while not working.done():
        turns += 1
        await asyncio.sleep(0)
    await working
    assert turns > 100


def test_tokens_are_long_safe_in_addresses_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_what_is_stored_of_a_token_is_its_hash() -> None:
    token = new_token()
    assert hash_token(token) == hash_token(token) != hash_token(new_token())
    assert len(hash_token(token)) == 32
    assert token.encode() not in hash_token(token)
    assert hash_token("\xff nobody's \U0001f333") != hash_token("")


def test_a_page_runs_only_our_scripts_and_sits_in_no_frame() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert SECURITY_HEADERS["x-content-type-options"] == "nosniff"
