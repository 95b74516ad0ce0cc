"""A POST that is sent twice with one Idempotency-Key is done once."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from banyan.app import Banyan
from banyan.kit.housekeeping import forget_answers
from tests.story import Person, School


@pytest.fixture
async def teacher(school: School) -> Person:
    return await school.teacher()


async def create(person: Person, key: str, title: str = "Trees", **more: Any) -> httpx.Response:
    return await person.post("/courses", {"title": title, **more}, headers={"idempotency-key": key})


async def courses(banyan: Banyan) -> int:
    return await banyan.kit.db.read().one(int, "select count(*) as n from course")


async def test_the_same_key_and_body_give_the_same_answer_and_one_course(banyan: Banyan, teacher: Person) -> None:
    first = await create(teacher, "a-key")
    again = await create(teacher, "a-key")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await courses(banyan) == 1


async def test_without_a_key_each_request_counts(banyan: Banyan, teacher: Person) -> None:
    for _ in range(2):
        assert (await teacher.post("/courses", {"title": "Trees"})).status_code == 201
    assert await courses(banyan) == 2


async def test_requests_at_the_same_time_are_done_once_too(banyan: Banyan, teacher: Person) -> None:
    answers = await asyncio.gather(*(create(teacher, "a-key") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False] + [True] * 7
    assert await courses(banyan) == 1


async def test_another_body_with_the_key_is_refused(banyan: Banyan, teacher: Person) -> None:
    await create(teacher, "a-key")
    answer = await create(teacher, "a-key", "Rivers")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert await courses(banyan) == 1


async def test_another_path_with_the_key_is_refused(teacher: Person) -> None:
    course = (await create(teacher, "a-key")).json()["id"]
    first = await teacher.post(f"/courses/{course}/modules", {"title": "One"}, headers={"idempotency-key": "b-key"})
    assert first.status_code == 201
    other = (await create(teacher, "c-key")).json()["id"]
    answer = await teacher.post(f"/courses/{other}/modules", {"title": "One"}, headers={"idempotency-key": "b-key"})
    assert answer.status_code == 422


async def test_two_people_may_use_the_same_key(banyan: Banyan, school: School, teacher: Person) -> None:
    await create(teacher, "a-key")
    answer = await create(await school.teacher(), "a-key")
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers
    assert await courses(banyan) == 2


async def test_a_request_that_failed_may_be_sent_again(banyan: Banyan, teacher: Person) -> None:
    refused = await create(teacher, "a-key", "")
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert await banyan.kit.db.read().one(int, "select count(*) as n from idempotent_answer") == 0
    assert (await create(teacher, "a-key", "Trees")).status_code == 201


async def test_what_failed_half_way_leaves_nothing_behind(
    banyan: Banyan, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from banyan.courses import service  # noqa: PLC0415

    whole = service.create_course

    async def fail_late(*args: Any, **kwargs: Any) -> Any:
        await whole(*args, **kwargs)
        raise ZeroDivisionError

    monkeypatch.setattr(service, "create_course", fail_late)
    answer = await create(teacher, "a-key")
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert await courses(banyan) == 0
    assert (await create(teacher, "a-key")).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "ü", "\x7f"])
async def test_a_key_that_is_none_is_told(banyan: Banyan, teacher: Person, key: str) -> None:
    answer = await teacher.client.post(
        "/courses", json={"title": "Trees"}, headers=[(b"idempotency-key", key.encode("latin-1"))]
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert await courses(banyan) == 0


async def test_nobody_signed_in_gets_the_usual_answer(school: School) -> None:
    answer = await school.browser().post("/courses", json={"title": "x"}, headers={"idempotency-key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("path", ["/tokens", "/tokens/", "//tokens"])
async def test_a_secret_is_never_stored(banyan: Banyan, teacher: Person, path: str) -> None:
    url = f"http://demo.school/api/v1{path}"
    answers = [
        await teacher.client.post(url, json={"name": "mine"}, headers={"idempotency-key": "a-key"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["token"] != answers[1].json()["token"]
    assert await banyan.kit.db.read().one(int, "select count(*) as n from idempotent_answer") == 0


def test_every_post_that_takes_or_answers_a_secret_is_left_out() -> None:
    from banyan.app import _NEVER_KEPT  # noqa: PLC0415
    from banyan.settings import load  # noqa: PLC0415

    document = Banyan(load({}), "").openapi()
    secret = {
        path.strip("/")
        for path, methods in document["paths"].items()
        if "post" in methods and _mentions_a_secret(methods["post"], document)
    }
    assert {"api/v1/sessions", "api/v1/tokens", "api/v1/accounts"} <= secret
    assert [path for path in secret if not _NEVER_KEPT.fullmatch(path)] == []


def _mentions_a_secret(operation: dict[str, Any], document: dict[str, Any]) -> bool:
    seen: set[str] = set()
    kept = [answer for status, answer in operation["responses"].items() if status < "4"]  # refusals are not stored
    waiting = [json.dumps([operation.get("requestBody"), *kept])]
    while waiting:
        text = waiting.pop()
        if any(f'"{word}": {{' in text for word in ("password", "token", "current", "invitation")):
            return True
        for name, schema in document["components"]["schemas"].items():
            if f'schemas/{name}"' in text and name not in seen:
                seen.add(name)
                waiting.append(json.dumps(schema))
    return False


async def test_a_large_body_is_refused_and_half_a_body_is_not_taken_for_a_whole(
    banyan: Banyan, teacher: Person
) -> None:
    assert (await create(teacher, "a-key", summary="x" * (1 << 20))).status_code == 413
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    pieces: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"title": "Trees"}', "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [
        (b"host", b"demo.school"),
        (b"authorization", f"Bearer {teacher.token}".encode()),
        (b"idempotency-key", b"a-key"),
        (b"content-type", b"application/json"),
    ]
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/courses", "query_string": b"", "headers": headers,
        "client": ("127.0.0.1", 1), "scheme": "http", "server": ("demo.school", 80), "http_version": "1.1",
    }  # fmt: skip
    await banyan(scope, receive, send)
    assert sent == []
    assert await courses(banyan) == 0


async def test_an_answer_without_a_body_is_repeated_as_it_was(banyan: Banyan, teacher: Person) -> None:
    course = (await create(teacher, "a-key")).json()["id"]
    assert (await teacher.delete(f"/courses/{course}")).status_code == 204
    restore = [
        await teacher.post(f"/courses/{course}/restoration", headers={"idempotency-key": "b-key"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in restore] == [204, 204]
    assert restore[1].headers["idempotency-replayed"] == "true"
    assert restore[1].content == b""


async def test_answers_are_forgotten_after_a_day(banyan: Banyan, teacher: Person) -> None:
    await create(teacher, "old")
    await create(teacher, "new")
    async with banyan.kit.db.write() as tx:
        await tx.execute("update idempotent_answer set created_at = now() - interval '25 hours' where key = 'old'")
    await forget_answers.run(banyan.kit)
    assert "idempotency-replayed" not in (await create(teacher, "old")).headers
    assert "idempotency-replayed" in (await create(teacher, "new")).headers
