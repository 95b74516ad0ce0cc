"""A bank as a whole, with what tests of its course use beside it."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from msgspec.structs import replace

from banyan.courses import CourseHead
from banyan.kit.database import Reader
from banyan.questions import service, store, store_categories, store_supply
from banyan.questions.bank import Draw, Kept
from banyan.questions.model import Question
from banyan.questions.supply import MOST_DRAWABLE
from banyan.questions.texts import with_numbered_ids
from banyan.questions.views import in_order

__all__ = ["BankContents", "BankEntry", "bank_contents"]


class BankEntry(msgspec.Struct, frozen=True):
    """A question of a bank, at one version. `course_id` is whose files it shows."""

    id: UUID
    version: int
    course_id: UUID
    archived: bool
    question: Question


class BankContents(msgspec.Struct, frozen=True):
    """What is in a bank: categories with their paths, and questions, the oldest first."""

    categories: dict[UUID, list[str]]
    entries: list[BankEntry]


async def bank_contents(
    db: Reader,
    course: CourseHead,
    named: Collection[tuple[UUID, int | None]],
    categories: Collection[UUID],
) -> BankContents:
    """All questions of a bank, and those that tests of its course use beside them.

    Those are the ones that are `named`: archived ones, older versions, which count as archived questions, and what
    other courses share. Of `categories` that others share, all questions are there. Parts of questions are numbered.
    """
    rows = await store_supply.of_course(db, course.id, None)
    paths = {row.id: path for row, path in in_order(await store_categories.of_course(db, course.id))}
    entries = [
        BankEntry(row.id, row.version, course.id, False, _placed(service.as_question(row), row.category_id, paths))
        for row in rows
    ]
    known = {(one.id, version) for one in entries for version in (None, one.version)}
    beside = await store_supply.kept(db, course.school_id, course.id, [one for one in named if one not in known])
    foreign = set(categories) - set(paths)
    for category_id in sorted(foreign):
        rule = Draw(category_id=category_id, tags=[], difficulty=None)
        beside += await store_supply.drawable(db, course.school_id, course.id, rule, MOST_DRAWABLE)
    about = {row.id: row for row in await store.questions(db, list({one.id for one in beside}))} if beside else {}
    foreign |= {row.category_id for row in about.values() if row.category_id} - set(paths)
    paths |= await store_categories.paths(db, foreign) if foreign else {}
    for one in beside:
        row = about.get(one.id)
        if row is None or (one.id, one.version) in known:
            continue
        known.add((one.id, one.version))
        archived = row.archived or one.version != row.version
        question = _placed(_at(service.as_question(row), one), row.category_id, paths)
        entries.append(BankEntry(one.id, one.version, one.course_id, archived, question))
    return BankContents(paths, entries)


def _at(question: Question, kept: Kept) -> Question:
    return replace(question, title=kept.title, points=kept.points, penalty=kept.penalty, body=kept.body)


def _placed(question: Question, category_id: UUID | None, paths: dict[UUID, list[str]]) -> Question:
    path = paths.get(category_id, []) if category_id else []
    return replace(question, body=with_numbered_ids(question.body), category=path)
