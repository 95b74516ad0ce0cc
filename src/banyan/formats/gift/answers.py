"""What stands in the braces of a GIFT question."""

import re
from collections.abc import Callable

from banyan.formats.gift.escapes import show
from banyan.formats.model import Faulty
from banyan.formats.numbers import read_percent, read_span
from banyan.formats.prose import BREAK, ProseFormat, read_prose
from banyan.questions import (
    Body,
    Choice,
    Essay,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Pair,
    Pattern,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)

__all__ = ["Prose", "body_of", "split_format"]

_WEIGHT = re.compile(r"\s*%\s*([-+]?[0-9.,]{1,30})\s*%")
_TRUE = {"T", "TRUE"}
_FALSE = {"F", "FALSE"}
_FORMAT = re.compile(r"\[(moodle|html|plain|markdown)\]")


class Prose:
    """Reads the texts of one question: each in its own format, or else in that of the question."""

    def __init__(self, default: ProseFormat) -> None:
        self.default = default
        self.lost: set[str] = set()

    def read(self, hidden: str) -> str:
        """A text as Markdown."""
        written_in, text = split_format(hidden, self.default)
        markdown, lost = read_prose(show(text), written_in)
        self.lost |= lost
        return markdown

    def plain(self, hidden: str) -> str:
        """A text that is no prose, such as an answer to be typed."""
        _, text = split_format(hidden, "plain")
        return show(text).replace(BREAK, "\n").strip()


def split_format(hidden: str, default: ProseFormat) -> tuple[ProseFormat, str]:
    """The format that a text names at its beginning, and the rest of it."""
    text = hidden.strip()
    match = _FORMAT.match(text)
    if match is None:
        return default, text
    return match[1], text[match.end() :]  # type: ignore[return-value]


def body_of(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    """The question whose answers these are, still with hidden characters.

    Raises:
        Faulty: they cannot be read.
    """
    return _kind_of(answers)(answers, text, feedback, prose)


_Builder = Callable[[str, str, str, Prose], Body]


def _kind_of(answers: str) -> _Builder:
    if not answers:
        return _essay
    if answers.startswith("#"):
        return _numerical
    if "~" in answers:
        return _choice
    if "=" in answers and "->" in answers:
        return _matching
    if answers.partition("#")[0].strip().upper() in _TRUE | _FALSE:
        return _true_false
    return _short


def _essay(_answers: str, text: str, feedback: str, _prose: Prose) -> Body:
    return Essay(text, feedback)


def _true_false(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    answer, *remarks = answers.split("#", 2)
    wrong, right = (*(prose.read(remark) for remark in remarks), "", "")[:2]
    if answer.strip().upper() in _TRUE:
        return TrueFalse(text, feedback, answer=True, feedback_true=right, feedback_false=wrong)
    return TrueFalse(text, feedback, answer=False, feedback_true=wrong, feedback_false=right)


def _choice(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    parts = [part.strip() for part in answers.replace("=", "~=").split("~")]
    choices: list[Choice] = []
    for part in parts[1:] if not parts[0] else parts:
        right = part.startswith("=")
        weight, rest = _weighed(part.removeprefix("="), default=1.0 if right else 0.0)
        words, _, remark = rest.partition("#")
        choices.append(Choice(str(len(choices) + 1), prose.read(words), weight, prose.read(remark)))
    if len(choices) < 2:
        raise Faulty("too_few_choices", "There must be two choices or more.")
    kind = SingleChoice if "=" in answers else MultipleChoice
    return kind(text, feedback, choices=choices)


def _matching(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    pairs: list[Pair] = []
    distractors: list[str] = []
    for part in _parts(answers):
        prompt, arrow, match = part.partition("->")
        if not arrow:
            raise Faulty("no_arrow", f"“{show(part)[:60]}” has no -> and so no match.")
        if prompt.strip():
            pairs.append(Pair(str(len(pairs) + 1), prose.read(prompt), prose.plain(match)))
        else:
            distractors.append(prose.plain(match))
    if len(pairs) < 2:
        raise Faulty("too_few_pairs", "There must be two pairs or more.")
    return Matching(text, feedback, pairs=pairs, distractors=distractors)


def _short(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    patterns: list[Pattern] = []
    for part in _parts(answers):
        weight, rest = _weighed(part, default=1.0)
        words, _, remark = rest.partition("#")
        patterns.append(Pattern(str(len(patterns) + 1), prose.plain(words), weight, prose.read(remark)))
    if not patterns:
        raise Faulty("no_answer", "There is no answer.")
    return ShortAnswer(text, feedback, answers=patterns)


def _numerical(answers: str, text: str, feedback: str, prose: Prose) -> Body:
    named, wrong, remark_on_wrong = answers[1:].partition("~")
    found: list[NumericalAnswer] = []
    for part in _parts(named):
        weight, rest = _weighed(part, default=1.0)
        number, _, remark = rest.partition("#")
        span = read_span(prose.plain(number))
        found.append(NumericalAnswer(str(len(found) + 1), span.value, span.tolerance, weight, prose.read(remark)))
    if not found:
        raise Faulty("no_answer", "There is no number as an answer.")
    if wrong:
        remark = prose.read(remark_on_wrong.partition("#")[2])
        found.append(NumericalAnswer(str(len(found) + 1), None, 0.0, 0.0, remark))
    return Numerical(text, feedback, answers=found)


def _parts(answers: str) -> list[str]:
    first, *others = (part.strip() for part in answers.split("="))
    return [first, *others] if first else others


def _weighed(part: str, default: float) -> tuple[float, str]:
    match = _WEIGHT.match(part)
    return (read_percent(match[1]), part[match.end() :]) if match else (default, part)
