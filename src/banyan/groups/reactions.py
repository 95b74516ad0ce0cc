"""What groups do when something happens elsewhere."""

from uuid import UUID

from banyan import courses
from banyan.accounts import Person, Renamed, account_of
from banyan.classes import ClassLeft
from banyan.courses import CourseDeleted, CoursePurged, StaffLeft
from banyan.enrolments import EnrolmentEnded, hold_enrolments, hold_learners
from banyan.groups import heads, membership, store, store_members, telling
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.toolbox import Kit

__all__ = [
    "on_class_left",
    "on_course_deleted",
    "on_course_purged",
    "on_enrolment_ended",
    "on_renamed",
    "on_staff_left",
]


async def on_enrolment_ended(kit: Kit, tx: Writer, event: EnrolmentEnded) -> None:
    """Whoever leaves a course leaves its groups, unless they are on its staff as well."""
    group_ids = await store_members.groups_among(tx, event.learner_id, course_id=event.course_id)
    if not group_ids:
        return
    course = await courses.fresh_head(tx, event.course_id)
    if event.learner_id not in course.staff:
        await membership.leave_all(kit, tx, event.learner_id, group_ids)


async def on_staff_left(kit: Kit, tx: Writer, event: StaffLeft) -> None:
    """Whoever is taken off the staff of a course is in its groups only as the learner that they may be.

    The places of all groups of the course are held: so whoever is just coming into one, for they were on the staff, has
    come before this, or sees that they are not on it.
    """
    account = await account_of(tx, event.account_id)
    group_ids = await store.groups_of_course(tx, event.course_id)
    if account.role == "admin" or not group_ids:
        return
    learns = await hold_learners(tx, event.course_id, [account.id])
    await store_members.lock_places(tx, group_ids)
    if not learns:
        own = await store_members.groups_among(tx, account.id, course_id=event.course_id)
        await membership.leave_all(kit, tx, account.id, own, by=await _other(tx, event.by, account.id))
    for group_id in group_ids:
        kit.rooms.expel(tx, telling.room(group_id), account.id)


async def on_course_deleted(kit: Kit, tx: Writer, event: CourseDeleted) -> None:
    """Nobody is in the rooms of a deleted course. Its groups are kept for the case that it is brought back."""
    for group_id in await store.groups_of_course(tx, event.course_id):
        kit.rooms.end(tx, telling.room(group_id))


async def on_class_left(kit: Kit, tx: Writer, event: ClassLeft) -> None:
    """Whoever is taken out of a class is taken out of its groups; back in the class they may come again."""
    group_ids = await store_members.groups_among(tx, event.account_id, class_id=event.class_id)
    if group_ids:
        await membership.leave_all(
            kit, tx, event.account_id, group_ids, by=await _other(tx, event.by, event.account_id)
        )


async def on_renamed(kit: Kit, tx: Writer, event: Renamed) -> None:
    """Groups show the new name."""
    group_ids = await store_members.groups_among(tx, event.account_id)
    if not group_ids:
        return
    await hold_enrolments(tx, event.account_id)
    await store_members.lock_places(tx, group_ids)
    rows = await store_members.rename(tx, event.account_id, event.name, group_ids)
    author = Person(id=event.account_id, name=event.name)
    await telling.tell(kit, tx, [telling.changed(row, author) for row in rows if row.state == "active"])


async def on_course_purged(kit: Kit, tx: Writer, event: CoursePurged) -> None:
    """The groups of a course go with it, and their rooms."""
    group_ids = await store.groups_of_course(tx, event.course_id)
    if not group_ids:
        return
    await store_members.forget(tx, group_ids)
    await kit.rooms.remove(tx, [telling.room(group_id) for group_id in group_ids])
    await store.purge(tx, group_ids)
    heads.changed(tx, kit, *group_ids)


async def _other(db: Reader, actor: Actor, account_id: UUID) -> Person | None:
    """Who takes this account out; None if they go by themselves."""
    if actor.id == account_id:
        return None
    account = await account_of(db, actor.id)
    return Person(id=account.id, name=account.name)
