"""Saving answers: the path that everyone in a test takes all the time. What is acknowledged is on disk."""

from collections.abc import Sequence
from uuid import UUID

from banyan import assessments
from banyan.attempts import attached, closing, memory, policy, store_saving
from banyan.attempts.activity import Activity
from banyan.attempts.memory import Known
from banyan.attempts.model import AnswerSaved, SaveAnswer
from banyan.attempts.problems import AttemptClosed, NoGoingBack, QuestionNotInAttempt
from banyan.attempts.store_saving import GivenAnswer, SaveOutcome
from banyan.attempts.views import card
from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Database
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.questions import Body, Essay, FileUpload, Response, check_response

__all__ = ["AnswerBatcher", "files_in", "save"]


class AnswerBatcher(Batcher[GivenAnswer, SaveOutcome | None]):
    """Gathers the answers of everyone into one statement; None answers an attempt that is not theirs."""

    def __init__(self, db: Database) -> None:
        async def write(answers: Sequence[GivenAnswer]) -> list[SaveOutcome | None]:
            async with db.write() as tx:
                outcomes = await store_saving.save(tx, answers)
            return [outcomes.get(row) for row in range(1, len(answers) + 1)]

        super().__init__(
            "answers",
            write,
            key=lambda one: (one.attempt_id, one.question_id),
            shards=Shards(db.primary, lambda one: one.learner_id),
        )


async def save(kit: Kit, actor: Actor, attempt_id: UUID, question_id: UUID, change: SaveAnswer) -> AnswerSaved:
    """Save an answer; returns when it is on disk. What is saved already with this number or a larger one stays.

    Raises:
        NotFound: the attempt is not the actor's.
        QuestionNotInAttempt
        Malformed: the response has not the shape that the question asks for.
        NoSuchAttemptFile: it names a file that was not sent to the attempt.
        UnfitAttemptFile: it names one that the question does not take.
        AttemptClosed: the attempt is submitted, or its time is up.
        NoGoingBack: the test has no way back, and the actor has gone on long ago.
        Unavailable: too much is being saved at once.
    """
    policy.may_answer(actor)
    known = await memory.known(kit, actor.id, attempt_id)
    if question_id not in known.questions:
        raise QuestionNotInAttempt
    test = await assessments.revision_of(kit, known.facts.test_id, known.facts.revision)
    body = test.questions[question_id].body
    response = check_response(body, change.response)
    await attached.check_files(kit, known.facts, body, files_in(body, response))
    given = GivenAnswer(
        actor.id,
        attempt_id,
        question_id,
        known.questions.index(question_id),
        change.number,
        response,
        change.flagged if isinstance(change.flagged, bool) else None,
        not test.settings.go_back,
    )
    outcome = await kit.part(AnswerBatcher).submit(given)
    if outcome is None:
        raise NotFound
    kit.part(Activity).note(known.facts.test_id, attempt_id, actor.id, outcome.now)
    return await _told(kit, known, given, outcome)


def files_in(body: Body, response: Response) -> list[UUID]:
    """The files that a response names."""
    match body:
        case Essay() if response:
            return [UUID(one) for one in response["files"]]
        case FileUpload() if response:
            return [UUID(one) for one in response]
        case _:
            return []


async def _told(kit: Kit, known: Known, given: GivenAnswer, outcome: SaveOutcome) -> AnswerSaved:
    saved = None
    if outcome.number is not None and outcome.saved_at is not None:
        saved = AnswerSaved(
            number=outcome.number, saved_at=outcome.saved_at, now=outcome.now, deadline_at=outcome.deadline_at
        )
        # Said twice, and the first time in time: that it was heard is the truth, whatever has happened since.
        if saved.number >= given.number:
            return saved
    if not outcome.open:
        head = await closing.closed_if_overdue(kit, given.learner_id, given.attempt_id)
        raise AttemptClosed(current=card(head))
    raise NoGoingBack(current=saved)
