"""Lists of addresses as people have them: pasted, or exported from a spreadsheet as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from banyan.accounts import Unfit, email_address
from banyan.enrolments.model import BatchLine
from banyan.kit.problems import Malformed, TooLarge

__all__ = ["Entry", "from_csv", "from_emails", "sort_out"]

_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s,;<>\".]{2,}")
_LARGEST = 2_000  # lines


class Entry(msgspec.Struct, frozen=True):
    """A line of a list, counted from 1, and what stands where the address should be."""

    line: int
    text: str


def from_emails(emails: Iterable[str]) -> list[Entry]:
    """One entry an address."""
    return [Entry(number, email) for number, email in enumerate(emails, 1)]


def from_csv(text: str) -> list[Entry]:
    """One entry a row: from the column headed like an address, else the first cell that is one.

    Commas, semicolons and tabs separate; a byte order mark is ignored.

    Raises:
        TooLarge: more than 2,000 rows.
        Malformed: it is not CSV.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    entries: list[Entry] = []
    column: int | None = None
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for row in _rows(reader):
        if not any(cell.strip() for cell in row):
            continue
        if not entries and column is None and not any(_ADDRESS.fullmatch(cell.strip()) for cell in row):
            column = next((at for at, cell in enumerate(row) if re.search("mail", cell, re.IGNORECASE)), None)
            if column is not None:
                continue
        entries.append(Entry(reader.line_num, _cell(row, column)))
        if len(entries) > _LARGEST:
            raise TooLarge(f"At most {_LARGEST} lines at a time.")
    return entries


def _rows(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Malformed(f"The file cannot be read as CSV: {error}.") from None


def _cell(row: Sequence[str], column: int | None) -> str:
    if column is not None and column < len(row):
        return row[column].strip()
    return next((cell.strip() for cell in row if _ADDRESS.fullmatch(cell.strip())), row[0].strip())


def sort_out(entries: Sequence[Entry]) -> tuple[list[BatchLine], dict[str, int]]:
    """What can be said of a list by itself: its faults, and its addresses with their lines."""
    faults: list[BatchLine] = []
    wanted: dict[str, int] = {}
    for entry in entries:
        try:
            email = email_address(entry.text)
        except Unfit:
            faults.append(BatchLine(line=entry.line, code="not_an_address", detail=entry.text[:200]))
            continue
        if email in wanted:
            faults.append(BatchLine(line=entry.line, code="repeated", detail=email))
        else:
            wanted[email] = entry.line
    return faults, wanted
