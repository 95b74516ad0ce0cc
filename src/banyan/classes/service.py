"""Making classes, changing them, and who is in them."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from banyan import courses, enrolments
from banyan.accounts import Person, Renamed
from banyan.classes import heads, policy, store
from banyan.classes.model import (
    Added,
    AddMembers,
    ChangeClass,
    ClassArchived,
    ClassHead,
    ClassLeft,
    ClassMember,
    ClassOfCourse,
    ClassStanding,
    ClassView,
    NewClass,
)
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.deeds import Deed, Detail
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound, StaleEdit
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Page, cursor, read_cursor

__all__ = [
    "add_members",
    "begin_class",
    "change_class",
    "class_page",
    "classes_of_course",
    "members",
    "on_course_purged",
    "on_enrolment_ended",
    "on_renamed",
    "remove_member",
]

_SETTINGS = ("name", "description", "admission", "groups_by", "state")


async def classes_of_course(kit: Kit, actor: Actor, course_id: UUID, after: str | None, limit: int) -> Page[ClassView]:
    """The classes of a course, the oldest first: for its staff all, for learners those that they are in.

    Raises:
        NotFound, Forbidden: see `policy.may_see_classes`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    enrolled = bool(await enrolments.enrolled_among(kit.db.read(), course_id, [actor.id]))
    policy.may_see_classes(actor, course, enrolled=enrolled)
    start = read_cursor(after, UUID)
    rows = await store.classes_page(
        kit.db.read(),
        course_id,
        actor.id,
        start[0] if start else None,
        limit + 1,
        enrolled=enrolled,
        everything=courses.role_in(course, actor) is not None,
    )
    shown = rows[:limit]
    counts = await store.member_counts(kit.db.read(), [row.id for row in shown if row.admission == "staff"])
    page = [_view(row, mine=row.mine, chosen=counts.get(row.id, 0)) for row in shown]
    return Page(page, cursor(shown[-1].id) if len(rows) > limit else None)


async def class_page(kit: Kit, actor: Actor, class_id: UUID) -> ClassView:
    """One class.

    Raises:
        NotFound: see `policy.may_see_class`.
    """
    standing = await heads.class_standing(kit, actor, class_id)
    policy.may_see_class(actor, standing)
    return await _view_of(kit.db.read(), standing)


async def begin_class(kit: Kit, actor: Actor, course_id: UUID, new: NewClass) -> ClassView:
    """Make a class in a course.

    Raises:
        NotFound, Forbidden: the actor does not teach the course.
    """
    async with kit.db.write() as tx:
        course = await courses.fresh_head(tx, course_id)
        policy.may_begin_class(actor, course)
        class_ = ClassHead(
            id=new_id(),
            school_id=course.school_id,
            course_id=course_id,
            name=new.name.strip(),
            description=new.description,
            admission=new.admission,
            groups_by=new.groups_by,
            state="active",
            version=1,
        )
        await store.add_class(tx, class_)
        await _note(tx, actor, "classes.created", class_)
        inside = await heads.is_in_class(tx, class_, actor.id)
    return _view(class_, mine=inside, chosen=0)


async def change_class(kit: Kit, actor: Actor, class_id: UUID, change: ChangeClass) -> ClassView:
    """Change a class. Who is in one of its groups stays in it, also if the class takes them no more.

    Raises:
        NotFound, Forbidden: see `policy.may_change_class`.
        StaleEdit: someone changed it since; `current` is how it is now.
    """
    async with kit.db.write() as tx:
        standing = await heads.class_standing_in(tx, actor, class_id)
        policy.may_change_class(actor, standing)
        class_ = standing.class_
        if class_.version != change.version:
            raise StaleEdit(current=await _view_of(tx, standing))
        wanted = {name: getattr(change, name) for name in _SETTINGS if getattr(change, name) is not UNSET}
        if "name" in wanted:
            wanted["name"] = wanted["name"].strip()
        changed = msgspec.structs.replace(class_, **wanted, version=class_.version + 1)
        await store.change_class(tx, changed)
        heads.changed(tx, kit, class_id)
        different = [name for name in wanted if getattr(changed, name) != getattr(class_, name)]
        await _note(tx, actor, "classes.changed", class_, {name: getattr(changed, name) for name in different})
        return await _view_of(tx, msgspec.structs.replace(standing, class_=changed))


async def members(
    kit: Kit, actor: Actor, class_id: UUID, query: str, after: str | None, limit: int
) -> Page[ClassMember]:
    """Who is in a class by name, for the staff of its course.

    Raises:
        NotFound, Forbidden: see `policy.may_see_members`.
    """
    standing = await heads.class_standing(kit, actor, class_id)
    policy.may_see_members(actor, standing)
    start = read_cursor(after, str, UUID)
    found = await _members(kit.db.read(), standing.class_, query, start, limit + 1)
    last = found[limit - 1].account if len(found) > limit else None
    return Page(found[:limit], cursor(last.name, last.id) if last else None)


async def add_members(kit: Kit, actor: Actor, class_id: UUID, wanted: AddMembers) -> Added:
    """Put learners of the course into a class; whoever is not one is left out. Any number costs the same statements.

    Raises:
        NotFound, Forbidden: see `policy.may_change_class`.
        ClassOfCourse: all of the course is in it.
        ClassArchived: nobody new comes in.
    """
    async with kit.db.write() as tx:
        standing = await heads.class_standing_in(tx, actor, class_id)
        policy.may_change_class(actor, standing)
        _check_chosen(standing.class_)
        if standing.class_.state == "archived":
            raise ClassArchived
        learners = await enrolments.hold_learners(tx, standing.class_.course_id, sorted(set(wanted.accounts)))
        added = await store.add_members(
            tx, class_id, [learner.id for learner in learners], [learner.name for learner in learners]
        )
        if added:
            await _note(
                tx, actor, "classes.members_added", standing.class_, {"accounts": [str(account) for account in added]}
            )
    return Added(added=len(added))


async def remove_member(kit: Kit, actor: Actor, class_id: UUID, account_id: UUID) -> None:
    """Take someone out of a class, and so out of its groups.

    Raises:
        NotFound: they are not in it, or as for `policy.may_change_class`.
        Forbidden: see there.
        ClassOfCourse: all of the course is in it.
    """
    async with kit.db.write() as tx:
        standing = await heads.class_standing_in(tx, actor, class_id)
        policy.may_change_class(actor, standing)
        _check_chosen(standing.class_)
        # First, as everyone does who decides by it: so no two can wait for each other.
        await enrolments.hold_learners(tx, standing.class_.course_id, [account_id])
        name = await store.remove_member(tx, class_id, account_id)
        if name is None:
            raise NotFound
        whom = {"account": str(account_id), "member": name}
        await _note(tx, actor, "classes.member_removed", standing.class_, whom)
        await tx.emit(ClassLeft(class_id, account_id, actor))


async def on_enrolment_ended(_kit: Kit, tx: Writer, event: enrolments.EnrolmentEnded) -> None:
    """Reaction: who leaves a course leaves its classes."""
    await store.forget_learner(tx, event.course_id, event.learner_id)


async def on_renamed(_kit: Kit, tx: Writer, event: Renamed) -> None:
    """Reaction: classes show the new name."""
    await store.rename(tx, event.account_id, event.name)


async def on_course_purged(_kit: Kit, tx: Writer, event: courses.CoursePurged) -> None:
    """Reaction: the classes of a course go with it."""
    await store.forget_course(tx, event.course_id)


async def _members(
    db: Reader, class_: ClassHead, query: str, start: tuple[str, UUID] | None, limit: int
) -> list[ClassMember]:
    if class_.admission == "course":
        learners = await enrolments.learners_page(db, class_.course_id, query, start, limit)
        return [ClassMember(account=Person(id=row.id, name=row.name), joined_at=row.enrolled_at) for row in learners]
    rows = await store.members_page(db, class_.id, query, start, limit)
    return [ClassMember(account=Person(id=row.account_id, name=row.name), joined_at=row.joined_at) for row in rows]


def _check_chosen(class_: ClassHead) -> None:
    if class_.admission == "course":
        raise ClassOfCourse


async def _view_of(db: Reader, standing: ClassStanding) -> ClassView:
    class_ = standing.class_
    counts = await store.member_counts(db, [class_.id]) if class_.admission == "staff" else {}
    return _view(class_, mine=standing.inside, chosen=counts.get(class_.id, 0))


def _view(class_: ClassHead, *, mine: bool, chosen: int) -> ClassView:
    return ClassView(
        id=class_.id,
        course_id=class_.course_id,
        name=class_.name,
        description=class_.description,
        admission=class_.admission,
        groups_by=class_.groups_by,
        state=class_.state,
        mine=mine,
        members=chosen if class_.admission == "staff" else None,
        version=class_.version,
    )


async def _note(
    tx: Writer, actor: Actor, action: str, class_: ClassHead, details: Mapping[str, Detail] | None = None
) -> None:
    await tx.emit(
        Deed(
            actor,
            action,
            f"class:{class_.id}",
            course_id=class_.course_id,
            details={"name": class_.name, **(details or {})},
        )
    )
