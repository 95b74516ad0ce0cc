"""Taking tests, over HTTP. The hottest of these routes have shortcuts, which answer the same."""

from typing import Annotated
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from banyan import media
from banyan.attempts import policy, reading, results, saving, starting, uploads
from banyan.attempts.model import (
    AnswerSaved,
    AttemptView,
    ResultView,
    RunningAttempt,
    SaveAnswer,
    StartAttempt,
    Submitted,
)
from banyan.files import File
from banyan.kit.actor import Actor
from banyan.kit.description import BYTES, FORM
from banyan.kit.toolbox import Kit
from banyan.kit.wire import Page

__all__ = ["ROUTES"]


@post("/tests/{test_id:uuid}/attempts", policy=policy.may_take, statuses=(200,))
async def start_attempt(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    test_id: FromPath[UUID],
    data: JSONBody[StartAttempt],
) -> Response[AttemptView]:
    """Begin an attempt at a test (201), or go on with the one that runs (200).

    Raises:
        TestNotOpen: 403.
        NoAttemptsLeft: 409.
        WrongAccessCode: 422.
        TooMany: 429, too many access codes.
    """
    attempt, is_new = await starting.start(kit, actor, test_id, data)
    return Response(attempt, status_code=201 if is_new else 200)


@post("/tests/{test_id:uuid}/previews", policy=policy.may_preview)
async def preview_test(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], test_id: FromPath[UUID]
) -> AttemptView:
    """Take a test as it is written now, as its learners would. It counts for nothing, and one's previews before it go.

    Raises:
        NothingToAsk: 422.
        UnfitTest: 422, it could not be published like this.
    """
    return await starting.preview(kit, actor, test_id)


@get("/attempts", policy=policy.may_see_own)
async def read_running(kit: NamedDependency[Kit], actor: NamedDependency[Actor]) -> Page[RunningAttempt]:
    """The caller's attempts that they can go on with, what ends first before the others."""
    return await reading.running(kit, actor)


@get("/attempts/{attempt_id:uuid}", policy=policy.may_see_own)
async def read_attempt(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], attempt_id: FromPath[UUID]
) -> AttemptView:
    """One of the caller's attempts with all that is saved in it, to go on with on any device."""
    return await reading.attempt(kit, actor, attempt_id)


@put("/attempts/{attempt_id:uuid}/answers/{question_id:uuid}", policy=policy.may_answer)
async def save_answer(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    attempt_id: FromPath[UUID],
    question_id: FromPath[UUID],
    data: JSONBody[SaveAnswer],
) -> AnswerSaved:
    """Save an answer; answered when it is on disk. What is saved with a larger number stays, and is told instead.

    Raises:
        QuestionNotInAttempt: 404.
        AttemptClosed: 409, it was handed in or its time is up; `current` is the attempt.
        NoGoingBack: 409, `current` is what is saved.
        NoSuchAttemptFile, UnfitAttemptFile: 422.
    """
    return await saving.save(kit, actor, attempt_id, question_id, data)


@post("/attempts/{attempt_id:uuid}/submission", policy=policy.may_answer, status_code=200)
async def submit_attempt(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], attempt_id: FromPath[UUID]
) -> Submitted:
    """Hand an attempt in. Done twice it is the same; `score` is null where it is not told yet, or not known."""
    return await reading.submit(kit, actor, attempt_id)


@get("/attempts/{attempt_id:uuid}/result", policy=policy.may_read_result)
async def read_result(
    kit: NamedDependency[Kit], actor: NamedDependency[Actor], attempt_id: FromPath[UUID]
) -> ResultView:
    """The result of an attempt: for its taker as far as the test's settings tell it, for the staff all of it.

    Raises:
        AttemptRunning: 409.
    """
    return await results.result(kit, actor, attempt_id)


@post(
    "/attempts/{attempt_id:uuid}/files",
    policy=policy.may_answer,
    request_max_body_size=media.LARGEST_BODY,
    takes={"*/*": BYTES, "multipart/form-data": FORM},
)
async def send_attempt_file(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    attempt_id: FromPath[UUID],
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
    name: Annotated[str, QueryParameter(max_length=300)] = "",
    question: FromQuery[UUID | None] = None,
) -> File:
    """Send a file to an attempt, for an answer to name: the body itself with its `name`, or the part `file` of a form.

    With the `question` that it is for, a file that the question does not take is refused before it is read.

    Raises:
        QuestionNotInAttempt: 404.
        UnfitAttemptFile: 422.
        AttemptClosed, TooManyAttemptFiles: 409.
        TooLarge: 413.
        MislabelledFile, RefusedFile: 415.
        UnsafeSvg: 422.
    """
    name, chunks = await media.sent_in(request, name)
    return await uploads.take_in(kit, actor, attempt_id, name, chunks, question)


@get(
    "/attempts/{attempt_id:uuid}/files/{file_id:uuid}/{name:str}",
    policy=policy.may_read_result,
    gives={"*/*": BYTES},
    statuses=(206, 304),
)
async def read_attempt_file(
    kit: NamedDependency[Kit],
    actor: NamedDependency[Actor],
    attempt_id: FromPath[UUID],
    file_id: FromPath[UUID],
    name: FromPath[str],  # part of the address, for those who save it
    request: Request,  # type: ignore[type-arg]  # none of its parameters is used
) -> Response[bytes] | Stream:
    """The bytes of a file that was sent to an attempt, or the part of them that `Range` asks for.

    Raises:
        UnsatisfiableRange: 416.
    """
    return media.serve(kit, request, await uploads.find(kit, actor, attempt_id, file_id))


ROUTES = [
    start_attempt,
    preview_test,
    read_running,
    read_attempt,
    save_answer,
    submit_attempt,
    read_result,
    send_attempt_file,
    read_attempt_file,
]
