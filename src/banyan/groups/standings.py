"""How people stand to groups: what every decision about a group begins with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from banyan import accounts, classes, courses
from banyan.courses import CourseHead
from banyan.groups import heads, policy, store, store_members
from banyan.groups.model import GroupHead, MemberRow, Standing
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.problems import NotFound
from banyan.kit.realtime import Admission
from banyan.kit.toolbox import Kit

__all__ = ["admit", "decided", "fresh_standing", "standing", "standing_in", "standing_of", "standings"]


async def standing(kit: Kit, actor: Actor, group_id: UUID) -> Standing:
    """How the actor stands to a group: their membership as it is now, all else at most five seconds old.

    Raises:
        NotFound: for whoever may not find the group.
    """
    group = await heads.group_head(kit, group_id)
    if group.school_id != actor.school_id:
        raise NotFound
    course = await courses.course_head(kit.db, kit.cache, group.course_id)
    member = await store_members.member(kit.db.read(), group_id, actor.id)
    found = await standing_of(kit.db.read(), actor, group, course, member)
    if not found.staff and found.state not in ("active", "requested"):
        class_ = await classes.class_head(kit, group.class_id)
        policy.may_find(found, in_class=await classes.is_in_class(kit.db.read(), class_, actor.id))
    return found


async def standing_in(db: Reader, kit: Kit, actor: Actor, group_id: UUID) -> Standing:
    """How the actor stands to a group, with everything as it is now; for decisions inside a transaction.

    Raises:
        NotFound: for whoever may not find the group.
    """
    found = await fresh_standing(db, actor, group_id)
    if not found.staff and found.state not in ("active", "requested"):
        class_ = await classes.class_head(kit, found.group.class_id)
        policy.may_find(found, in_class=await classes.is_in_class(db, class_, actor.id))
    return found


async def fresh_standing(db: Reader, actor: Actor, group_id: UUID) -> Standing:
    """As `standing_in`, also for whoever may not find the group: that is the caller's to decide.

    Raises:
        NotFound: there is no such group in the actor's school.
    """
    group = await store.head(db, group_id)
    course = await courses.fresh_head(db, group.course_id)
    if group.school_id != actor.school_id or course.deleted:
        raise NotFound
    return await standing_of(db, actor, group, course, await store_members.member(db, group_id, actor.id))


@asynccontextmanager
async def decided(kit: Kit, actor: Actor, group_id: UUID) -> AsyncIterator[tuple[Writer, Standing]]:
    """A transaction in which nobody else comes to the group, goes, or changes it; and how the actor stands to it.

    Raises:
        NotFound: for whoever may not find the group, before anything is held up.
    """
    await standing(kit, actor, group_id)
    async with kit.db.write() as tx:
        await store_members.lock_places(tx, [group_id])
        yield tx, await standing_in(tx, kit, actor, group_id)


async def standing_of(
    db: Reader, actor: Actor, group: GroupHead, course: CourseHead, member: MemberRow | None
) -> Standing:
    """How the actor stands to a group of which all is known; whether they may find it is not asked."""
    found = _standing(actor, group, course, member)
    if found.staff and not found.name:
        account = await accounts.account_of(db, actor.id)
        return _standing(actor, group, course, member, account.name)
    return found


async def standings(kit: Kit, requests: Sequence[Admission]) -> list[Standing | None]:
    """How each of these stands to the group with that id; None for who is neither a member nor staff of its course.

    One statement for the members of any number of groups, and one for the heads that are not remembered.
    """
    groups = await heads.group_heads(kit, [request.id for request in requests])
    known = await heads.course_heads(kit, {group.course_id for group in groups.values()})
    wanted = [(request.id, request.actor.id) for request in requests if request.id in groups]
    members = await store_members.members_by_key(kit.db.read(), wanted) if wanted else {}

    def of(request: Admission) -> Standing | None:
        group = groups.get(request.id)
        course = known.get(group.course_id) if group else None
        if group is None or course is None or group.school_id != request.actor.school_id:
            return None
        found = _standing(request.actor, group, course, members.get((group.id, request.actor.id)))
        return found if found.inside or found.staff else None

    return [of(request) for request in requests]


async def admit(kit: Kit, requests: Sequence[Admission]) -> list[bool]:
    """Who of these may be in the room of the group that each wants into: its members, and the staff of its course."""
    return [found is not None for found in await standings(kit, requests)]


def _standing(actor: Actor, group: GroupHead, course: CourseHead, member: MemberRow | None, name: str = "") -> Standing:
    teacher = next((one.name for one in course.teachers if one.id == actor.id), "")
    return Standing(
        group=group,
        account_id=actor.id,
        role=member.role if member and member.state == "active" else None,
        state=member.state if member else None,
        muted_until=member.muted_until if member else None,
        staff=courses.role_in(course, actor) is not None,
        name=member.name if member else name or teacher,
    )
