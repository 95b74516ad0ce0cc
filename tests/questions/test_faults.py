"""Why questions are not taken into a bank."""

import math
from typing import Any

import pytest
from hypothesis import given

from banyan.questions import (
    Body,
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
    RubricLine,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
    faults,
    full_response,
    grade,
    markdown_of,
    with_markdown,
)
from tests.questions.bodies import bodies

RIGHT, WRONG = Choice("a", "yes", 1.0), Choice("b", "no")
TYPED = ShortAnswer("?", answers=[Pattern("a", "two")])
LINES = [RubricLine(name, name, 1 / 3) for name in "abc"]


def pointers(body: Body, **fields: Any) -> list[str]:
    return [fault.pointer for fault in faults(Question("Title", body, **fields))]


@pytest.mark.parametrize(
    "body",
    [
        SingleChoice("?", choices=[RIGHT, WRONG]),
        MultipleChoice("?", choices=[Choice("a", "x", 1 / 3), WRONG]),
        TrueFalse("?"),
        Numerical("?", answers=[NumericalAnswer("a", None)], units=[Unit("m"), Unit("cm", 100)]),
        TYPED,
        Matching("?", pairs=[Pair("a", "x", "1"), Pair("b", "y", "1")], distractors=["2"]),
        Ordering("?", items=[RIGHT, WRONG]),
        Cloze("[[a]] and \\[[b]]", gaps=[Gap("a", ShortAnswer("", answers=[Pattern("a", "two")]))]),
        Essay("?", least_words=5, most_words=5, rubric=LINES),
        FileUpload("?", endings=["pdf", "7z"], rubric=LINES),
    ],
    ids=lambda body: body.__struct_config__.tag,
)
def test_a_good_question_of_each_kind_has_no_faults(body: Body) -> None:
    assert pointers(body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (SingleChoice("", choices=[RIGHT, WRONG]), ["/body/text"]),
        (SingleChoice("?"), ["/body/choices"]),
        (SingleChoice("?", choices=[RIGHT, Choice("a", "no")]), ["/body/choices/1/id"]),
        (SingleChoice("?", choices=[Choice("a", "yes", 0.99), WRONG]), ["/body/choices"]),
        (SingleChoice("?", choices=[RIGHT, Choice("b", " ")]), ["/body/choices/1/text"]),
        (SingleChoice("?", choices=[Choice("a b", "yes", 1.0), WRONG]), ["/body/choices/0/id"]),
        (MultipleChoice("?", choices=[WRONG, Choice("a", "x", -0.5)]), ["/body/choices"]),
        (Numerical("?"), ["/body/answers"]),
        (Numerical("?", answers=[NumericalAnswer("a", 1, weight=0)]), ["/body/answers"]),
        (Numerical("?", answers=[NumericalAnswer("a", math.nan)]), ["/body/answers/0/value"]),
        (Numerical("?", answers=[NumericalAnswer("a", 1, math.inf)]), ["/body/answers/0/tolerance"]),
        (Numerical("?", answers=[NumericalAnswer("a", 1, -1)]), ["/body/answers/0/tolerance"]),
        (
            Numerical("?", answers=[NumericalAnswer("a", 1)], units=[Unit("m"), Unit(" m "), Unit(" ")]),
            ["/body/units/1/name", "/body/units/2/name"],
        ),
        (ShortAnswer("?", answers=[Pattern("a", " "), Pattern("b", "x")]), ["/body/answers/0/text"]),
        (ShortAnswer("?", answers=[Pattern("a", "x", 0.0)]), ["/body/answers"]),
        (ShortAnswer("?", answers=[Pattern("a", "\x00")]), ["/body/answers/0/text"]),
        (ShortAnswer("?", answers=[Pattern("a", "\ud800")]), ["/body/answers/0/text"]),
        (
            Matching("?", pairs=[Pair("a", " ", "1"), Pair("a", "y", "")], distractors=[""]),
            ["/body/pairs/1/id", "/body/pairs/0/prompt", "/body/pairs/1/match", "/body/distractors/0"],
        ),
        (Ordering("?", items=[RIGHT, Choice("b", " yes ")]), ["/body/items/1/text"]),
        (Cloze("[[b]]", gaps=[Gap("a", TYPED)]), ["/body/gaps/0/id", "/body/text"]),
        (Cloze("[[a]] [[a]]", gaps=[Gap("a", TYPED)]), ["/body/text"]),
        (Cloze("[[a]]", gaps=[Gap("a", TYPED), Gap("a", TYPED)]), ["/body/gaps/1/id"]),
        (
            Cloze("[[a]]", gaps=[Gap("a", SingleChoice("", choices=[WRONG, WRONG]))]),
            ["/body/gaps/0/question/choices/1/id", "/body/gaps/0/question/choices"],
        ),
        (Essay("?", least_words=5, most_words=4), ["/body/most_words"]),
        (Essay("?", most_words=0), ["/body/most_words"]),
        (
            Essay("?", rubric=[RubricLine("a", "x", 0.5), RubricLine("a", "y", 0.4)]),
            ["/body/rubric/1/id", "/body/rubric"],
        ),
        (FileUpload("?", endings=["pdf", ".doc", "\x00"]), ["/body/endings/1", "/body/endings/2"]),
    ],
)
def test_what_does_not_work_is_found_with_where_it_is(body: Body, found: list[str]) -> None:
    assert pointers(body) == found


def test_a_question_that_a_program_made_is_held_against_its_types() -> None:
    assert pointers(TYPED, points=math.inf) == ["/points"]
    assert pointers(TYPED, points=-1) == ["/points"]
    assert pointers(TYPED, tags=[""]) == ["/tags/0"]
    assert pointers(TYPED, category=["x"] * 11) == ["/category"]
    assert pointers(TYPED, difficulty="odd") == ["/difficulty"]


@given(bodies)
def test_a_question_without_faults_can_be_answered_rightly(body: Body) -> None:
    if faults(Question("", body)) or isinstance(body, Essay | FileUpload):
        return
    best = full_response(body)
    typed = body if isinstance(body, Numerical | ShortAnswer) else None
    if best is None or isinstance(body, Cloze) or typed is not None:
        return  # only what stands for any number is worth something, or a pattern that another one hides
    assert (grade(body, best).fraction or 0) > 0


@given(bodies)
def test_every_text_is_found_and_changing_none_changes_nothing(body: Body) -> None:
    assert with_markdown(body, lambda text: text) == body
    emptied = with_markdown(body, lambda text: "")
    assert markdown_of(emptied) == []
    assert len(markdown_of(with_markdown(body, lambda text: "x"))) >= len(markdown_of(body))
