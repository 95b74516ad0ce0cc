"""The gradebook of a course: all its learners in all its tests."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.gradebook.model import Standing
from banyan.kit.wire import UNSET, Command, UnsetType, View

__all__ = [
    "Book",
    "BookLine",
    "BookTest",
    "Cell",
    "Missing",
    "OverrideView",
    "OwnGrade",
    "OwnGrades",
    "SetOverride",
    "SetWeights",
    "Weights",
]

Missing = Literal["left_out", "zero"]
Weight = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class BookTest(View):
    """A published test of a course, and what it weighs in the course's total."""

    id: UUID
    title: str
    weight: float
    pass_percent: float | None


class OverrideView(View):
    """Someone has written another result; `instead_of` is what the attempts say."""

    percent: float
    reason: str
    author: Person
    at: datetime
    instead_of: float | None


class Cell(View):
    """A learner in a test; `percent` is the override's, if there is one.

    `passed` is by the pass mark of the revision that was taken, null without one.
    """

    percent: float | None
    passed: bool | None
    state: Standing
    attempts: int
    override: OverrideView | None


class BookLine(View):
    """A learner in all tests; `total` is the mean of their percents by weights."""

    learner: Person
    total: float | None
    cells: dict[UUID, Cell]


class Book(msgspec.Struct, kw_only=True):
    """A page of a gradebook; `version` is that of the weights."""

    version: int
    missing: Missing
    tests: list[BookTest]
    items: list[BookLine]
    next: str | None


class SetWeights(Command):
    """What tests weigh, all at once. `missing`: what a test without a result counts.

    Of those left out, the published ones weigh 1; the others, which no gradebook shows yet, weigh what they did.
    """

    version: Annotated[int, msgspec.Meta(ge=0)]
    weights: Annotated[dict[UUID, Weight], msgspec.Meta(max_length=2_000)]
    missing: Missing | UnsetType = UNSET


class Weights(View):
    """What tests weigh; those left out weigh 1."""

    version: int
    missing: Missing
    weights: dict[UUID, float]


class SetOverride(Command):
    """Another result than the attempts say, in percent, and why."""

    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    reason: Reason


class OwnGrade(View):
    """One's own result in a test; `told` is whether the test lets one know it (yet)."""

    id: UUID
    title: str
    weight: float
    state: Standing
    attempts: int
    percent: float | None
    passed: bool | None
    told: bool
    overridden: bool


class OwnGrades(View):
    """One's own results in a course; `total` is of those that one is told."""

    total: float | None
    tests: list[OwnGrade]
