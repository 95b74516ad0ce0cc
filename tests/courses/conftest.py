"""A course on a teacher's desk."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from banyan import courses, files
from banyan.app import Banyan
from banyan.kit.actor import Actor
from banyan.kit.ids import new_id
from tests.story import Course, Person, School, published_course

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Desk:
    """A course that is being written: two modules with two lessons each, and what its teacher does with it."""

    def __init__(self, banyan: Banyan, course: Course) -> None:
        self.banyan = banyan
        self.course = course
        self.teacher = course.teacher
        self.path = course.path
        self.id = UUID(course.id)
        self.modules = course.modules
        self.items = course.items

    async def page(self) -> courses.DraftPage:
        """The draft as its teacher sees it now."""
        return await courses.draft_page(self.banyan.kit, actor(self.teacher), self.id)

    async def item(self, item_id: str) -> courses.DraftItem:
        """An item as its teacher sees it now."""
        return await courses.draft_item(self.banyan.kit, actor(self.teacher), self.id, UUID(item_id))

    async def order(self) -> list[tuple[str, list[str]]]:
        """The titles of modules and items, in order."""
        outline = (await self.page()).outline
        return [(module.title, [item.title for item in module.items]) for module in outline.modules]

    async def file(self, name: str = "leaf.png", content: bytes = PNG) -> str:
        """A file of the course."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        received = await files.receive(self.banyan.kit, name, chunks())
        async with self.banyan.kit.db.write() as tx:
            return str((await files.add_file(tx, self.teacher.school_id, self.id, received)).id)

    async def publish(self) -> None:
        """Let learners see that there is this course."""
        async with self.banyan.kit.db.write() as tx:
            await courses.mark_published(tx, self.banyan.kit.cache, self.id)

    async def staff(self, person: Person, role: str) -> Person:
        """Bring someone to the staff."""
        answer = await self.teacher.put(f"{self.path}/staff/{person.id}", {"role": role})
        assert answer.status_code == 200, answer.text
        return person

    async def age(self, table: str, since: timedelta) -> None:
        """Let what was deleted have been deleted this long ago."""
        async with self.banyan.kit.db.write() as tx:
            await tx.execute(
                f"update {table} set deleted_at = now() - $1::interval where deleted_at is not null",  # noqa: S608 -- ours
                since,
            )


def actor(person: Person, role: Any = "teacher") -> Actor:
    """Someone as the faces of a domain take them."""
    return Actor(person.id, person.school_id, role, new_id())


async def begin(school: School, *, modules: int = 2, lessons: int = 2) -> Desk:
    """A course with two modules of two lessons, by a teacher of its own."""
    course = await published_course(await school.teacher(), modules=modules, lessons=lessons, publish=False)
    return Desk(school.banyan, course)


@pytest.fixture
async def desk(school: School) -> Desk:
    """A course with two modules of two lessons."""
    return await begin(school)


@pytest.fixture
async def stranger(school: School) -> Person:
    """A teacher of the school who has nothing to do with the course."""
    return await school.teacher()
