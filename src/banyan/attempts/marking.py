"""Grading again what is closed: by people who grade, and after a key was corrected."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import structs

from banyan import assessments
from banyan.assessments import PublishedTest
from banyan.attempts import grading, progress, store, store_closing
from banyan.attempts.model import GradeRow, ResultRow
from banyan.attempts.problems import AttemptRunning, QuestionNotInAttempt
from banyan.attempts.store_closing import Closed
from banyan.kit.database import Writer
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["Regraded", "regrade", "save_grade"]

Change = Callable[[ResultRow, PublishedTest], Mapping[UUID, GradeRow]]


class Regraded(msgspec.Struct, frozen=True):
    """An attempt that was graded again; points are those of all its questions, as far as they are graded."""

    attempt_id: UUID
    learner_id: UUID
    name: str
    before: float | None
    after: float
    needs_grading: int


async def regrade(kit: Kit, tx: Writer, test_id: UUID, attempts: Sequence[UUID], change: Change) -> list[Regraded]:
    """Grade closed attempts at a test again: those that `change` gives other grades for some of their questions.

    Five statements for any number. The attempts are held until the commit; those that run are passed over.
    """
    rows = await store.results_among(tx, test_id, attempts)
    heads = await store_closing.lock(tx, [row.learner_id for row in rows], [row.attempt_id for row in rows])
    rows = await store.results_among(tx, test_id, list(heads))  # as they are now that nobody else changes them
    closed, told = [], []
    for row in rows:
        head = heads[row.attempt_id]
        if head.state == "running" or head.submitted_at is None:
            continue
        test = await assessments.revision_of(kit, test_id, row.revision)
        changed = {key: new for key, new in change(row, test).items() if row.grades.get(key) != new}
        if not changed:
            continue
        grades = {**row.grades, **changed}
        total = grading.total(grades)
        after = structs.replace(head, state="submitted" if total.needs_grading else "graded", score=total.score)
        closed.append((Closed(after, head.submitted_at, row.answered, total.needs_grading, grades), test))
        told.append(Regraded(head.id, head.learner_id, row.name, row.points, total.score, total.needs_grading))
    if closed:
        await store_closing.close(tx, [one for one, _ in closed])
        await progress.note(tx, [(one.head, test) for one, test in closed])
    return told


async def save_grade(
    kit: Kit, tx: Writer, test_id: UUID, attempt_id: UUID, question_id: UUID, points: float, comment: str
) -> Regraded | None:
    """Store what a person says that a response is worth; None if it was that already.

    Raises:
        NotFound: the test has no such attempt.
        AttemptRunning: it is not closed.
        QuestionNotInAttempt
    """
    row = await store.result(tx, test_id, attempt_id)
    if row is None:
        raise NotFound
    if row.state == "running":
        raise AttemptRunning
    if question_id not in row.grades:
        raise QuestionNotInAttempt

    def change(row: ResultRow, test: PublishedTest) -> dict[UUID, GradeRow]:
        worth = test.questions[question_id].points
        fraction = points / worth if worth else 0.0
        verdict = "right" if fraction >= 1 else "partly" if fraction > 0 else "wrong"
        return {
            question_id: structs.replace(
                row.grades[question_id], fraction=fraction, points=points, correct=verdict, comment=comment
            )
        }

    return next(iter(await regrade(kit, tx, test_id, [attempt_id], change)), None)
