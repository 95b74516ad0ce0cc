"""Study groups: what is stored, what comes in, and what goes out."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.accounts import Person
from banyan.kit.wire import UNSET, Command, Name, Text, UnsetType, View

__all__ = [
    "Admission",
    "ChangeGroup",
    "ChangeMember",
    "ClassRef",
    "CourseRef",
    "GroupEvent",
    "GroupHead",
    "GroupMember",
    "GroupState",
    "GroupView",
    "InvitationView",
    "Invite",
    "JoinGroup",
    "LeftEvent",
    "ListChanged",
    "MemberEvent",
    "MemberRow",
    "MemberState",
    "MembershipRow",
    "NewGroup",
    "Role",
    "Standing",
    "State",
]

Admission = Literal["open", "request", "invitation"]
Role = Literal["owner", "moderator", "member"]
MemberState = Literal["active", "requested", "left", "removed"]
State = Literal["active", "archived"]

Places = Annotated[int, msgspec.Meta(ge=2, le=5_000)]
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
_YEAR = 525_600  # minutes


class NewGroup(Command):
    """A group to make; without `places` it has no limit."""

    name: Name
    description: Text = ""
    admission: Admission = "open"
    places: Places | None = None


class ChangeGroup(Command):
    """What to change about a group; `version` is the one that was seen. Fewer places than members put nobody out."""

    version: int
    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    admission: Admission | UnsetType = UNSET
    places: Places | UnsetType | None = UNSET
    state: State | UnsetType = UNSET


class JoinGroup(Command):
    """Who comes into a group: the caller, perhaps by an invitation's token, or `account`, whom a moderator lets in."""

    account: UUID | UnsetType = UNSET
    invitation: Token | UnsetType = UNSET


class ChangeMember(Command):
    """What to change about a member; `mute_minutes` counts from now, up to a year, and 0 ends it."""

    role: Role | UnsetType = UNSET
    mute_minutes: Annotated[int, msgspec.Meta(ge=0, le=_YEAR)] | UnsetType = UNSET


class Invite(Command):
    """How long an invitation holds, in days."""

    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 14


class GroupHead(msgspec.Struct, frozen=True, kw_only=True):
    """What every decision about a group asks; its id is its room's.

    Attributes:
        places: how many may be in it; None for no limit.
        invited_until: when its invitation ends; None without one. The invitation itself is never part of this.
    """

    id: UUID
    school_id: UUID
    course_id: UUID
    class_id: UUID
    class_name: str
    name: str
    description: str
    admission: Admission
    places: int | None
    state: State
    invited_until: datetime | None
    version: int


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who is in a group, wants to be, or was."""

    group_id: UUID
    account_id: UUID
    name: str
    role: Role
    state: MemberState
    muted_until: datetime | None
    joined_at: datetime


class MembershipRow(msgspec.Struct, frozen=True):
    """A group as someone has it on their list; they have read everything up to the event `read_seq`."""

    group_id: UUID
    course_id: UUID
    state: Literal["active", "requested"]
    read_seq: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How someone stands to a group.

    Attributes:
        role: what they are in it; None for whoever is not a member.
        state: what became of their membership; None for whoever never wanted to be in it.
        staff: whether they are on the staff of its course.
        name: what they are called; empty for staff who are not in it, where many are asked about at once.
    """

    group: GroupHead
    account_id: UUID
    role: Role | None
    state: MemberState | None
    muted_until: datetime | None
    staff: bool
    name: str

    @property
    def inside(self) -> bool:
        """Whether they are a member."""
        return self.state == "active"

    @property
    def moderates(self) -> bool:
        """Whether they keep order in the group: its owners and moderators, and the staff of its course."""
        return self.staff or self.role in ("owner", "moderator")

    @property
    def person(self) -> Person:
        """They themselves, as an event names its author."""
        return Person(id=self.account_id, name=self.name)

    def is_muted(self, now: datetime | None = None) -> bool:
        """Whether they may not write for the time being."""
        return self.muted_until is not None and self.muted_until > (now or datetime.now(UTC))


class CourseRef(View):
    """The course that a group belongs to."""

    id: UUID
    title: str


class ClassRef(View):
    """The class that a group belongs to."""

    id: UUID
    name: str


class GroupView(View):
    """A group, as the caller sees it; `members` counts them, `invited_until` is for its moderators."""

    id: UUID
    course: CourseRef
    class_: ClassRef = msgspec.field(name="class")
    name: str
    description: str
    admission: Admission
    places: int | None
    members: int
    state: State
    role: Role | None
    standing: Literal["member", "requested", "staff", "none"]
    muted_until: datetime | None
    invited_until: datetime | None
    version: int


class GroupMember(View):
    """Someone in a group, or who wants to be."""

    account: Person
    role: Role
    state: Literal["active", "requested"]
    muted_until: datetime | None
    joined_at: datetime


class InvitationView(View):
    """A link that lets whoever is in the class into the group, until it expires."""

    url: str
    expires_at: datetime


class MemberEvent(View):
    """What the room hears of someone who came, or is now something else in the group."""

    member: GroupMember
    author: Person
    at: datetime


class LeftEvent(View):
    """What the room hears of someone who is not in the group any more."""

    account_id: UUID
    reason: Literal["left", "removed"]
    author: Person
    at: datetime


class GroupState(View):
    """What a group is like, for everyone in it."""

    id: UUID
    name: str
    description: str
    admission: Admission
    places: int | None
    state: State
    version: int


class GroupEvent(View):
    """What the room hears of a group that is now something else."""

    group: GroupState
    author: Person
    at: datetime


class ListChanged(View):
    """What someone's own room hears when what their list of groups says of this one has changed."""

    group_id: UUID
