"""A revision of a test: all that attempts at it need, rendered once. It never changes."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal
from uuid import UUID

import msgspec

from banyan.assessments.model import Accommodation, Settings
from banyan.questions import Body, Key, Prepared

__all__ = [
    "Asked",
    "Correction",
    "CorrectionKind",
    "Document",
    "PublishedEntry",
    "PublishedSection",
    "PublishedTest",
    "Window",
    "window",
]

CorrectionKind = Literal["key", "void", "full_marks"]


class Asked(msgspec.Struct, frozen=True):
    """A question as this revision asks it: what it is worth, graded by, shown as, and told of afterwards.

    `correction` says what was done about it later; a revision itself has none.
    """

    id: UUID
    version: int
    title: str
    points: float
    body: Body
    prepared: Prepared
    key: Key
    correction: CorrectionKind | None = None


class Correction(msgspec.Struct, frozen=True):
    """What is to be graded otherwise than it was published: by another key, for nobody, or in full for everyone."""

    kind: CorrectionKind
    body: Body | None = None
    key: Key | None = None


class PublishedEntry(msgspec.Struct, frozen=True):
    """So many of these questions: drawn, or the one that is fixed. No fixed question is among those of a draw."""

    count: int
    questions: list[UUID]
    drawn: bool


class PublishedSection(msgspec.Struct, frozen=True):
    """A part of a test; `html` of its text."""

    id: str
    title: str
    html: str
    shuffle: bool
    entries: list[PublishedEntry]


class Document(msgspec.Struct, frozen=True):
    """A revision as it is stored; `html` of the description. Every question that an attempt could get is there."""

    title: str
    settings: Settings
    html: str
    sections: list[PublishedSection]
    questions: list[Asked]


class PublishedTest(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """A revision of a test, shared by all who take it.

    Attributes:
        html: of the description.
        questions: every one that an attempt could get; `layout` says which it gets.
    """

    id: UUID
    school_id: UUID
    course_id: UUID
    revision: int
    title: str
    settings: Settings
    html: str
    sections: list[PublishedSection]
    questions: dict[UUID, Asked]

    @cached_property
    def size(self) -> int:
        """How many questions an attempt has."""
        return sum(entry.count for section in self.sections for entry in section.entries)

    @cached_property
    def points(self) -> float | None:
        """What all questions of an attempt are worth together; None where that depends on which are drawn."""
        total = 0.0
        for section in self.sections:
            for entry in section.entries:
                worth = {self.questions[question].points for question in entry.questions}
                if len(worth) > 1:
                    return None
                total += entry.count * worth.pop()
        return total


class Window(msgspec.Struct, frozen=True):
    """When someone may take a test, for how long and how often; None for no such bound."""

    opens_at: datetime | None
    closes_at: datetime | None
    time_limit_seconds: int | None
    attempts: int | None

    def deadline(self, started_at: datetime) -> datetime | None:
        """When an attempt ends that begins then: after its time, or when the test closes."""
        ends = [self.closes_at] if self.closes_at else []
        if self.time_limit_seconds is not None:
            ends.append(started_at + timedelta(seconds=self.time_limit_seconds))
        return min(ends, default=None)


def window(settings: Settings, accommodation: Accommodation | None) -> Window:
    """When someone may take a test, for how long and how often, with what they have more than others."""
    extra = accommodation
    if extra is None:
        return Window(settings.opens_at, settings.closes_at, settings.time_limit_seconds, settings.attempts)
    limit = settings.time_limit_seconds
    return Window(
        opens_at=extra.opens_at or settings.opens_at,
        closes_at=extra.closes_at or settings.closes_at,
        # A second that is begun is theirs.
        time_limit_seconds=None
        if limit is None
        else -(-limit * (100 + extra.extra_percent) // 100) + 60 * extra.extra_minutes,
        attempts=None if settings.attempts is None else settings.attempts + extra.extra_attempts,
    )
