"""Gaps as embedded answers."""

import re

from banyan.formats.numbers import percent_of, written_number
from banyan.questions import Choice, Cloze, Gap, MultipleChoice, Numerical, NumericalAnswer, Pattern, ShortAnswer

__all__ = ["written_cloze", "written_gap"]

_SPECIAL = re.compile(r"([}~#\\])")
_ENDINGS = {"menu": "", "list": "V", "line": "H"}


def written_cloze(body: Cloze) -> str:
    """The text with its answers embedded; those of gaps that stand nowhere in it follow at its end."""
    text = body.text
    for gap in body.gaps:
        place, answers = f"[[{gap.id}]]", written_gap(gap)
        text = text.replace(place, answers, 1) if place in text else f"{text} {answers}"
    return text


def written_gap(gap: Gap) -> str:
    """`{1:MCV:=right#feedback~wrong}`."""
    body = gap.question
    match body:
        case Numerical():
            kind, parts = "NM", [_number(answer) for answer in body.answers]
        case ShortAnswer():
            kind = "SAC" if body.case_sensitive else "SA"
            parts = [_pattern(pattern) for pattern in body.answers]
        case _:
            several = isinstance(body, MultipleChoice)
            ending = ("H" if gap.layout == "line" else "") if several else _ENDINGS[gap.layout]
            kind = ("MR" if several else "MC") + ending + ("S" if body.shuffle else "")
            parts = [_choice(choice, several=several) for choice in body.choices]
    points = max(1, round(gap.points))  # Moodle knows no fractions here
    return f"{{{points}:{kind}:{'~'.join(parts)}}}"


def _weight(weight: float) -> str:
    if weight == 1:
        return "="
    return f"%{percent_of(weight)}%"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _remark(feedback: str) -> str:
    return f"#{_escaped(feedback)}" if feedback else ""


def _choice(choice: Choice, *, several: bool) -> str:
    # Where all weights are whole, Moodle takes points off for what is wrong: in percent they are what they say.
    weight = f"%{percent_of(choice.weight)}%" if several else _weight(choice.weight)
    return f"{weight}{_escaped(choice.text)}{_remark(choice.feedback)}"


def _pattern(pattern: Pattern) -> str:
    return f"{_weight(pattern.weight)}{_escaped(pattern.text.replace('&', '&amp;'))}{_remark(pattern.feedback)}"


def _number(answer: NumericalAnswer) -> str:
    if answer.value is None:
        value = "*"
    else:
        value = written_number(answer.value)
        if answer.tolerance:
            value += f":{written_number(answer.tolerance)}"
    return f"{_weight(answer.weight)}{value}{_remark(answer.feedback)}"
