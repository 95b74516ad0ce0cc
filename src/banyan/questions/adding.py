"""How questions come into a bank, one or a thousand: checked, tidied, and put where they belong."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from banyan import accounts, courses, files
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError
from banyan.questions import store, store_categories
from banyan.questions.bank import CategoryRow, Kept, NewQuestion
from banyan.questions.faults import faults
from banyan.questions.kinds import Body
from banyan.questions.model import Question
from banyan.questions.problems import BankFull, NoSuchCategory, UnfitQuestion
from banyan.questions.texts import as_title, markdown_of, with_markdown, with_own_ids
from banyan.questions.views import in_order

__all__ = [
    "MOST_CATEGORIES",
    "MOST_DEEP",
    "MOST_QUESTIONS",
    "add_questions",
    "brought_in",
    "categories_at",
    "category_path",
    "check",
    "check_category",
    "missing_files",
    "tidied",
]

MOST_QUESTIONS = 20_000  # in a bank, archived ones too
MOST_CATEGORIES = 1_000
MOST_DEEP = 10


async def add_questions(
    tx: Writer,
    actor: Actor,
    course: CourseHead,
    questions: Sequence[Question],
    *,
    category_id: UUID | None = None,
) -> list[UUID]:
    """Put questions into the bank of a course that the transaction holds; their ids, in order.

    Hold it with `courses.head_for_write`. Each goes into the category that its path names, below `category_id`; what
    there is not yet of it is made. The number of statements does not depend on how many there are.

    Raises:
        UnfitQuestion: one of them does not work; see `faults`.
        NoSuchCategory: the course has no such category.
        BankFull: it cannot hold so many.
    """
    for question in questions:
        check(faults(question))
    if await store.count(tx, course.id) + len(questions) > MOST_QUESTIONS:
        raise BankFull(f"A bank holds at most {MOST_QUESTIONS} questions.")
    paths = [category_path(one.category) for one in questions]
    places = await categories_at(tx, course, paths, category_id)
    author = await accounts.account_of(tx, actor.id)
    new = [
        NewQuestion(id=new_id(), category_id=places[path], question=tidied(one))
        for path, one in zip(paths, questions, strict=True)
    ]
    await store.add(tx, course.school_id, course.id, actor.id, author.name, new)
    return [one.id for one in new]


async def brought_in(tx: Writer, course_id: UUID, kept: Sequence[Kept]) -> list[Kept]:
    """Questions so that a course can show them: files of another course that their texts name are copied to it.

    The bytes are shared. One statement for each other course that there are questions of.
    """
    copies: dict[UUID, UUID] = {}
    for source in {one.course_id for one in kept} - {course_id}:
        named = {file_id for one in kept if one.course_id == source for file_id in _files_named(one.body)}
        copied = await files.copy_files(tx, source, course_id, named)
        copies |= {old: file.id for old, file in copied.items()}
    return [
        one if one.course_id == course_id else msgspec.structs.replace(one, body=_with_files(one.body, copies))
        for one in kept
    ]


async def missing_files(db: Reader, course_id: UUID, body: Body) -> list[FieldError]:
    """The texts that name a file which is not the course's, with JSON pointers."""
    named = {pointer: courses.file_ids_in(text) for pointer, text in markdown_of(body, "/body")}
    own = await files.files_by_id(db, course_id, set().union(*named.values()))
    return [FieldError(pointer, "This course has no such file.") for pointer, ids in named.items() if ids - set(own)]


async def check_category(tx: Writer, course_id: UUID, category_id: UUID | None) -> None:
    """Nothing, if the category is the course's, or none.

    Raises:
        NoSuchCategory
    """
    if category_id is None:
        return
    if not any(row.id == category_id for row in await store_categories.of_course(tx, course_id)):
        raise NoSuchCategory(errors=[FieldError("/category_id", "This course has no such category.")])


def check(wrong: list[FieldError]) -> None:
    """Nothing, if nothing is wrong.

    Raises:
        UnfitQuestion
    """
    if wrong:
        raise UnfitQuestion(wrong[0].detail, errors=wrong)


def tidied(question: Question, known: Sequence[str] = ()) -> Question:
    """A question as it is kept: with a title, without a tag twice, and with ids of its parts that tell nothing.

    `known` ids stay.
    """
    return msgspec.structs.replace(
        question,
        title=question.title.strip() or as_title(question.body.text),
        tags=list(dict.fromkeys(tag for tag in (" ".join(tag.split()) for tag in question.tags) if tag)),
        body=with_own_ids(question.body, known),
    )


async def categories_at(
    tx: Writer, course: CourseHead, wanted: Iterable[tuple[str, ...]], below: UUID | None = None
) -> Mapping[tuple[str, ...], UUID | None]:
    """The categories of these paths, below a category; what is not there is made, last and in this order.

    The transaction holds the course. Paths are as `category_path` makes them.

    Raises:
        NoSuchCategory: the course has no category `below`.
        BankFull: it cannot hold so many.
    """
    wanted = dict.fromkeys(wanted)
    if below is None and wanted.keys() <= {()}:
        return wanted
    rows = await store_categories.of_course(tx, course.id)
    named = {row.id: tuple(path) for row, path in in_order(rows)}
    if below is not None and below not in named:
        raise NoSuchCategory(errors=[FieldError("/category_id", "This course has no such category.")])
    base = named[below] if below is not None else ()
    known: dict[tuple[str, ...], CategoryRow] = {}
    for row in rows:
        # Two siblings may have one name: the first counts, but for the one that was named.
        if row.id == below or named[row.id] not in known:
            known[named[row.id]] = row
    places: dict[tuple[str, ...], UUID | None] = {}
    made: list[CategoryRow] = []
    for path in wanted:
        parent = known.get(base)
        # What would be deeper than a bank goes into the deepest that there can be.
        for depth in range(len(base) + 1, min(len(base) + len(path), MOST_DEEP) + 1):
            whole = (base + path)[:depth]
            if whole not in known:
                made.append(_new_category(course, whole, parent, len(rows) + len(made)))
                known[whole] = made[-1]
            parent = known[whole]
        places[path] = parent.id if parent else None
    if made:
        if len(rows) + len(made) > MOST_CATEGORIES:
            raise BankFull(f"A bank holds at most {MOST_CATEGORIES} categories.")
        await store_categories.add(tx, made)
    return places


def category_path(names: Iterable[str]) -> tuple[str, ...]:
    """The names of categories from the outside in, tidied."""
    return tuple(tidy for tidy in (" ".join(name.split()) for name in names) if tidy)


def _new_category(course: CourseHead, path: tuple[str, ...], parent: CategoryRow | None, position: int) -> CategoryRow:
    return CategoryRow(
        id=new_id(),
        school_id=course.school_id,
        course_id=course.id,
        parent_id=parent.id if parent else None,
        name=path[-1],
        shared=parent.shared if parent else False,
        position=position,
        version=1,
        questions=0,
    )


def _files_named(body: Body) -> set[UUID]:
    return {file_id for _, text in markdown_of(body) for file_id in courses.file_ids_in(text)}


def _with_files(body: Body, copies: Mapping[UUID, UUID]) -> Body:
    return with_markdown(body, lambda text: courses.rewrite_links(text, copies, {}))
