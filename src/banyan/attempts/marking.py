"""Grading again what is closed: by people who grade, and after a key was corrected."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec import structs

from banyan import assessments
from banyan.assessments import PublishedTest
from banyan.attempts import grading, progress, store, store_closing
from banyan.attempts.model import GradeRow, HeadRow, ResultRow
from banyan.attempts.store_closing import Closed
from banyan.kit.database import Writer
from banyan.kit.toolbox import Kit

__all__ = ["Regraded", "by_key", "hold", "reckoned", "regrade"]

Change = Callable[[ResultRow, PublishedTest], Mapping[UUID, GradeRow]]


class Regraded(msgspec.Struct, frozen=True):
    """An attempt that was graded again; points are those of all its questions, as far as they are graded.

    `most_before` and `most` are what all its questions were and are worth.
    """

    attempt_id: UUID
    learner_id: UUID
    name: str
    before: float | None
    after: float
    needs_grading: int
    most_before: float
    most: float


async def regrade(kit: Kit, tx: Writer, test_id: UUID, attempts: Sequence[UUID], change: Change) -> list[Regraded]:
    """Grade closed attempts at a test again: those that `change` gives other grades for some of their questions.

    The test that it gets has its keys corrected. Five statements for any number, and what there is to read of the test.
    The attempts are held until the commit; those that run are passed over.
    """
    closed, told = [], []
    moved: list[tuple[HeadRow, HeadRow, PublishedTest]] = []
    for head, row in await _held(tx, test_id, attempts):
        if head.state == "running" or head.submitted_at is None:
            continue
        test = await assessments.corrected(kit, test_id, row.revision)
        changed = {key: new for key, new in change(row, test).items() if row.grades.get(key) != new}
        most = grading.worth(test, row.grades)
        if not changed and most == head.max_points:
            continue
        grades = {**row.grades, **changed}
        total = grading.total(grades)
        after = structs.replace(
            head, state="submitted" if total.needs_grading else "graded", score=total.score, max_points=most
        )
        closed.append(Closed(after, head.submitted_at, row.answered, total.needs_grading, grades))
        moved.append((head, after, test))
        outcome = (row.points, total.score, total.needs_grading, head.max_points, most)
        told.append(Regraded(head.id, head.learner_id, row.name, *outcome))
    if closed:
        await store_closing.close(tx, closed)
        await progress.note_changes(tx, moved)
    return told


async def hold(tx: Writer, test_id: UUID, attempts: Sequence[UUID]) -> list[ResultRow]:
    """Keep attempts at a test from every change until the commit; what the test keeps of those that there are."""
    return [row for _, row in await _held(tx, test_id, attempts)]


def by_key(test: PublishedTest, question_id: UUID, row: ResultRow) -> GradeRow:
    """What a response of an attempt is worth by the key, whatever it was worth before."""
    return grading.mark(test.questions[question_id], row.grades[question_id].response)


def reckoned(test: PublishedTest, grades: Mapping[UUID, GradeRow]) -> tuple[float, float, bool]:
    """What an attempt with these grades comes to: its points, those that it could have, and whether a grader is due."""
    total = grading.total(grades)
    return total.score, grading.worth(test, grades), total.needs_grading > 0


async def _held(tx: Writer, test_id: UUID, attempts: Sequence[UUID]) -> list[tuple[HeadRow, ResultRow]]:
    rows = await store.results_among(tx, test_id, attempts)
    heads = await store_closing.lock(tx, [row.learner_id for row in rows], [row.attempt_id for row in rows])
    rows = await store.results_among(tx, test_id, list(heads))  # as they are now that nobody else changes them
    return [(heads[row.attempt_id], row) for row in rows]
