"""Questions as a table, for spreadsheets: UTF-8 with its mark, commas, and no cell that runs."""

import csv
from collections.abc import Sequence
from io import StringIO

from banyan.formats.cloze import written_cloze
from banyan.formats.model import Unreadable, Written
from banyan.formats.numbers import percent_of, written_number
from banyan.formats.particulars import written_particulars
from banyan.formats.spreadsheet.cells import guarded
from banyan.formats.spreadsheet.layout import ANSWER_COLUMNS, COLUMNS
from banyan.formats.spreadsheet.reading import read_text
from banyan.formats.verified import Unwritten, missing_particulars
from banyan.questions import (
    Body,
    Cloze,
    Essay,
    FileUpload,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)

__all__ = ["write"]

_Answer = tuple[str, str, str, str]
_Row = tuple[dict[str, str], list[_Answer]]


def write(questions: Sequence[Question]) -> Written:
    """A table, and which questions it cannot hold."""
    rows: list[_Row] = []
    problems = []
    for number, question in enumerate(questions, 1):
        try:
            rows.append(_row(question))
        except Unwritten as unwritten:
            problems.append(unwritten.problem(number, question))
    return Written(("\ufeff" + _table(rows)).encode(), problems)


def _row(question: Question) -> _Row:
    cells, answers = _cells(question), _answers(question.body)
    try:
        missing = missing_particulars(question, _table([(cells, answers)]), read_text)
    except Unreadable as refused:
        raise Unwritten(refused.detail) from None
    if missing:
        cells = {**cells, "more": written_particulars(missing)}
    return cells, answers


def _table(rows: list[_Row]) -> str:
    most = max((len(answers) for _, answers in rows), default=0)
    numbered = [f"{name} {number}" for number in range(1, most + 1) for name in ANSWER_COLUMNS]
    more = ["more"] if any("more" in cells for cells, _ in rows) else []
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, *numbered, *more])
    for cells, answers in rows:
        flat = [cell for answer in answers for cell in answer]
        flat += [""] * (len(numbered) - len(flat))
        line = [*(cells.get(name, "") for name in COLUMNS), *flat, *(cells.get(name, "") for name in more)]
        writer.writerow([guarded(cell) for cell in line])
    return out.getvalue()


def _cells(question: Question) -> dict[str, str]:
    body = question.body
    return {
        "kind": str(body.__struct_config__.tag),
        "category": "/".join(name.replace("/", "//") for name in question.category),
        "title": question.title,
        "text": written_cloze(body) if isinstance(body, Cloze) else body.text,
        "points": written_number(question.points),
        "penalty": written_number(question.penalty) if question.penalty else "",
        "difficulty": question.difficulty or "",
        "tags": ", ".join(question.tags),
        "code": question.code,
        "feedback": body.feedback,
        "hints": "\n---\n".join(body.hints),
        "settings": "; ".join(f"{name}={value}" for name, value in _settings(body).items()),
        "template": body.template if isinstance(body, Essay) else "",
        "for graders": body.for_graders if isinstance(body, Essay | FileUpload) else "",
    }


def _settings(body: Body) -> dict[str, str]:
    """What differs from what is usual."""
    found: dict[str, str] = {}
    match body:
        case SingleChoice() | Matching():
            found = {"shuffle": "" if body.shuffle else "no"}
        case MultipleChoice():
            scoring = "" if body.scoring == "weights" else body.scoring
            found = {"shuffle": "" if body.shuffle else "no", "scoring": scoring}
        case Ordering():
            found = {"scoring": "" if body.scoring == "positions" else body.scoring}
        case ShortAnswer():
            found = {"case_sensitive": "yes" if body.case_sensitive else ""}
        case Numerical():
            units = ",".join(f"{unit.name}:{written_number(unit.factor)}" for unit in body.units)
            found = {"units": units, "unit_required": "yes" if body.unit_required else ""}
        case Essay():
            most = "" if body.most_words is None else str(body.most_words)
            found = {"least_words": str(body.least_words or ""), "most_words": most, "files": str(body.files or "")}
        case FileUpload():
            found = {"most_files": str(body.most_files), "endings": ",".join(body.endings)}
    return {name: value for name, value in found.items() if value}


def _answers(body: Body) -> list[_Answer]:  # noqa: PLR0911 -- a table, one line a kind
    match body:
        case SingleChoice() | MultipleChoice():
            return [(one.text, percent_of(one.weight), one.feedback, "") for one in body.choices]
        case TrueFalse():
            right = ("100", "0") if body.answer else ("0", "100")
            return [("true", right[0], body.feedback_true, ""), ("false", right[1], body.feedback_false, "")]
        case Numerical():
            return [(_number(one), percent_of(one.weight), one.feedback, "") for one in body.answers]
        case ShortAnswer():
            return [(one.text, percent_of(one.weight), one.feedback, "") for one in body.answers]
        case Matching():
            pairs = [(pair.prompt, "", "", pair.match) for pair in body.pairs]
            return pairs + [("", "", "", text) for text in body.distractors]
        case Ordering():
            return [(item.text, "", item.feedback, "") for item in body.items]
    return []


def _number(answer: NumericalAnswer) -> str:
    if answer.value is None:
        return "*"
    value = written_number(answer.value)
    return f"{value}:{written_number(answer.tolerance)}" if answer.tolerance else value
