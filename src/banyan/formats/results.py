"""What an import says it found."""

from typing import Annotated
from uuid import UUID

import msgspec

from banyan.kit.problems import Unprocessable
from banyan.kit.wire import View
from banyan.questions import BankQuestion, Body, Difficulty, ImportProblem, Question

__all__ = ["BrokenImport", "FoundQuestion", "ImportResult", "Place", "found"]


class BrokenImport(Unprocessable):
    """Nothing can be made of the file as a whole; `detail` says why."""

    code = "broken_import"
    title = "No questions could be read from this file"


class Place(View):
    """Where in a bank a question is, or will be; without an id while there is no such category."""

    id: UUID | None
    path: list[str]


class FoundQuestion(View):
    """A question of a file, with the line that it begins at; it has an id once it is in the bank."""

    id: UUID | None
    line: Annotated[int, msgspec.Meta(ge=1)]
    title: str
    kind: str
    points: float
    penalty: float
    difficulty: Difficulty | None
    tags: list[str]
    code: str
    category: Place | None
    body: Body


class ImportResult(View):
    """What a file held: the first thousand questions, all problems, and how many questions are now in the bank."""

    questions: list[FoundQuestion]
    problems: list[ImportProblem]
    created: int


def found(line: int, question: Question, kept: BankQuestion | None = None) -> FoundQuestion:
    """A question as the result shows it."""
    place = Place(id=None, path=question.category) if question.category else None
    if kept is not None:
        place = Place(id=kept.category.id, path=kept.category.path) if kept.category else None
    return FoundQuestion(
        id=kept.id if kept else None,
        line=line,
        title=kept.title if kept else question.title,
        kind=str(question.body.__struct_config__.tag),
        points=question.points,
        penalty=question.penalty,
        difficulty=question.difficulty,
        tags=kept.tags if kept else question.tags,
        code=question.code,
        category=place,
        body=kept.body if kept else question.body,
    )
