"""Courses as they are read, over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from banyan import courses, enrolments
from banyan.kit.actor import Actor, Visitor
from banyan.kit.etag import TAGGED
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET, Command, Page
from banyan.learning import policy, progress, service
from banyan.learning.model import CoursePage, ItemPage, MyEnrolment, ProgressSaved, SaveProgress
from banyan.schools import School

__all__ = ["ROUTES"]


class EnrolByCode(Command):
    """The code that a teacher gave out."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


@get("/courses/{course_id:uuid}", policy=policy.may_see_course, middleware=TAGGED, statuses=(304,))
async def read_course(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    course_id: FromPath[UUID],
    draft: FromQuery[bool] = False,
) -> CoursePage | courses.DraftPage:
    """A course with its outline and the caller's progress; with `draft=true`, what its staff are writing.

    Raises:
        Unauthenticated: 401, the school shows its courses to its members alone.
        NotFound: 404, there is none that the caller may see.
        Forbidden: 403, the draft is for its staff.
    """
    if draft:
        return await service.draft_page(kit, visitor.signed_in(), course_id)
    return await service.course_page(kit, school, visitor, course_id)


@get(
    "/courses/{course_id:uuid}/items/{item_id:uuid}",
    policy=policy.may_read_item,
    middleware=TAGGED,
    statuses=(304,),
)
async def read_item(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    course_id: FromPath[UUID],
    item_id: FromPath[UUID],
    draft: FromQuery[bool] = False,
) -> ItemPage | courses.DraftItem:
    """One item, rendered, with the caller's place in it; with `draft=true`, its source, for staff.

    Raises:
        Unauthenticated: 401.
        NotEnrolled: 403, the caller sees the course, but is not in it.
        NotReleased: 403, it opens later.
        Forbidden: 403, the draft is for its staff.
    """
    if draft:
        return await courses.draft_item(kit, visitor.signed_in(), course_id, item_id)
    return await service.item_page(kit, school, visitor, course_id, item_id)


@put("/courses/{course_id:uuid}/items/{item_id:uuid}/progress", policy=policy.may_read_item)
async def save_progress(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    item_id: FromPath[UUID],
    data: JSONBody[SaveProgress],
) -> ProgressSaved:
    """Keep the caller's place in an item, and note what is done; answered when it is on disk.

    Raises:
        NotEnrolled, NotReleased: 403.
    """
    return await progress.save(kit, actor, course_id, item_id, data)


@post("/courses/{course_id:uuid}/enrolments", policy=enrolments.may_enrol)
async def enrol(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[enrolments.EnrolCommand],
) -> MyEnrolment:
    """Enrol the caller in a published course.

    Raises:
        CourseFull, AlreadyEnrolled: 409.
        WrongCode: 422.
        NotOpen: 403, its teachers enrol.
        TooMany: 429, too many codes.
    """
    await enrolments.enrol(kit, actor, course_id, data.code if data.code is not UNSET else "")
    return await service.my_course(kit, actor, course_id)


@post("/enrolments", policy=enrolments.may_enrol)
async def enrol_by_code(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[EnrolByCode]
) -> MyEnrolment:
    """Enrol the caller in the course that has this code.

    Raises:
        WrongCode: 422, no course has it.
        CourseFull, AlreadyEnrolled: 409.
        TooMany: 429.
    """
    return await service.my_course(kit, actor, await enrolments.enrol_by_code(kit, actor, data.code))


@get("/enrolments", policy=policy.may_read_own)
async def my_courses(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> Page[MyEnrolment]:
    """The caller's courses with their progress, the last used first."""
    return Page(await service.my_courses(kit, actor), None)


ROUTES = [read_course, read_item, save_progress, enrol, enrol_by_code, my_courses]
