"""Revisions over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter

from banyan.courses import may_see_draft, may_teach
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.revisions import differences, service
from banyan.revisions.model import Changes, Publish, Revision

__all__ = ["ROUTES"]

_LARGEST = 2**31 - 1  # a number that PostgreSQL holds


@post("/courses/{course_id:uuid}/revisions", policy=may_teach)
async def publish(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID], data: JSONBody[Publish]
) -> Revision:
    """Publish the draft.

    Raises:
        NothingToPublish: 409, it is what learners already read.
        NothingInIt: 422, it has no items.
    """
    return await service.publish(kit.db, kit.cache, actor, course_id, data.note)


@get("/courses/{course_id:uuid}/revisions", policy=may_see_draft)
async def list_revisions(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Revision]:
    """What was published of a course, the newest first."""
    return await service.revisions_of(kit.db, actor, course_id, after, limit)


@get("/courses/{course_id:uuid}/changes", policy=may_see_draft)
async def read_changes(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    revision: Annotated[int | None, QueryParameter(ge=1, le=_LARGEST)] = None,
) -> Changes:
    """How the draft differs from a revision, or from the one that learners read."""
    return await differences.changes(kit.db, actor, course_id, revision)


@post("/courses/{course_id:uuid}/revisions/{number:int}/restoration", policy=may_teach, status_code=204)
async def restore(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    number: Annotated[int, PathParameter(ge=1, le=_LARGEST)],
) -> None:
    """Make a revision the draft again; learners read it once that is published."""
    await service.restore(kit.db, kit.cache, actor, course_id, number)


ROUTES = [publish, list_revisions, read_changes, restore]
