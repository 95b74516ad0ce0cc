"""Making groups, finding them, changing them, and the links into them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from banyan import classes, courses, schools
from banyan.accounts import Person
from banyan.groups import heads, policy, store, store_members, telling
from banyan.groups.model import (
    ChangeGroup,
    GroupHead,
    GroupView,
    InvitationView,
    Invite,
    NewGroup,
    Standing,
)
from banyan.groups.problems import GroupArchived
from banyan.groups.standings import decided, standing
from banyan.groups.views import group_view
from banyan.kit.actor import Actor
from banyan.kit.database import Reader
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound, StaleEdit
from banyan.kit.security import hash_token, new_token
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page, cursor, read_cursor

__all__ = ["begin_group", "change_group", "group_page", "groups_of_class", "invite", "uninvite"]

_NEW_RATE = "30 per hour"
_SETTINGS = ("name", "description", "admission", "places", "state")


async def groups_of_class(kit: Kit, actor: Actor, class_id: UUID, after: str | None, limit: int) -> Page[GroupView]:
    """The groups of a class that the actor finds, the oldest first.

    Raises:
        NotFound: the actor is not in the class, nor on the staff of its course.
    """
    found = await classes.class_standing(kit, actor, class_id)
    classes.may_see_class(actor, found)
    start = read_cursor(after, UUID)
    rows = await store.groups_page(
        kit.db.read(),
        class_id,
        actor.id,
        start[0] if start else None,
        limit + 1,
        everything=found.role is not None,
    )
    shown = rows[:limit]
    tallies = await store_members.tallies(kit.db.read(), actor.id, [group.id for group in shown])
    page = [group_view(group, found.course, actor, tallies[group.id]) for group in shown if group.id in tallies]
    return Page(page, cursor(shown[-1].id) if len(rows) > limit else None)


async def group_page(kit: Kit, actor: Actor, group_id: UUID) -> GroupView:
    """One group.

    Raises:
        NotFound: see `policy.may_find`.
    """
    found = await standing(kit, actor, group_id)
    course = await courses.course_head(kit.db, kit.cache, found.group.course_id)
    return await _view(kit.db.read(), actor, found, course)


async def begin_group(kit: Kit, actor: Actor, class_id: UUID, new: NewGroup) -> GroupView:
    """Make a group in a class. A learner who makes it owns it; teachers are not in it unless they join.

    Raises:
        NotFound, Forbidden, ClassArchived: see `policy.may_begin_group`.
        TooMany: too many groups in an hour.
    """
    policy.may_begin_group(actor, await classes.class_standing(kit, actor, class_id))
    await kit.limiter.check(_NEW_RATE, "begin_group", str(actor.id))
    async with kit.db.write() as tx:
        found = await classes.class_standing_in(tx, actor, class_id)
        # Before the group is there, as everyone does who comes into one: so whoever leaves meanwhile is in none of it.
        name = await classes.hold_member(tx, found.class_, actor.id)
        policy.may_begin_group(actor, msgspec.structs.replace(found, inside=name is not None))
        group = _new(found.class_, new)
        await store.add_group(tx, group)
        if found.role in ("owner", "teacher"):
            await telling.note(tx, actor, "created", group)
        elif name is not None:
            await store_members.put(tx, group, Person(id=actor.id, name=name), "owner", "active")
            telling.list_changed(kit, tx, actor.id, group.id)
        await kit.rooms.open(tx, telling.room(group.id))
        tallies = await store_members.tallies(tx, actor.id, [group.id])
        return group_view(group, found.course, actor, tallies[group.id])


async def change_group(kit: Kit, actor: Actor, group_id: UUID, change: ChangeGroup) -> GroupView:
    """Change a group, archive it, or take it out of the archive. Fewer places than members put nobody out.

    Raises:
        NotFound, Forbidden: see `policy.may_change_group`.
        StaleEdit: someone changed it since; `current` is how it is now.
    """
    async with decided(kit, actor, group_id) as (tx, found):
        policy.may_change_group(found)
        group, course = found.group, await courses.fresh_head(tx, found.group.course_id)
        if group.version != change.version:
            raise StaleEdit(current=await _view(tx, actor, found, course))
        wanted = {name: getattr(change, name) for name in _SETTINGS if getattr(change, name) is not UNSET}
        if "name" in wanted:
            wanted["name"] = wanted["name"].strip()
        changed = msgspec.structs.replace(group, **wanted, version=group.version + 1)
        await store.change_group(tx, changed)
        heads.changed(tx, kit, group_id)
        different = {name: value for name, value in wanted.items() if value != getattr(group, name)}
        await telling.note(tx, actor, "changed", changed, **different)
        await telling.tell(kit, tx, [telling.group_changed(changed, found.person)])
        return await _view(tx, actor, msgspec.structs.replace(found, group=changed), course)


async def invite(kit: Kit, actor: Actor, group_id: UUID, wanted: Invite) -> InvitationView:
    """Make the link that lets whoever is in the class into the group; the one before is void.

    Raises:
        NotFound, Forbidden: see `policy.may_moderate`.
        GroupArchived: nobody comes in.
    """
    base = await schools.base_url(kit.db, kit.settings, actor.school_id)
    token, until = new_token(), datetime.now(UTC) + timedelta(days=wanted.days)
    async with decided(kit, actor, group_id) as (tx, found):
        policy.may_moderate(found)
        if found.group.state == "archived":
            raise GroupArchived
        await store.set_invitation(tx, group_id, store.Invitation(hash_token(token), until))
        heads.changed(tx, kit, group_id)
        await telling.note(tx, actor, "invitation_made", found.group, days=wanted.days)
    return InvitationView(url=f"{base}/groups/{group_id}/join#{token}", expires_at=until)


async def uninvite(kit: Kit, actor: Actor, group_id: UUID) -> None:
    """Let the link into a group open nothing any more.

    Raises:
        NotFound, Forbidden: see `policy.may_moderate`.
    """
    async with decided(kit, actor, group_id) as (tx, found):
        policy.may_moderate(found)
        if found.group.invited_until is None:
            return
        await store.set_invitation(tx, group_id, None)
        heads.changed(tx, kit, group_id)
        await telling.note(tx, actor, "invitation_voided", found.group)


def _new(class_: classes.ClassHead, new: NewGroup) -> GroupHead:
    return GroupHead(
        id=new_id(),
        school_id=class_.school_id,
        course_id=class_.course_id,
        class_id=class_.id,
        class_name=class_.name,
        name=new.name.strip(),
        description=new.description,
        admission=new.admission,
        places=new.places,
        state="active",
        invited_until=None,
        version=1,
    )


async def _view(db: Reader, actor: Actor, found: Standing, course: courses.CourseHead) -> GroupView:
    group = found.group
    tally = (await store_members.tallies(db, actor.id, [group.id])).get(group.id)
    if tally is None:  # purged meanwhile
        raise NotFound
    return group_view(group, course, actor, tally)
