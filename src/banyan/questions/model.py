"""Questions as they are kept, exchanged and graded."""

from typing import Annotated, Literal

import msgspec

from banyan.kit.wire import NoNul
from banyan.questions.kinds import Body

__all__ = ["Difficulty", "Grade", "ImportProblem", "PartGrade", "Question", "Reading", "Title"]

Title = Annotated[str, msgspec.Meta(max_length=255, pattern=NoNul)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NoNul)]
Difficulty = Literal["easy", "medium", "hard"]


class Question(msgspec.Struct, frozen=True):
    """A question as it is written, imported and exported, without its place in a bank.

    Attributes:
        points: what all of it is worth, unless a test says otherwise.
        penalty: the share of the points that each wrong try costs in programs that let one try again; kept for them.
        category: path of names, from the outside in.
        code: by which another program knows it (Moodle's idnumber).
    """

    title: Title
    body: Body
    points: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 1.0
    penalty: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    difficulty: Difficulty | None = None
    tags: Annotated[list[Tag], msgspec.Meta(max_length=30)] = []
    category: Annotated[list[Title], msgspec.Meta(max_length=10)] = []
    code: Annotated[str, msgspec.Meta(max_length=100, pattern=NoNul)] = ""


class ImportProblem(msgspec.Struct, frozen=True):
    """What could not be read, or not as it was meant; `line` counts from 1, `question` is its title or first words."""

    line: int
    severity: Literal["error", "warning"]
    code: str
    detail: str
    question: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What a file held: each question with the line that it begins at, and what was wrong.

    `files` are those that came inside of it, by the name that texts call them by (`@@name@@`).
    """

    questions: list[tuple[int, Question]]
    problems: list[ImportProblem]
    files: dict[str, bytes] = {}


class PartGrade(msgspec.Struct, frozen=True):
    """What one part of a response was worth, and what is said to it; `id` is that of a choice, pair, gap or answer."""

    id: str
    fraction: float
    correct: bool | None
    feedback: str = ""


class Grade(msgspec.Struct, frozen=True):
    """What a response is worth: a share of the points from -1 to 1; None while a person has to say."""

    fraction: float | None
    correct: Literal["right", "partly", "wrong", "unanswered", "ungraded"]
    parts: list[PartGrade]
