"""Grading by people, and grading again: what comes in, what is kept, and what goes out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.assessments import CorrectionKind
from banyan.files import File
from banyan.kit.wire import UNSET, Command, NoNul, UnsetType, View
from banyan.questions import Body, RubricLine, Shown

__all__ = [
    "BeginRegrade",
    "GradeChange",
    "GradeView",
    "Grading",
    "GradingLine",
    "Kind",
    "PersonGrade",
    "QuestionRef",
    "Regrade",
    "RegradePreview",
    "Response",
    "SaveGrade",
    "Sheet",
    "TestOfSheet",
    "Wanted",
]

Kind = Literal["key", "void", "full_marks", "published"]
Wanted = Literal["waiting", "graded", "all"]
LineId = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class PersonGrade(msgspec.Struct, frozen=True):
    """What one person says that a response is worth; `settles`: whatever the others say."""

    grader_id: UUID
    grader: str
    settles: bool
    points: float
    comment: str
    rubric: dict[str, float]
    version: int
    at: datetime


class SaveGrade(Command):
    """What a response is worth; `version` is that of the grade which it replaces, 0 for the first.

    `settle`: instead of a grade of one's own, it says what counts whatever graders say.
    """

    version: Annotated[int, msgspec.Meta(ge=0)]
    points: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    comment: Annotated[str, msgspec.Meta(max_length=10_000, pattern=NoNul)] = ""
    rubric: Annotated[dict[LineId, Share], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=dict)
    settle: bool = False


class GradingLine(View):
    """A question that people grade, and how many responses to it wait for that."""

    id: UUID
    title: str
    kind: str
    points: float
    waiting: int
    graded: int


class Grading(View):
    """What of a test people grade; `blind`: without knowing whose it is."""

    blind: bool
    questions: list[GradingLine]


class Response(View):
    """A response that waits for a grader, or has been graded; one of `learner` and `pseudonym` is null."""

    attempt_id: UUID
    learner: Person | None
    pseudonym: str | None
    submitted_at: datetime
    state: Literal["waiting", "graded"]
    points: float | None
    graders: int


class GradeView(View):
    """What one person says that a response is worth."""

    grader: Person
    points: float
    comment: str
    rubric: dict[str, float]
    version: int
    at: datetime


class TestOfSheet(View):
    """The test that a response was given in."""

    id: UUID
    title: str
    course_id: UUID


class Sheet(View):
    """A response with all that grading it needs.

    Attributes:
        worth: the points that it can earn; `points` are those that it has.
        correction: what was done since about a question that was wrong.
        html: of an essay.
        comment: that the learner gets.
    """

    attempt_id: UUID
    learner: Person | None
    pseudonym: str | None
    submitted_at: datetime
    state: Literal["waiting", "graded"]
    points: float | None
    graders: int
    test: TestOfSheet
    question: Shown
    worth: float
    correction: CorrectionKind | None
    response: Any
    html: str | None
    files: list[File]
    for_graders: str
    rubric: Sequence[RubricLine]
    grades: list[GradeView]
    settlement: GradeView | None
    comment: str


class BeginRegrade(Command):
    """Correct a question: by another key, for nobody, or in full for everyone; none of them: as it was published.

    `revisions`: only these, else all that have it. `dry_run`: only tell what would change.
    """

    question_id: UUID
    reason: Reason
    body: Body | UnsetType = UNSET
    void: bool = False
    full_marks: bool = False
    revisions: Annotated[list[int], msgspec.Meta(min_length=1, max_length=1_000)] | UnsetType = UNSET
    dry_run: bool = False


class GradeChange(View):
    """An attempt whose points a regrade changed."""

    attempt_id: UUID
    learner: Person
    before: float | None
    after: float


class RegradePreview(View):
    """What a regrade would change: so many of all closed attempts; means in percent, of those that are graded."""

    attempts: int
    changed: int
    raised: int
    lowered: int
    mean_before: float | None
    mean_after: float | None
    examples: list[GradeChange]


class QuestionRef(View):
    """A question, by the title that it has in its test."""

    id: UUID
    title: str


class Regrade(View):
    """A key that was corrected, and how far attempts have been graded by it."""

    id: UUID
    question: QuestionRef
    correction: Kind
    revisions: list[int]
    reason: str
    author: Person
    created_at: datetime
    state: Literal["waiting", "running", "done"]
    attempts: int
    seen: int
    changed: int
    raised: int
    lowered: int
    finished_at: datetime | None
