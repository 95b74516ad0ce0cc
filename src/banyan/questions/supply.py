"""What tests take from banks, and what they tell them."""

from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec

from banyan.courses import CourseHead
from banyan.kit.database import Reader
from banyan.questions import service, store_categories, store_supply
from banyan.questions.bank import Draw, Kept
from banyan.questions.model import Question

__all__ = ["all_questions", "drawable", "questions_by_id"]

MOST_DRAWABLE = 1_000


async def questions_by_id(db: Reader, course: CourseHead, wanted: Mapping[UUID, int | None]) -> dict[UUID, Kept]:
    """Versions of questions by number, None being the newest, of those that tests of a course may have.

    Those are its own, archived ones too, and what the school's teachers share. One statement; what is not there, or not
    for this course, is left out.
    """
    if not wanted:
        return {}
    return {one.id: one for one in await store_supply.kept(db, course.school_id, course.id, wanted.items())}


async def drawable(db: Reader, course: CourseHead, draw: Draw) -> list[Kept]:
    """The questions that a draw in a test of a course may give, the oldest first, at most a thousand. One statement."""
    return await store_supply.drawable(db, course.school_id, course.id, draw, MOST_DRAWABLE)


async def all_questions(db: Reader, course_id: UUID, category_id: UUID | None = None) -> list[Question]:
    """All questions of a course's bank but the archived ones, with the paths of their categories; two statements.

    With a category those in it and below.
    """
    rows = await store_supply.of_course(db, course_id, category_id)
    named: Collection[UUID] = {row.category_id for row in rows if row.category_id is not None}
    paths = await store_categories.paths(db, named) if named else {}
    return [
        msgspec.structs.replace(service.as_question(row), category=paths[row.category_id] if row.category_id else [])
        for row in rows
    ]
