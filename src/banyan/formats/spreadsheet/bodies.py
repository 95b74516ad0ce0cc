"""A row as a question of its kind."""

from collections.abc import Callable
from typing import Any

from banyan.formats.cloze import find_gaps, read_gap
from banyan.formats.model import Faulty
from banyan.formats.numbers import read_number, read_span
from banyan.formats.spreadsheet.names import FALSE, KINDS_ALSO, TRUE
from banyan.formats.spreadsheet.record import Record
from banyan.questions import (
    Body,
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Gap,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pair,
    Pattern,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)

__all__ = ["body_of"]


def body_of(record: Record) -> Body:
    """The question of a row.

    Raises:
        Faulty: it has no such kind, or lacks what its kind needs.
    """
    kind = _kind_of(record)
    build = _KINDS.get(kind)
    if build is None:
        raise Faulty("unknown_kind", f"There are no questions of the kind “{kind[:40]}”.")
    common = {"text": record.cell("text"), "feedback": record.cell("feedback"), "hints": record.hints()}
    return build(record, common)


def _kind_of(record: Record) -> str:
    written = record.cell("kind").casefold()
    if written in _KINDS:
        return written
    kind = " ".join(written.replace("_", " ").replace("-", " ").split())
    kind = KINDS_ALSO.get(kind, kind.replace(" ", "_"))
    if kind not in {"", "choice"}:
        return kind
    if not kind and not record.answers and record.correct.casefold() in TRUE | FALSE:
        return "true_false"
    if not kind and len(record.answers) < 2:
        return "short_answer"
    return "multiple_choice" if record.right_count() > 1 or _shared(record.weights()) else "single_choice"


def _shared(weights: list[float] | None) -> bool:
    """Whether several answers make up all of the points together."""
    return weights is not None and max(weights, default=1.0) < 1 and sum(weight > 0 for weight in weights) > 1


_Common = dict[str, Any]


def _choices(record: Record) -> list[Choice]:
    weights = record.weights()
    if weights is None:
        raise Faulty("no_weights", "Nothing says which answers are right: weights, or the column “correct”.")
    if len(weights) < 2:
        raise Faulty("too_few_choices", "There must be two choices or more.")
    return [
        Choice(str(index), answer.text, weight, answer.feedback)
        for index, (answer, weight) in enumerate(zip(record.answers, weights, strict=True), 1)
    ]


def _single(record: Record, common: _Common) -> Body:
    return SingleChoice(**common, choices=_choices(record), shuffle=record.flag("shuffle", default=True))


def _multiple(record: Record, common: _Common) -> Body:
    choices = _choices(record)
    if record.right_count() > 1:
        share = 1 / record.right_count()
        choices = [Choice(one.id, one.text, share if one.weight else 0.0, one.feedback) for one in choices]
    scoring: Any = record.settings.get("scoring", "weights")
    return MultipleChoice(**common, choices=choices, shuffle=record.flag("shuffle", default=True), scoring=scoring)


def _true_false(record: Record, common: _Common) -> Body:
    answers = record.answers
    if not answers and record.correct.casefold() in TRUE | FALSE:
        return TrueFalse(**common, answer=record.correct.casefold() in TRUE)
    named = {_truth(answer.text): answer for answer in answers}
    if not answers or None in named:
        raise Faulty("no_answer", "The answer must be true or false.")
    weights = record.weights() or [1.0]
    right = answers[weights.index(max(weights))]
    said = [named[truth].feedback if truth in named else "" for truth in (True, False)]
    return TrueFalse(**common, answer=bool(_truth(right.text)), feedback_true=said[0], feedback_false=said[1])


def _truth(text: str) -> bool | None:
    word = text.casefold()
    return True if word in TRUE else False if word in FALSE else None


def _numerical(record: Record, common: _Common) -> Body:
    answers = []
    for index, (answer, weight) in enumerate(record.typed(), 1):
        span = read_span(answer.text)
        answers.append(NumericalAnswer(str(index), span.value, span.tolerance, weight, answer.feedback))
    required = record.flag("unit_required", default=False)
    return Numerical(**common, answers=answers, units=_units(record), unit_required=required)


def _units(record: Record) -> list[Unit]:
    units = []
    for part in filter(None, record.settings.get("units", "").split(",")):
        name, _, factor = part.rpartition(":") if ":" in part else (part, "", "1")
        units.append(Unit(name.strip(), read_number(factor)))
    return units


def _short(record: Record, common: _Common) -> Body:
    answers = [
        Pattern(str(index), answer.text, weight, answer.feedback)
        for index, (answer, weight) in enumerate(record.typed(), 1)
    ]
    return ShortAnswer(**common, answers=answers, case_sensitive=record.flag("case_sensitive", default=False))


def _matching(record: Record, common: _Common) -> Body:
    pairs = [answer for answer in record.answers if answer.text]
    if len(pairs) < 2:
        raise Faulty("too_few_pairs", "There must be two pairs or more.")
    return Matching(
        **common,
        pairs=[Pair(str(index), answer.text, answer.match) for index, answer in enumerate(pairs, 1)],
        distractors=[answer.match for answer in record.answers if not answer.text],
        shuffle=record.flag("shuffle", default=True),
    )


def _ordering(record: Record, common: _Common) -> Body:
    if len(record.answers) < 2:
        raise Faulty("too_few_items", "There must be two things to order or more.")
    items = [Choice(str(index), one.text, 0.0, one.feedback) for index, one in enumerate(record.answers, 1)]
    scoring: Any = record.settings.get("scoring", "positions")
    return Ordering(**common, items=items, scoring=scoring)


def _cloze(record: Record, common: _Common) -> Body:
    gaps: list[Gap] = []
    pieces = []
    position = 0
    raw = common["text"]
    for found in find_gaps(raw):
        gap = read_gap(found, str(len(gaps) + 1), str.strip)
        gaps.append(gap)
        pieces.append(f"{raw[position : found.start]}[[{gap.id}]]")
        position = found.end
    if not gaps:
        raise Faulty("no_gap", "There is no embedded answer such as {1:SHORTANSWER:=right}.")
    return Cloze(**{**common, "text": "".join(pieces) + raw[position:]}, gaps=gaps)


def _essay(record: Record, common: _Common) -> Body:
    most = record.count("most_words", -1)
    return Essay(
        **common,
        least_words=record.count("least_words", 0),
        most_words=most if most >= 0 else None,
        files=record.count("files", 0),
        template=record.cell("template"),
        for_graders=record.cell("for graders"),
    )


def _upload(record: Record, common: _Common) -> Body:
    endings = [ending.strip() for ending in record.settings.get("endings", "").split(",") if ending.strip()]
    most = record.count("most_files", 1)
    return FileUpload(**common, most_files=most, endings=endings, for_graders=record.cell("for graders"))


_KINDS: dict[str, Callable[[Record, _Common], Body]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "numerical": _numerical,
    "short_answer": _short,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
    "file_upload": _upload,
}
