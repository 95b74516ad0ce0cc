"""The timeline over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page, read_moment
from banyan.learning import may_read_own
from banyan.timeline.model import Moment
from banyan.timeline.service import timeline

__all__ = ["ROUTES"]

_SOON = timedelta(days=60)
_LAST = datetime.max.replace(tzinfo=UTC)


@get("/timeline", policy=may_read_own)
async def read_timeline(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    since: Annotated[str | None, QueryParameter(name="from", schema_extra={"format": "date-time"})] = None,
    until: Annotated[str | None, QueryParameter(schema_extra={"format": "date-time"})] = None,
) -> Page[Moment]:
    """What opens and what is due across the caller's courses, in order of time; the next 60 days unless told.

    A test is due when it closes, for the caller.
    """
    start = read_moment(since, "from") or datetime.now(UTC)
    end = read_moment(until, "until") or start + min(_SOON, _LAST - start)
    return Page(await timeline(kit, actor, start, end), None)


ROUTES = [read_timeline]
