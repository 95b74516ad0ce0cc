"""What teachers do at their desks in these stories."""

from typing import Any
from uuid import UUID

import httpx

from banyan import revisions
from banyan.revisions import Published
from tests.story import Course, Person, School


async def edit(course: Course, item: str, **change: Any) -> None:
    """Change an item, whatever its version is."""
    await _patch(course.teacher, f"/items/{item}", change)


async def rename_module(course: Course, module: str, title: str) -> None:
    """Give a module another title."""
    await _patch(course.teacher, f"/modules/{module}", {"title": title})


async def change(course: Course, **settings: Any) -> None:
    """Change a course's settings, whatever its version is."""
    await _patch(course.teacher, course.path, settings)


async def arrange(course: Course, *modules: tuple[str, list[str]]) -> None:
    """Put the draft in this order."""
    order = {"modules": [{"id": module, "items": items} for module, items in modules]}
    answer = await _trying(course.teacher.put, f"{course.path}/outline", order)
    assert answer.status_code == 200, answer.text


async def read(school: School, course: Course) -> Published:
    """What learners of a course read now."""
    found = await revisions.published(school.banyan.kit.db, school.banyan.kit.cache, UUID(course.id))
    assert found is not None
    return found


async def page(school: School, course: Course, item: str) -> revisions.Document:
    """The page of an item that learners read now."""
    digest = next(entry.digest for entry in (await read(school, course)).items if str(entry.id) == item)
    return await revisions.document(school.banyan.kit.db, school.banyan.kit.cache, UUID(course.id), digest)


async def _patch(teacher: Person, path: str, body: dict[str, Any]) -> None:
    answer = await _trying(teacher.patch, path, body)
    assert answer.status_code == 200, answer.text


async def _trying(send: Any, path: str, body: dict[str, Any]) -> httpx.Response:
    answer: httpx.Response = await send(path, {"version": 0, **body})
    if answer.status_code == 409:
        answer = await send(path, {"version": answer.json()["current"]["version"], **body})
    return answer
