"""How each kind of question is graded."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from banyan.questions.grading.responses import Response
from banyan.questions.grading.typed import best_number, best_pattern
from banyan.questions.kinds import (
    Body,
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pattern,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)
from banyan.questions.model import Grade, PartGrade

__all__ = ["full_response", "grade"]

_ROUNDING = 1e-9  # shares such as a third do not add up exactly
_WRITTEN = 1.0001e-4  # nor do weights, of which authors and other programs write four digits: three times 0.3333 is 1


def grade(body: Body, response: Response) -> Grade:
    """What a response is worth that `check_response` has let through; None is no answer, and worth nothing."""
    if response is None:
        return Grade(0.0, "unanswered", [])
    return _GRADERS[type(body)](body, response)


def full_response(body: Body) -> Response:  # noqa: PLR0911 -- a table, one line a kind
    """A response that earns as much as any; None where a person grades, and where any other number is the best."""
    match body:
        case SingleChoice():
            return max(body.choices, key=lambda choice: choice.weight).id
        case MultipleChoice():
            return [choice.id for choice in body.choices if choice.weight > 0] or None
        case TrueFalse():
            return body.answer
        case Numerical():
            named = [answer for answer in body.answers if answer.value is not None]
            best = max(named, key=lambda answer: answer.weight, default=None)
            unit = f" {body.units[0].name}" if body.units else ""
            return None if best is None or best.value is None else f"{_in_first_unit(body, best.value)!r}{unit}"
        case ShortAnswer():
            return max(body.answers, key=lambda answer: answer.weight).text.replace(r"\*", "*")
        case Matching():
            return {pair.id: pair.match for pair in body.pairs}
        case Ordering():
            return [item.id for item in body.items]
        case Cloze():
            filled = {gap.id: full_response(gap.question) for gap in body.gaps}
            return {gap_id: response for gap_id, response in filled.items() if response is not None} or None
        case Essay() | FileUpload():
            return None


def _in_first_unit(body: Numerical, value: float) -> float:
    return value * body.units[0].factor if body.units else value


def _chosen(choices: Sequence[Choice], ids: Sequence[str]) -> list[PartGrade]:
    return [
        PartGrade(choice.id, choice.weight, choice.weight > 0, choice.feedback)
        for choice in choices
        if choice.id in ids
    ]


def _single(body: SingleChoice, choice_id: str) -> Grade:
    return _graded(_chosen(body.choices, [choice_id]))


def _multiple(body: MultipleChoice, ids: list[str]) -> Grade:
    parts = _chosen(body.choices, ids)
    if body.scoring == "weights":
        return _verdict(sum(part.fraction for part in parts), parts, _WRITTEN)
    wanted = {choice.id for choice in body.choices if choice.weight > 0}
    return _verdict(float(set(ids) == wanted), parts)


def _true_false(body: TrueFalse, response: bool) -> Grade:
    right = response == body.answer
    feedback = body.feedback_true if response else body.feedback_false
    return _graded([PartGrade("true" if response else "false", float(right), right, feedback)])


def _typed(found: NumericalAnswer | Pattern | None) -> Grade:
    if found is None:
        return Grade(0.0, "wrong", [])
    return _graded([PartGrade(found.id, found.weight, found.weight > 0, found.feedback)])


def _matching(body: Matching, response: dict[str, str]) -> Grade:
    share = 1 / len(body.pairs)
    parts = [
        PartGrade(pair.id, share * (response.get(pair.id) == pair.match), response.get(pair.id) == pair.match)
        for pair in body.pairs
    ]
    return _graded(parts)


def _ordering(body: Ordering, ids: list[str]) -> Grade:
    right = [item.id for item in body.items]
    share = 1 / len(right)
    parts = [
        PartGrade(item_id, share * (item_id == wanted), item_id == wanted)
        for item_id, wanted in zip(ids, right, strict=True)
    ]
    match body.scoring:
        case "positions":
            return _graded(parts)
        case "neighbours":
            after = dict(pairwise(right))
            kept = sum(after.get(one) == other for one, other in pairwise(ids))
            return _verdict(kept / (len(right) - 1), parts)
        case "all_or_nothing":
            return _verdict(float(ids == right), parts)


def _cloze(body: Cloze, response: dict[str, Response]) -> Grade:
    total = sum(gap.points for gap in body.gaps)
    parts = []
    for gap in body.gaps:
        inner = grade(gap.question, response.get(gap.id))
        feedback = next((part.feedback for part in inner.parts if part.feedback), "")
        share = (inner.fraction or 0.0) * gap.points / total
        parts.append(PartGrade(gap.id, share, inner.correct == "right", feedback))
    return _graded(parts)


def _by_a_person(_body: Essay | FileUpload, _response: Response) -> Grade:
    return Grade(None, "ungraded", [])


def _graded(parts: list[PartGrade]) -> Grade:
    return _verdict(sum(part.fraction for part in parts), parts)


def _verdict(fraction: float, parts: list[PartGrade], tolerance: float = _ROUNDING) -> Grade:
    """What a fraction says, within -1 and 1; so near to one of these or to nothing, it is that."""
    fraction = next((whole for whole in (1.0, 0.0, -1.0) if abs(fraction - whole) < tolerance), fraction)
    fraction = min(1.0, max(-1.0, fraction))
    return Grade(fraction, "right" if fraction == 1 else "partly" if fraction > 0 else "wrong", parts)


_GRADERS: dict[type[Any], Callable[[Any, Any], Grade]] = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    TrueFalse: _true_false,
    Numerical: lambda body, text: _typed(best_number(body, text)),
    ShortAnswer: lambda body, text: _typed(best_pattern(body, text)),
    Matching: _matching,
    Ordering: _ordering,
    Cloze: _cloze,
    Essay: _by_a_person,
    FileUpload: _by_a_person,
}
