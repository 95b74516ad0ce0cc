"""Files over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Response, Stream

from banyan import files
from banyan.files import File
from banyan.kit.actor import Actor, Visitor
from banyan.kit.description import BYTES, FORM
from banyan.kit.toolbox import Kit
from banyan.media import policy, service, serving
from banyan.schools import School

__all__ = ["ROUTES"]


@post(
    "/files",
    policy=policy.may_send,
    request_max_body_size=serving.LARGEST_BODY,
    takes={"*/*": BYTES, "multipart/form-data": FORM},
)
async def send_file(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course: FromQuery[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
    name: Annotated[str, QueryParameter(max_length=300)] = "",
) -> File:
    """Take in a file of a course: the body itself with its `name`, or the part `file` of a multipart form.

    Raises:
        TooLarge: 413.
        MislabelledFile, RefusedFile: 415.
        UnsafeSvg: 422.
    """
    name, chunks = await serving.sent_in(request, name)
    info = await service.take_in(kit, actor, course, name, chunks)
    return files.view(info)


@get("/files/{file_id:uuid}/{name:str}", policy=policy.may_read_file, gives={"*/*": BYTES}, statuses=(206, 304))
async def read_file(
    kit: NamedDependency[Kit],
    school: NamedDependency[School],
    visitor: NamedDependency[Visitor],
    file_id: FromPath[UUID],
    name: FromPath[str],  # part of the address, for those who save it
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> Response[bytes] | Stream:
    """The bytes of a file, or the part of them that `Range` asks for.

    Raises:
        Unauthenticated: 401, the school shows its courses to its members alone.
        NotFound: 404, there is none that the caller may read.
        UnsatisfiableRange: 416.
    """
    info, freshness = await service.find(kit, school, visitor, file_id)
    return serving.serve(kit, request, info, freshness=freshness)


ROUTES = [send_file, read_file]
