"""A learner's way through their courses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.courses import CourseState, Difficulty, Enrolment, ItemKind
from banyan.files import File
from banyan.kit.problems import Forbidden
from banyan.kit.wire import Command, View
from banyan.revisions import CourseCard

__all__ = [
    "Continue",
    "CourseCompleted",
    "CoursePage",
    "Footing",
    "ItemNeighbour",
    "ItemPage",
    "MyEnrolment",
    "NotEnrolled",
    "NotReleased",
    "OpenItem",
    "OpenModule",
    "OpenOutline",
    "OwnItem",
    "Progress",
    "ProgressSaved",
    "ProgressState",
    "SaveProgress",
    "SavedRow",
    "TocEntry",
]

ProgressState = Literal["started", "done"]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]


class OpenItem(View):
    """An item in an outline; `locked` until it is released."""

    id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    locked: bool


class OpenModule(View):
    """A module in an outline."""

    id: UUID
    title: str
    items: list[OpenItem]


class OpenOutline(View):
    """What a published course consists of, in order."""

    revision: int
    modules: list[OpenModule]


class NotEnrolled(Forbidden):
    """The caller sees the course, but is not in it."""

    code = "not_enrolled"
    title = "Enrol in this course to read it"


class NotReleased(Forbidden):
    """The item opens later."""

    code = "not_released"
    title = "This opens later"


class SaveProgress(Command):
    """Where a learner is in an item; `place` is how far down, 0 to 1."""

    state: ProgressState
    place: Fraction = 0.0


class ProgressSaved(View):
    """What is on disk; `percent` of the course's items are done."""

    state: ProgressState
    place: float
    percent: int
    completed_at: datetime | None


class SavedRow(msgspec.Struct, frozen=True):
    """One stored item, and every item of the course that this learner has done."""

    learner_id: UUID
    course_id: UUID
    item_id: UUID
    state: ProgressState
    place: float
    done: list[UUID]
    completed_at: datetime | None


class Footing(msgspec.Struct, frozen=True):
    """A learner's enrolment in one course with all their progress in it: one primary-key range.

    `states` is by item id; `latest` is the item touched last.
    """

    course_id: UUID
    enrolled_at: datetime
    completed_at: datetime | None
    states: dict[str, ProgressState]
    latest: UUID | None
    seen_at: datetime | None


class OwnItem(msgspec.Struct, frozen=True):
    """A learner's enrolment with their progress in one item."""

    state: ProgressState | None
    place: float


class Progress(View):
    """Progress in a course: percent done, state by item, and the item to go on with."""

    percent: int
    items: dict[str, ProgressState]
    continue_: UUID | None = msgspec.field(name="continue")
    enrolled_at: datetime
    completed_at: datetime | None


class Teacher(View):
    """Who teaches."""

    id: UUID
    name: str


class CoursePage(View):
    """A course as its page shows it; see docs/api.md."""

    id: UUID
    title: str
    summary: str
    cover: str | None
    category: str
    difficulty: Difficulty | None
    language: str
    state: CourseState
    enrolment: Enrolment
    places: int | None
    places_left: int | None
    teachers: list[Teacher]
    version: int
    role: Literal["owner", "teacher", "assistant", "learner"] | None
    outline: OpenOutline
    progress: Progress | None
    enrolment_code: str | None = None
    draft_changes: int | None = None


class ItemModule(View):
    """The module that an item is in."""

    id: UUID
    title: str


class ItemNeighbour(View):
    """The item before or after."""

    id: UUID
    title: str


class TocEntry(View):
    """A heading of a lesson."""

    level: int
    id: str
    title: str


class ItemPage(View):
    """An item as its reader shows it; see docs/api.md."""

    id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    locked: bool
    course_id: UUID
    module: ItemModule
    revision: int
    html: str
    toc: list[TocEntry]
    url: str | None
    file: File | None
    previous: ItemNeighbour | None
    next: ItemNeighbour | None
    state: ProgressState | None
    place: float


class Continue(View):
    """Where to go on in a course."""

    id: UUID
    title: str
    module: str


class MyEnrolment(View):
    """One of the caller's courses with their progress."""

    course: CourseCard
    percent: int
    continue_: Continue | None = msgspec.field(name="continue")
    enrolled_at: datetime
    completed_at: datetime | None
    seen_at: datetime | None


class CourseCompleted(msgspec.Struct, frozen=True):
    """Event: a learner has done every item of a course."""

    course_id: UUID
    learner_id: UUID
