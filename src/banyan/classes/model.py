"""Classes: the cohorts of a course, in which study groups are."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.courses import CourseHead, StaffRole
from banyan.kit.actor import Actor
from banyan.kit.problems import Conflict
from banyan.kit.wire import UNSET, Command, Name, Text, UnsetType, View

__all__ = [
    "AddMembers",
    "Added",
    "ChangeClass",
    "ClassArchived",
    "ClassHead",
    "ClassLeft",
    "ClassMember",
    "ClassOfCourse",
    "ClassRow",
    "ClassStanding",
    "ClassView",
    "MemberRow",
    "NewClass",
]

Admission = Literal["course", "staff"]
GroupsBy = Literal["learners", "staff"]
State = Literal["active", "archived"]


class ClassArchived(Conflict):
    """Nothing new begins in a class that is archived."""

    code = "class_archived"
    title = "This class is archived"


class ClassOfCourse(Conflict):
    """Everyone in the course is in the class; nobody can be put in or taken out."""

    code = "class_of_course"
    title = "Everyone in the course is in this class"


class NewClass(Command):
    """A class to make; all of the course is in it, and its learners make groups, unless told."""

    name: Name
    description: Text = ""
    admission: Admission = "course"
    groups_by: GroupsBy = "learners"


class ChangeClass(Command):
    """What to change about a class; `version` is the one that was seen."""

    version: int
    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    admission: Admission | UnsetType = UNSET
    groups_by: GroupsBy | UnsetType = UNSET
    state: State | UnsetType = UNSET


class AddMembers(Command):
    """Learners of the course to put into a class."""

    accounts: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=2_000)]


class ClassHead(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision about a class asks.

    Attributes:
        admission: who is in it: all of the course, or those whom its staff choose.
        groups_by: who makes groups in it; staff always may.
    """

    id: UUID
    school_id: UUID
    course_id: UUID
    name: str
    description: str
    admission: Admission
    groups_by: GroupsBy
    state: State
    version: int


class ClassRow(ClassHead, frozen=True, kw_only=True):
    """A class in a list, and whether the one who asks is in it."""

    mine: bool


class ClassStanding(msgspec.Struct, frozen=True):
    """How someone stands to a class: whether they are in it, and what they are on the staff of its course."""

    class_: ClassHead
    course: CourseHead
    role: StaffRole | None
    inside: bool


class MemberRow(msgspec.Struct, frozen=True):
    """Someone in a class that staff choose for."""

    account_id: UUID
    name: str
    joined_at: datetime


class ClassView(View):
    """A class; `members` is null when all of the course is in it, `mine` tells whether the caller is."""

    id: UUID
    course_id: UUID
    name: str
    description: str
    admission: Admission
    groups_by: GroupsBy
    state: State
    mine: bool
    members: int | None
    version: int


class ClassMember(View):
    """Someone in a class, for its staff."""

    account: Person
    joined_at: datetime


class Added(View):
    """How many came into a class who were not in it before."""

    added: int


class ClassLeft(msgspec.Struct, frozen=True):
    """Event: `by` has taken someone out of a class."""

    class_id: UUID
    account_id: UUID
    by: Actor
