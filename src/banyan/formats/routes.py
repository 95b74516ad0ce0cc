"""Importing and exporting questions over HTTP."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from banyan import courses
from banyan.formats.exchange import ENDINGS, MEDIA_TYPES
from banyan.formats.exporting import export_questions
from banyan.formats.importing import Choice, import_questions, preview_questions
from banyan.formats.model import LARGEST_FILE, Format
from banyan.formats.results import ImportResult
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES
from banyan.kit.forms import Form, form_in
from banyan.kit.problems import FieldError, Malformed
from banyan.kit.toolbox import Kit
from banyan.questions import may_browse, may_write

__all__ = ["ROUTES"]

_RATE = "60 per hour"
_LARGEST_BODY = LARGEST_FILE + (1 << 20)
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "file": BYTES,
        "format": {"type": "string", "enum": ["auto", "gift", "aiken", "moodle_xml", "csv"]},
        "preview": {"type": "string", "enum": ["true", "false"]},
        "category_id": {"type": "string", "format": "uuid"},
    },
    "required": ["file"],
}


class _Fields(msgspec.Struct, frozen=True):
    format: Choice = "auto"
    preview: bool = False
    category_id: UUID | None = None


@post(
    "/courses/{course_id:uuid}/questions/imports",
    policy=may_write,
    request_max_body_size=_LARGEST_BODY,
    takes={"multipart/form-data": _FORM},
)
async def import_bank(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> Response[ImportResult]:
    """Put the questions of a GIFT, Aiken, Moodle XML or CSV file into a bank (201), or see what they are (200).

    The form has the file as its part `file`, and may say its `format`, whether this is only a `preview`, and the
    `category_id` to put them in. Each question that cannot be read is a problem with its line, and the rest comes in.

    Raises:
        BrokenImport: 422, nothing can be made of the file as a whole.
        NoSuchCategory: 422.
        BankFull: 422.
        TooLarge: 413, over 20 MiB or 10,000 questions.
    """
    may_write(actor, await courses.course_head(kit.db, kit.cache, course_id))
    await kit.limiter.check(_RATE, "import-questions", str(actor.id))
    sent = await form_in(request.headers.get("content-type", ""), request.stream(), limit=LARGEST_FILE)
    fields = _fields(sent)
    if fields.preview:
        seen = await preview_questions(kit, actor, course_id, sent.name, sent.data, fields.format)
        return Response(seen, status_code=200)
    result = await import_questions(
        kit, actor, course_id, sent.name, sent.data, fields.format, category_id=fields.category_id
    )
    return Response(result, status_code=201)


def _fields(sent: Form) -> _Fields:
    told = {name: value.strip() for name, value in sent.fields.items() if value.strip()}
    try:
        return msgspec.convert(told, _Fields, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise Malformed(errors=[FieldError(f"/{path.rstrip('`')}", message)]) from None


@get("/courses/{course_id:uuid}/questions/export", policy=may_browse, gives={"*/*": BYTES})
async def export_bank(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    format: FromQuery[Format] = "gift",  # noqa: A002 -- the contract's name
    category: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The questions of a course's bank that are not archived as a file, which can be imported again.

    With `category` those in it and below. Only Moodle XML takes pictures and other files along. How many questions the
    format cannot hold is in the header `banyan-left-out`.
    """
    written = await export_questions(kit, actor, course_id, format, category)
    left_out = sum(problem.severity == "error" for problem in written.problems)
    name = quote(f"questions{ENDINGS[format]}", safe="")
    return Response(
        written.content,
        media_type=MEDIA_TYPES[format],
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "banyan-left-out": str(left_out),
        },
    )


ROUTES = [import_bank, export_bank]
