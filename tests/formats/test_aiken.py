"""Aiken, as it is written and as people write it."""

import pytest

from banyan.formats import aiken
from banyan.questions import Choice, Question, SingleChoice


def test_a_question_with_its_choices() -> None:
    reading = aiken.read(b"Which is a river?\r\nA) Rome\r\nB. Nile\r\nC) 2*3*4\r\nANSWER: B\r\n")
    assert reading.problems == []
    assert reading.questions == [
        (
            1,
            Question(
                "Which is a river?",
                SingleChoice(
                    "Which is a river?",
                    choices=[Choice("1", "Rome"), Choice("2", "Nile", 1.0), Choice("3", "2\\*3\\*4")],
                ),
            ),
        )
    ]


def test_small_letters_and_several_lines_are_taken() -> None:
    [(line, question)] = aiken.read(b"\nFirst line,\nsecond line?\na) one\nb) two\n  more\nanswer: a").questions
    assert isinstance(question.body, SingleChoice)
    assert (line, question.body.text) == (2, "First line,\\\nsecond line?")
    assert [choice.text for choice in question.body.choices] == ["one", "two\\\nmore"]


def test_choices_need_no_space_and_may_leave_a_letter_out() -> None:
    [(_, question)] = aiken.read("Which one?\nA)one\nB.\u00a0two\nD)  four\nANSWER: D\n".encode()).questions
    assert isinstance(question.body, SingleChoice)
    assert [(one.text, one.weight) for one in question.body.choices] == [("one", 0.0), ("two", 0.0), ("four", 1.0)]


def test_an_abbreviation_is_no_choice() -> None:
    [(_, question)] = aiken.read(b"When does it open?\nA.M. or P.M.?\nA) A.M.\nB) P.M.\nANSWER: A\n").questions
    assert isinstance(question.body, SingleChoice)
    assert question.body.text == "When does it open?\\\nA.M. or P.M.?"
    assert [choice.text for choice in question.body.choices] == ["A.M.", "P.M."]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(ending: str) -> None:
    text = ending.join(["One?", "", "A) a", "B) b", "", "ANSWER: B", "Two?", "A) a", "B) b", "ANSWER: A"])
    assert [(line, one.title) for line, one in aiken.read(text.encode()).questions] == [(1, "One?"), (7, "Two?")]


@pytest.mark.parametrize(
    ("broken", "line", "code"),
    [
        ("Q?\nA) a\nB) b", 5, "no_answer"),
        ("Q?\nA) a\nANSWER: A", 5, "too_few_choices"),
        ("Q?\nA) a\nB) b\nB) c\nANSWER: B", 5, "bad_letters"),
        ("Q?\nA) a\nC) c\nANSWER: B", 8, "bad_answer"),
        ("A) a\nB) b\nANSWER: A", 5, "too_few_choices"),
        ("Q?\nA) a\nB) b\nANSWER: C", 8, "bad_answer"),
        ("Q?\nA) a\nB) b\nANSWER:", 8, "bad_answer"),
        ("Q?\nA) a\nB) b\nANSWER: A, B", 8, "several_answers"),
        ("ANSWER: A", 5, "no_question"),
    ],
)
def test_what_is_broken_is_told_and_the_rest_comes_in(broken: str, line: int, code: str) -> None:
    whole = "Whole?\nA) a\nB) b\nANSWER: A\n"
    reading = aiken.read(f"{whole}{broken}\n\n{whole}".encode())
    assert [question.title for _, question in reading.questions] == ["Whole?", "Whole?"]
    assert [(problem.line, problem.code) for problem in reading.problems] == [(line, code)]


def test_writing_tells_what_is_lost() -> None:
    choices = [Choice("1", "a", 1.0, "feedback"), Choice("2", "b")]
    written = aiken.write([Question("Q?", SingleChoice("Q?", choices=choices), points=2.0)])
    assert written.content == b"Q?\nA) a\nB) b\nANSWER: A\n"
    [problem] = written.problems
    assert problem.severity == "warning"
    assert problem.detail.endswith("feedback, points.")
