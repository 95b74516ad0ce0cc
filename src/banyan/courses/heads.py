"""The head of a course: what every decision about it asks, cached for a moment."""

from uuid import UUID

from banyan.courses import store
from banyan.courses.model import CourseHead
from banyan.kit.cache import Cache
from banyan.kit.database import Database, Reader, Writer
from banyan.kit.problems import NotFound

__all__ = [
    "changed",
    "course_head",
    "fresh_head",
    "head_by_code",
    "head_for_write",
    "mark_published",
    "standing_key",
]

_FOR = 5.0  # seconds; a change is told to every process at once


def _key(course_id: UUID) -> str:
    return f"course:{course_id}"


def standing_key(course_id: UUID) -> str:
    """Under which the cache knows what is published of a course; it carries settings and staff, as the head does."""
    return f"published:{course_id}"


async def course_head(db: Database, cache: Cache, course_id: UUID) -> CourseHead:
    """The head of a course, at most five seconds old.

    Raises:
        NotFound: there is none, or it is deleted.
    """
    head = await cache.get(_key(course_id), _FOR, CourseHead, lambda: store.head(db.read(), course_id))
    if head.deleted:
        raise NotFound
    return head


async def fresh_head(db: Reader, course_id: UUID) -> CourseHead:
    """The head of a course as it is now, `deleted` or not. Every policy takes a deleted course for none.

    Raises:
        NotFound: there is none.
    """
    return await store.head(db, course_id)


async def head_for_write(tx: Writer, course_id: UUID) -> CourseHead:
    """The head of a course, kept from other changes until the commit; `deleted` or not.

    Raises:
        NotFound: there is none.
    """
    # Two statements: the second sees what the one that we waited for has committed, about the staff too.
    await store.lock_course(tx, course_id)
    return await store.head(tx, course_id)


async def head_by_code(db: Reader, school_id: UUID, code: str) -> CourseHead | None:
    """The published course of a school that one enters with this code, in capitals."""
    return await store.head_by_code(db, school_id, code)


def changed(tx: Writer, cache: Cache, course_id: UUID) -> None:
    """Let every process forget the head of a course once `tx` is on disk."""
    tx.after_commit(lambda: cache.invalidate(_key(course_id), standing_key(course_id)))


async def mark_published(tx: Writer, cache: Cache, course_id: UUID) -> None:
    """Its learners may see the course from this commit on."""
    await store.mark_published(tx, course_id)
    changed(tx, cache, course_id)
