"""Questions and categories as their bank shows them."""

from collections.abc import Sequence
from uuid import UUID

from banyan import courses
from banyan.courses import CourseHead
from banyan.kit.database import Reader
from banyan.kit.wire import UNSET
from banyan.questions import store, store_categories
from banyan.questions.bank import BankQuestion, Category, CategoryRow, PlacedIn, QuestionRow, Statistics
from banyan.questions.rendering import Rendering

__all__ = ["categories_of", "full_view", "in_order", "questions_in_bank", "questions_of", "rendering_of"]


async def questions_of(db: Reader, rows: Sequence[QuestionRow]) -> list[BankQuestion]:
    """Questions in a list: one statement, however many."""
    named = {row.category_id for row in rows if row.category_id is not None}
    paths = await store_categories.paths(db, named) if named else {}
    return [_view(row, paths) for row in rows]


async def questions_in_bank(db: Reader, ids: Sequence[UUID]) -> list[BankQuestion]:
    """Questions by id, in the same order: two statements, however many. What is not there is left out."""
    rows = {row.id: row for row in await store.questions(db, ids)}
    return await questions_of(db, [rows[question_id] for question_id in ids if question_id in rows])


async def full_view(db: Reader, course: CourseHead, row: QuestionRow) -> BankQuestion:
    """One question, with its text as learners of its course would see it."""
    [view] = await questions_of(db, [row])
    rendering = await rendering_of(db, course, [row.body.text])
    view.html = rendering.html(row.body.text)
    return view


async def rendering_of(db: Reader, course: CourseHead, texts: Sequence[str]) -> Rendering:
    """What renders these texts of a course."""
    links = await courses.links_of(db, course.id, texts)
    return Rendering(links.resolve, course.language)


def categories_of(rows: Sequence[CategoryRow]) -> list[Category]:
    """All categories of a course as a list, each behind the one that it is in."""
    return [_category(row, path) for row, path in in_order(rows)]


def in_order(rows: Sequence[CategoryRow]) -> list[tuple[CategoryRow, list[str]]]:
    """All categories of a course with their paths, each behind the one that it is in, siblings as they come."""
    inside: dict[UUID | None, list[CategoryRow]] = {}
    for row in rows:
        inside.setdefault(row.parent_id, []).append(row)
    found: list[tuple[CategoryRow, list[str]]] = []
    waiting = [(row, [row.name]) for row in reversed(inside.get(None, []))]
    while waiting:
        row, path = waiting.pop()
        found.append((row, path))
        waiting += [(below, [*path, below.name]) for below in reversed(inside.get(row.id, []))]
    return found


def _category(row: CategoryRow, path: list[str]) -> Category:
    return Category(
        id=row.id,
        course_id=row.course_id,
        parent_id=row.parent_id,
        name=row.name,
        path=path,
        shared=row.shared,
        position=row.position,
        questions=row.questions,
        version=row.version,
    )


def _view(row: QuestionRow, paths: dict[UUID, list[str]]) -> BankQuestion:
    return BankQuestion(
        id=row.id,
        course_id=row.course_id,
        category=PlacedIn(id=row.category_id, path=paths.get(row.category_id, [])) if row.category_id else None,
        title=row.title,
        kind=row.kind,
        points=row.points,
        penalty=row.penalty,
        difficulty=row.difficulty,
        tags=row.tags,
        code=row.code,
        body=row.body,
        version=row.version,
        shared=row.shared,
        archived=row.archived,
        created_at=row.created_at,
        changed_at=row.changed_at,
        uses=row.uses,
        statistics=None
        if row.attempts is None
        else Statistics(attempts=row.attempts, facility=row.facility, discrimination=row.discrimination),
        html=UNSET,
    )
