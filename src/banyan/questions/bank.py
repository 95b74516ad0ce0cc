"""A bank of questions: what is stored, what comes in, and what goes out."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.markdown import Warning  # noqa: A004 -- the contract's name
from banyan.kit.problems import FieldError
from banyan.kit.wire import UNSET, Command, UnsetType, View
from banyan.questions.kinds import Body
from banyan.questions.model import Difficulty, Question, Tag, Title
from banyan.questions.shown import Shown

__all__ = [
    "AddCategory",
    "AddQuestion",
    "BankQuestion",
    "Category",
    "CategoryRow",
    "ChangeCategory",
    "ChangeQuestion",
    "CopyQuestion",
    "Draw",
    "Filters",
    "Kept",
    "Kind",
    "NewQuestion",
    "PlacedIn",
    "PreviewBody",
    "QuestionPreview",
    "QuestionRow",
    "QuestionVersion",
    "Statistics",
    "StatisticsOf",
    "VersionRow",
]

Kind = Literal[
    "single_choice",
    "multiple_choice",
    "true_false",
    "numerical",
    "short_answer",
    "matching",
    "ordering",
    "cloze",
    "essay",
    "file_upload",
]
Points = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Penalty = Annotated[float, msgspec.Meta(ge=0, le=1)]
Tags = Annotated[list[Tag], msgspec.Meta(max_length=30)]
Code = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00]*$")]
CategoryName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*[^\s\x00-\x1f][^\x00-\x1f]*$")
]
Place = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A question in its bank, at its newest version.

    Attributes:
        shared: it is in a category that all teachers of the school see.
        uses: how many tests it is in.
        attempts: at it, in all tests, as far as they have told; None when none has.
        facility, discrimination: the mean of those that tests have told, by attempts.
        rank: how well it fits what was searched.
    """

    id: UUID
    school_id: UUID
    course_id: UUID
    category_id: UUID | None
    kind: Kind
    title: str
    points: float
    penalty: float
    difficulty: Difficulty | None
    tags: list[str]
    code: str
    body: Body
    version: int
    archived: bool
    shared: bool
    created_at: datetime
    changed_at: datetime
    uses: int
    attempts: int | None
    facility: float | None
    discrimination: float | None
    rank: float


class NewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question that goes into a bank, checked."""

    id: UUID
    category_id: UUID | None
    question: Question


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a question, for whoever builds a test of it."""

    id: UUID
    course_id: UUID
    version: int
    title: str
    points: float
    penalty: float
    body: Body
    archived: bool


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """Which questions may be drawn: in this category or below, with all of these tags, of this difficulty.

    Without a category those of the whole course.
    """

    category_id: UUID | None = None
    tags: list[str] = []
    difficulty: Difficulty | None = None


class StatisticsOf(msgspec.Struct, frozen=True):
    """How a question did in one test.

    Attributes:
        attempts: in which it was answered or could have been.
        facility: the mean share of its points that they earned.
        discrimination: how far it goes with the rest of the test, from -1 to 1; None where that cannot be said.
    """

    question_id: UUID
    attempts: int
    facility: float | None
    discrimination: float | None


class VersionRow(msgspec.Struct, frozen=True):
    """One version of a question."""

    number: int
    title: str
    points: float
    penalty: float
    body: Body
    author_id: UUID
    author: str
    created_at: datetime


class CategoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A category of a bank; `questions` are those in it that are not archived."""

    id: UUID
    school_id: UUID
    course_id: UUID
    parent_id: UUID | None
    name: str
    shared: bool
    position: int
    version: int
    questions: int


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of questions is narrowed to; None and "" let everything through."""

    words: str = ""
    kind: Kind | None = None
    category_id: UUID | None = None
    tag: str | None = None
    difficulty: Difficulty | None = None
    shared: bool = False
    archived: bool = False


class AddQuestion(Command):
    """A question to add; a title is made of its first words if there is none.

    Ids of choices, answers, pairs, items and lines of rubrics are replaced by ones that tell nothing; those of gaps
    stay.
    """

    body: Body
    title: Title = ""
    points: Points = 1.0
    penalty: Penalty = 0.0
    difficulty: Difficulty | None = None
    tags: Tags = msgspec.field(default_factory=list)
    category_id: UUID | None = None
    code: Code = ""


class ChangeQuestion(Command):
    """What to change; `version` is the one that was changed. Parts keep their ids, new ones get theirs."""

    version: int
    body: Body | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    penalty: Penalty | UnsetType = UNSET
    difficulty: Difficulty | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    category_id: UUID | UnsetType | None = UNSET
    code: Code | UnsetType = UNSET


class CopyQuestion(Command):
    """The course to copy a question to, and where in its bank."""

    course_id: UUID
    category_id: UUID | None = None


class PreviewBody(Command):
    """A question to see as learners would; it need not be finished."""

    body: Body
    points: Points = 1.0


class AddCategory(Command):
    """A category to add, last among its siblings; it is shared if its parent is, unless told."""

    name: CategoryName
    parent_id: UUID | None = None
    shared: bool | UnsetType = UNSET


class ChangeCategory(Command):
    """What to change about a category; `shared` goes for all below it, too."""

    version: int
    name: CategoryName | UnsetType = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    shared: bool | UnsetType = UNSET
    position: Place | UnsetType = UNSET


class PlacedIn(View):
    """The category of a question; `path` has its name and those around it, the outermost first."""

    id: UUID
    path: list[str]


class Statistics(View):
    """How a question did: attempts at it, the mean share of points, and how far it goes with the rest of its tests."""

    attempts: int
    facility: float | None
    discrimination: float | None


class BankQuestion(View):
    """A question in its bank; `html` is its text, left out in lists."""

    id: UUID
    course_id: UUID
    category: PlacedIn | None
    title: str
    kind: Kind
    points: float
    penalty: float
    difficulty: Difficulty | None
    tags: list[str]
    code: str
    body: Body
    version: int
    shared: bool
    archived: bool
    created_at: datetime
    changed_at: datetime
    uses: int
    statistics: Statistics | None
    html: str | UnsetType = UNSET


class QuestionVersion(View):
    """A version of a question, and who wrote it."""

    number: int
    title: str
    points: float
    penalty: float
    body: Body
    author: Person
    created_at: datetime


class QuestionPreview(View):
    """A question as learners would see it; what is odd in its text, and why it could not be kept as it is."""

    question: Shown
    warnings: list[Warning]
    faults: list[FieldError]


class Category(View):
    """A category of a bank; `questions` in it, without those below and those archived."""

    id: UUID
    course_id: UUID
    parent_id: UUID | None
    name: str
    path: list[str]
    shared: bool
    position: int
    questions: int
    version: int
