"""The columns of a table of questions.

    kind        single_choice, multiple_choice, true_false, numerical, short_answer, matching, ordering, cloze, essay,
                file_upload; empty: single_choice, or short_answer where nothing is to choose
    title, text, points, penalty, difficulty, code, feedback
    category    names from the outside in, parted by /; a slash in a name is doubled
    tags        parted by commas
    hints       parted by a line ---
    correct     where no weights are given: letters, numbers or texts of the right answers, such as B or 1,3
    settings    name=value, parted by semicolons: shuffle=no; scoring=all_or_nothing; case_sensitive=yes;
                unit_required=yes; units=cm:100,mm:1000; least_words=50; most_words=200; files=1; most_files=2;
                endings=pdf,odt
    template, for graders
    answer 1, weight 1, feedback 1, match 1, answer 2, …
                the answers, their weights in percent, what is said to them; for matching what belongs to each, where
                one without an answer is a distractor; for numerical such as 3.14:0.01, 1..5 or *
    wrong 1, …  wrong answers beside a right one that is written out under `correct`
    more        what only Banyan reads

Tables that teachers keep for other programs are read too: their columns and kinds have other names, in several
languages, and there may be rows above the header.

Texts are Markdown; that of a cloze has its answers embedded, as in Moodle. A cell that would run as a formula has an
apostrophe before it.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

import msgspec

from banyan.formats.gathering import Gathering
from banyan.formats.spreadsheet.cells import SIGNS, rows
from banyan.formats.spreadsheet.names import ALSO, NUMBERED_ALSO

__all__ = ["ANSWER_COLUMNS", "COLUMNS", "Columns", "Header", "columns_of", "header_of"]

COLUMNS = (
    "kind", "category", "title", "text", "points", "penalty", "difficulty", "tags", "code", "feedback", "hints",
    "settings", "template", "for graders",
)  # fmt: skip
ANSWER_COLUMNS = ("answer", "weight", "feedback", "match")
_KNOWN = {*COLUMNS, "correct", "more"}
_BESIDES = re.compile(
    r"\([^()]*\)|\s[-\u2013\u2014]\s.*|[*:?#]"
)  # “Answer 1 - max 75 characters”, “Answer 3 (optional)”
_NUMBERED = re.compile(r"(\D+?) ?([0-9]{1,3}|(?<= )[a-z])")
_MOST_ANSWERS = 120
_MOST_ROWS_ABOVE = 20
_GLANCE = 1 << 16


class Columns(msgspec.Struct, frozen=True):
    """Where columns are: by their names, and those of answers by their number and name."""

    named: dict[str, int]
    answers: dict[int, dict[str, int]]

    @property
    def known(self) -> int:
        """How many of them say something here."""
        return len(_KNOWN & self.named.keys()) + len(self.answers)


class Header(msgspec.Struct, frozen=True):
    """The row that names the columns: the line it begins at, and what parts its cells."""

    line: int
    sign: str
    columns: Columns


def header_of(text: str) -> Header | None:
    """The header of a table, on top or below some rows that are none of it; None where no row is one."""
    found = []
    for sign in SIGNS:
        for number, row in enumerate(islice(rows(text[:_GLANCE], Gathering(), sign), _MOST_ROWS_ABOVE)):
            columns = columns_of(row.cells)
            if columns is not None and (number == 0 or columns.known > 1):
                found.append(Header(row.line, sign, columns))
                break
    return max(found, key=lambda header: header.columns.known, default=None)


def columns_of(header: list[str]) -> Columns | None:
    """The columns that a header names; None when it names no text of a question."""
    names = [_plain(cell) for cell in header]
    named: dict[str, int] = {}
    answers: dict[int, dict[str, int]] = {}
    for index, name in enumerate(names):
        place = _place_of(name)
        if place is None:
            named.setdefault(ALSO.get(name, name), index)
        elif place[0] <= _MOST_ANSWERS:
            answers.setdefault(place[0], {}).setdefault(place[1], index)
    if not answers:
        answers = {number: {"answer": index} for number, index in _lettered(names)}
        for number in answers:
            named.pop(names[answers[number]["answer"]])
    if "answer" in named:  # beside choices it names the right one; alone it is what is to be typed
        if answers:
            named.setdefault("correct", named["answer"])
        else:
            answers[1] = {"answer": named["answer"]}
    return Columns(named, dict(sorted(answers.items()))) if "text" in named else None


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).replace("_", " ")
    return " ".join(_BESIDES.sub(" ", text).casefold().split())


def _place_of(name: str) -> tuple[int, str] | None:
    numbered = _NUMBERED.fullmatch(name)
    column = NUMBERED_ALSO.get(numbered[1]) if numbered else None
    if numbered is None or column is None:
        return None
    return int(numbered[2]) if numbered[2].isdecimal() else ord(numbered[2]) - ord("a") + 1, column


def _lettered(names: list[str]) -> Iterable[tuple[int, int]]:
    """Columns that are called only A, B, C, …: their numbers and places."""
    for number in range(1, 27):
        letter = chr(ord("a") + number - 1)
        if letter not in names:
            return
        yield number, names.index(letter)
