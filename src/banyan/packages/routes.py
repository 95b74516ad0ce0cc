"""Importing and exporting over HTTP."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from banyan import courses
from banyan.courses import DraftPage
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES, FORM
from banyan.kit.forms import file_in
from banyan.kit.problems import TooLarge, Unprocessable
from banyan.kit.toolbox import Kit
from banyan.kit.wire import View
from banyan.packages.exporting import export_course
from banyan.packages.importing import import_package
from banyan.packages.model import Limits, Package, PackageUnreadable, ReportLine
from banyan.packages.paths import slug
from banyan.packages.reading import read_zip
from banyan.packages.writing import write_zip

__all__ = ["ROUTES"]

_CHUNK = 1 << 16
_LARGEST_BODY = 1 << 40  # the settings' limit counts
_RATE = "20 per hour"


class UnreadablePackage(Unprocessable):
    """Nothing can be made of the file; `detail` says why."""

    code = "package_unreadable"
    title = "No course could be read from this file"


class Report(View):
    """What was odd about an import, by file and line."""

    lines: list[ReportLine]


class ImportedCourse(View):
    """The course that came of an import; it is a draft."""

    course: DraftPage
    report: Report


@post(
    "/courses/imports",
    policy=courses.may_create,
    request_max_body_size=_LARGEST_BODY,
    takes={"multipart/form-data": FORM},
)
async def import_course(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> ImportedCourse:
    """Make a course of a zip of Markdown, sent as the part `file` of a multipart form.

    Raises:
        UnreadablePackage: 422, it is no zip, or nothing to learn is in it.
        TooLarge: 413.
    """
    courses.may_create(actor)
    await kit.limiter.check(_RATE, "import", str(actor.id))
    limit = kit.settings.storage.largest_import << 20
    part = await file_in(request.headers.get("content-type", ""), request.stream())
    async with kit.storage.receive(part.chunks, limit=limit) as upload:
        package = await asyncio.to_thread(_read, upload.body, part.name, limit)
        course_id, lines = await import_package(kit, actor, package)
    return ImportedCourse(course=await courses.draft_page(kit, actor, course_id), report=Report(lines=lines))


def _read(body: IO[bytes], name: str, limit: int) -> Package:
    try:
        return read_zip(cast("BinaryIO", body), Limits(total_size=limit), name=name)
    except PackageUnreadable as error:
        if error.code == "too_large":
            raise TooLarge(error.detail) from None
        raise UnreadablePackage(error.detail) from None


@get("/courses/{course_id:uuid}/export", policy=courses.may_see_draft, gives={"application/zip": BYTES})
async def read_export(kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]) -> Stream:
    """The draft of a course as a zip of Markdown, which can be imported again."""
    package = await export_course(kit, actor, course_id)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 -- closed when the last of it has been sent
    await asyncio.to_thread(write_zip, package, spool)
    size = spool.tell()
    name = f"{slug(package.title)}.zip"
    return Stream(
        _sending(spool),
        media_type="application/zip",
        headers={
            "content-length": str(size),
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        },
    )


async def _sending(spool: IO[bytes]) -> AsyncIterator[bytes]:
    with spool:
        spool.seek(0)
        while chunk := await asyncio.to_thread(spool.read, _CHUNK):
            yield chunk


ROUTES = [import_course, read_export]
