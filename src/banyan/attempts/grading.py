"""What an attempt comes to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from banyan.assessments import Asked, PublishedTest
from banyan.attempts.model import GradeRow, StoredAnswer
from banyan.questions import grade

__all__ = ["Total", "graded", "mark", "total", "worth"]

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
        grades[question_id] = mark(test.questions[question_id], responses.get(question_id))
    return grades


def mark(asked: Asked, response: Any) -> GradeRow:
    """What a response is worth by the key, or by what it was corrected to."""
    found = grade(asked.body, response)
    match asked.correction:
        case "full_marks":
            return GradeRow(1.0, asked.points, "right", response)
        case "void":
            return GradeRow(found.fraction or 0.0, 0.0, found.correct, response)
        case _:
            points = None if found.fraction is None else round(found.fraction * asked.points, _DIGITS)
            return GradeRow(found.fraction, points, found.correct, response)


def worth(test: PublishedTest, questions: Iterable[UUID]) -> float:
    """What all questions of an attempt are worth together."""
    return round(sum(test.questions[question].points for question in questions), _DIGITS)


def total(grades: Mapping[UUID, GradeRow]) -> Total:
    """What an attempt comes to. Wrong answers may cost points, but nobody ends with less than none."""
    known = [one.points for one in grades.values() if one.points is not None]
    return Total(round(max(0.0, sum(known)), _DIGITS), len(grades) - len(known))
