"""Tables as files, sent as they grow: CSV in UTF-8 with its mark, for spreadsheets, and in which no cell runs."""

import csv
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.response import Stream

from banyan.formats import guarded

__all__ = ["Cell", "sent", "wants_table", "written"]

Cell = str | float | int | bool | datetime | None
_MEDIA_TYPE = "text/csv"


def wants_table(request: Request[Any, Any, Any], wanted: str | None) -> bool:
    """Whether a table is asked for: by `?format=csv`, else by an `Accept` that names it and not JSON."""
    if wanted is not None:
        return wanted == "csv"
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")]
    return _MEDIA_TYPE in accepted and "application/json" not in accepted


def sent(name: str, pages: AsyncIterator[Sequence[Sequence[Cell]]]) -> Stream:
    """An answer that is a file of this name, without its ending."""
    return Stream(
        written(pages),
        media_type=_MEDIA_TYPE,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.csv', safe='')}",
        },
    )


async def written(pages: AsyncIterator[Sequence[Sequence[Cell]]]) -> AsyncIterator[bytes]:
    """Rows as CSV (RFC 4180), a page at a time."""
    mark = "\ufeff"
    async for rows in pages:
        out = StringIO(newline="")
        csv.writer(out).writerows([_text(cell) for cell in row] for row in rows)
        yield (mark + out.getvalue()).encode()
        mark = ""


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.4f}".rstrip("0").rstrip(".")
        case datetime():
            return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case str():
            return guarded(cell)
        case int():
            return str(cell)
