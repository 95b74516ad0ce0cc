"""Files of study groups and reports of what is said in them, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Request, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Response, Stream

from banyan import media
from banyan.files import File
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES, FORM
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page
from banyan.messages import attachments, policy
from banyan.messages import reports as use_cases
from banyan.messages.model import DecideReport, ReportMessage, ReportState, ReportView

__all__ = ["ROUTES"]


@post(
    "/groups/{group_id:uuid}/files",
    policy=policy.may_post,
    request_max_body_size=media.LARGEST_BODY,
    takes={"*/*": BYTES, "multipart/form-data": FORM},
)
async def send_attachment(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
    name: Annotated[str, QueryParameter(max_length=300)] = "",
) -> File:
    """Send a file to a group, to attach it to a message: the body itself with its `name`, or the part `file` of a form.

    Raises:
        Muted: 403.
        GroupArchived: 409.
        TooLarge: 413.
        MislabelledFile, RefusedFile: 415.
        UnsafeSvg: 422.
    """
    name, chunks = await media.sent_in(request, name)
    return await attachments.take_in(kit, actor, group_id, name, chunks)


@get(
    "/groups/{group_id:uuid}/files/{file_id:uuid}/{name:str}",
    policy=policy.may_read,
    gives={"*/*": BYTES},
    statuses=(206, 304),
)
async def read_attachment(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    file_id: FromPath[UUID],
    name: FromPath[str],  # part of the address, for those who save it
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> Response[bytes] | Stream:
    """The bytes of a file that a message shows, or the part of them that `Range` asks for.

    Raises:
        UnsatisfiableRange: 416.
    """
    return media.serve(kit, request, await attachments.find(kit, actor, group_id, file_id))


@post("/groups/{group_id:uuid}/messages/{seq:int}/reports", policy=policy.may_report)
async def report(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    seq: FromPath[int],
    data: JSONBody[ReportMessage],
) -> ReportView:
    """Tell the moderators that something is wrong with a message.

    Raises:
        TakenBack: 409, it is deleted.
        AlreadyReported: 409, by the caller.
        TooMany: 429, too many reports in an hour.
    """
    return await use_cases.report(kit, actor, group_id, seq, data)


@get("/groups/{group_id:uuid}/reports", policy=policy.may_moderate)
async def reports(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    status: Annotated[ReportState | None, QueryParameter(name="state")] = None,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[ReportView]:
    """The reports of a group's messages, the newest first."""
    return await use_cases.reports_of(kit, actor, group_id, status, after, limit)


@patch("/groups/{group_id:uuid}/reports/{report_id:uuid}", policy=policy.may_decide, status_code=204)
async def decide_report(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    group_id: FromPath[UUID],
    report_id: FromPath[UUID],
    data: JSONBody[DecideReport],
) -> None:
    """Decide about a report; if it was right, its message is deleted.

    Raises:
        AlreadyDecided: 409.
    """
    await use_cases.decide(kit, actor, group_id, report_id, data)


ROUTES = [send_attachment, read_attachment, report, reports, decide_report]
