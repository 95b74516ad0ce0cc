"""What happens to courses, for those who stand on them: emitted in the transaction in which it happens."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from banyan.kit.actor import Actor

__all__ = ["CourseCopied", "CourseDeleted", "CoursePurged", "ItemsChanged", "StaffLeft"]


class CoursePurged(msgspec.Struct, frozen=True):
    """Event: a course that was deleted a month ago goes for good; take what is yours with it, in this transaction."""

    course_id: UUID
    school_id: UUID


class CourseDeleted(msgspec.Struct, frozen=True):
    """Event: nobody sees the course any more, unless its owners bring it back."""

    course_id: UUID


class StaffLeft(msgspec.Struct, frozen=True):
    """Event: someone is on the staff of a course no more; `by` took them off it, or they are `by` and left."""

    course_id: UUID
    account_id: UUID
    by: Actor


class ItemsChanged(msgspec.Struct, frozen=True):
    """Event: items of a draft have gone into the bin or come out of it, some or all."""

    course_id: UUID


class CourseCopied(msgspec.Struct, frozen=True):
    """Event: a course was begun with all that another one's draft holds; copy what is yours, in this transaction.

    `items` and `files` have the ids of the copies by those of the originals; files that no lesson shows are not among
    them yet. Items of kind `test` are there, what they stand for is not.
    """

    by: Actor
    course_id: UUID
    copy_id: UUID
    items: Mapping[UUID, UUID]
    files: Mapping[UUID, UUID]
