"""Finds embedded answers and reads them: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from html import unescape
from typing import Literal

import msgspec

from banyan.formats.model import Faulty
from banyan.formats.numbers import read_percent, read_span
from banyan.questions import (
    Answerable,
    Choice,
    Gap,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Pattern,
    ShortAnswer,
    SingleChoice,
)

__all__ = ["Embedded", "find_gaps", "read_gap"]

Layout = Literal["menu", "list", "line"]
_START = re.compile(
    r"\{\s{0,20}(?P<points>[0-9]{0,6}(?:\.[0-9]{1,6})?)\s{0,20}:\s{0,20}(?P<kind>[A-Z_]{2,20})\s{0,20}:"
)
_END = re.compile(r"(?<!\\)(?:\\\\)*\}")
_WEIGHT = re.compile(r"\s*(?:=|%\s*([-+]?[0-9.,]{1,30})\s*%)")
_ESCAPED = re.compile(r"\\([}~#/\"\\])")
_LONGEST = 60_000


def _names(long: str, short: str, layouts: dict[str, Layout]) -> dict[str, tuple[Layout, bool]]:
    found: dict[str, tuple[Layout, bool]] = {}
    for letter, layout in layouts.items():
        for shuffle in ("", "S"):
            ending = letter + shuffle
            found[f"{long}_{ending}" if ending else long] = (layout, bool(shuffle))
            found[f"{short}{ending}"] = (layout, bool(shuffle))
    return found


_SINGLE = _names("MULTICHOICE", "MC", {"": "menu", "V": "list", "H": "line"})
_MULTIPLE = _names("MULTIRESPONSE", "MR", {"": "list", "H": "line"})
_SHORT = {"SHORTANSWER": False, "SA": False, "MW": False, "SHORTANSWER_C": True, "SAC": True, "MWC": True}
_NUMBER = {"NUMERICAL", "NM"}


class Embedded(msgspec.Struct, frozen=True):
    """Where embedded answers stand in a text, and what they are: the points, the kind's name, the alternatives."""

    start: int
    end: int
    points: str
    kind: str
    alternatives: str


class _Part(msgspec.Struct, frozen=True):
    """One of the alternatives; `in_percent` when its weight is given so, and is not nothing."""

    text: str
    weight: float
    feedback: str
    in_percent: bool


def find_gaps(text: str) -> Iterator[Embedded]:
    """All embedded answers of a text; those that never end are none."""
    ends = [match.end() - 1 for match in _END.finditer(text)]  # looked for once, whatever the text
    position = 0
    while match := _START.search(text, position):
        index = bisect_left(ends, match.end())
        if index == len(ends):
            return
        if not _is_kind(match["kind"]) or ends[index] - match.end() > _LONGEST:
            position = match.end()
            continue
        position = ends[index] + 1
        yield Embedded(match.start(), position, match["points"], match["kind"], text[match.end() : ends[index]])


def read_gap(found: Embedded, gap_id: str, prose: Callable[[str], str]) -> Gap:
    """Embedded answers as a gap; `prose` makes Markdown of choices and feedback.

    Raises:
        Faulty: they cannot be read.
    """
    points = float(found.points or 1)
    if not 0 < points <= 100:
        raise Faulty("bad_points", f"A gap may be worth more than 0 and up to 100, not “{found.points}”.")
    parts = [_weighed(part) for part in _split(found.alternatives.lstrip().removeprefix("~"))]
    layout: Layout = "menu"
    question: Answerable
    if found.kind in _SHORT:
        question = _short(parts, prose, case_sensitive=_SHORT[found.kind])
    elif found.kind in _NUMBER:
        question = _numerical(parts, prose)
    else:
        single = found.kind in _SINGLE
        layout, shuffle = (_SINGLE if single else _MULTIPLE)[found.kind]
        parts = parts if single else _shared(parts)
        choices = [
            Choice(str(index), prose(_shown(part.text)), part.weight, prose(_shown(part.feedback)))
            for index, part in enumerate(parts, 1)
        ]
        if len(choices) < 2:
            raise Faulty("too_few_choices", "A gap to choose in needs two choices or more.")
        kind = SingleChoice if single else MultipleChoice
        question = kind("", choices=choices, shuffle=shuffle)
    return Gap(gap_id, question, points, layout)


def _is_kind(name: str) -> bool:
    return name in _SINGLE or name in _MULTIPLE or name in _SHORT or name in _NUMBER


def _backslashes(text: str, end: int, start: int) -> int:
    count = 0
    while end - count > start and text[end - count - 1] == "\\":
        count += 1
    return count


def _split(alternatives: str) -> list[str]:
    parts = [""]
    for piece in re.split(r"(\\.|~)", alternatives, flags=re.DOTALL):
        if piece == "~":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _weighed(part: str) -> _Part:
    match = _WEIGHT.match(part)
    weight = 0.0
    if match:
        weight = read_percent(match[1]) if match[1] else 1.0
        part = part[match.end() :]
    text, feedback = _parted(part)
    return _Part(text, weight, feedback, bool(match and match[1] and weight))


def _shared(parts: list[_Part]) -> list[_Part]:
    """What is right shares the points, as in Moodle; where no percents are given, what is wrong takes a share back."""
    total = sum(max(part.weight, 0.0) for part in parts)
    if not total:
        return parts
    wrong = 0.0 if any(part.in_percent for part in parts) else -1 / total
    weights = [part.weight / total if part.weight > 0 else part.weight or wrong for part in parts]
    return [msgspec.structs.replace(part, weight=weight) for part, weight in zip(parts, weights, strict=True)]


def _parted(part: str) -> tuple[str, str]:
    """The answer and what is said to it. In HTML a `#` may belong to a character reference: `&#39;`."""
    position = part.find("#")
    while position >= 0:
        if not part.endswith(("&", "&amp;"), 0, position) and _backslashes(part, position, 0) % 2 == 0:
            return part[:position], part[position + 1 :]
        position = part.find("#", position + 1)
    return part, ""


def _shown(text: str) -> str:
    return _ESCAPED.sub(r"\1", text.strip())


def _typed(text: str) -> str:
    return unescape(_shown(text)).replace("\u00a0", " ").strip()


def _short(parts: list[_Part], prose: Callable[[str], str], *, case_sensitive: bool) -> ShortAnswer:
    patterns = [
        Pattern(str(index), _typed(part.text), part.weight, prose(_shown(part.feedback)))
        for index, part in enumerate(parts, 1)
    ]
    return ShortAnswer("", answers=patterns, case_sensitive=case_sensitive)


def _numerical(parts: list[_Part], prose: Callable[[str], str]) -> Numerical:
    answers = []
    for index, part in enumerate(parts, 1):
        span = read_span(_typed(part.text))
        feedback = prose(_shown(part.feedback))
        answers.append(NumericalAnswer(str(index), span.value, span.tolerance, part.weight, feedback))
    return Numerical("", answers=answers)
