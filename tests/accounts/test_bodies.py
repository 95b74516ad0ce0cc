"""Whatever is sent to the routes of accounts, the answer is a problem document and never a 500."""

from typing import Any

import httpx
import pytest

from banyan.app import Banyan
from banyan.kit.ids import new_id
from tests.story import Person, School

ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/accounts", {"name": "Ann", "email": "ann@demo.school", "password": "a quiet library"}),
    ("POST", "/accounts/verification", {"token": "x", "name": "Ann", "password": "a quiet library"}),
    ("POST", "/accounts/invitations", {"emails": ["ann@demo.school"], "role": "learner"}),
    ("POST", "/password-resets", {"email": "ann@demo.school"}),
    ("POST", "/password-resets/confirmation", {"token": "x", "password": "a quiet library"}),
    ("POST", "/sessions", {"email": "ann@demo.school", "password": "a quiet library"}),
    ("POST", "/tokens", {"name": "script", "days": 3}),
    ("PATCH", "/me", {"name": "Ann", "locale": "en", "time_zone": "UTC"}),
    ("PUT", "/me/password", {"current": "a quiet library", "password": "the newer library"}),
    ("PATCH", "/accounts/{id}", {"role": "teacher", "suspended": False}),
]
RAW = [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b'{"a":' * 10_000, b'{"name":"\\ud800"}', b"{}x"]
VALUES = [None, 7, -1.5, True, [], {}, "", "\x00", "x" * 2_000, "\u202e", [None], {"$gt": ""}, "7", "true"]


@pytest.fixture
async def admin(school: School) -> Person:
    return await school.admin()


async def send(admin: Person, method: str, path: str, **options: Any) -> httpx.Response:
    answer = await admin.client.request(method, path.replace("{id}", str(new_id())), **options)
    assert answer.status_code < 500, answer.text
    return answer


def is_problem(answer: httpx.Response) -> bool:
    return (
        answer.headers["content-type"] == "application/problem+json"
        and answer.json()["status"] == answer.status_code
        and answer.json()["request_id"] == answer.headers["x-request-id"]
    )


@pytest.mark.parametrize(("method", "path", "_good"), ROUTES, ids=lambda value: str(value)[:30])
async def test_a_body_that_is_no_command_is_refused(admin: Person, method: str, path: str, _good: object) -> None:
    for raw in RAW:
        answer = await send(admin, method, path, content=raw, headers={"content-type": "application/json"})
        assert (answer.status_code, is_problem(answer)) == (400, True), raw[:40]
    too_large = await send(admin, method, path, content=b'{"name":"' + b"x" * (1 << 20) + b'"}')
    assert (too_large.status_code, is_problem(too_large)) == (413, True)


@pytest.mark.parametrize(("method", "path", "good"), ROUTES, ids=lambda value: str(value)[:30])
async def test_a_field_of_the_wrong_kind_is_pointed_at(
    admin: Person, method: str, path: str, good: dict[str, Any]
) -> None:
    for field, fits in good.items():
        for value in VALUES:
            answer = await send(admin, method, path, json=good | {field: value})
            if not isinstance(value, type(fits)) or (isinstance(value, bool) and not isinstance(fits, bool)):
                assert (answer.status_code, is_problem(answer)) == (400, True), (field, value)
                assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}")
    answer = await send(admin, method, path, json=good | {"unknown": 1})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/unknown")


@pytest.mark.usefixtures("school")
async def test_the_interface_is_described(banyan: Banyan, client: httpx.AsyncClient) -> None:
    described = (await client.get("http://demo.school/api/openapi.json")).json()
    for method, path, _ in ROUTES:
        operation = described["paths"]["/api/v1" + path.replace("{id}", "{account_id}")][method.lower()]
        assert operation["requestBody"]["content"]["application/json"]["schema"]
    fields = described["components"]["schemas"]
    secret = [name for name, schema in fields.items() if "password_hash" in schema.get("properties", {})]
    assert secret == []
