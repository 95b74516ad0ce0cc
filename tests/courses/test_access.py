"""Every route of the writing side, tried by everyone who has no business there."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from banyan.courses.routes import ROUTES
from banyan.courses.routes_draft import ROUTES as DRAFT_ROUTES
from banyan.kit.ids import new_id
from tests.courses.conftest import Desk, begin
from tests.story import Person, School

Ask = tuple[str, str, Any]

# What needs which role: an assistant looks, a teacher writes, an owner decides.
OWNING = ("delete course", "restore course", "read staff", "add staff", "set staff", "remove staff")
LOOKING = ("preview", "copy course")


def asks(desk: Desk) -> dict[str, Ask]:
    """One good request to each route, by the name of its handler."""
    module, item = f"/modules/{desk.modules[0]}", f"/items/{desk.items[0]}"
    lesson = {"kind": "lesson", "title": "New"}
    order = [{"id": one, "items": desk.items[n * 2 : n * 2 + 2]} for n, one in enumerate(desk.modules)]
    return {
        "change course": ("PATCH", desk.path, {"version": 1, "title": "New"}),
        "delete course": ("DELETE", desk.path, None),
        "restore course": ("POST", f"{desk.path}/restoration", None),
        "copy course": ("POST", f"{desk.path}/copies", {}),
        "preview": ("POST", f"{desk.path}/previews", {"source": "New"}),
        "read staff": ("GET", f"{desk.path}/staff", None),
        "add staff": ("POST", f"{desk.path}/staff", {"email": desk.teacher.email, "role": "owner"}),
        "set staff": ("PUT", f"{desk.path}/staff/{desk.teacher.id}", {"role": "owner"}),
        "remove staff": ("DELETE", f"{desk.path}/staff/{desk.teacher.id}", None),
        "add module": ("POST", f"{desk.path}/modules", {"title": "New"}),
        "change module": ("PATCH", module, {"version": 1, "title": "New"}),
        "delete module": ("DELETE", module, None),
        "restore module": ("POST", f"{module}/restoration", None),
        "add item": ("POST", f"{module}/items", lesson),
        "change item": ("PATCH", item, {"version": 1, "title": "New"}),
        "delete item": ("DELETE", item, None),
        "restore item": ("POST", f"{item}/restoration", None),
        "set outline": ("PUT", f"{desk.path}/outline", {"version": 1, "modules": order}),
    }


async def ask(client: httpx.AsyncClient, request: Ask) -> int:
    method, path, body = request
    return (await client.request(method, path, json=body)).status_code


async def answers(desk: Desk, client: httpx.AsyncClient) -> dict[str, int]:
    return {name: await ask(client, request) for name, request in asks(desk).items()}


@pytest.fixture
async def untouched(desk: Desk) -> Callable[[], Awaitable[bool]]:
    """Whether the course is as it was when the test began."""
    before = await desk.page()

    async def same() -> bool:
        now = await desk.page()
        return (now.title, now.version, now.outline, now.teachers) == (
            before.title,
            before.version,
            before.outline,
            before.teachers,
        )

    return same


def test_every_route_is_tried_here(desk: Desk) -> None:
    names = {route.handler_name.replace("_", " ") for route in (*ROUTES, *DRAFT_ROUTES)}
    assert names == {*asks(desk), "begin course"}


async def test_nobody_writes_without_signing_in(
    school: School, desk: Desk, untouched: Callable[[], Awaitable[bool]]
) -> None:
    await desk.publish()
    stranger = school.browser()
    assert set((await answers(desk, stranger)).values()) == {401}
    assert (await stranger.post("/courses", json={"title": "Mine"})).status_code == 401
    assert await untouched()


@pytest.mark.parametrize("role", ["learner", "teacher"])
async def test_a_draft_is_not_there_for_those_who_do_not_write_it(
    school: School, desk: Desk, untouched: Callable[[], Awaitable[bool]], role: str
) -> None:
    person = await school.person(role)
    assert set((await answers(desk, person.client)).values()) == {404}
    assert await untouched()


@pytest.mark.parametrize("role", ["learner", "teacher"])
async def test_a_published_course_is_there_but_not_theirs(
    school: School, desk: Desk, untouched: Callable[[], Awaitable[bool]], role: str
) -> None:
    await desk.publish()
    person = await school.person(role)
    assert set((await answers(desk, person.client)).values()) == {403}
    assert await untouched()


@pytest.mark.parametrize("role", ["learner", "teacher", "admin"])
async def test_another_school_never_sees_that_there_is_a_course(
    other_school: School, desk: Desk, untouched: Callable[[], Awaitable[bool]], role: str
) -> None:
    await desk.publish()
    person = await other_school.person(role)
    assert set((await answers(desk, person.client)).values()) == {404}
    assert await untouched()


async def test_an_assistant_looks_and_a_teacher_writes_but_neither_decides(school: School, desk: Desk) -> None:
    assistant = await desk.staff(await school.teacher(), "assistant")
    for name, request in asks(desk).items():
        assert (name, await ask(assistant.client, request) == 403) == (name, name not in LOOKING)
    teacher = await desk.staff(await school.teacher(), "teacher")
    for name, request in asks(desk).items():
        if name in OWNING:
            assert (name, await ask(teacher.client, request)) == (name, 403)
    for name, good in {"add module": 201, "add item": 201, "change item": 200, "delete module": 204}.items():
        assert (name, await ask(teacher.client, asks(desk)[name])) == (name, good)


async def test_what_there_never_was_is_not_there(desk: Desk) -> None:
    somewhere = new_id()
    for method, path, body in (
        ("PATCH", f"/courses/{somewhere}", {"version": 1}),
        ("DELETE", f"/courses/{somewhere}", None),
        ("POST", f"/courses/{somewhere}/restoration", None),
        ("POST", f"/courses/{somewhere}/copies", {}),
        ("POST", f"/courses/{somewhere}/previews", {"source": ""}),
        ("GET", f"/courses/{somewhere}/staff", None),
        ("POST", f"/courses/{somewhere}/modules", {"title": "New"}),
        ("PUT", f"/courses/{somewhere}/outline", {"version": 1, "modules": []}),
        ("PATCH", f"/modules/{somewhere}", {"version": 1, "title": "New"}),
        ("DELETE", f"/modules/{somewhere}", None),
        ("POST", f"/modules/{somewhere}/restoration", None),
        ("POST", f"/modules/{somewhere}/items", {"kind": "lesson", "title": "New"}),
        ("PATCH", f"/items/{somewhere}", {"version": 1}),
        ("DELETE", f"/items/{somewhere}", None),
        ("POST", f"/items/{somewhere}/restoration", None),
    ):
        assert (path, await ask(desk.teacher.client, (method, path, body))) == (path, 404)
        assert await ask(desk.teacher.client, (method, path.replace(str(somewhere), "1"), body)) in (404, 405)


async def test_someone_elses_item_is_not_reached_through_ones_own_course(school: School, desk: Desk) -> None:
    own: Person = (await begin(school)).teacher
    assert await ask(own.client, ("PATCH", f"/items/{desk.items[0]}", {"version": 1, "title": "Mine"})) == 404
    assert await ask(own.client, ("DELETE", f"/modules/{desk.modules[0]}", None)) == 404
