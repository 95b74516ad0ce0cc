"""Files over HTTP."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Response, Stream

from banyan import files
from banyan.files import File, FileInfo
from banyan.kit.actor import Actor, Visitor
from banyan.kit.description import BYTES, FORM
from banyan.kit.etag import matches
from banyan.kit.forms import file_in
from banyan.kit.problems import FieldError, Malformed
from banyan.kit.toolbox import Kit
from banyan.media import policy, service
from banyan.schools import School

__all__ = ["ROUTES"]

_LARGEST_BODY = 1 << 40  # the settings' limit counts, and is checked while the bytes come in
_INLINE = ("image/", "audio/", "video/", "application/pdf", "text/plain", "text/vtt")
# A picture opened by itself must not act: no script, no origin.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_MONTH = 30 * 24 * 3600


@post(
    "/files",
    policy=policy.may_send,
    request_max_body_size=_LARGEST_BODY,
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
    if request.content_type[0] == "multipart/form-data":
        part = await file_in(request.headers["content-type"], request.stream())
        info = await service.take_in(kit, actor, course, name or part.name, part.chunks)
    else:
        if not name:
            raise Malformed(errors=[FieldError("/name", "Say the file's name with ?name=…")])
        info = await service.take_in(kit, actor, course, name, request.stream())
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
    info = await service.find(kit, school, visitor, file_id)
    headers = _headers(info)
    if matches(request.scope, headers["etag"].encode()):  # type: ignore[arg-type]  # Litestar narrows the ASGI types
        return Response(b"", status_code=304, headers=headers)
    span = service.parse_range(request.headers.get("range"), info.size)
    if span is None:
        body = kit.storage.read(info.digest)
        return Stream(body, media_type=info.media_type, headers={**headers, "content-length": str(info.size)})
    headers["content-range"] = f"bytes {span.start}-{span.end - 1}/{info.size}"
    headers["content-length"] = str(span.end - span.start)
    part = kit.storage.read(info.digest, span.start, span.end)
    return Stream(part, media_type=info.media_type, headers=headers, status_code=206)


def _headers(info: FileInfo) -> dict[str, str]:
    shown = info.media_type.startswith(_INLINE)
    headers = {
        "etag": f'"{info.digest.hex()[:32]}"',
        "cache-control": f"private, max-age={_MONTH}, immutable",
        "accept-ranges": "bytes",
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(info.name, safe='')}",
    }
    if info.media_type != "application/pdf":  # the browser's own viewer refuses to run in a sandbox
        headers["content-security-policy"] = _SANDBOX
    return headers


ROUTES = [send_file, read_file]
