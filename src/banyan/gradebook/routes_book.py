"""Gradebooks over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from banyan.gradebook import book, overruling, policy, tables
from banyan.gradebook.model_book import Book, Cell, OwnGrades, SetOverride, SetWeights, Weights
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES
from banyan.kit.toolbox import Kit

__all__ = ["ROUTES"]


@get(
    "/courses/{course_id:uuid}/gradebook",
    policy=policy.may_read_book,
    gives={"application/json": Book, "text/csv": BYTES},
)
async def read_gradebook(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
    q: Annotated[str, QueryParameter(max_length=200, pattern=r"^[^\x00]*$")] = "",
    wanted: Annotated[Literal["json", "csv"] | None, QueryParameter(name="format")] = None,
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[Any] | Stream:
    """The learners of a course in all its tests, with their totals, as a list or, all of them, as a table."""
    if tables.wants_table(request, wanted):
        return tables.sent("gradebook", await book.book_table(kit, actor, course_id, q))
    return Response(await book.book_page(kit, actor, course_id, q, after, limit))


@put("/courses/{course_id:uuid}/gradebook/weights", policy=policy.may_weigh)
async def set_weights(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    data: JSONBody[SetWeights],
) -> Weights:
    """Say what the tests of a course weigh in its total.

    Raises:
        StaleEdit: 409, with the weights as they are now.
        NoSuchTest: 422.
    """
    return await overruling.weigh(kit, actor, course_id, data)


@put("/courses/{course_id:uuid}/gradebook/{account_id:uuid}/{test_id:uuid}", policy=policy.may_overrule)
async def set_override(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    account_id: FromPath[UUID],
    test_id: FromPath[UUID],
    data: JSONBody[SetOverride],
) -> Cell:
    """Write another result of a learner in a test than their attempts say, and why."""
    return await overruling.overrule(kit, actor, course_id, account_id, test_id, data)


@delete("/courses/{course_id:uuid}/gradebook/{account_id:uuid}/{test_id:uuid}", policy=policy.may_overrule)
async def withdraw_override(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    course_id: FromPath[UUID],
    account_id: FromPath[UUID],
    test_id: FromPath[UUID],
) -> None:
    """Let a learner's attempts count again.

    Raises:
        NotFound: 404, nothing was written.
    """
    await overruling.withdraw(kit, actor, course_id, account_id, test_id)


@get("/courses/{course_id:uuid}/grades", policy=policy.may_see_own_grades)
async def read_own_grades(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], course_id: FromPath[UUID]
) -> OwnGrades:
    """The caller's own results in a course, as far as its tests tell them."""
    return await book.own_grades(kit, actor, course_id)


ROUTES = [read_gradebook, set_weights, set_override, withdraw_override, read_own_grades]
