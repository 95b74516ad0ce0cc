"""Enrolments over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from banyan.enrolments import lists, policy, service
from banyan.enrolments.model import BatchOutcome, EnrolMany, Participant
from banyan.kit.actor import Actor
from banyan.kit.problems import Malformed, UnsupportedMedia
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, decode

__all__ = ["ROUTES"]


@post(
    "/courses/{course_id:uuid}/enrolments/batch",
    policy=policy.may_enrol_others,
    status_code=200,
    takes={"application/json": EnrolMany, "text/csv": {"type": "string"}},
)
async def enrol_many(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> BatchOutcome:
    """Enrol people by address: a JSON list, or a CSV file.

    Raises:
        Malformed: 400, the body is neither.
    """
    kind = request.content_type[0]
    body = await request.body()
    if kind == "text/csv":
        try:
            entries = lists.from_csv(body.decode())
        except UnicodeDecodeError:
            raise Malformed("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.") from None
    elif kind == "application/json":
        entries = lists.from_emails(decode(body, EnrolMany).emails)
    else:
        raise UnsupportedMedia("Send application/json or text/csv.")
    return await service.enrol_many(kit, actor, course_id, entries)


@delete("/courses/{course_id:uuid}/enrolments/current", policy=policy.may_leave)
async def leave(kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]) -> None:
    """Leave a course.

    Raises:
        NotFound: 404, the caller is not in it.
    """
    await service.leave(kit, actor, course_id)


@delete("/courses/{course_id:uuid}/enrolments/{account_id:uuid}", policy=policy.may_enrol_others)
async def remove(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID], account_id: FromPath[UUID]
) -> None:
    """Take a learner out of a course."""
    await service.remove(kit, actor, course_id, account_id)


@get("/courses/{course_id:uuid}/people", policy=policy.may_see_people)
async def people(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=100)] = "",
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Participant]:
    """The learners of a course, by name, with their progress."""
    return await service.people(kit, actor, course_id, q, after, limit)


ROUTES = [enrol_many, leave, remove, people]
