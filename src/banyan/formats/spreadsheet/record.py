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
_RIGHT = re.compile(r"[\s,;&+]+")


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
        found = [self._answer(places) for places in columns.answers.values()]
        self.answers = [answer for answer in found if answer is not None]

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
        share = 1.0 if self.cell("kind").casefold().replace(" ", "_") != "multiple_choice" else 1 / len(right)
        return [share if index in right else 0.0 for index in range(len(self.answers))]

    def right_count(self) -> int:
        """How many answers the column `correct` names."""
        return len(self._right() or ())

    def _right(self) -> set[int] | None:
        """Which answers are right: by letter, by number, or by their text."""
        written = self.cell("correct")
        if not written:
            return None
        texts = [answer.text for answer in self.answers]
        if written in texts:
            return {texts.index(written)}
        found = set()
        for name in filter(None, _RIGHT.split(written)):
            index = int(name) - 1 if name.isdecimal() and len(name) < 4 else ord(name[0].upper()) - ord("A")
            if not 0 <= index < len(texts) or (len(name) > 1 and not name.isdecimal()):
                raise Faulty("bad_correct", f"“{name[:40]}” is none of the answers.")
            found.add(index)
        return found


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
