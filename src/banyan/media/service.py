"""Taking files in and giving them out."""

from collections.abc import AsyncIterable
from uuid import UUID

from banyan import courses, enrolments, files, revisions
from banyan.files import FileInfo
from banyan.kit.actor import Actor, Visitor
from banyan.kit.freshness import Freshness
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.media import policy
from banyan.schools import School

__all__ = ["find", "take_in"]

_KEPT = 3600.0  # seconds; what a file is never changes
_RATE = "240 per minute"


async def take_in(kit: Kit, actor: Actor, course_id: UUID, name: str, chunks: AsyncIterable[bytes]) -> FileInfo:
    """Take an upload into a course. It may take minutes; so who may send is asked before, and again when it is there.

    Raises:
        NotFound, Forbidden: the caller does not teach the course.
        TooLarge, MislabelledFile, RefusedFile, UnsafeSvg: see `files.receive`.
    """
    course = await courses.course_head(kit.db, kit.cache, course_id)
    policy.may_send(actor, course)
    await kit.limiter.check(_RATE, "upload", str(actor.id))
    received = await files.receive(kit, name, chunks)
    async with kit.db.write() as tx:
        policy.may_send(actor, await courses.fresh_head(tx, course_id))
        return await files.add_file(tx, actor.school_id, course_id, received)


async def find(kit: Kit, school: School, visitor: Visitor, file_id: UUID) -> tuple[FileInfo, Freshness]:
    """A file that the visitor may read, and who else may be given the same bytes.

    Raises:
        NotFound: there is none, or not for this visitor.
    """
    info = await kit.cache.get(f"file:{file_id}", _KEPT, FileInfo, lambda: files.file_info(kit.db.read(), file_id))
    actor = visitor.actor
    if actor is not None and await _is_staff(kit, actor, info.course_id):
        return info, Freshness.OWN_FILE
    published = await revisions.published(kit.db, kit.cache, info.course_id)
    if published is None:
        raise NotFound
    is_cover = published.cover is not None and str(file_id) in published.cover
    enrolled = (
        not is_cover
        and actor is not None
        and await enrolments.enrolment_of(kit.db, actor.id, info.course_id) is not None
    )
    policy.may_read_file(visitor, school, published, is_cover=is_cover, enrolled=enrolled)
    shown_to_all = policy.is_shown_to_all(school, published, is_cover=is_cover)
    return info, Freshness.FILE if shown_to_all else Freshness.OWN_FILE


async def _is_staff(kit: Kit, actor: Actor, course_id: UUID) -> bool:
    course = await courses.course_head(kit.db, kit.cache, course_id)
    return course.school_id == actor.school_id and courses.role_in(course, actor) is not None
