"""Why a question would not work: what its types cannot say."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from banyan.kit.problems import FieldError
from banyan.kit.wire import field_error
from banyan.questions.kinds import (
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    Ordering,
    RubricLine,
    ShortAnswer,
    SingleChoice,
)
from banyan.questions.model import Question
from banyan.questions.texts import every_value

__all__ = ["GAP", "faults"]

GAP = re.compile(r"(?<!\\)\[\[([A-Za-z0-9_-]{1,40})\]\]")
"""Where a gap is in a text; a backslash before it makes it what it looks like."""
_ENDING = re.compile(r"[a-z0-9]{1,10}")
_ROUNDING = 1e-4  # weights and shares such as a third are written with some digits

Faults = Iterator[FieldError]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


class _Weighted(Protocol):
    @property
    def weight(self) -> float: ...


def faults(question: Question) -> list[FieldError]:
    """What is wrong with a question, with JSON pointers into it; nothing if it can go into a bank. Pure.

    A question that was made by a program and not read from JSON is also held against its types.
    """
    for pointer, value in every_value(question):
        if isinstance(value, float) and not math.isfinite(value):
            return [FieldError(pointer, "This is not a number.")]
        if isinstance(value, str) and not _is_unicode(value):
            return [FieldError(pointer, "This text has half a character in it.")]
    try:
        msgspec.convert(msgspec.to_builtins(question), Question)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        return [field_error(path.rstrip("`"), message)]
    blank = [FieldError("/body/text", "Say what is asked.")] if not question.body.text.strip() else []
    return blank + list(_of_body(question.body, "/body"))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_body(body: Any, at: str) -> Faults:
    return _KINDS.get(type(body), _nothing)(body, at)


def _nothing(_body: Any, _at: str) -> Faults:
    yield from ()


def _single(body: SingleChoice, at: str) -> Faults:
    yield from _choices(body.choices, f"{at}/choices")
    if max(choice.weight for choice in body.choices) < 1:
        yield FieldError(f"{at}/choices", "One of the choices must be right: worth all of the points.")


def _multiple(body: MultipleChoice, at: str) -> Faults:
    yield from _choices(body.choices, f"{at}/choices")
    yield from _something_right(body.choices, f"{at}/choices")


def _numerical(body: Numerical, at: str) -> Faults:
    yield from _own_ids(body.answers, f"{at}/answers")
    yield from _something_right(body.answers, f"{at}/answers")
    names = [" ".join(unit.name.split()) for unit in body.units]
    yield from _different(names, f"{at}/units", "/name", "This unit is there already.")
    for number, name in enumerate(names):
        if not name:
            yield FieldError(f"{at}/units/{number}/name", "A unit has a name.")


def _short(body: ShortAnswer, at: str) -> Faults:
    yield from _own_ids(body.answers, f"{at}/answers")
    yield from _something_right(body.answers, f"{at}/answers")
    for number, answer in enumerate(body.answers):
        if not answer.text.strip():
            yield FieldError(f"{at}/answers/{number}/text", "Nobody can answer with nothing.")


def _matching(body: Matching, at: str) -> Faults:
    yield from _own_ids(body.pairs, f"{at}/pairs")
    for number, pair in enumerate(body.pairs):
        if not pair.prompt.strip():
            yield FieldError(f"{at}/pairs/{number}/prompt", "Say what something belongs to.")
        if not pair.match.strip():
            yield FieldError(f"{at}/pairs/{number}/match", "Say what belongs to it.")
    for number, distractor in enumerate(body.distractors):
        if not distractor.strip():
            yield FieldError(f"{at}/distractors/{number}", "Say what belongs to nothing.")


def _ordering(body: Ordering, at: str) -> Faults:
    yield from _choices(body.items, f"{at}/items")
    texts = [" ".join(item.text.split()) for item in body.items]
    yield from _different(texts, f"{at}/items", "/text", "Another item says the same.")


def _cloze(body: Cloze, at: str) -> Faults:
    yield from _own_ids(body.gaps, f"{at}/gaps")
    written = Counter(GAP.findall(body.text))
    for number, gap in enumerate(body.gaps):
        if not written[gap.id]:
            yield FieldError(f"{at}/gaps/{number}/id", f"The text does not say where this gap is: [[{gap.id}]].")
        yield from _of_body(gap.question, f"{at}/gaps/{number}/question")
    known = {gap.id for gap in body.gaps}
    for gap_id, times in written.items():
        if gap_id not in known:
            yield FieldError(f"{at}/text", f"There is no gap [[{gap_id}]].")
        elif times > 1:
            yield FieldError(f"{at}/text", f"The gap [[{gap_id}]] is there {times} times.")


def _essay(body: Essay, at: str) -> Faults:
    yield from _rubric(body.rubric, at)
    if body.most_words is not None and body.most_words < max(body.least_words, 1):
        yield FieldError(f"{at}/most_words", "This is less than the least.")


def _upload(body: FileUpload, at: str) -> Faults:
    yield from _rubric(body.rubric, at)
    for number, ending in enumerate(body.endings):
        if not _ENDING.fullmatch(ending):
            yield FieldError(f"{at}/endings/{number}", "An ending is such as “pdf”: small letters and digits.")


def _rubric(rubric: Sequence[RubricLine], at: str) -> Faults:
    yield from _own_ids(rubric, f"{at}/rubric")
    if rubric and abs(sum(line.share for line in rubric) - 1) > _ROUNDING * len(rubric):
        yield FieldError(f"{at}/rubric", "The shares must add up to 1.")


def _choices(choices: Sequence[Choice], at: str) -> Faults:
    yield from _own_ids(choices, at)
    for number, choice in enumerate(choices):
        if not choice.text.strip():
            yield FieldError(f"{at}/{number}/text", "Say what there is to choose.")


def _something_right(parts: Sequence[_Weighted], at: str) -> Faults:
    if not any(part.weight > 0 for part in parts):
        yield FieldError(at, "Something must be right: worth some of the points.")


def _own_ids(parts: Sequence[_Named], at: str) -> Faults:
    yield from _different([part.id for part in parts], at, "/id", "Another part has this id.")


def _different(values: Sequence[str], at: str, field: str, detail: str) -> Faults:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield FieldError(f"{at}/{number}{field}", detail)
        seen.add(value)


_KINDS: dict[type[Any], Callable[[Any, str], Faults]] = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    Numerical: _numerical,
    ShortAnswer: _short,
    Matching: _matching,
    Ordering: _ordering,
    Cloze: _cloze,
    Essay: _essay,
    FileUpload: _upload,
}
