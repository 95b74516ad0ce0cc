"""What is written and read again is the same, for every question that a format can hold."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.formats import Format, Unreadable, detect, read_as, write_as
from banyan.questions import (
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Gap,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pair,
    Pattern,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)
from tests.formats.questions import plain_questions, questions

_FORMATS: list[Format] = ["gift", "moodle_xml", "csv"]
_FILES = st.lists(questions, max_size=3)

SHELF = [
    Question(
        "Rivers",
        SingleChoice(
            "Which is *longest*?\n\n- really",
            "See $x^2$",
            ["Think of Africa", "It begins with N"],
            [Choice("1", "Nile", 1.0, "Yes"), Choice("2", "Rhine: {no}", -0.25, "No = no"), Choice("3", "#3", 1 / 3)],
        ),
        points=2.5,
        tags=["geo", "riv]er"],
        category=["Geography", "Rivers/Seas"],
        code="R-1",
    ),
    Question(
        "Several",
        MultipleChoice("Pick", choices=[Choice("1", "a", 0.5), Choice("2", "b", 0.5), Choice("3", "c", -1.0)]),
        category=["Geography", "Rivers/Seas"],
    ),
    Question(
        "True", TrueFalse("Water boils", answer=False, feedback_true="At 100", feedback_false="Right"), penalty=1.0
    ),
    Question(
        "Number",
        Numerical(
            "How many?",
            answers=[NumericalAnswer("1", 3.14, 0.01), NumericalAnswer("2", None, 0.0, 0.0, "Far off")],
            units=[Unit("m"), Unit("cm", 100.0)],
            unit_required=True,
        ),
    ),
    Question("Word", ShortAnswer("Capital?", answers=[Pattern("1", "Par*s", 1.0, "Yes"), Pattern("2", r"\*", 0.5)])),
    Question("Pairs", Matching("Match", pairs=[Pair("1", "a->b", "x"), Pair("2", "c", "y -> z")], distractors=["w"])),
    Question("Essay", Essay("Write", least_words=5, most_words=50, files=1, template="Dear", for_graders="Look")),
]
MORE = [
    Question("Order", Ordering("Sort", items=[Choice("1", "a"), Choice("2", "b")], scoring="neighbours")),
    Question(
        "Gaps",
        Cloze(
            "In [[1]] there is [[2]] and [[3]].",
            gaps=[
                Gap("1", SingleChoice("", choices=[Choice("1", "Paris~", 1.0, "}"), Choice("2", "Rome")]), 2.0, "list"),
                Gap("2", ShortAnswer("", answers=[Pattern("1", "R&D #1")], case_sensitive=True)),
                Gap("3", Numerical("", answers=[NumericalAnswer("1", -2.5, 0.5)])),
            ],
        ),
    ),
    Question("File", FileUpload("Send", most_files=3, endings=["pdf"], for_graders="Look")),
]


@pytest.mark.parametrize("format_name", _FORMATS)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(written=_FILES)
def test_what_is_exported_and_imported_again_is_the_same(format_name: Format, written: list[Question]) -> None:
    file = write_as(format_name, written)
    left_out = {problem.line for problem in file.problems}
    held = [question for number, question in enumerate(written, 1) if number not in left_out]
    assert [question for _, question in read_as(format_name, file.content).questions] == held


@settings(deadline=None, max_examples=100)
@given(written=st.lists(plain_questions, max_size=3))
def test_aiken_brings_back_what_it_can_hold(written: list[Question]) -> None:
    file = write_as("aiken", written)
    assert file.problems == []
    assert [question for _, question in read_as("aiken", file.content).questions] == written


@settings(deadline=None, max_examples=100)
@given(written=_FILES)
def test_aiken_says_what_it_does_not_bring_back(written: list[Question]) -> None:
    file = write_as("aiken", written)
    whole = [question for number, question in enumerate(written, 1) if number not in {p.line for p in file.problems}]
    found = [question for _, question in read_as("aiken", file.content).questions]
    assert all(question in found for question in whole)
    assert len(found) == len(written) - sum(problem.severity == "error" for problem in file.problems)


@pytest.mark.parametrize("format_name", _FORMATS)
def test_a_shelf_of_questions_comes_back_in_order(format_name: Format) -> None:
    file = write_as(format_name, SHELF)
    assert file.problems == []
    assert [question for _, question in read_as(format_name, file.content).questions] == SHELF


@pytest.mark.parametrize("format_name", ["moodle_xml", "csv"])
def test_xml_and_tables_hold_every_kind(format_name: Format) -> None:
    file = write_as(format_name, MORE)
    assert file.problems == []
    assert [question for _, question in read_as(format_name, file.content).questions] == MORE


def test_gift_says_which_kinds_it_cannot_hold() -> None:
    problems = write_as("gift", [*SHELF, *MORE]).problems
    assert [(problem.line, problem.question, problem.severity) for problem in problems] == [
        (8, "Order", "error"),
        (9, "Gaps", "error"),
        (10, "File", "error"),
    ]


@pytest.mark.parametrize("format_name", [*_FORMATS, "aiken"])
def test_a_file_is_known_by_what_is_in_it(format_name: Format) -> None:
    plain = Question("Two?", SingleChoice("Two?", choices=[Choice("1", "a", 1.0), Choice("2", "b")]))
    assert detect("questions", write_as(format_name, [plain]).content) == format_name


def test_what_is_no_question_file_is_told_so() -> None:
    with pytest.raises(Unreadable, match="none of GIFT"):
        detect("letter.txt", b"Dear Sir or Madam,\nthank you.\n")


def test_a_question_edited_in_the_file_keeps_the_edit() -> None:
    text = write_as("gift", [msgspec.structs.replace(SHELF[4], points=7.0)]).content.decode()
    reading = read_as("gift", text.replace("Capital?", "Capital of France?").encode())
    [(_, question)] = reading.questions
    assert (question.body.text, question.points, reading.problems) == ("Capital of France?", 7.0, [])


def test_files_travel_in_xml() -> None:
    asked = Question("Flag", Essay("Whose is ![](@@flag.png@@) or @@other.png@@?"))
    file = write_as("moodle_xml", [asked], {"flag.png": b"\x89PNG", "unused.png": b""})
    reading = read_as("moodle_xml", file.content)
    assert reading.files == {"flag.png": b"\x89PNG"}
    assert [question for _, question in reading.questions] == [asked]
