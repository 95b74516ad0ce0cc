"""What learners read is one statement when nothing is cached, and none when it is."""

import asyncio
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from banyan import revisions
from banyan.kit.actor import Actor
from banyan.kit.cache import Cache
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound
from banyan.kit.redis import connect_redis
from banyan.revisions.outline import Outline
from banyan.revisions.reading import Remembered
from tests.revisions import desk
from tests.services import RedisServer
from tests.story import School, published_course


async def test_an_uncached_course_is_one_statement_whatever_its_size(school: School, statements: list[str]) -> None:
    teacher = await school.teacher()
    for lessons in (2, 40):
        course = await published_course(teacher, lessons=lessons)
        statements.clear()
        found = await revisions.published(school.banyan.kit.db, Cache(), UUID(course.id))
        assert found is not None
        assert len(found.items) == lessons
        assert len(statements) == 1


async def test_a_cached_course_and_its_pages_take_no_statement(school: School, statements: list[str]) -> None:
    course = await published_course(await school.teacher())
    for _ in range(2):
        statements.clear()
        await desk.read(school, course)
        await desk.page(school, course, course.items[0])
    assert statements == []


async def test_many_who_open_a_course_at_once_share_one_statement(school: School, statements: list[str]) -> None:
    course = await published_course(await school.teacher())
    cache = Cache()
    statements.clear()
    await asyncio.gather(*(revisions.published(school.banyan.kit.db, cache, UUID(course.id)) for _ in range(20)))
    assert len(statements) == 1


async def test_many_courses_are_one_statement_for_those_that_are_not_cached(
    school: School, statements: list[str]
) -> None:
    teacher = await school.teacher()
    courses = [UUID((await published_course(teacher, title=f"Course {number}")).id) for number in range(5)]
    cache = Cache()
    await revisions.published(school.banyan.kit.db, cache, courses[0])
    unknown = new_id()
    statements.clear()
    found = await revisions.published_many(school.banyan.kit.db, cache, [*courses, unknown, courses[1]])
    assert {course_id: one.title for course_id, one in found.items()} == {
        course_id: f"Course {number}" for number, course_id in enumerate(courses)
    }
    assert len(statements) == 1
    statements.clear()
    assert await revisions.published_many(school.banyan.kit.db, cache, courses) == found
    assert statements == []
    assert await revisions.published_many(school.banyan.kit.db, cache, []) == {}


async def test_what_is_not_published_or_deleted_is_nothing(school: School) -> None:
    kit = school.banyan.kit
    assert await revisions.published(kit.db, kit.cache, new_id()) is None
    draft = await published_course(await school.teacher(), publish=False)
    assert await revisions.published(kit.db, kit.cache, UUID(draft.id)) is None
    course = await published_course(await school.teacher())
    assert await desk.read(school, course)
    assert (await course.teacher.delete(course.path)).status_code == 204
    assert await revisions.published(kit.db, kit.cache, UUID(course.id)) is None
    assert await revisions.published_many(kit.db, kit.cache, [UUID(course.id)]) == {}


async def test_a_page_of_another_course_or_none_is_not_found(school: School) -> None:
    kit = school.banyan.kit
    course = await published_course(await school.teacher())
    other = await published_course(await school.teacher(), source="Other text.")
    digest = (await desk.read(school, other)).items[0].digest
    for wrong in (digest, "00" * 32):
        with pytest.raises(NotFound):
            await revisions.document(kit.db, kit.cache, UUID(course.id), wrong)


async def test_a_card_says_what_is_published_and_how_many_places_are_left(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=3)
    await desk.change(course, places=5)
    published = await desk.read(school, course)
    card = revisions.card(published, taken=7)
    assert (card.title, card.lessons, card.revision, card.places, card.places_left) == ("Trees", 3, 1, 5, 0)
    assert revisions.card(published, taken=2).places_left == 3
    assert revisions.card(published, taken=None).places_left is None


async def test_what_is_cached_goes_through_redis_and_back_unchanged(school: School) -> None:
    course = await published_course(await school.teacher(), lessons=2, release_at="2026-01-01T00:00:00Z")
    published = await desk.read(school, course)
    page = await desk.page(school, course, course.items[0])
    fields = msgspec.structs.asdict(published)
    remembered = Remembered(revisions.model.Standing(**{name: fields[name] for name in fields if name != "outline"}))
    for value in (remembered, published.outline, page):
        assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
    assert published.outline.weight >= 1
    assert isinstance(published.outline, Outline)


async def test_every_staff_member_is_known_and_assistants_are_no_teachers(school: School) -> None:
    owner, assistant = await school.teacher("Ada"), await school.learner("Bob")
    course = await published_course(owner)
    answer = await owner.post(f"{course.path}/staff", {"email": assistant.email, "role": "assistant"})
    assert answer.status_code == 201, answer.text
    published = await desk.read(school, course)
    assert published.staff == {owner.id: "owner", assistant.id: "assistant"}
    assert [person.name for person in published.teachers] == ["Ada"]


async def test_another_process_reads_from_redis_and_hears_of_a_publication_at_once(
    school: School, statements: list[str], tmp_path: Path
) -> None:
    course = await published_course(await school.teacher())
    server = RedisServer(tmp_path)
    server.start()
    links = [connect_redis(server.url, patience=30) for _ in range(2)]
    here, there = (Cache(link) for link in links)
    db, course_id = school.banyan.kit.db, UUID(course.id)
    try:
        await there.start()
        first = await revisions.published(db, here, course_id)
        statements.clear()
        assert await revisions.published(db, there, course_id) == first
        assert statements == [], "it came from Redis, the outline too"

        await desk.edit(course, course.items[0], title="Changed")
        teacher = Actor(course.teacher.id, school.id, "teacher", new_id())
        assert (await revisions.publish(db, here, teacher, course_id, "")).number == 2
        for _ in range(200):
            found = await revisions.published(db, there, course_id)
            if found != first:
                break
            await asyncio.sleep(0.01)
        assert found is not None
        assert (found.revision, found.items[0].title) == (2, "Changed")
    finally:
        for cache, link in zip((here, there), links, strict=True):
            await cache.close()
            await link.close()
        server.kill()
