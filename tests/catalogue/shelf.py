"""Courses put on a school's shelf by rows alone, for stories that are about finding them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from banyan.kit.ids import new_id
from tests.story import Person, School

_minutes = count()


async def put(school: School, title: str, **card: Any) -> UUID:
    """A published course; each is published a minute after the one before."""
    course_id = new_id()
    published_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=next(_minutes))
    values = {"summary": "", "category": "", "difficulty": None, "language": "en", "places": None, "taken": 0,
              "state": "published", "contents": "", "published_at": published_at} | card  # fmt: skip
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(
            """
            insert into course (id, school_id, title, summary, category, difficulty, language, places, state)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            course_id, school.id, title,
            *(values[name] for name in ("summary", "category", "difficulty", "language", "places", "state")),
        )  # fmt: skip
        await tx.execute(
            """
            insert into revision (course_id, number, author_id, author, card, outline)
            values ($1, 1, $1, 'Someone', '{}', '{"modules": []}')
            """,
            course_id,
        )
        await tx.execute(
            """
            insert into publication (course_id, school_id, revision, title, summary, category, difficulty, language,
                                     lessons, contents, published_at)
            values ($1, $2, 1, $3, $4, $5, $6, $7, 3, $8, $9)
            """,
            course_id, school.id, title,
            *(values[name] for name in ("summary", "category", "difficulty", "language", "contents", "published_at")),
        )  # fmt: skip
        if values["taken"]:
            await tx.execute("insert into places (course_id, taken) values ($1, $2)", course_id, values["taken"])
    return course_id


async def draft(school: School, title: str, *staff: Person) -> UUID:
    """A course that was never published, with these people as its teachers."""
    course_id = new_id()
    async with school.banyan.kit.db.write() as tx:
        await tx.execute("insert into course (id, school_id, title) values ($1, $2, $3)", course_id, school.id, title)
    for person in staff:
        await join(school, course_id, person)
    return course_id


async def join(school: School, course_id: UUID, person: Person) -> None:
    """Make someone a teacher of a course."""
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(
            "insert into course_staff (course_id, account_id, role, name, email) values ($1, $2, 'teacher', $3, $4)",
            course_id, person.id, person.name, person.email,
        )  # fmt: skip


async def change(school: School, course_id: UUID, assignment: str) -> None:
    """Change a course's row, such as "state = 'archived'"."""
    async with school.banyan.kit.db.write() as tx:
        await tx.execute(f"update course set {assignment} where id = $1", course_id)  # noqa: S608 -- a test's own words
