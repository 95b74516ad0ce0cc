"""What an attempt comes to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from banyan.assessments import PublishedTest
from banyan.attempts.model import GradeRow, StoredAnswer
from banyan.questions import grade

__all__ = ["Total", "graded", "total"]

_DIGITS = 6  # thirds do not add up exactly


class Total(msgspec.Struct, frozen=True):
    """What graded responses come to; `needs_grading` of them wait for a person."""

    score: float
    needs_grading: int


def graded(test: PublishedTest, questions: Sequence[UUID], answers: Iterable[StoredAnswer]) -> dict[UUID, GradeRow]:
    """What the response to each question of an attempt is worth."""
    responses = {answer.question_id: answer.response for answer in answers}
    grades = {}
    for question_id in questions:
        asked = test.questions[question_id]
        response = responses.get(question_id)
        found = grade(asked.body, response)
        points = None if found.fraction is None else round(found.fraction * asked.points, _DIGITS)
        grades[question_id] = GradeRow(found.fraction, points, found.correct, response)
    return grades


def total(grades: Mapping[UUID, GradeRow]) -> Total:
    """What an attempt comes to. Wrong answers may cost points, but nobody ends with less than none."""
    known = [one.points for one in grades.values() if one.points is not None]
    return Total(round(max(0.0, sum(known)), _DIGITS), len(grades) - len(known))
