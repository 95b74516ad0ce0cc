"""Cells of a table of characters: the signs that part them, and which must not run as a formula."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

import msgspec

from banyan.formats.gathering import Gathering

__all__ = ["SIGNS", "Row", "bare", "guarded", "rows"]

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?")
SIGNS = ",;\t|"
_LONGEST_CELL = 1 << 20


class Row(msgspec.Struct, frozen=True):
    """The cells of one row; `line` is where it begins."""

    line: int
    cells: list[str]


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before it, which reading takes away."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def bare(cell: str) -> str:
    """A cell without the apostrophe that guards it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def rows(text: str, gathering: Gathering, sign: str) -> Iterator[Row]:
    """All rows that hold anything, their cells parted by a sign. A row that cannot be taken apart is reported."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=sign)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            gathering.lose(line, "broken_row", f"The row cannot be read: {error}.")
            continue
        if any(cell.strip() for cell in cells):
            yield Row(line, [bare(cell) for cell in cells])
