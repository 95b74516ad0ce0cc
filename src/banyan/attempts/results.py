"""Results of attempts, as far as their takers are told, and in full for the staff."""

from typing import cast
from uuid import UUID

from msgspec import structs

from banyan import assessments, courses
from banyan.assessments import Asked, OwnAttempt, PublishedTest
from banyan.attempts import attached, closing, counting, disclosing, memory, policy, reading, store
from banyan.attempts.disclosing import Disclosed
from banyan.attempts.model import GradeRow, HeadRow, QuestionResult, ResultView, RubricResult
from banyan.attempts.overrides import override_of
from banyan.attempts.problems import AttemptRunning
from banyan.attempts.views import card, file_view, test_ref
from banyan.kit.actor import Actor
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.kit.wire import UNSET
from banyan.questions import Essay, FileUpload, Shown, grade, reveal, show

__all__ = ["head_for", "own_attempts", "result"]


async def result(kit: Kit, actor: Actor, attempt_id: UUID) -> ResultView:
    """The result of an attempt: for its taker what the test's settings tell, for the staff of the course all of it.

    Raises:
        NotFound: the attempt is not the actor's, and they are not on the staff.
        AttemptRunning: there is none yet.
    """
    head = await head_for(kit, actor, attempt_id)
    if head.overdue:
        head = await closing.closed_if_overdue(kit, head.learner_id, head.id)
    if head.state == "running":
        raise AttemptRunning(current=card(head))
    what = await disclosing.disclosed(kit, head)
    if actor.id != head.learner_id:
        what = structs.replace(what, now=disclosing.EVERYTHING, more_at=None)
    return await _view(kit, head, what, nameless=actor.id != head.learner_id and what.settings.grade_blind)


async def head_for(kit: Kit, actor: Actor, attempt_id: UUID) -> HeadRow:
    """An attempt that the actor may read the result of: their own, or one at a test of their course.

    Raises:
        NotFound: there is none.
    """
    own = await kit.part(memory.Lookups).submit((actor.id, attempt_id))
    if own is not None:
        return own.head
    place = await store.place_of(kit.db.read(), attempt_id)
    if place is None:
        raise NotFound
    test = await assessments.head(kit, place.test_id)
    course = await courses.course_head(kit.db, kit.cache, test.course_id)
    policy.may_read_result(actor, place.learner_id, test, course)
    return (await memory.standing(kit, place.learner_id, attempt_id)).head


async def _view(kit: Kit, head: HeadRow, what: Disclosed, *, nameless: bool) -> ResultView:
    test = await assessments.corrected(kit, head.test_id, head.revision)
    db = kit.db.read()
    row = await store.result(db, head.test_id, head.id)
    if row is None:
        raise NotFound
    final = head.score if head.state == "graded" else None
    score = final if what.now.score else None
    percent = counting.percent_of(score, head.max_points)
    found = counting.counted(what.settings.counts, await store.attempts_of(db, head.learner_id, head.test_id))
    override = await override_of(kit, head.facts) if what.now.score else None
    counted = override if override is not None else found.percent if found and what.now.score else None
    questions = None
    if what.now.answers or what.now.feedback:
        known = await memory.known(kit, head.learner_id, head.id)
        questions = [
            _question(test.questions[one], row.grades[one], head.seed, what)
            for one in known.questions
            if one in row.grades
        ]
    files = await reading.files_of(kit, test, head.learner_id, head.id, row.grades) if questions is not None else []
    return ResultView(
        attempt=card(head),
        test=test_ref(test),
        score=score,
        max_points=head.max_points if what.now.score else None,
        percent=percent,
        passed=_passed(test, percent if override is None else override),
        needs_grading=row.needs_grading,
        counts=what.settings.counts,
        counted=counted,
        overridden=override is not None,
        told_at=what.more_at,
        questions=questions,
        files=[file_view(head.id, attached.nameless(file) if nameless else file) for file in files],
    )


def _question(asked: Asked, row: GradeRow, seed: int, what: Disclosed) -> QuestionResult:
    # A grader, or a key that was corrected, may have said something else than the key that was published.
    found = structs.replace(grade(asked.body, row.response), fraction=row.fraction, correct=row.correct)
    return QuestionResult(
        question=cast("Shown", show(asked.prepared, seed)),
        response=row.response,
        points=row.points if what.now.score else UNSET,
        correction=asked.correction if what.now.score else UNSET,
        comment=row.comment if what.now.feedback and row.comment else UNSET,
        rubric=_rubric(asked, row) if what.now.feedback and row.rubric else UNSET,
        revealed=reveal(asked.key, found, what.now),
    )


def _rubric(asked: Asked, row: GradeRow) -> list[RubricResult]:
    lines = asked.body.rubric if isinstance(asked.body, Essay | FileUpload) else []
    return [RubricResult(text=line.text, share=line.share, level=row.rubric.get(line.id)) for line in lines]


def _passed(test: PublishedTest, percent: float | None) -> bool | None:
    if percent is None or test.settings.pass_percent is None:
        return None
    return percent >= test.settings.pass_percent


async def own_attempts(kit: Kit, learner_id: UUID, test_id: UUID) -> list[OwnAttempt]:
    """Someone's attempts at a test, the oldest first, with what they may know of each; one statement."""
    heads = await store.attempts_of(kit.db.read(), learner_id, test_id)
    late = [one.id for one in heads if one.overdue]
    if late:
        for attempt_id in late:
            await closing.closed_if_overdue(kit, learner_id, attempt_id)
        heads = await store.attempts_of(kit.db.read(), learner_id, test_id)
    if not heads:
        return []
    what = await disclosing.for_learner(kit, test_id, learner_id, heads[-1].revision, heads[-1].now)
    return [
        OwnAttempt(
            id=one.id,
            number=one.number,
            state=one.state,
            started_at=one.started_at,
            deadline_at=one.deadline_at,
            submitted_at=one.submitted_at,
            percent=counting.percent_of(one.score, one.max_points) if what.now.score else None,
        )
        for one in heads
    ]
