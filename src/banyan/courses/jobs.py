"""What is done for courses in the background."""

from uuid import UUID

import structlog

from banyan.courses import store
from banyan.courses.events import CoursePurged
from banyan.kit.jobs import periodic
from banyan.kit.toolbox import Kit

__all__ = ["purge"]

log = structlog.get_logger(__name__)


@periodic("courses.purge", "23 3 * * *")
async def purge(kit: Kit) -> None:
    """Take out of the bin for good what has been in it for 30 days."""
    for course_id in await store.courses_to_purge(kit.db.read()):
        # Each by itself: a large course is enough for one transaction, and one that fails must not keep the rest.
        try:
            await _purge_course(kit, course_id)
        except Exception:
            log.exception("purge_failed", course=str(course_id))
    async with kit.db.write() as tx:
        await store.purge_modules(tx)
        await store.purge_items(tx)


async def _purge_course(kit: Kit, course_id: UUID) -> None:
    async with kit.db.write() as tx:
        school_id = await store.lock_to_purge(tx, course_id)
        if school_id is not None:  # else someone has brought it back meanwhile
            await tx.emit(CoursePurged(course_id, school_id))
            await store.purge_course(tx, course_id)
