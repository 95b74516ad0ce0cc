"""Courses over HTTP, for their staff: settings, copies, staff, previews."""

from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from banyan.courses import copying, pages, policy, service, staffing
from banyan.courses.model import (
    AddStaff,
    ChangeCourse,
    CopyCourse,
    DraftPage,
    NewCourse,
    Preview,
    PreviewSource,
    SetStaff,
    StaffMember,
)
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@post("/courses", policy=policy.may_create)
async def begin_course(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], data: JSONBody[NewCourse]
) -> DraftPage:
    """Begin a course; the caller is its owner."""
    return await service.begin_course(kit, actor, data)


@patch("/courses/{course_id:uuid}", policy=policy.may_teach)
async def change_course(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[ChangeCourse],
) -> DraftPage:
    """Change a course's settings.

    Raises:
        StaleEdit: 409, with the course as it is now.
        CodeTaken: 409, another course has the code.
        NoSuchFile: 422, the cover is not a picture of this course.
        WrongState: 422, the course cannot get into this state so.
    """
    return await service.change_course(kit, actor, course_id, data)


@delete("/courses/{course_id:uuid}", policy=policy.may_own)
async def delete_course(kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]) -> None:
    """Delete a course; it can be brought back for 30 days."""
    await service.delete_course(kit, actor, course_id)


@post("/courses/{course_id:uuid}/restoration", policy=policy.may_restore, status_code=204)
async def restore_course(kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]) -> None:
    """Bring a deleted course back."""
    await service.restore_course(kit, actor, course_id)


@post("/courses/{course_id:uuid}/copies", policy=policy.may_copy)
async def copy_course(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[CopyCourse],
) -> DraftPage:
    """Begin a course with all that this one's draft holds; the caller is its owner."""
    return await copying.copy_course(kit, actor, course_id, data)


@post("/courses/{course_id:uuid}/previews", policy=policy.may_see_draft, status_code=200)
async def preview(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[PreviewSource],
) -> Preview:
    """A text as learners of the course would see it; nothing is kept."""
    return await pages.preview(kit, actor, course_id, data)


@get("/courses/{course_id:uuid}/staff", policy=policy.may_own)
async def read_staff(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]
) -> Page[StaffMember]:
    """The staff of a course: owners, teachers, assistants, each by name."""
    return Page(await staffing.staff(kit, actor, course_id), None)


@post("/courses/{course_id:uuid}/staff", policy=policy.may_own)
async def add_staff(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[AddStaff],
) -> StaffMember:
    """Bring someone of the school, known by their address, to the staff.

    Raises:
        NoSuchAccount: 422.
        LastOwner: 409, they are the only owner.
    """
    return await staffing.add_staff(kit, actor, course_id, data)


@put("/courses/{course_id:uuid}/staff/{account_id:uuid}", policy=policy.may_own)
async def set_staff(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[SetStaff],
) -> StaffMember:
    """Give someone of the school a role in the staff.

    Raises:
        LastOwner: 409, they are the only owner.
    """
    return await staffing.set_staff(kit, actor, course_id, account_id, data)


@delete("/courses/{course_id:uuid}/staff/{account_id:uuid}", policy=policy.may_remove_staff)
async def remove_staff(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    account_id: FromPath[UUID],
) -> None:
    """Take someone off the staff; the caller may always leave.

    Raises:
        LastOwner: 409, they are the only owner.
    """
    await staffing.remove_staff(kit, actor, course_id, account_id)


ROUTES = [
    begin_course,
    change_course,
    delete_course,
    restore_course,
    copy_course,
    preview,
    read_staff,
    add_staff,
    set_staff,
    remove_staff,
]
