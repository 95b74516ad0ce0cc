"""Coming into a group: by oneself, by invitation, or let in by a moderator."""

from datetime import UTC, datetime
from hmac import compare_digest
from uuid import UUID

from banyan import classes, courses
from banyan.accounts import Person
from banyan.groups import heads, policy, store, store_members, telling
from banyan.groups.model import GroupHead, GroupMember, JoinGroup, MemberRow, Role, Standing
from banyan.groups.problems import AlreadyMember, GroupArchived, GroupFull, NotInClass
from banyan.groups.standings import fresh_standing, standing
from banyan.groups.views import member_view
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.problems import NotFound
from banyan.kit.security import hash_token
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET

__all__ = ["join"]

_REQUEST_RATE = "30 per hour"  # each is told to all moderators


async def join(kit: Kit, actor: Actor, group_id: UUID, wanted: JoinGroup) -> GroupMember:
    """Come into a group, or ask to; or let someone else in. The answer's state says which it was.

    Raises:
        NotFound, TakenOut, GroupArchived: see `policy.may_join`.
        Forbidden: someone else, and the actor does not moderate the group.
        NotInClass: someone else, who is not in the class.
        AlreadyMember, GroupFull, TooMany
    """
    if wanted.account is not UNSET and wanted.account != actor.id:
        return await _let_in(kit, actor, group_id, wanted.account)
    return await _come_in(kit, actor, group_id, None if wanted.invitation is UNSET else wanted.invitation)


async def _come_in(kit: Kit, actor: Actor, group_id: UUID, token: str | None) -> GroupMember:
    if token is None:
        await standing(kit, actor, group_id)  # whoever may not find it is told so before anything is held up
    group = await heads.group_head(kit, group_id)
    class_ = await classes.class_head(kit, group.class_id)
    async with kit.db.write() as tx:
        name = await classes.hold_member(tx, class_, actor.id)
        taken = await _lock(tx, group_id)
        found = await fresh_standing(tx, actor, group_id)
        invited = token is not None and await _opens(tx, group_id, token)
        policy.may_join(found, in_class=name is not None, invited=invited)
        if found.inside:
            raise AlreadyMember("You are in this group already.")
        comer = Person(id=actor.id, name=name or found.name)
        if found.group.admission != "open" and not invited and not found.staff:
            return await _ask(kit, tx, found, comer)
        # Staff keep order in it anyway: one of them who comes to a group that nobody owns may as well own it.
        owns = found.staff and not await store_members.owners(tx, group_id)
        row = await _admit(kit, tx, found.group, taken, comer, comer, "owner" if owns else "member")
    return member_view(row)


async def _let_in(kit: Kit, actor: Actor, group_id: UUID, account_id: UUID) -> GroupMember:
    policy.may_moderate(await standing(kit, actor, group_id))
    group = await heads.group_head(kit, group_id)
    class_ = await classes.class_head(kit, group.class_id)
    async with kit.db.write() as tx:
        name = await classes.hold_member(tx, class_, account_id)
        taken = await _lock(tx, group_id)
        found = await fresh_standing(tx, actor, group_id)
        policy.may_moderate(found)
        if found.group.state == "archived":
            raise GroupArchived
        if name is None:
            raise NotInClass
        before = await store_members.member(tx, group_id, account_id)
        if before is not None and before.state == "active":
            raise AlreadyMember
        comer = Person(id=account_id, name=name)
        row = await _admit(kit, tx, found.group, taken, comer, found.person, "member")
        await telling.note(tx, actor, "admitted", found.group, account=str(account_id), member=name)
        await telling.notice(kit, tx, "group_admitted", found.group, found.person, [account_id])
    return member_view(row)


async def _admit(
    kit: Kit, tx: Writer, group: GroupHead, taken: int, comer: Person, author: Person, role: Role
) -> MemberRow:
    """Let someone in, if there is a place; what was said before they came counts as read."""
    if group.places is not None and taken >= group.places:
        raise GroupFull
    said = await kit.rooms.head(tx, group.id)
    row = await store_members.put(tx, group, comer, role, "active", read_seq=said.seq)
    await telling.tell(kit, tx, [telling.came(row, author)])
    telling.list_changed(kit, tx, comer.id, group.id)
    return row


async def _ask(kit: Kit, tx: Writer, found: Standing, comer: Person) -> GroupMember:
    """Ask to be let in. Who has asked already changes nothing, and nobody is told twice."""
    if found.state == "requested":
        before = await store_members.member(tx, found.group.id, comer.id)
        if before is not None:
            return member_view(before)
    await kit.limiter.check(_REQUEST_RATE, "group_request", str(comer.id))
    row = await store_members.put(tx, found.group, comer, "member", "requested")
    telling.list_changed(kit, tx, comer.id, found.group.id)
    asked = await store_members.moderators(tx, found.group.id)
    if not asked:
        course = await courses.fresh_head(tx, found.group.course_id)
        asked = [teacher.id for teacher in course.teachers]
    await telling.notice(kit, tx, "group_request", found.group, comer, asked)
    return member_view(row)


async def _lock(tx: Writer, group_id: UUID) -> int:
    taken = (await store_members.lock_places(tx, [group_id])).get(group_id)
    if taken is None:  # purged meanwhile
        raise NotFound
    return taken


async def _opens(db: Reader, group_id: UUID, token: str) -> bool:
    """Whether this is the token of the group's invitation, which still holds."""
    stored = await store.invitation(db, group_id)
    return (
        stored is not None and stored.expires_at > datetime.now(UTC) and compare_digest(stored.hash, hash_token(token))
    )
