"""What can be done with a course as such: begin it, change its settings, delete it, bring it back."""

import secrets
from uuid import UUID

import asyncpg
import msgspec

from banyan import accounts, files
from banyan.courses import heads, pages, policy, store
from banyan.courses.events import CourseDeleted
from banyan.courses.model import ChangeCourse, CourseHead, CourseState, DraftPage, NewCourse
from banyan.courses.problems import CodeTaken, NoSuchFile, WrongState
from banyan.kit.actor import Actor
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Writer
from banyan.kit.deeds import Deed
from banyan.kit.ids import new_id
from banyan.kit.problems import FieldError, StaleEdit
from banyan.kit.toolbox import Kit

__all__ = [
    "add_course",
    "begin_course",
    "change_course",
    "create_course",
    "delete_course",
    "new_code",
    "restore_course",
]

# Without vowels no words, and nothing that reads like another: no I, L, O.
_LETTERS = "BCDFGHJKMNPQRSTVWXZ"
_SETTINGS = ("title", "summary", "cover_id", "category", "difficulty", "language", "enrolment", "places")


async def begin_course(kit: Kit, actor: Actor, new: NewCourse) -> DraftPage:
    """Begin a course; the actor is its owner.

    Raises:
        Forbidden: the actor is no teacher.
    """
    course_id = await create_course(kit.db, actor, new)
    return await pages.draft_page(kit, actor, course_id)


async def create_course(db: Database, actor: Actor, new: NewCourse) -> UUID:
    """Begin a course; the actor is its owner.

    Raises:
        Forbidden: the actor is no teacher.
    """
    async with db.write() as tx:
        return await add_course(tx, actor, new)


async def add_course(tx: Writer, actor: Actor, new: NewCourse) -> UUID:
    """As `create_course`, in a transaction that does more."""
    policy.may_create(actor)
    owner = await accounts.account_of(tx, actor.id)
    course_id = new_id()
    await store.add_course(
        tx,
        course_id,
        actor.school_id,
        title=new.title,
        summary=new.summary,
        category=new.category,
        difficulty=new.difficulty,
        language=new.language,
    )
    await store.put_staff(tx, course_id, owner.id, "owner", name=owner.name, email=owner.email)
    return course_id


async def set_cover(tx: Writer, cache: Cache, course_id: UUID, file_id: UUID) -> None:
    """Give a course a cover, in a transaction that does more.

    Raises:
        NoSuchFile: it is not a picture of this course.
    """
    await _check_cover(tx, course_id, file_id)
    course = await heads.fresh_head(tx, course_id)
    await store.change_course(tx, msgspec.structs.replace(course, cover_id=file_id))
    heads.changed(tx, cache, course_id)


async def change_course(kit: Kit, actor: Actor, course_id: UUID, change: ChangeCourse) -> DraftPage:
    """Change a course's settings. How one enrols, and whether it is archived, hold at once; the rest once published.

    Raises:
        StaleEdit: someone changed it since; `current` is how it is now.
        NoSuchFile: the cover is not a picture of this course.
        CodeTaken: another course has the code.
        WrongState: see `_check_state`.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_teach(actor, course)
        if course.version != change.version:
            raise StaleEdit(current=await pages.page_of(tx, actor, course))
        wanted = {name: getattr(change, name) for name in _SETTINGS if getattr(change, name) is not msgspec.UNSET}
        changed = msgspec.structs.replace(course, **wanted)
        if changed.cover_id is not None and changed.cover_id != course.cover_id:
            await _check_cover(tx, course_id, changed.cover_id)
        if change.state is not msgspec.UNSET and change.state != course.state:
            await _check_state(tx, course, change.state)
            changed = msgspec.structs.replace(changed, state=change.state)
        await _store(tx, msgspec.structs.replace(changed, enrolment_code=_code(changed, change)))
        heads.changed(tx, kit.cache, course_id)
        return await pages.page_of(tx, actor, await heads.fresh_head(tx, course_id))


async def delete_course(kit: Kit, actor: Actor, course_id: UUID) -> None:
    """Put a course into the bin; nobody sees it any more, and for 30 days its owners can bring it back.

    Raises:
        NotFound, Forbidden: see `policy.may_own`.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_own(actor, course)
        await store.delete_course(tx, course_id)
        heads.changed(tx, kit.cache, course_id)
        await tx.emit(Deed(actor, "courses.deleted", f"course:{course_id}", course_id, {"title": course.title}))
        await tx.emit(CourseDeleted(course_id))


async def restore_course(kit: Kit, actor: Actor, course_id: UUID) -> None:
    """Bring a course back as it was: its learners, and what it had published, too.

    Raises:
        NotFound, Forbidden: see `policy.may_restore`.
    """
    async with kit.db.write() as tx:
        course = await heads.head_for_write(tx, course_id)
        policy.may_restore(actor, course)
        await store.restore_course(tx, course_id)
        heads.changed(tx, kit.cache, course_id)
        if course.deleted:
            await tx.emit(Deed(actor, "courses.restored", f"course:{course_id}", course_id, {"title": course.title}))


def new_code() -> str:
    """A code to enter a course with: eight letters."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def _code(course: CourseHead, change: ChangeCourse) -> str | None:
    if isinstance(change.enrolment_code, str):
        return change.enrolment_code.upper()
    wanted = course.enrolment == "code" and (change.enrolment_code is None or course.enrolment_code is None)
    return new_code() if wanted else course.enrolment_code


async def _check_cover(tx: Writer, course_id: UUID, cover_id: UUID) -> None:
    cover = (await files.files_by_id(tx, course_id, [cover_id])).get(cover_id)
    if cover is None or not cover.media_type.startswith("image/"):
        raise NoSuchFile(errors=[FieldError("/cover_id", "This is not a picture of this course.")])


async def _check_state(tx: Writer, course: CourseHead, wanted: CourseState) -> None:
    """A course gets published by publishing, and from then on it can be archived and taken out of the archive."""
    published = (await store.standing(tx, course.id)).revision > 0
    if wanted == "published" and not published:
        raise WrongState("Publish the course first.")
    if wanted == "draft" and published:
        raise WrongState("A course that was published can be archived, but is no draft again.")


async def _store(tx: Writer, course: CourseHead) -> None:
    try:
        await store.change_course(tx, course)
    except asyncpg.UniqueViolationError:
        raise CodeTaken(errors=[FieldError("/enrolment_code", "Another course has this code.")]) from None
