"""A course as its staff write it: what is stored, what comes in, and what goes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.files import File, url
from banyan.kit.markdown import Heading, Warning  # noqa: A004 -- the contract's name
from banyan.kit.wire import UNSET, Command, Moment, Name, Text, UnsetType, View
from banyan.schools import Locale

__all__ = [
    "AddItem",
    "AddModule",
    "AddStaff",
    "ChangeCourse",
    "ChangeItem",
    "ChangeModule",
    "CopyCourse",
    "CourseHead",
    "CourseState",
    "Difficulty",
    "Draft",
    "DraftItem",
    "DraftItemRow",
    "DraftModule",
    "DraftOutline",
    "DraftPage",
    "Enrolment",
    "Entry",
    "ItemKind",
    "Module",
    "ModulePlace",
    "NewCourse",
    "NewItem",
    "NewModule",
    "OutlineModule",
    "Preview",
    "PreviewSource",
    "SetOutline",
    "SetStaff",
    "Source",
    "StaffAccount",
    "StaffMember",
    "StaffRole",
    "Staffed",
    "WrittenKind",
]

WrittenKind = Literal["lesson", "file", "video", "link"]
ItemKind = Literal["lesson", "file", "video", "link", "test"]
StaffRole = Literal["owner", "teacher", "assistant"]
CourseState = Literal["draft", "published", "archived"]
Enrolment = Literal["open", "code", "staff"]
Difficulty = Literal["beginner", "intermediate", "advanced"]

Source = Annotated[str, msgspec.Meta(max_length=300_000, pattern=r"^[^\x00]*$")]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x20\x7f]+$")]
Category = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Places = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{4,40}$")]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=r"^[^\x00-\x20]+$")]


class Staffed(Protocol):
    """Anything that tells of a course what deciding who may see it takes."""

    @property
    def school_id(self) -> UUID:
        """Whose course it is."""

    @property
    def state(self) -> CourseState:
        """Whether it has been published."""

    @property
    def staff(self) -> Mapping[UUID, StaffRole]:
        """The role of each account on its staff."""


class CourseHead(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision about a course asks: its settings and who its staff are; nothing of its contents.

    `staff` has the role of each account; `teachers` are owners, then teachers, by name.
    """

    id: UUID
    school_id: UUID
    title: str
    summary: str
    cover_id: UUID | None
    cover_name: str | None
    category: str
    difficulty: Difficulty | None
    language: str
    state: CourseState
    enrolment: Enrolment
    enrolment_code: str | None
    places: int | None
    version: int
    created_at: datetime
    deleted: bool
    staff: dict[UUID, StaffRole]
    teachers: list[Person]

    @property
    def cover(self) -> str | None:
        """The address of its cover."""
        return url(self.cover_id, self.cover_name) if self.cover_id and self.cover_name is not None else None


class DraftItemRow(msgspec.Struct, frozen=True):
    """An item of a draft with its whole content; `minutes` is how long reading takes."""

    id: UUID
    module_id: UUID
    kind: ItemKind
    title: str
    source: str
    url: str | None
    file_id: UUID | None
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    version: int


class DraftModule(msgspec.Struct, frozen=True):
    """A module of a draft, with its items in order."""

    id: UUID
    title: str
    version: int
    items: list[DraftItemRow]


class Draft(msgspec.Struct, frozen=True):
    """The draft of a course, in order."""

    modules: list[DraftModule]


class NewItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a draft that is written as a whole; `id` may be that of one the course had."""

    id: UUID
    kind: ItemKind
    title: str
    source: str = ""
    url: str | None = None
    file_id: UUID | None = None
    minutes: int = 1
    release_at: datetime | None = None
    due_at: datetime | None = None


class NewModule(msgspec.Struct, frozen=True, kw_only=True):
    """A module of a draft that is written as a whole; `id` may be that of one the course had."""

    id: UUID
    title: str
    items: Sequence[NewItem]


class NewCourse(Command):
    """A course to begin."""

    title: Name
    summary: Text = ""
    category: Category = ""
    difficulty: Difficulty | None = None
    language: Locale = "en"


class ChangeCourse(Command):
    """Settings to change; `version` is the one that was changed.

    `enrolment_code: null` asks for a new code; `places: null` takes the limit away.
    """

    version: int
    title: Name | UnsetType = UNSET
    summary: Text | UnsetType = UNSET
    cover_id: UUID | UnsetType | None = UNSET
    category: Category | UnsetType = UNSET
    difficulty: Difficulty | UnsetType | None = UNSET
    language: Locale | UnsetType = UNSET
    enrolment: Enrolment | UnsetType = UNSET
    enrolment_code: Code | UnsetType | None = UNSET
    places: Places | UnsetType | None = UNSET
    state: CourseState | UnsetType = UNSET


class CopyCourse(Command):
    """What the copy is called; the title of the original with “(copy)” unless told."""

    title: Name | UnsetType = UNSET


class AddModule(Command):
    """A module to add `after` another one, at the beginning (null), or at the end (left out)."""

    title: Name
    after: UUID | UnsetType | None = UNSET


class ChangeModule(Command):
    """A module's new title."""

    version: int
    title: Name


class AddItem(Command):
    """An item to add `after` another one of the module, at its beginning (null), or at its end (left out).

    A test has a way of its own: `POST /courses/{id}/tests`.
    """

    kind: WrittenKind
    title: Name
    source: Source = ""
    url: Address | None = None
    file_id: UUID | None = None
    release_at: Moment | None = None
    due_at: Moment | None = None
    after: UUID | UnsetType | None = UNSET


class ChangeItem(Command):
    """What to change in an item; `version` is the one that was changed."""

    version: int
    title: Name | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    url: Address | UnsetType | None = UNSET
    file_id: UUID | UnsetType | None = UNSET
    release_at: Moment | UnsetType | None = UNSET
    due_at: Moment | UnsetType | None = UNSET


class OutlineModule(Command):
    """A module and its items, in order."""

    id: UUID
    items: list[UUID]


class SetOutline(Command):
    """The order of everything in a draft; names each of its modules and items exactly once."""

    version: int
    modules: list[OutlineModule]


class PreviewSource(Command):
    """Markdown to see as learners would."""

    source: Source


class AddStaff(Command):
    """Someone of the school, by address, to join the staff of a course."""

    email: Email
    role: StaffRole


class SetStaff(Command):
    """A role in the staff of a course."""

    role: StaffRole


class Entry(View):
    """An item in the outline of a draft. Nothing is locked for staff."""

    id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    version: int
    locked: bool = False


class ModulePlace(View):
    """A module in the outline of a draft."""

    id: UUID
    title: str
    version: int
    items: list[Entry]


class DraftOutline(View):
    """A draft in order; `version` is the course's, `revision` the published one, 0 when there is none."""

    version: int
    revision: int
    modules: list[ModulePlace]


class DraftPage(View):
    """A course, as its staff see it; `draft_changes` since the published revision, where they have been counted."""

    id: UUID
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
    places_left: int | None
    teachers: list[Person]
    version: int
    role: StaffRole | None
    outline: DraftOutline
    progress: None = None
    draft_changes: int | UnsetType = UNSET


class Module(View):
    """A module."""

    id: UUID
    title: str
    version: int


class DraftItem(View):
    """An item of a draft: how it is written, and how learners would see it."""

    id: UUID
    module_id: UUID
    kind: ItemKind
    title: str
    minutes: int
    release_at: datetime | None
    due_at: datetime | None
    locked: bool
    version: int
    source: str
    url: str | None
    file: File | None
    html: str
    toc: list[Heading]
    warnings: list[Warning]


class Preview(View):
    """Markdown as learners would see it."""

    html: str
    toc: list[Heading]
    warnings: list[Warning]


class StaffAccount(View):
    """Someone on the staff of a course."""

    id: UUID
    name: str
    email: str


class StaffMember(View):
    """Someone on the staff of a course, with their role in it."""

    account: StaffAccount
    role: StaffRole
