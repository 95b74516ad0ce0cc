"""Tables of questions: one row a question, below a header. The columns are told in `layout`."""

import re
from typing import get_args

import msgspec

from banyan.formats.categories import read_category
from banyan.formats.decoding import decode, glance
from banyan.formats.gathering import Gathering
from banyan.formats.model import Faulty, Unreadable
from banyan.formats.numbers import read_number
from banyan.formats.particulars import read_particulars, with_particulars
from banyan.formats.prose import shortened, title_of
from banyan.formats.spreadsheet.bodies import body_of
from banyan.formats.spreadsheet.cells import Row, rows
from banyan.formats.spreadsheet.layout import Columns, header_of
from banyan.formats.spreadsheet.record import Record, named
from banyan.questions import Difficulty, Question, Reading

__all__ = ["detect", "read", "read_text"]

_TAGS = re.compile(r"[,;\n]")


def detect(name: str, data: bytes) -> bool:
    """Whether this looks like a table of questions."""
    header = header_of(glance(data).lstrip())
    return header is not None and (header.columns.known > 1 or name.casefold().endswith((".csv", ".tsv")))


def read(data: bytes) -> Reading:
    """All questions of a table.

    Raises:
        TooLarge: it has too many bytes or questions.
        Unreadable: it is no text, or has no header that names a column `text`.
    """
    decoded = decode(data)
    gathering = Gathering(decoded)
    read_text(decoded.text, gathering)
    return gathering.reading()


def read_text(text: str, gathering: Gathering) -> None:
    """All questions of a text.

    Raises:
        Unreadable: it has no header that names a column `text`.
    """
    header = header_of(text)
    if header is None:
        raise Unreadable("no_header", "A row must name the columns: kind, text, answer 1, …")
    for row in rows(text, gathering, header.sign):
        if row.line > header.line:
            _read_row(row, header.columns, gathering)


def _read_row(row: Row, columns: Columns, gathering: Gathering) -> None:
    title, text = named(row, columns, "title"), named(row, columns, "text")
    try:
        record = Record(row, columns)
        if not (text or record.answers or record.cell("kind")):
            raise Faulty("no_text", "There is no text of a question in this row.")
        question = _question(record, gathering)
    except Faulty as faulty:
        gathering.fault(row.line, faulty, title or text)
        return
    more = record.cell("more")
    if more:
        wanted = read_particulars(more)
        fitting = with_particulars(question, wanted) if wanted is not None else None
        if fitting is None:
            detail = "The question was changed since it was exported; what stands under “more” was left out."
            gathering.warn(row.line, "particulars", detail, question.title)
        question = fitting or question
    gathering.add(row.line, question)


def _question(record: Record, gathering: Gathering) -> Question:
    body = body_of(record)
    title = " ".join(record.cell("title").split())
    points, penalty = record.cell("points"), record.cell("penalty")
    tags = filter(None, (" ".join(tag.split()) for tag in _TAGS.split(record.cell("tags"))))
    return Question(
        title=shortened(title, 255) or title_of(body.text),
        body=body,
        points=read_number(points) if points else 1.0,
        penalty=read_number(penalty) if penalty else 0.0,
        difficulty=_difficulty(record, gathering),
        tags=list(dict.fromkeys(tags)),
        category=read_category(record.cell("category"), record.line, gathering),
        code=record.cell("code"),
    )


def _difficulty(record: Record, gathering: Gathering) -> Difficulty | None:
    written = record.cell("difficulty")
    if not written:
        return None
    try:
        return msgspec.convert(written.casefold(), Difficulty)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        names = ", ".join(get_args(Difficulty))
        detail = f"“{written[:40]}” is none of {names}; it was left out."
        gathering.warn(record.line, "bad_difficulty", detail, record.cell("text"))
        return None
