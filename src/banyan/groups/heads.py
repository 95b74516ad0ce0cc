"""The head of a group, cached for a moment."""

import asyncio
from collections.abc import Collection
from uuid import UUID

from banyan import courses
from banyan.courses import CourseHead
from banyan.groups import store
from banyan.groups.model import GroupHead
from banyan.kit.database import Writer
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["changed", "course_heads", "group_head", "group_heads"]

_FOR = 5.0  # seconds; a change is told to every process at once


def _key(group_id: UUID) -> str:
    return f"group:{group_id}"


async def group_head(kit: Kit, group_id: UUID) -> GroupHead:
    """The head of a group, at most five seconds old.

    Raises:
        NotFound: there is none.
    """
    found = (await group_heads(kit, [group_id])).get(group_id)
    if found is None:
        raise NotFound
    return found


async def group_heads(kit: Kit, group_ids: Collection[UUID]) -> dict[UUID, GroupHead]:
    """The heads of these groups, at most five seconds old: one statement for all that this process does not remember.

    Those that there are not are left out.
    """
    wanted = list(dict.fromkeys(group_ids))
    unknown = {group_id for group_id in wanted if kit.cache.peek(_key(group_id)) is None}
    batch: asyncio.Task[dict[UUID, GroupHead]] | None = None

    async def look(group_id: UUID) -> GroupHead:
        # All loads wait for one statement, which begins inside of the first: so a change that commits meanwhile makes
        # the cache drop what it brings.
        nonlocal batch
        if group_id not in unknown:
            return await store.head(kit.db.read(), group_id)
        if batch is None:
            batch = asyncio.create_task(store.heads(kit.db.read(), list(unknown)))
        found = (await batch).get(group_id)
        if found is None:
            raise NotFound
        return found

    async def one(group_id: UUID) -> GroupHead | None:
        try:
            return await kit.cache.get(_key(group_id), _FOR, GroupHead, lambda: look(group_id))
        except NotFound:  # not kept: ids that someone makes up must not fill the cache
            return None

    found = await asyncio.gather(*map(one, wanted))
    return {head.id: head for head in found if head is not None}


async def course_heads(kit: Kit, course_ids: Collection[UUID]) -> dict[UUID, CourseHead]:
    """The heads of the courses that groups belong to, at most five seconds old; those that are deleted are left out."""

    async def one(course_id: UUID) -> CourseHead | None:
        try:
            return await courses.course_head(kit.db, kit.cache, course_id)
        except NotFound:
            return None

    found = await asyncio.gather(*map(one, course_ids))
    return {course.id: course for course in found if course is not None}


def changed(tx: Writer, kit: Kit, *group_ids: UUID) -> None:
    """Let every process forget the heads of groups once `tx` is on disk."""
    tx.after_commit(lambda: kit.cache.invalidate(*map(_key, group_ids)))
