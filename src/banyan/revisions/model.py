"""Revisions: a course as it was published, and what has changed since."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.courses import CourseState, Difficulty, Enrolment, ItemKind, StaffRole
from banyan.files import File
from banyan.kit.markdown import Heading
from banyan.kit.problems import Conflict, Unprocessable
from banyan.kit.wire import UNSET, Command, Text, UnsetType, View
from banyan.revisions.outline import Outline, OutlineItem

__all__ = [
    "Aspect",
    "Card",
    "Change",
    "ChangeKind",
    "Changes",
    "Content",
    "CourseCard",
    "CoursePublished",
    "Document",
    "DocumentFile",
    "NothingInIt",
    "NothingToPublish",
    "Publish",
    "Published",
    "Revision",
    "Standing",
]


class Publish(Command):
    """Publish the draft; `note` tells the staff what is new."""

    note: Text = ""


class Revision(View):
    """One publication of a course, for its staff."""

    number: int
    created_at: datetime
    author: Person
    note: str
    title: str


class Card(msgspec.Struct, frozen=True):
    """What a course says of itself. Learners see it as it was published."""

    title: str
    summary: str
    cover_id: UUID | None
    category: str
    difficulty: Difficulty | None
    language: str


class CourseCard(View):
    """A course in a list; without a revision what was never published. `state` and `role` are for its staff."""

    id: UUID
    title: str
    summary: str
    cover: str | None
    category: str
    difficulty: Difficulty | None
    language: str
    revision: int | None
    published_at: datetime | None
    enrolment: Enrolment
    places: int | None
    places_left: int | None
    lessons: int
    state: CourseState | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET


class Standing(msgspec.Struct, frozen=True):
    """What learners of a course see right now, without the outline; `staff` by account, `version` the course's."""

    course_id: UUID
    school_id: UUID
    revision: int
    published_at: datetime
    title: str
    summary: str
    cover: str | None
    category: str
    difficulty: Difficulty | None
    language: str
    state: CourseState
    enrolment: Enrolment
    enrolment_code: str | None
    places: int | None
    version: int
    teachers: list[Person]
    staff: dict[UUID, StaffRole]


class Published(Standing, frozen=True):
    """What learners of a course see right now."""

    outline: Outline

    @property
    def items(self) -> list[OutlineItem]:
        """Every item, in the order of reading."""
        return self.outline.items


class DocumentFile(msgspec.Struct, frozen=True):
    """A file that an item shows; `size` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int


class Document(msgspec.Struct, frozen=True):
    """An item's page, rendered and sanitised; the same for ever under one digest."""

    kind: ItemKind
    html: str
    toc: list[Heading]
    words: int
    url: str | None
    file: DocumentFile | None

    @property
    def weight(self) -> int:
        """For the cache: how many small values this stands for."""
        return 1 + len(self.html) // 2_000


class Content(msgspec.Struct, frozen=True):
    """What the author of an item wrote."""

    kind: ItemKind
    source: str
    url: str | None
    file_id: UUID | None


ChangeKind = Literal["added", "removed", "changed", "moved", "renamed", "settings"]


class Aspect(View):
    """One side of a change: only what differs is there.

    `position` counts from 1, in the module or, for a module, in the course. `source` is left out where all changes
    together would be too long to send.
    """

    title: str | UnsetType = UNSET
    summary: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    difficulty: Difficulty | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    cover: str | UnsetType | None = UNSET
    module: str | UnsetType = UNSET
    module_id: UUID | UnsetType = UNSET
    position: int | UnsetType = UNSET
    kind: ItemKind | UnsetType = UNSET
    source: str | UnsetType = UNSET
    url: str | UnsetType | None = UNSET
    file: File | UnsetType | None = UNSET
    release_at: datetime | UnsetType | None = UNSET
    due_at: datetime | UnsetType | None = UNSET


class Change(View):
    """A difference between a revision and the draft; the module's without `item_id`, the course's without both."""

    kind: ChangeKind
    item_id: UUID | None
    module_id: UUID | None
    title: str
    before: Aspect | None
    after: Aspect | None


class Changes(View):
    """How the draft differs from the revision `since`; null when there is none yet."""

    since: int | None
    items: list[Change]


class CoursePublished(msgspec.Struct, frozen=True):
    """Event: learners of a course now read this revision."""

    course_id: UUID
    school_id: UUID
    revision: int


class NothingToPublish(Conflict):
    """The draft is what learners already read."""

    code = "nothing_to_publish"
    title = "Nothing has changed since the last publication"


class NothingInIt(Unprocessable):
    """The draft has no items."""

    code = "nothing_in_it"
    title = "There is nothing in this course yet"
