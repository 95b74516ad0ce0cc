"""One row by the names of its columns."""

import re

import msgspec

from banyan.formats.model import Faulty
from banyan.formats.numbers import read_number, read_percent
from banyan.formats.spreadsheet.cells import Row
from banyan.formats.spreadsheet.layout import Columns

__all__ = ["Answer", "Record", "named"]

_YES = {"yes", "true", "1", "y", "x"}
_NO = {"no", "false", "0", "n", ""}
_HINTS = re.compile(r"\n---\n")
_LISTED = re.compile(r"\s*[;|\n]\s*")
_RIGHT = re.compile(r"[\s,;|&+/]+")
_RUN = re.compile("[A-Z]{2,8}")
_NAMED = re.compile(r"(?:(?:answer|option|choice) ?)?\(?(?:(?P<number>[0-9]{1,3})|(?P<letter>[a-z]))[).]?")


class Answer(msgspec.Struct, frozen=True):
    """What a row says of one answer; `weight` is None where it says nothing."""

    text: str
    weight: float | None
    feedback: str
    match: str


class Record:
    """What a row says."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self.line = row.line
        self._row = row
        self._columns = columns
        self.settings = _settings(self.cell("settings"))
        self.correct = self.cell("correct")
        found = [self._answer(places) for places in columns.answers.values()]
        self.answers = [answer for answer in found if answer is not None]
        wrong = [_at(row, places.get("wrong")) for places in columns.answers.values()]
        self._apart = bool(self.correct) and any(wrong) and not self.answers
        if self._apart:
            self.answers = [Answer(text, None, "", "") for text in filter(None, [self.correct, *wrong])]

    def cell(self, name: str) -> str:
        """A cell by the name of its column; empty where there is none."""
        return named(self._row, self._columns, name)

    def _answer(self, places: dict[str, int]) -> Answer | None:
        text, feedback, match = (_at(self._row, places.get(name)) for name in ("answer", "feedback", "match"))
        weight = _at(self._row, places.get("weight")).removesuffix("%")
        if not (text or feedback or match or weight):
            return None
        return Answer(text, read_percent(weight) if weight else None, feedback, match)

    def hints(self) -> list[str]:
        """The hints that say something."""
        return [hint.strip() for hint in _HINTS.split(self.cell("hints")) if hint.strip()]

    def flag(self, name: str, *, default: bool) -> bool:
        """A setting that is yes or no."""
        written = self.settings.get(name)
        if written is None:
            return default
        if written.casefold() not in _YES | _NO:
            raise Faulty("bad_setting", f"{name} is yes or no, not “{written[:40]}”.")
        return written.casefold() in _YES

    def count(self, name: str, default: int) -> int:
        """A setting that is a whole number."""
        written = self.settings.get(name)
        if not written:
            return default
        return int(max(-1.0, min(1e6, read_number(written))))

    def weights(self) -> list[float] | None:
        """What each answer is worth, as its weight says or the column `correct`; None where nothing says so."""
        right = self._right()
        if right is None:
            if all(answer.weight is None for answer in self.answers):
                return None
            return [answer.weight or 0.0 for answer in self.answers]
        return [1.0 if index in right else 0.0 for index in range(len(self.answers))]

    def typed(self) -> list[tuple[Answer, float]]:
        """Answers to be typed and what each is worth; that under `correct` where there are no others."""
        answers = self.answers or [Answer(text, 1.0, "", "") for text in [self.correct] if text]
        if not answers:
            raise Faulty("no_answer", "There is no answer.")
        weights = (self.weights() if self.answers else None) or [1.0] * len(answers)
        return list(zip(answers, weights, strict=True))

    def right_count(self) -> int:
        """How many answers the column `correct` names."""
        return len(self._right() or ())

    def _right(self) -> set[int] | None:
        """Which answers are right: by their texts, by letter or by number.

        Raises:
            Faulty: one is none of the answers, or could be one by its text and another by its place.
        """
        if not self.correct:
            return None
        if self._apart:
            return {0}
        by_text, by_place = self._by_text(), self._by_place()
        if by_text and by_place and by_text != by_place:
            detail = f"“{self.correct[:40]}” is the text of one answer and the place of another: write its letter."
            raise Faulty("ambiguous_correct", detail)
        found = by_text or by_place
        if not found:
            raise Faulty("bad_correct", f"“{self.correct[:40]}” is none of the answers.")
        return found

    def _by_text(self) -> set[int]:
        texts = [" ".join(answer.text.casefold().split()) for answer in self.answers]
        for listed in ([self.correct], _LISTED.split(self.correct), self.correct.split(",")):
            wanted = [" ".join(one.casefold().split()) for one in listed if one.strip()]
            if all(one in texts for one in wanted):
                return {texts.index(one) for one in wanted}
        return set()

    def _by_place(self) -> set[int]:
        whole = self.correct.casefold()
        parts = [whole] if _NAMED.fullmatch(whole) else _RIGHT.split(whole)
        if _RUN.fullmatch(self.correct) and "".join(sorted(set(whole))) == whole:  # such as ABD
            parts = list(whole)
        names = [_NAMED.fullmatch(part) for part in parts if part]
        found = {
            int(name["number"]) - 1 if name["number"] else ord(name["letter"]) - ord("a") for name in names if name
        }
        return found if all(names) and all(0 <= index < len(self.answers) for index in found) else set()


def named(row: Row, columns: Columns, name: str) -> str:
    """A cell by the name of its column; empty where there is none."""
    return _at(row, columns.named.get(name))


def _at(row: Row, index: int | None) -> str:
    return row.cells[index].strip() if index is not None and index < len(row.cells) else ""


def _settings(written: str) -> dict[str, str]:
    found = {}
    for part in written.split(";"):
        name, _, value = part.partition("=")
        if name.strip():
            found[name.strip().casefold().replace(" ", "_")] = value.strip()
    return found
