"""Tables, from this program and from spreadsheets kept by hand."""

import csv
from io import StringIO
from typing import Any

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


def _rights(table: str) -> list[tuple[str, list[str], list[float]]]:
    """The kind of each question, its choices, and what they are worth."""
    reading = spreadsheet.read(table.encode())
    assert reading.problems == []
    found = []
    for _, question in reading.questions:
        assert isinstance(question.body, SingleChoice | MultipleChoice)
        choices = question.body.choices
        kind = type(question.body).__name__
        found.append((kind, [choice.text for choice in choices], [choice.weight for choice in choices]))
    return found


_FIRST = ("SingleChoice", ["a", "b", "c"], [1.0, 0.0, 0.0])
_SECOND = ("SingleChoice", ["a", "b", "c"], [0.0, 1.0, 0.0])
_BOTH = ("MultipleChoice", ["a", "b", "c"], [0.5, 0.5, 0.0])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [
                "Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 - max 75 characters,"  # noqa: ISC004
                "Answer 3 (optional),Time limit (sec) \u2013 5 or 10,Correct answer(s) - choose at least one",
                "Which?,a,b,c,20,2",
                'Which two?,a,b,c,20,"1,2"',
            ],
            [_SECOND, _BOTH],
        ),
        (
            [
                "Question Text,Question Type,Option 1,Option 2,Option 3,Correct Answer,Time in seconds",
                "Which?,Multiple Choice,a,b,c,2,30",
                'Which two?,Checkbox,a,b,c,"1, 2",30',
            ],
            [_SECOND, _BOTH],
        ),
        (["Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2", "Which?,a,b,c"], [_FIRST]),
        (["Question,A,B,C,Answer", "Which?,a,b,c,B", "Which two?,a,b,c,AB"], [_SECOND, _BOTH]),
        (["Frage;Antwort A;Antwort B;Antwort C;Richtig", "Welche?;a;b;c;b"], [_SECOND]),
        (["Pregunta;Opción A;Opción B;Opción C;Respuesta correcta", "¿Cuál?;a;b;c;Option 1"], [_FIRST]),
        (["السؤال,الخيار 1,الخيار 2,الخيار 3,الإجابة الصحيحة", "أي؟,a,b,c,(B)"], [_SECOND]),
        (["Quiz,,,,", "of May; with more", "", "Question,Choice A,Choice B,Choice C,Key", "Which?,a,b,c,A"], [_FIRST]),
        (["sep=;", "question;option a;option b;option c;correct", "Which?;a;b;c;a"], [_FIRST]),
        (["question\toption_a\toption_b\toption_c\tcorrect", "Which?\ta\tb\tc\ta; b"], [_BOTH]),
        (["text,answer 1,weight 1,answer 2,weight 2,answer 3", "Which two?,a,50,b,50,c"], [_BOTH]),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_tables_of_other_programs_are_read(lines: list[str], expected: list[Any], ending: str) -> None:
    assert _rights(ending.join(lines)) == expected


def test_what_is_to_be_typed_may_stand_alone() -> None:
    reading = spreadsheet.read(b"Question,Answer\nCapital of Peru?,Lima\n")
    assert [one.body for _, one in reading.questions] == [
        ShortAnswer("Capital of Peru?", answers=[Pattern("1", "Lima")])
    ]
    reading = spreadsheet.read(b"Type,Question,Correct\nNumeric,How many?,12:1\nTF,Is it?,FALSE\n,Is it so?,true\n")
    assert [one.body for _, one in reading.questions] == [
        Numerical("How many?", answers=[NumericalAnswer("1", 12.0, 1.0)]),
        TrueFalse("Is it?", answer=False),
        TrueFalse("Is it so?"),
    ]


def test_true_or_false_goes_by_the_answer_that_is_named() -> None:
    head = "kind,text,answer 1,answer 2,correct\n"
    assert _one(f"{head}true_false,Hot?,True,False,B\n").body == TrueFalse("Hot?", answer=False)
    assert _one(f"{head}true/false,Hot?,Falsch,Wahr,Wahr\n").body == TrueFalse("Hot?")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("3,2,1,1", "ambiguous_correct"),
        ("B,A,C,A", "ambiguous_correct"),
        ("a,b,c,D", "bad_correct"),
        ("a,b,,C", "bad_correct"),
    ],
)
def test_a_key_that_could_mean_two_answers_is_never_guessed(row: str, code: str) -> None:
    reading = spreadsheet.read(f"text,answer 1,answer 2,answer 3,correct\nWhich?,{row}\n".encode())
    assert ([problem.code for problem in reading.problems], reading.questions) == ([code], [])


def test_a_difficulty_of_other_words_is_told_and_left_out() -> None:
    reading = spreadsheet.read(b"text,kind,difficulty\nTell,essay,stage 3\n")
    assert [(one.body.text, one.difficulty) for _, one in reading.questions] == [("Tell", None)]
    assert [(problem.severity, problem.code) for problem in reading.problems] == [("warning", "bad_difficulty")]


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
