"""Attempts at tests: what is stored of them, what comes in and what goes out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from banyan.assessments import CorrectionKind
from banyan.files import File
from banyan.kit.wire import UNSET, Command, UnsetType, View
from banyan.questions import Revealed, Shown

__all__ = [
    "AnswerSaved",
    "AttemptCard",
    "AttemptFileInfo",
    "AttemptHead",
    "AttemptView",
    "Closing",
    "Counts",
    "Facts",
    "GradeRow",
    "HeadRow",
    "OpenTimes",
    "QuestionResult",
    "ResultRow",
    "ResultView",
    "RubricResult",
    "RunningAttempt",
    "SaveAnswer",
    "SavedView",
    "SectionView",
    "StartAttempt",
    "StartPreview",
    "State",
    "StoredAnswer",
    "Submitted",
    "TestRef",
]

State = Literal["running", "submitted", "graded"]
Counts = Literal["best", "last", "first", "average"]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Facts(msgspec.Struct, frozen=True):
    """What never changes about an attempt."""

    learner_id: UUID
    id: UUID
    test_id: UUID
    course_id: UUID
    revision: int
    number: int
    seed: int
    started_at: datetime

    @property
    def preview(self) -> bool:
        """Whether a member of the staff looks at the test; it counts for nothing."""
        return self.number < 0


class HeadRow(msgspec.Struct, frozen=True):
    """An attempt as it stands. `now` is the database's clock, `overdue` whether its time is up, grace included."""

    learner_id: UUID
    id: UUID
    test_id: UUID
    course_id: UUID
    revision: int
    number: int
    seed: int
    started_at: datetime
    state: State
    deadline_at: datetime | None
    submitted_at: datetime | None
    score: float | None
    max_points: float
    now: datetime
    overdue: bool

    @property
    def facts(self) -> Facts:
        """What of it never changes."""
        return Facts(
            self.learner_id,
            self.id,
            self.test_id,
            self.course_id,
            self.revision,
            self.number,
            self.seed,
            self.started_at,
        )


class AttemptHead(msgspec.Struct, frozen=True):
    """One of a learner's attempts at a test; `score` of `max_points`, None before it is wholly graded.

    `now` is the database's clock, `overdue` whether its time is up though it runs.
    """

    id: UUID
    number: int
    revision: int
    state: State
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    score: float | None
    max_points: float
    now: datetime
    overdue: bool


class StoredAnswer(msgspec.Struct, frozen=True):
    """What is saved for one question of an attempt."""

    attempt_id: UUID
    question_id: UUID
    number: int
    response: Any
    flagged: bool
    saved_at: datetime


class GradeRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a response was worth, as it was graded.

    Attributes:
        fraction: of the question's points; None while a person has to say.
        correct: the verdict in a word.
        response: that was graded.
        comment: a grader's.
        rubric: how far each line of it was met, from 0 to 1, as graders say of those lines that they chose a level for.
    """

    fraction: float | None
    points: float | None
    correct: Literal["right", "partly", "wrong", "unanswered", "ungraded"]
    response: Any = None
    comment: str = ""
    rubric: dict[str, float] = {}


class Closing(msgspec.Struct, frozen=True):
    """An attempt to close: because its learner submits it, or because the `clock` says that its time is up."""

    learner_id: UUID
    attempt_id: UUID
    clock: bool = False


class ResultRow(msgspec.Struct, frozen=True):
    """What the staff of a test see of an attempt."""

    attempt_id: UUID
    learner_id: UUID
    name: str
    number: int
    revision: int
    seed: int
    state: State
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    seen_at: datetime
    answered: int
    points: float | None
    max_points: float
    needs_grading: int
    grades: dict[UUID, GradeRow]


class AttemptFileInfo(msgspec.Struct, frozen=True):
    """A file that was sent to an attempt."""

    id: UUID
    name: str
    media_type: str
    size: int
    digest: bytes


class OpenTimes(View):
    """When a test can be begun, for the one who asks."""

    opens_at: datetime | None
    closes_at: datetime | None


class StartAttempt(Command):
    """Begin an attempt, or go on with the one that runs; the code is asked for only to begin."""

    access_code: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00]*$")] = ""


class StartPreview(Command):
    """Take the test as a learner would, for the staff; it counts for nothing."""


class SaveAnswer(Command):
    """An answer, null for none; `flagged` is to come back to it, and stays as it is where it is left out.

    `number` is the client's own count of its saves of this question: of two, the one with the larger number is newer.
    """

    number: Number
    response: Any
    flagged: bool | UnsetType = UNSET


class AnswerSaved(View):
    """What is on disk: of an older save than that, nothing. `deadline_at` may have moved nearer, see docs/api.md."""

    number: int
    saved_at: datetime
    now: datetime
    deadline_at: datetime | None


class TestRef(View):
    """The test of an attempt."""

    id: UUID
    title: str
    course_id: UUID


class SectionView(View):
    """A part of a test with its questions, in the order of this attempt."""

    id: str
    title: str
    html: str
    questions: list[Shown]


class SavedView(View):
    """An answer as it is saved."""

    response: Any
    number: int
    flagged: bool
    saved_at: datetime


class AttemptCard(View):
    """How an attempt stands."""

    id: UUID
    number: int
    state: State
    preview: bool
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    now: datetime


class AttemptView(View):
    """An attempt with everything that taking it needs; see docs/api.md.

    `sections` are empty once it is closed: what may then be known of it is in its result. `files` were sent to it.
    """

    id: UUID
    test: TestRef
    revision: int
    number: int
    state: State
    preview: bool
    started_at: datetime
    deadline_at: datetime | None
    now: datetime
    submitted_at: datetime | None
    page: Literal["one", "all"]
    go_back: bool
    sections: list[SectionView]
    answers: dict[UUID, SavedView]
    files: list[File]


class RunningAttempt(View):
    """An attempt that its learner can go on with."""

    id: UUID
    test: TestRef
    started_at: datetime
    deadline_at: datetime | None
    now: datetime


class Submitted(View):
    """An attempt that is closed: graded, or `submitted` as long as people have to grade.

    `score` of `max_points` is null where it is not told (yet), or not known.
    """

    id: UUID
    state: State
    submitted_at: datetime
    score: float | None
    max_points: float | None
    now: datetime


class RubricResult(View):
    """A line of a rubric: its share of the points, and how far it was met, from 0 to 1; null if nobody said."""

    text: str
    share: float
    level: float | None


class QuestionResult(View):
    """What became of one question, as far as the test's settings let its taker know.

    `rubric` comes with the feedback, once people have graded by it. `correction`, with the points, is what was done
    since about a question that was wrong: it got another key, counts for nobody (void), or in full for everyone.
    """

    question: Shown
    response: Any
    revealed: Revealed
    correction: CorrectionKind | UnsetType | None = UNSET
    points: float | UnsetType | None = UNSET
    comment: str | UnsetType = UNSET
    rubric: list[RubricResult] | UnsetType = UNSET


class ResultView(View):
    """The result of an attempt, as far as the test's settings let its taker know.

    Attributes:
        score: points of `max_points`; null if it is not to be known (yet), or people have still to grade.
        passed: by this attempt, or by what was set instead; null for a test that nobody passes or fails, too.
        counts: which attempts make the result of the test.
        counted: the percent that they make, or that a teacher has set instead: then it is `overridden`.
        told_at: when more will be told, null if everything is told or will never be.
        questions: in their order; null as long as neither answers nor feedback are told.
        files: that were sent to the attempt.
    """

    attempt: AttemptCard
    test: TestRef
    score: float | None
    max_points: float | None
    percent: float | None
    passed: bool | None
    needs_grading: int
    counts: Counts
    counted: float | None
    overridden: bool
    told_at: datetime | None
    questions: list[QuestionResult] | None
    files: list[File]
