"""Grading by people over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from banyan.gradebook import grading, policy
from banyan.gradebook.model_grading import Grading, Response, SaveGrade, Sheet, Wanted
from banyan.kit.actor import Actor
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@get("/tests/{test_id:uuid}/grading", policy=policy.may_see_results)
async def read_grading(kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID]) -> Grading:
    """What of a test waits for a person to grade it, by question."""
    return await grading.grading(kit, actor, test_id)


@get("/tests/{test_id:uuid}/grading/{question_id:uuid}", policy=policy.may_see_results)
async def read_responses(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    question_id: FromPath[UUID],
    wanted: Annotated[Wanted, QueryParameter(name="state")] = "waiting",
    after: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Page[Response]:
    """The responses to a question that wait for a person, or have been graded."""
    return await grading.responses(kit, actor, test_id, question_id, wanted, after, limit)


@get("/attempts/{attempt_id:uuid}/grades/{question_id:uuid}", policy=policy.may_grade)
async def read_sheet(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], attempt_id: FromPath[UUID], question_id: FromPath[UUID]
) -> Sheet:
    """A response with all that grading it needs: its files, the rubric, and what others say of it.

    Raises:
        QuestionNotInAttempt: 404.
        AttemptRunning: 409.
    """
    return await grading.sheet(kit, actor, attempt_id, question_id)


@put("/attempts/{attempt_id:uuid}/grades/{question_id:uuid}", policy=policy.may_grade)
async def save_grade(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    attempt_id: FromPath[UUID],
    question_id: FromPath[UUID],
    data: JSONBody[SaveGrade],
) -> Sheet:
    """Say what a response is worth: as one of its graders, whose mean counts, or to settle it.

    Raises:
        QuestionNotInAttempt: 404.
        AttemptRunning: 409.
        StaleEdit: 409, with the sheet as it is now.
        UnfitGrade: 422.
    """
    return await grading.save_grade(kit, actor, attempt_id, question_id, data)


@delete("/attempts/{attempt_id:uuid}/grades/{question_id:uuid}/settlement", policy=policy.may_settle)
async def withdraw_settlement(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], attempt_id: FromPath[UUID], question_id: FromPath[UUID]
) -> None:
    """Let the graders of a response count again, or the key where nobody has graded.

    Raises:
        QuestionNotInAttempt: 404.
        AttemptRunning: 409.
    """
    await grading.withdraw_settlement(kit, actor, attempt_id, question_id)


ROUTES = [read_grading, read_responses, read_sheet, save_grade, withdraw_settlement]
