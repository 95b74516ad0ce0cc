"""What counts of all that people, keys and corrections say of a response. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import structs

from banyan import attempts
from banyan.assessments import PublishedTest
from banyan.attempts import GradeRow, ResultRow
from banyan.gradebook.model_grading import PersonGrade

__all__ = ["verdict"]

_DIGITS = 6


def verdict(test: PublishedTest, question_id: UUID, row: ResultRow, people: Sequence[PersonGrade]) -> GradeRow:
    """What a response is worth: as who settles it says, else the mean of all graders, else what the key says.

    A question that counts for nobody, or in full for everyone, does so whatever people say. The learner gets the
    comments of those who count, and the means of the levels that they chose in the rubric.
    """
    asked = test.questions[question_id]
    by_key = attempts.by_key(test, question_id, row)
    counting = [one for one in people if one.settles] or people
    comment = "\n\n".join(one.comment for one in counting if one.comment.strip())
    rubric = _levels([one.rubric for one in counting])
    if not counting or asked.correction in ("void", "full_marks"):
        return structs.replace(by_key, comment=comment, rubric=rubric)
    points = round(min(asked.points, sum(one.points for one in counting) / len(counting)), _DIGITS)
    fraction = points / asked.points if asked.points else 0.0
    correct = "right" if fraction >= 1 else "partly" if fraction > 0 else "wrong"
    return structs.replace(by_key, fraction=fraction, points=points, correct=correct, comment=comment, rubric=rubric)


def _levels(chosen: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """For each line of a rubric the mean of those who chose a level."""
    said: dict[str, list[float]] = {}
    for one in chosen:
        for line, level in one.items():
            said.setdefault(line, []).append(level)
    return {line: round(sum(levels) / len(levels), _DIGITS) for line, levels in said.items()}
