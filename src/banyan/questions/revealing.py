"""What someone who took a question is told of it afterwards: right answers, and what its author says to theirs."""

from uuid import UUID

import msgspec

from banyan.kit.wire import UNSET
from banyan.questions.grading import Response, full_response
from banyan.questions.kinds import Body, Numerical, NumericalAnswer, ShortAnswer, Unit
from banyan.questions.model import Grade, PartGrade
from banyan.questions.rendering import Rendering
from banyan.questions.shown import Disclosure, Revealed, RevealedPart
from banyan.questions.texts import markdown_of

__all__ = ["Key", "prepare_key", "reveal"]


class Key(msgspec.Struct, frozen=True):
    """A question's right answers, and all that its author says to them; `html` by the Markdown that it is made of."""

    question_id: UUID
    answer: Response
    accepted: list[str] | None
    feedback: str
    html: dict[str, str]
    hints: list[str] = []


def prepare_key(question_id: UUID, body: Body, rendering: Rendering) -> Key:
    """Render what is told of a question afterwards. Takes a millisecond a text; may be called from any thread."""
    said = {text for pointer, text in markdown_of(body) if "/feedback" in pointer}
    return Key(
        question_id,
        full_response(body),
        _accepted(body),
        rendering.html(body.feedback),
        {text: rendering.html(text) for text in said},
        [rendering.html(hint) for hint in body.hints],
    )


def reveal(key: Key, grade: Grade, what: Disclosure) -> Revealed:
    """What is told of a graded response; `grade` is that of the body that the key was made of."""
    parts = [_part(key, part, what) for part in grade.parts if what.answers or (what.feedback and part.feedback)]
    return Revealed(
        id=key.question_id,
        verdict=grade.correct if what.score else UNSET,
        fraction=grade.fraction if what.score else UNSET,
        parts=parts,
        feedback=key.feedback if what.feedback else UNSET,
        hints=key.hints if what.feedback and key.hints else UNSET,
        answer=key.answer if what.answers else UNSET,
        accepted=key.accepted if what.answers and key.accepted is not None else UNSET,
    )


def _part(key: Key, part: PartGrade, what: Disclosure) -> RevealedPart:
    return RevealedPart(
        id=part.id,
        correct=part.correct if what.answers else UNSET,
        feedback=key.html.get(part.feedback, "") if what.feedback else UNSET,
    )


def _accepted(body: Body) -> list[str] | None:
    """All that is worth most of what can be typed, as its author wrote it."""
    match body:
        case ShortAnswer():
            most = max(answer.weight for answer in body.answers)
            return [answer.text for answer in body.answers if answer.weight == most]
        case Numerical():
            named = [answer for answer in body.answers if answer.value is not None]
            most = max((answer.weight for answer in named), default=0)
            return [_measure(answer, body.units[:1]) for answer in named if answer.weight == most]
        case _:
            return None


def _measure(answer: NumericalAnswer, units: list[Unit]) -> str:
    """An answer in the first of the units, or without one."""
    factor = units[0].factor if units else 1
    number = f"{(answer.value or 0) * factor:.15g}"
    tolerance = f" ± {answer.tolerance * factor:.15g}" if answer.tolerance else ""
    return number + tolerance + (f" {units[0].name}" if units else "")
