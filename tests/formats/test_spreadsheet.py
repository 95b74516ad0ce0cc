"""Tables, from this program and from spreadsheets kept by hand."""

import csv
from io import StringIO

import pytest

from banyan.formats import Unreadable, spreadsheet
from banyan.questions import (
    Choice,
    Cloze,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Pattern,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)


def _one(table: str) -> Question:
    reading = spreadsheet.read(table.encode())
    assert reading.problems == []
    [(_, question)] = reading.questions
    return question


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_whatever_parts_the_cells(sign: str, mark: str) -> None:
    header = sign.join(["kind", "text", "answer 1", "weight 1", "answer 2", "feedback 2"])
    row = sign.join(["single_choice", '"Which,; one?"', "a", "100", "b", "no"])
    body = _one(f"{mark}{header}\r\n{row}\r\n").body
    assert body == SingleChoice("Which,; one?", choices=[Choice("1", "a", 1.0), Choice("2", "b", 0.0, "no")])


def test_a_table_kept_by_hand() -> None:
    reading = spreadsheet.read(
        b"Question,Option A,Option B,Option C,Correct\n"
        b"Which is even?,1,2,3,B\nWhich are odd?,1,2,3,A C\nWhich is green?,grass,sky,,grass\n"
    )
    assert reading.problems == []
    bodies = [question.body for _, question in reading.questions]
    assert [type(body) for body in bodies] == [SingleChoice, MultipleChoice, SingleChoice]
    assert [[choice.weight for choice in body.choices] for body in bodies] == [[0, 1, 0], [0.5, 0, 0.5], [1, 0]]  # type: ignore[union-attr]


def test_kinds_and_their_settings() -> None:
    head = "kind,text,settings,answer 1,weight 1,answer 2,match 1,match 2\n"
    assert _one(head + "true_false,Snow is hot,,false").body == TrueFalse("Snow is hot", answer=False)
    assert _one(head + 'numerical,How far?,"units=m:1,cm:100; unit_required=yes",3:0.5').body == Numerical(
        "How far?", answers=[NumericalAnswer("1", 3.0, 0.5)], units=[Unit("m"), Unit("cm", 100.0)], unit_required=True
    )
    assert _one(head + "short_answer,Capital?,case_sensitive=yes,Lima,100,Lma").body == ShortAnswer(
        "Capital?", answers=[Pattern("1", "Lima"), Pattern("2", "Lma", 0.0)], case_sensitive=True
    )
    body = _one(head + "matching,Match,shuffle=no,Peru,,Chile,Lima,Santiago").body
    assert isinstance(body, Matching)
    assert ([pair.match for pair in body.pairs], body.shuffle) == (["Lima", "Santiago"], False)
    assert isinstance(_one(head + "cloze,Say {1:SA:=yes}").body, Cloze)


def test_no_cell_runs_as_a_formula() -> None:
    asked = Question("=cmd()", ShortAnswer("@SUM(A1)", "+1", answers=[Pattern("1", "-x"), Pattern("2", "-5", 0.5)]))
    written = spreadsheet.write([asked])
    cells = [cell for row in csv.reader(StringIO(written.content.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "@", "+", "-", "\t"))] == [
        "+1",
        "-5",
    ]  # numbers are no formulas
    assert [question for _, question in spreadsheet.read(written.content).questions] == [asked]


def test_rows_that_cannot_be_read_are_told_with_their_line() -> None:
    reading = spreadsheet.read(
        b'kind,text,answer 1,weight 1,answer 2\nessay,"two\nlines"\nriddle,What?\n\nsingle_choice,Which?,a,,b\n'
        b"numerical,How many?,lots\nsingle_choice,Which?,a,900,b\nessay,Last\n"
    )
    assert [(problem.line, problem.code) for problem in reading.problems] == [
        (4, "unknown_kind"),
        (6, "no_weights"),
        (7, "not_a_number"),
        (8, "bad_weight"),
    ]
    assert [(line, question.body.text) for line, question in reading.questions] == [(2, "two\nlines"), (9, "Last")]


def test_a_table_needs_a_header() -> None:
    with pytest.raises(Unreadable, match="must name the columns"):
        spreadsheet.read(b"Which?,a,b\nWhat?,c,d\n")
