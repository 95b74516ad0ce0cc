"""Groups as those see them who find them."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from banyan import courses
from banyan.accounts import Person
from banyan.courses import CourseHead
from banyan.groups import heads, store_members
from banyan.groups.model import ClassRef, CourseRef, GroupHead, GroupMember, GroupView, MemberRow
from banyan.groups.store_members import Tally
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit

__all__ = ["group_view", "group_views", "member_view"]


def member_view(row: MemberRow) -> GroupMember:
    """Someone who is in a group, or wants to be."""
    return GroupMember(
        account=Person(id=row.account_id, name=row.name),
        role=row.role,
        state="requested" if row.state == "requested" else "active",
        muted_until=row.muted_until,
        joined_at=row.joined_at,
    )


def group_view(group: GroupHead, course: CourseHead, actor: Actor, tally: Tally) -> GroupView:
    """A group with how many are in it, and how the actor stands to it."""
    staff = courses.role_in(course, actor) is not None
    role = tally.role if tally.state == "active" else None
    moderates = staff or role in ("owner", "moderator")
    invited = group.invited_until is not None and group.invited_until > datetime.now(UTC)
    return GroupView(
        id=group.id,
        course=CourseRef(id=course.id, title=course.title),
        class_=ClassRef(id=group.class_id, name=group.class_name),
        name=group.name,
        description=group.description,
        admission=group.admission,
        places=group.places,
        members=tally.taken,
        state=group.state,
        role=role,
        standing=_word(tally, staff=staff),
        muted_until=tally.muted_until,
        invited_until=group.invited_until if moderates and invited else None,
        version=group.version,
    )


def _word(tally: Tally, *, staff: bool) -> Literal["member", "requested", "staff", "none"]:
    if tally.state == "active":
        return "member"
    if staff:
        return "staff"
    return "requested" if tally.state == "requested" else "none"


async def group_views(kit: Kit, actor: Actor, group_ids: Collection[UUID]) -> dict[UUID, GroupView]:
    """These groups as the actor sees them, in the order given; whether they may find them is the caller's to know.

    One statement, and one for the heads that are not remembered. Those of deleted courses are left out.
    """
    groups = await heads.group_heads(kit, group_ids)
    known = await heads.course_heads(kit, {group.course_id for group in groups.values()})
    tallies = await store_members.tallies(kit.db.read(), actor.id, list(groups)) if groups else {}
    return {
        group.id: group_view(group, known[group.course_id], actor, tallies[group.id])
        for group in groups.values()
        if group.course_id in known and group.id in tallies
    }
