"""Enrolments: who learns in which course, seen from both sides."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from banyan.kit.problems import Conflict, Forbidden, Unprocessable
from banyan.kit.wire import UNSET, Command, Text, UnsetType, View

__all__ = [
    "AlreadyEnrolled",
    "BatchLine",
    "BatchOutcome",
    "CourseFull",
    "Doing",
    "EnrolCommand",
    "EnrolMany",
    "Enrolled",
    "Enrolment",
    "EnrolmentEnded",
    "Learner",
    "NotOpen",
    "Participant",
    "ParticipantAccount",
    "RosterRow",
    "WrongCode",
]

Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class CourseFull(Conflict):
    """No places are left."""

    code = "course_full"
    title = "No places are left in this course"


class AlreadyEnrolled(Conflict):
    """The caller is in the course already."""

    code = "already_enrolled"
    title = "You are enrolled already"


class WrongCode(Unprocessable):
    """The course asks for a code, and this is not it."""

    code = "wrong_code"
    title = "That is not the code of this course"


class NotOpen(Forbidden):
    """Only staff put people into this course."""

    code = "enrolment_by_staff"
    title = "The teachers of this course enrol its learners"


class EnrolCommand(Command):
    """`code` is asked for by courses that enrol by code."""

    code: Annotated[str, msgspec.Meta(max_length=64)] | UnsetType = UNSET


class EnrolMany(Command):
    """Addresses to enrol; those without an account are invited."""

    emails: Annotated[list[Email], msgspec.Meta(min_length=1, max_length=2_000)]


class Enrolment(msgspec.Struct, frozen=True):
    """One learner in one course; completed_at is set when the last item was done."""

    course_id: UUID
    state: Literal["active", "left"]
    enrolled_at: datetime
    completed_at: datetime | None


class Learner(msgspec.Struct, frozen=True):
    """Someone who is in a course now."""

    id: UUID
    name: str
    enrolled_at: datetime


class RosterRow(msgspec.Struct, frozen=True):
    """One learner as the course sees them."""

    learner_id: UUID
    name: str
    email: str
    state: Literal["active", "left"]
    enrolled_at: datetime
    completed_at: datetime | None


class Doing(msgspec.Struct, frozen=True):
    """How many items of a course a learner has done, and when they last did something there."""

    learner_id: UUID
    done: int
    seen_at: datetime


class ParticipantAccount(View):
    """A person of a course, for its staff."""

    id: UUID
    name: str
    email: str


class Participant(View):
    """A learner of a course with their progress; `percent` is 0 to 100."""

    account: ParticipantAccount
    role: Literal["learner"]
    state: Literal["active", "left", "completed"]
    enrolled_at: datetime
    completed_at: datetime | None
    percent: int
    seen_at: datetime | None


class BatchLine(View):
    """What became of one line of a list that was not simply enrolled; `line` counts from 1."""

    line: int
    code: Literal["not_an_address", "already_enrolled", "invited", "course_full", "repeated"]
    detail: Text


class BatchOutcome(View):
    """How many of a list were enrolled, invited, or in the course already."""

    enrolled: int
    invited: int
    already: int
    lines: list[BatchLine]


class Enrolled(msgspec.Struct, frozen=True):
    """Event: a learner is in a course."""

    course_id: UUID
    learner_id: UUID


class EnrolmentEnded(msgspec.Struct, frozen=True):
    """Event: a learner is no longer in a course."""

    course_id: UUID
    learner_id: UUID
