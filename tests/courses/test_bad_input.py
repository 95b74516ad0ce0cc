"""What a client may send, and what it is told."""

from typing import Any

import pytest

from banyan.kit.ids import new_id
from tests.courses.conftest import Desk

LONG = "x" * 300_001

BODIES: dict[str, list[tuple[Any, str]]] = {
    "POST /courses": [
        ({}, ""),
        ({"title": ""}, "/title"),
        ({"title": "   "}, "/title"),
        ({"title": "a\nb"}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": 1}, "/title"),
        ({"title": None}, "/title"),
        ({"title": "A", "summary": "x" * 2001}, "/summary"),
        ({"title": "A", "summary": "\x00"}, "/summary"),
        ({"title": "A", "category": "a\tb"}, "/category"),
        ({"title": "A", "difficulty": "hard"}, "/difficulty"),
        ({"title": "A", "language": "Klingon!"}, "/language"),
        ({"title": "A", "owner": "me"}, ""),
        ({"title": "A", "school_id": str(new_id())}, ""),
        ([], ""),
        ("title", ""),
        (None, ""),
    ],
    "PATCH {course}": [
        ({}, ""),
        ({"version": "1"}, "/version"),
        ({"version": 1.5}, "/version"),
        ({"version": None}, "/version"),
        ({"version": 1, "places": 0}, "/places"),
        ({"version": 1, "places": -3}, "/places"),
        ({"version": 1, "places": 2**40}, "/places"),
        ({"version": 1, "places": "many"}, "/places"),
        ({"version": 1, "enrolment": "closed"}, "/enrolment"),
        ({"version": 1, "enrolment_code": "ab"}, "/enrolment_code"),
        ({"version": 1, "enrolment_code": "a b c d"}, "/enrolment_code"),
        ({"version": 1, "state": "deleted"}, "/state"),
        ({"version": 1, "cover_id": "leaf.png"}, "/cover_id"),
        ({"version": 1, "title": None}, "/title"),
        ({"version": 1, "deleted_at": None}, ""),
    ],
    "POST {course}/modules": [
        ({"title": ""}, "/title"),
        ({"title": "A", "after": "first"}, "/after"),
        ({"title": "A", "after": 1}, "/after"),
        ({"title": "A", "position": 1}, ""),
    ],
    "PATCH {module}": [({"title": "A"}, ""), ({"version": 1}, ""), ({"version": 1, "title": "\x07"}, "/title")],
    "POST {module}/items": [
        ({"kind": "lesson"}, ""),
        ({"kind": "quiz", "title": "A"}, "/kind"),
        ({"kind": ["lesson"], "title": "A"}, "/kind"),
        ({"kind": "lesson", "title": "A", "source": LONG}, "/source"),
        ({"kind": "lesson", "title": "A", "source": "a\x00b"}, "/source"),
        ({"kind": "lesson", "title": "A", "source": None}, "/source"),
        ({"kind": "link", "title": "A", "url": ""}, "/url"),
        ({"kind": "link", "title": "A", "url": "https://a.example/a b"}, "/url"),
        ({"kind": "link", "title": "A", "url": "https://a.example/" + "x" * 2000}, "/url"),
        ({"kind": "file", "title": "A", "file_id": "../etc/passwd"}, "/file_id"),
        ({"kind": "lesson", "title": "A", "release_at": "tomorrow"}, "/release_at"),
        ({"kind": "lesson", "title": "A", "release_at": "2030-01-01T00:00:00"}, "/release_at"),
        ({"kind": "lesson", "title": "A", "release_at": 1893456000}, "/release_at"),
        ({"kind": "lesson", "title": "A", "due_at": "2030-02-30T00:00:00Z"}, "/due_at"),
        ({"kind": "lesson", "title": "A", "minutes": 5}, ""),
    ],
    "PATCH {item}": [
        ({"title": "A"}, ""),
        ({"version": 1, "kind": "link"}, ""),
        ({"version": 1, "source": LONG}, "/source"),
        ({"version": 1, "module_id": str(new_id())}, ""),
    ],
    "PUT {course}/outline": [
        ({"version": 1}, ""),
        ({"version": 1, "modules": {}}, "/modules"),
        ({"version": 1, "modules": [1]}, "/modules/0"),
        ({"version": 1, "modules": [{"id": "1", "items": []}]}, "/modules/0/id"),
        ({"version": 1, "modules": [{"id": str(new_id()), "items": ["1"]}]}, "/modules/0/items/0"),
        ({"version": 1, "modules": [{"id": str(new_id()), "items": [], "title": "A"}]}, "/modules/0"),
    ],
    "POST {course}/previews": [({}, ""), ({"source": 1}, "/source"), ({"source": LONG}, "/source")],
    "POST {course}/copies": [({"title": ""}, "/title"), ({"to": "me"}, "")],
    "POST {course}/staff": [
        ({"email": "a@b.example"}, ""),
        ({"email": "a@b.example", "role": "admin"}, "/role"),
        ({"email": "a\x00@b.example", "role": "owner"}, "/email"),
        ({"email": "x" * 255, "role": "owner"}, "/email"),
    ],
    "PUT {course}/staff/{account}": [({"role": "learner"}, "/role"), ({}, "")],
}


@pytest.mark.parametrize("route", list(BODIES))
async def test_a_body_of_the_wrong_shape_is_refused_and_told_where(desk: Desk, route: str) -> None:
    method, _, path = route.partition(" ")
    path = path.format(
        course=desk.path,
        module=f"/modules/{desk.modules[0]}",
        item=f"/items/{desk.items[0]}",
        account=desk.teacher.id,
    )
    before = await desk.page()
    for body, pointer in BODIES[route]:
        answer = await desk.teacher.client.request(method, path, json=body)
        assert answer.status_code == 400, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == "malformed", body
        assert pointer in problem["errors"][0]["pointer"], (body, problem["errors"])
    assert await desk.page() == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"title": "\xff"}', b'{"title": "\\ud800"}', b"[" * 100_000, b'{"title": 1e999}', b"\x00"]
)
async def test_a_body_that_is_no_json_is_refused(desk: Desk, body: bytes) -> None:
    for method, path in (("POST", "/courses"), ("PATCH", desk.path), ("PUT", f"{desk.path}/outline")):
        answer = await desk.teacher.client.request(
            method, path, content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_a_body_over_a_mebibyte_is_refused(desk: Desk) -> None:
    answer = await desk.teacher.patch(f"/items/{desk.items[0]}", {"version": 1, "source": "x" * (1 << 20)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_lesson_as_long_as_a_lesson_may_be_is_kept(desk: Desk) -> None:
    source = "Wörter und noch mehr. " * 10 + "\n\n"
    source *= 1_350
    answer = await desk.teacher.patch(f"/items/{desk.items[0]}", {"version": 1, "source": source})
    assert answer.status_code == 200
    assert answer.json()["minutes"] == 270  # 54,000 words
