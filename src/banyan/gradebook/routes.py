"""Results over HTTP, for the staff of a course."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from banyan.gradebook import live, policy, results, statistics, tables
from banyan.gradebook.model import Histogram, Live, QuestionStatistics, Sort, Standing, TestResult, Wanted
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES", "After", "Limit", "Query", "TableFormat"]

After = Annotated[str | None, QueryParameter(max_length=400)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
Query = Annotated[str, QueryParameter(max_length=200, pattern=r"^[^\x00]*$")]
TableFormat = Annotated[Literal["json", "csv"] | None, QueryParameter(name="format")]


@get(
    "/tests/{test_id:uuid}/results",
    policy=policy.may_see_results,
    gives={"application/json": Page[TestResult], "text/csv": BYTES},
)
async def read_results(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
    q: Query = "",
    sort: Annotated[Sort, QueryParameter()] = "name",
    standing: Annotated[Standing | None, QueryParameter(name="state")] = None,
    wanted: TableFormat = None,
    after: After = None,
    limit: Limit = 50,
) -> Response[Any] | Stream:
    """What the learners of a course have reached in a test, as a list or, all of them, as a table."""
    if tables.wants_table(request, wanted):
        return tables.sent("results", await results.results_table(kit, actor, test_id, Wanted(q, sort, standing)))
    return Response(await results.results_page(kit, actor, test_id, Wanted(q, sort, standing), after, limit))


@get("/tests/{test_id:uuid}/results/questions", policy=policy.may_see_results)
async def read_question_statistics(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID]
) -> Page[QuestionStatistics]:
    """How the questions of a test did: facility, discrimination, and what was given."""
    return await statistics.question_statistics(kit, actor, test_id)


@get("/tests/{test_id:uuid}/results/histogram", policy=policy.may_see_results)
async def read_histogram(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID]
) -> Histogram:
    """How the results of a test are spread."""
    return await results.histogram(kit, actor, test_id)


@get("/tests/{test_id:uuid}/live", policy=policy.may_see_results)
async def read_live(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    q: Query = "",
    doing: Annotated[Literal["answering", "idle", "submitted"] | None, QueryParameter(name="state")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Live:
    """How a test goes at this moment, at most a second old: who answers, who is idle, who has handed in."""
    return await live.live(kit, actor, test_id, q, doing, after, limit)


ROUTES = [read_results, read_question_statistics, read_histogram, read_live]
