"""Corrections of keys over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.gradebook import policy, regrading
from banyan.gradebook.model_grading import BeginRegrade, GradeChange, Regrade, RegradePreview
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@post("/tests/{test_id:uuid}/regrades", policy=policy.may_regrade, status_code=202, statuses=(200,))
async def begin_regrade(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    data: JSONBody[BeginRegrade],
) -> Response[Regrade | RegradePreview]:
    """Correct a key, and grade all attempts by it (202), or see what that would change (200).

    Raises:
        UnfitCorrection: 422, `errors` says why.
    """
    if data.dry_run:
        return Response(await regrading.preview(kit, actor, test_id, data), status_code=200)
    return Response(await regrading.begin(kit, actor, test_id, data), status_code=202)


@get("/tests/{test_id:uuid}/regrades", policy=policy.may_see_results)
async def read_regrades(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Regrade]:
    """The keys of a test that were corrected, the newest first."""
    return await regrading.regrades_of(kit, actor, test_id, after, limit)


@get("/tests/{test_id:uuid}/regrades/{regrade_id:uuid}", policy=policy.may_see_results)
async def read_regrade(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID], regrade_id: FromPath[UUID]
) -> Regrade:
    """A key that was corrected, and how far attempts have been graded by it."""
    return await regrading.regrade_of(kit, actor, test_id, regrade_id)


@get("/tests/{test_id:uuid}/regrades/{regrade_id:uuid}/changes", policy=policy.may_see_results)
async def read_regrade_changes(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    regrade_id: FromPath[UUID],
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[GradeChange]:
    """What a corrected key changed, attempt by attempt."""
    return await regrading.changes_of(kit, actor, test_id, regrade_id, after, limit)


ROUTES = [begin_regrade, read_regrades, read_regrade, read_regrade_changes]
