"""The head of a class, cached for a moment, and how someone stands to the class."""

from uuid import UUID

from banyan import courses, enrolments
from banyan.classes import store
from banyan.classes.model import ClassHead, ClassStanding
from banyan.courses import CourseHead
from banyan.kit.actor import Actor
from banyan.kit.database import Reader, Writer
from banyan.kit.toolbox import Kit

__all__ = ["changed", "class_head", "class_standing", "class_standing_in", "hold_member", "is_in_class"]

_FOR = 5.0  # seconds; a change is told to every process at once


def _key(class_id: UUID) -> str:
    return f"class:{class_id}"


async def class_head(kit: Kit, class_id: UUID) -> ClassHead:
    """The head of a class, at most five seconds old.

    Raises:
        NotFound: there is none.
    """
    return await kit.cache.get(_key(class_id), _FOR, ClassHead, lambda: store.head(kit.db.read(), class_id))


def changed(tx: Writer, kit: Kit, class_id: UUID) -> None:
    """Let every process forget the head of a class once `tx` is on disk."""
    tx.after_commit(lambda: kit.cache.invalidate(_key(class_id)))


async def is_in_class(db: Reader, class_: ClassHead, account_id: UUID) -> bool:
    """Whether a learner is in a class; its staff are not."""
    if class_.admission == "staff":
        return await store.is_member(db, class_.id, account_id)
    return bool(await enrolments.enrolled_among(db, class_.course_id, [account_id]))


async def hold_member(tx: Writer, class_: ClassHead, account_id: UUID) -> str | None:
    """The name of someone who is in a class, and will be until the commit; None for everyone else.

    Take this before the locks of groups: whoever ends an enrolment does so, too.
    """
    held = await enrolments.hold_learners(tx, class_.course_id, [account_id])
    if not held or (class_.admission == "staff" and not await store.hold_member(tx, class_.id, account_id)):
        return None
    return held[0].name


async def class_standing(kit: Kit, actor: Actor, class_id: UUID) -> ClassStanding:
    """How the actor stands to a class; its head and that of its course are at most five seconds old.

    Raises:
        NotFound: there is no such class, or its course is deleted.
    """
    class_ = await class_head(kit, class_id)
    course = await courses.course_head(kit.db, kit.cache, class_.course_id)
    return await _standing(kit.db.read(), actor, class_, course)


async def class_standing_in(tx: Writer, actor: Actor, class_id: UUID) -> ClassStanding:
    """How the actor stands to a class now; nobody else changes the class before the commit.

    Raises:
        NotFound: there is no such class.
    """
    class_ = await store.lock_class(tx, class_id)
    return await _standing(tx, actor, class_, await courses.fresh_head(tx, class_.course_id))


async def _standing(db: Reader, actor: Actor, class_: ClassHead, course: CourseHead) -> ClassStanding:
    inside = class_.school_id == actor.school_id and await is_in_class(db, class_, actor.id)
    return ClassStanding(class_, course, courses.role_in(course, actor), inside)
