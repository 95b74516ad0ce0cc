"""What teachers see of the attempts at a test: results, statistics, and how it goes at this moment."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.wire import View
from banyan.questions import Shown

__all__ = [
    "AttemptLine",
    "Bar",
    "Given",
    "Histogram",
    "Live",
    "QuestionStatistics",
    "Sort",
    "Standing",
    "Taker",
    "TakerState",
    "TestResult",
    "Wanted",
]

Standing = Literal["not_begun", "running", "submitted", "graded"]
Sort = Literal["name", "score", "-score"]
TakerState = Literal["answering", "idle", "submitted", "graded"]


class Wanted(msgspec.Struct, frozen=True):
    """Which results of a test: of learners whose name has `query` in it and, if one is given, whose state is this."""

    query: str = ""
    sort: Sort = "name"
    state: Standing | None = None


class AttemptLine(View):
    """One attempt of a learner; `seconds` that it took. Points are those of a graded attempt.

    One that was not handed in before its deadline, but closed by the clock, has it as `submitted_at`.
    """

    id: UUID
    number: int
    state: Literal["running", "submitted", "graded"]
    points: float | None
    max_points: float
    percent: float | None
    counts: bool
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    seconds: int | None


class TestResult(View):
    """What a learner has reached in a test.

    Attributes:
        state: of the newest attempt.
        percent: that the attempts come to; null while there is nothing that counts.
        points, max_points: of the attempt that counts; null if it is the average of several.
        passed: by the pass mark of the revision that the attempt was at, or the newest of several; null if it has none.
        seconds: that the attempts which count took, on average.
        attempts: the oldest first.
    """

    learner: Person
    enrolled: bool
    state: Standing
    percent: float | None
    points: float | None
    max_points: float | None
    passed: bool | None
    seconds: int | None
    attempts: list[AttemptLine]


class Bar(View):
    """How many learners have a percent from `low` to under `high`; the last bar has those at 100, too."""

    low: int
    high: int
    count: int


class Histogram(View):
    """How the results of a test are spread, in percent.

    Attributes:
        passed: each by the pass mark of the revision that they took; null if none has one.
        pass_percent: of the newest revision that was taken.
        median_seconds: how long attempts took, all that are closed, from the start until they were handed in or ended.
    """

    learners: int
    bars: list[Bar]
    mean: float | None
    median: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    passed: int | None
    pass_percent: float | None
    median_seconds: int | None


class Given(View):
    """So many gave this answer to a question, or to a part of it; a null `value` stands for all that is not listed."""

    part: str | None
    value: str | None
    count: int
    right: bool | None


class QuestionStatistics(View):
    """How a question did in a test.

    Attributes:
        attempts: in which it is graded; `waiting` are those where a person still has to.
        facility: the mean share of its points.
        discrimination: the corrected item-total correlation.
        distribution: of each part what was given, the most frequent first, and last what is right and nobody chose.
    """

    question: Shown
    title: str
    points: float
    attempts: int
    waiting: int
    unanswered: int
    facility: float | None
    discrimination: float | None
    distribution: list[Given]


class Taker(View):
    """Someone who has begun a test, at their newest attempt; `answered` of its `questions`."""

    attempt_id: UUID
    learner: Person
    number: int
    state: TakerState
    answered: int
    questions: int
    started_at: datetime
    deadline_at: datetime | None
    seconds_left: int | None
    seen_at: datetime
    submitted_at: datetime | None


class Live(msgspec.Struct, kw_only=True):
    """How a test goes at this moment; counts are of learners, each at their newest attempt.

    Attributes:
        questions: of an attempt at the newest revision.
        answering: who has done something within the last minute; `idle` those who run and have not.
        submitted: graded or not.
    """

    now: datetime
    questions: int
    enrolled: int
    not_begun: int
    begun: int
    answering: int
    idle: int
    submitted: int
    items: list[Taker]
    next: str | None
