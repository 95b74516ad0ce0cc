"""What can be done with the questions of a bank."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from banyan import accounts, courses
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.database import Writer
from banyan.kit.deeds import Deed
from banyan.kit.problems import StaleEdit
from banyan.kit.search import as_query
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page, cursor, read_cursor
from banyan.questions import adding, policy, store, views
from banyan.questions.bank import (
    AddQuestion,
    BankQuestion,
    ChangeQuestion,
    CopyQuestion,
    Filters,
    Kept,
    PreviewBody,
    QuestionPreview,
    QuestionRow,
)
from banyan.questions.faults import faults
from banyan.questions.kinds import Body
from banyan.questions.model import Question
from banyan.questions.problems import QuestionArchived
from banyan.questions.showing import prepare, show
from banyan.questions.shown import Shown
from banyan.questions.texts import every_value, markdown_of

__all__ = [
    "add_question",
    "archive_question",
    "as_question",
    "change_question",
    "change_to",
    "copy_question",
    "for_change",
    "preview",
    "question",
    "questions_of_course",
    "restore_question",
]

_CHANGEABLE = ("body", "title", "points", "penalty", "difficulty", "tags", "code")
_NO_QUESTION = UUID(int=0)
_AT_ONCE = 2_000  # characters; rendering more is left to a thread


async def questions_of_course(
    kit: Kit, actor: Actor, course_id: UUID, filters: Filters, after: str | None, limit: int
) -> Page[BankQuestion]:
    """The questions of a course's bank or, with `shared`, all that the school's teachers share.

    The newest come first or, where words are searched, what fits best.

    Raises:
        NotFound, Forbidden: see `policy.may_browse`.
        Malformed: `after` is not a cursor of such a list.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_browse(actor, course, shared=filters.shared)
    db = kit.db.read()
    bank = course.school_id if filters.shared else course_id
    if filters.words.strip():
        below = read_cursor(after, float, UUID)
        query = as_query(filters.words)
        rows = await store.search(db, bank, filters, query, below, limit + 1) if query else []
    else:
        start = read_cursor(after, UUID)
        rows = await store.newest(db, bank, filters, start[0] if start else None, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    key: tuple[Any, ...] = () if last is None else (last.rank, last.id) if filters.words.strip() else (last.id,)
    return Page(await views.questions_of(db, rows[:limit]), cursor(*key) if key else None)


async def question(kit: Kit, actor: Actor, question_id: UUID) -> BankQuestion:
    """One question, at its newest version.

    Raises:
        NotFound: see `policy.may_see_question`.
    """
    db = kit.db.read()
    row = await store.question(db, question_id)
    course = await courses.course_head(kit.db, kit.cache, row.course_id)
    policy.may_see_question(actor, course, shared=row.shared)
    return await views.full_view(db, course, row)


async def add_question(kit: Kit, actor: Actor, course_id: UUID, new: AddQuestion) -> BankQuestion:
    """Add a question to a course's bank.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
        UnfitQuestion: it does not work; `errors` says why.
        NoSuchCategory, BankFull: see `adding.add_questions`.
    """
    asked = Question(
        title=new.title,
        body=new.body,
        points=new.points,
        penalty=new.penalty,
        difficulty=new.difficulty,
        tags=new.tags,
        code=new.code,
    )
    async with kit.db.write() as tx:
        course = await courses.head_for_write(tx, course_id)
        policy.may_write(actor, course)
        adding.check(faults(asked) or await adding.missing_files(tx, course_id, asked.body))
        [question_id] = await adding.add_questions(tx, actor, course, [asked], category_id=new.category_id)
        return await views.full_view(tx, course, await store.question(tx, question_id))


async def change_question(kit: Kit, actor: Actor, question_id: UUID, change: ChangeQuestion) -> BankQuestion:
    """Change a question: a new version of it.

    Raises:
        NotFound, Forbidden: see `policy.may_change_question`.
        QuestionArchived: restore it first.
        StaleEdit: someone changed it since; `current` is how it is now.
        UnfitQuestion: it would not work.
        NoSuchCategory: its course has no such category.
    """
    async with kit.db.write() as tx:
        row, course = await for_change(tx, actor, question_id)
        if row.version != change.version:
            raise StaleEdit(current=await views.full_view(tx, course, row))
        wanted = {name: getattr(change, name) for name in _CHANGEABLE if getattr(change, name) is not UNSET}
        category_id = row.category_id if change.category_id is UNSET else change.category_id
        if category_id != row.category_id:
            await adding.check_category(tx, row.course_id, category_id)
        return await change_to(tx, actor, course, row, category_id, msgspec.structs.replace(as_question(row), **wanted))


async def change_to(
    tx: Writer, actor: Actor, course: CourseHead, row: QuestionRow, category_id: UUID | None, new: Question
) -> BankQuestion:
    """Store what a question is from now on, as its next version; `row` is as `for_change` gave it.

    Raises:
        UnfitQuestion: it would not work.
    """
    adding.check(faults(new) or await adding.missing_files(tx, course.id, new.body))
    author = await accounts.account_of(tx, actor.id)
    known = [str(value) for pointer, value in every_value(row.body) if pointer.endswith("/id")]
    await store.change(tx, row.id, category_id, adding.tidied(new, known), actor.id, author.name)
    return await views.full_view(tx, course, await store.question(tx, row.id))


async def archive_question(kit: Kit, actor: Actor, question_id: UUID) -> None:
    """Take a question out of use: lists and draws leave it out, tests that have it keep it.

    Raises:
        NotFound, Forbidden: see `policy.may_change_question`.
    """
    await _move(kit, actor, question_id, store.archive, "questions.archived", archived=True)


async def restore_question(kit: Kit, actor: Actor, question_id: UUID) -> None:
    """Take a question out of the archive.

    Raises:
        NotFound, Forbidden: see `policy.may_change_question`.
    """
    await _move(kit, actor, question_id, store.restore, "questions.restored", archived=False)


async def copy_question(kit: Kit, actor: Actor, question_id: UUID, wanted: CopyQuestion) -> BankQuestion:
    """Add a question to the bank of a course, as another one has it; files that it shows come with it.

    Raises:
        NotFound, Forbidden: see `policy.may_copy`.
        NoSuchCategory, BankFull: see `adding.add_questions`.
    """
    async with kit.db.write() as tx:
        row = await store.question(tx, question_id)
        source = await courses.fresh_head(tx, row.course_id)
        policy.may_see_question(actor, source, shared=row.shared)
        target = await courses.head_for_write(tx, wanted.course_id)
        policy.may_copy(actor, source, target, shared=row.shared)
        [brought] = await adding.brought_in(tx, target.id, [_kept(row)])
        asked = msgspec.structs.replace(as_question(row), body=brought.body)
        [copy_id] = await adding.add_questions(tx, actor, target, [asked], category_id=wanted.category_id)
        return await views.full_view(tx, target, await store.question(tx, copy_id))


async def preview(kit: Kit, actor: Actor, course_id: UUID, wanted: PreviewBody) -> QuestionPreview:
    """A question as learners of a course would see it, in the author's order; nothing is kept.

    Raises:
        NotFound, Forbidden: see `policy.may_preview`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_preview(actor, course)
    db = kit.db.read()
    body: Body = wanted.body
    texts = [text for _, text in markdown_of(body)]
    rendering = await views.rendering_of(db, course, texts)
    work = partial(prepare, _NO_QUESTION, 0, wanted.points, body, rendering)
    prepared = work() if sum(map(len, texts)) <= _AT_ONCE else await asyncio.to_thread(work)
    wrong = faults(Question(title="", body=body, points=wanted.points))
    return QuestionPreview(
        question=msgspec.json.decode(show(prepared, 0, shuffle=False), type=Shown),
        warnings=rendering.warnings,
        faults=wrong + await adding.missing_files(db, course_id, body),
    )


def as_question(row: QuestionRow) -> Question:
    """A question of a bank without its place in it."""
    return Question(
        title=row.title,
        body=row.body,
        points=row.points,
        penalty=row.penalty,
        difficulty=row.difficulty,
        tags=row.tags,
        code=row.code,
    )


async def for_change(tx: Writer, actor: Actor, question_id: UUID) -> tuple[QuestionRow, CourseHead]:
    """A question that the actor may change, held until the commit, and its course."""
    row = await store.lock(tx, question_id)
    course = await courses.fresh_head(tx, row.course_id)
    policy.may_change_question(actor, course, shared=row.shared)
    if row.archived:
        raise QuestionArchived
    return row, course


async def _move(
    kit: Kit,
    actor: Actor,
    question_id: UUID,
    move: Callable[[Writer, UUID], Awaitable[None]],
    action: str,
    *,
    archived: bool,
) -> None:
    async with kit.db.write() as tx:
        row = await store.lock(tx, question_id)
        policy.may_change_question(actor, await courses.fresh_head(tx, row.course_id), shared=row.shared)
        if row.archived != archived:
            await move(tx, question_id)
            await tx.emit(Deed(actor, action, f"question:{question_id}", row.course_id, {"title": row.title}))


def _kept(row: QuestionRow) -> Kept:
    return Kept(
        id=row.id,
        course_id=row.course_id,
        version=row.version,
        title=row.title,
        points=row.points,
        penalty=row.penalty,
        body=row.body,
        archived=row.archived,
    )
