"""Staff look into what was published, those who teach publish, and nobody else."""

from uuid import uuid4

import httpx
import pytest

from tests.story import Person, School, published_course

_LOOKING = [("GET", "/revisions"), ("GET", "/changes"), ("GET", "/changes?revision=1")]
_WRITING = [("POST", "/revisions"), ("POST", "/revisions/1/restoration")]


async def _ask(client: httpx.AsyncClient, course: str, method: str, path: str) -> tuple[int, str]:
    answer = await client.request(method, f"/courses/{course}{path}", json={} if method == "POST" else None)
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


@pytest.mark.parametrize(("method", "path"), _LOOKING + _WRITING)
async def test_nobody_gets_in_without_being_signed_in(school: School, method: str, path: str) -> None:
    course = await published_course(await school.teacher())
    assert await _ask(school.browser(), course.id, method, path) == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path"), _LOOKING + _WRITING)
async def test_learners_and_other_teachers_are_turned_away(school: School, method: str, path: str) -> None:
    course = await published_course(await school.teacher())
    draft = await published_course(await school.teacher(), publish=False)
    for person in (await school.learner(), await school.teacher()):
        assert await _ask(person.client, course.id, method, path) == (403, "forbidden")
        assert await _ask(person.client, draft.id, method, path) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), _LOOKING + _WRITING)
async def test_another_school_sees_nothing(school: School, other_school: School, method: str, path: str) -> None:
    course = await published_course(await school.teacher())
    admin = await other_school.admin()
    assert await _ask(admin.client, course.id, method, path) == (404, "not_found")
    assert await _ask(school.browser(authorization=f"Bearer {admin.token}"), course.id, method, path) == (
        401, "unauthenticated",
    )  # fmt: skip


@pytest.mark.parametrize(("method", "path"), _LOOKING + _WRITING)
async def test_a_course_that_does_not_exist_or_is_deleted_is_not_found(school: School, method: str, path: str) -> None:
    teacher = await school.teacher()
    course = await published_course(teacher)
    await teacher.delete(course.path)
    for course_id in (course.id, str(uuid4())):
        assert await _ask(teacher.client, course_id, method, path) == (404, "not_found")


async def test_an_assistant_looks_but_does_not_publish(school: School) -> None:
    course = await published_course(await school.teacher())
    assistant = await _assistant(school, course.teacher, course.path)
    for method, path in _LOOKING:
        assert (await _ask(assistant.client, course.id, method, path))[0] == 200
    for method, path in _WRITING:
        assert await _ask(assistant.client, course.id, method, path) == (403, "forbidden")


async def test_an_admin_of_the_school_publishes_any_course(school: School) -> None:
    course = await published_course(await school.teacher(), publish=False)
    assert (await _ask((await school.admin()).client, course.id, "POST", "/revisions"))[0] == 201


async def test_revisions_come_page_by_page_the_newest_first(school: School) -> None:
    course = await published_course(await school.teacher())
    for title in ("Two", "Three"):
        await course.teacher.patch(course.path, {"version": await _version(school, course.id), "title": title})
        assert (await course.publish()).status_code == 201
    first = (await course.teacher.get(f"{course.path}/revisions?limit=2")).json()
    assert [(one["number"], one["title"]) for one in first["items"]] == [(3, "Three"), (2, "Two")]
    second = (await course.teacher.get(f"{course.path}/revisions?limit=2&after={first['next']}")).json()
    assert [(one["number"], one["title"]) for one in second["items"]] == [(1, "Trees")]
    assert second["next"] is None


@pytest.mark.parametrize(
    "path",
    ["/revisions?limit=0", "/revisions?after=x", "/revisions?after=WyJhIl0", "/revisions?after=Wzk5OTk5OTk5OTk5OTk5OV0",
     "/changes?revision=0", "/changes?revision=x", "/changes?revision=99999999999"],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(school: School, path: str) -> None:
    course = await published_course(await school.teacher())
    assert await _ask(course.teacher.client, course.id, "GET", path) == (400, "malformed")


async def test_changes_since_a_revision_that_never_was_are_not_found(school: School) -> None:
    course = await published_course(await school.teacher())
    assert await _ask(course.teacher.client, course.id, "GET", "/changes?revision=2") == (404, "not_found")


async def _assistant(school: School, owner: Person, course: str) -> Person:
    person = await school.learner()
    answer = await owner.post(f"{course}/staff", {"email": person.email, "role": "assistant"})
    assert answer.status_code == 201, answer.text
    return person


async def _version(school: School, course_id: str) -> int:
    return await school.banyan.kit.db.read().one(int, "select version from course where id = $1", course_id)
