"""The audit log over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from banyan.audit import policy, service
from banyan.audit.model import AuditPage
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit

__all__ = ["ADMINISTRATION", "ROUTES"]


@get("/courses/{course_id:uuid}/audit", policy=policy.may_read_of)
async def course_audit(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    action: Annotated[str | None, QueryParameter(max_length=60)] = None,
    by: Annotated[UUID | None, QueryParameter(name="actor")] = None,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> AuditPage:
    """What staff did in a course, newest first.

    Raises:
        Forbidden: 403, the caller does not teach it.
    """
    return await service.of_course(kit, actor, course_id, action, by, after, limit)


@get("/audit", policy=policy.may_read_all)
async def school_audit(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    action: Annotated[str | None, QueryParameter(max_length=60)] = None,
    by: Annotated[UUID | None, QueryParameter(name="actor")] = None,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> AuditPage:
    """What staff did in the school, newest first.

    Raises:
        Forbidden: 403, the caller is no admin.
    """
    return await service.of_school(kit, actor, action, by, after, limit)


ROUTES = [course_audit]
ADMINISTRATION = [school_audit]
