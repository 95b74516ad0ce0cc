"""What a format has no place for: ids of parts, points in GIFT, a shuffle switched off.

A writer reads back what it wrote. What differs from what was meant is written beside the question, as JSON
`{"points": [1.0, 2.5], "body/choices/0/id": ["1", "a"]}`: where, what stands there, what is meant. Other programs
pass it over. Reading takes a particular only where the file still says what it said, so that a question changed by
hand is as the hand left it.
"""

from typing import Any

import msgspec

from banyan.questions import Question

__all__ = ["Particulars", "particulars", "read_particulars", "with_particulars", "written_particulars"]

Particulars = dict[str, tuple[Any, Any]]
_DECODER = msgspec.json.Decoder(Particulars)
_LONGEST = 1 << 20
_ESCAPES = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def particulars(read: Question, meant: Question) -> Particulars | None:
    """Where two questions differ; None when they are of different kinds, so that nothing can bring them together."""
    if type(read.body) is not type(meant.body):
        return None
    found: Particulars = {}
    _compare(msgspec.to_builtins(read), msgspec.to_builtins(meant), "", found)
    return found


def with_particulars(question: Question, wanted: Particulars) -> Question | None:
    """A question with its particulars; None when they do not fit."""
    if not wanted:
        return question
    plain = msgspec.to_builtins(question)
    for path, (was, meant) in wanted.items():
        if not _set(plain, path.split("/"), was, meant):
            return None
    try:
        return msgspec.convert(plain, Question)
    except msgspec.ValidationError:
        return None


def written_particulars(wanted: Particulars) -> str:
    """Particulars as one line, of characters that XML can hold too."""
    return msgspec.json.encode(wanted).decode().translate(_ESCAPES)


def read_particulars(text: str) -> Particulars | None:
    """Particulars from a line; None when it holds none that can be read."""
    if len(text) > _LONGEST:
        return None
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def _compare(read: Any, meant: Any, path: str, found: Particulars) -> None:
    if isinstance(meant, dict) and isinstance(read, dict) and meant.keys() == read.keys():
        for name, value in meant.items():
            _compare(read[name], value, f"{path}/{name}" if path else name, found)
    elif isinstance(meant, list) and isinstance(read, list) and len(meant) == len(read):
        for index, value in enumerate(meant):
            _compare(read[index], value, f"{path}/{index}", found)
    elif read != meant:
        found[path] = (read, meant)


def _set(place: Any, path: list[str], was: Any, meant: Any) -> bool:
    *way, last = path
    for step in way:
        place = _within(place, step)
    if _within(place, last) != was:
        return False
    if isinstance(place, dict):
        place[last] = meant
    elif isinstance(place, list):
        place[int(last)] = meant
    return True


_NOWHERE = object()


def _within(place: Any, step: str) -> Any:
    if isinstance(place, dict):
        return place.get(step, _NOWHERE)
    if isinstance(place, list) and step.isdecimal() and len(step) < 6 and int(step) < len(place):
        return place[int(step)]
    return _NOWHERE
