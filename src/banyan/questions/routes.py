"""Banks of questions over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.questions import categories, history, policy, service
from banyan.questions.bank import (
    AddCategory,
    AddQuestion,
    BankQuestion,
    Category,
    ChangeCategory,
    ChangeQuestion,
    CopyQuestion,
    Filters,
    Kind,
    PreviewBody,
    QuestionPreview,
    QuestionVersion,
)
from banyan.questions.model import Difficulty

__all__ = ["ROUTES"]

_LARGEST = 2**31 - 1  # a number that PostgreSQL holds
After = Annotated[str | None, QueryParameter(max_length=400)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@get("/courses/{course_id:uuid}/questions", policy=policy.may_browse)
async def list_questions(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=200, pattern=r"^[^\x00]*$")] = "",
    kind: FromQuery[Kind | None] = None,
    category: FromQuery[UUID | None] = None,
    tag: Annotated[str | None, QueryParameter(max_length=60, pattern=r"^[^\x00]*$")] = None,
    difficulty: FromQuery[Difficulty | None] = None,
    shared: FromQuery[bool] = False,
    archived: FromQuery[bool] = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[BankQuestion]:
    """The questions of a course's bank or, with `shared`, all that the school's teachers share.

    The newest come first; with `q` those that fit it best, its last word taken as the beginning of one. With `category`
    those in it and below; with `archived` those that are, else those that are not.
    """
    filters = Filters(
        words=q, kind=kind, category_id=category, tag=tag, difficulty=difficulty, shared=shared, archived=archived
    )
    return await service.questions_of_course(kit, actor, course_id, filters, after, limit)


@post("/courses/{course_id:uuid}/questions", policy=policy.may_write)
async def add_question(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID], data: JSONBody[AddQuestion]
) -> BankQuestion:
    """Add a question to a course's bank.

    Raises:
        UnfitQuestion: 422, it does not work; `errors` says why.
        NoSuchCategory: 422.
        BankFull: 422.
    """
    return await service.add_question(kit, actor, course_id, data)


@post("/courses/{course_id:uuid}/questions/previews", policy=policy.may_preview, status_code=200)
async def preview_question(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID], data: JSONBody[PreviewBody]
) -> QuestionPreview:
    """A question as learners of the course would see it, and what is wrong with it so far; nothing is kept."""
    return await service.preview(kit, actor, course_id, data)


@get("/questions/{question_id:uuid}", policy=policy.may_see_question)
async def read_question(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], question_id: FromPath[UUID]
) -> BankQuestion:
    """One question, at its newest version."""
    return await service.question(kit, actor, question_id)


@patch("/questions/{question_id:uuid}", policy=policy.may_change_question)
async def change_question(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    question_id: FromPath[UUID],
    data: JSONBody[ChangeQuestion],
) -> BankQuestion:
    """Change a question: a new version of it. Tests keep the version that they were published with.

    Raises:
        StaleEdit: 409, with the question as it is now.
        QuestionArchived: 409.
        UnfitQuestion: 422, it would not work; `errors` says why.
        NoSuchCategory: 422.
    """
    return await service.change_question(kit, actor, question_id, data)


@delete("/questions/{question_id:uuid}", policy=policy.may_change_question)
async def archive_question(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], question_id: FromPath[UUID]
) -> None:
    """Archive a question: lists and draws leave it out. It can be brought back."""
    await service.archive_question(kit, actor, question_id)


@post("/questions/{question_id:uuid}/restoration", policy=policy.may_change_question, status_code=204)
async def restore_question(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], question_id: FromPath[UUID]
) -> None:
    """Bring an archived question back."""
    await service.restore_question(kit, actor, question_id)


@post("/questions/{question_id:uuid}/copies", policy=policy.may_copy)
async def copy_question(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    question_id: FromPath[UUID],
    data: JSONBody[CopyQuestion],
) -> BankQuestion:
    """Copy a question, with the files that it shows, into the bank of a course that the caller teaches.

    Raises:
        NoSuchCategory: 422.
        BankFull: 422.
        UnfitQuestion: 422, a file that it shows is gone.
    """
    return await service.copy_question(kit, actor, question_id, data)


@get("/questions/{question_id:uuid}/versions", policy=policy.may_see_question)
async def list_versions(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    question_id: FromPath[UUID],
    after: After = None,
    limit: Limit = 50,
) -> Page[QuestionVersion]:
    """The versions of a question, the newest first."""
    return await history.versions(kit, actor, question_id, after, limit)


@post(
    "/questions/{question_id:uuid}/versions/{number:int}/restoration",
    policy=policy.may_change_question,
    status_code=200,
)
async def restore_version(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    question_id: FromPath[UUID],
    number: Annotated[int, PathParameter(ge=1, le=_LARGEST)],
) -> BankQuestion:
    """Let a question be what it was in an old version; that is a new version.

    Raises:
        QuestionArchived: 409.
        UnfitQuestion: 422, a file that it shows is gone.
    """
    return await history.restore_version(kit, actor, question_id, number)


@get("/courses/{course_id:uuid}/question-categories", policy=policy.may_browse)
async def list_categories(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]
) -> Page[Category]:
    """All categories of a course's bank, each behind the one that it is in."""
    return await categories.categories(kit, actor, course_id)


@post("/courses/{course_id:uuid}/question-categories", policy=policy.may_write)
async def add_category(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID], data: JSONBody[AddCategory]
) -> Category:
    """Add a category to a course's bank, last among its siblings.

    Raises:
        NoSuchCategory: 422, the one that it is to be in.
        CategoryInItself: 422, it would be more than ten deep.
        BankFull: 422.
    """
    return await categories.add_category(kit, actor, course_id, data)


@patch("/question-categories/{category_id:uuid}", policy=policy.may_change_category)
async def change_category(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    category_id: FromPath[UUID],
    data: JSONBody[ChangeCategory],
) -> Category:
    """Change a category: its name, where it is, and whether it and all below it are shared.

    Raises:
        StaleEdit: 409, with the category as it is now.
        NoSuchCategory: 422, the one that it is to be in.
        CategoryInItself: 422, or more than ten deep.
    """
    return await categories.change_category(kit, actor, category_id, data)


@delete("/question-categories/{category_id:uuid}", policy=policy.may_change_category)
async def delete_category(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], category_id: FromPath[UUID]
) -> None:
    """Delete a category that is empty.

    Raises:
        CategoryInUse: 409.
    """
    await categories.delete_category(kit, actor, category_id)


ROUTES = [
    list_questions,
    add_question,
    preview_question,
    read_question,
    change_question,
    archive_question,
    restore_question,
    copy_question,
    list_versions,
    restore_version,
    list_categories,
    add_category,
    change_category,
    delete_category,
]
