"""What responses are worth."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.kit.problems import Malformed
from banyan.questions.grading import check_response, full_response, grade
from banyan.questions.grading.typed import measure
from banyan.questions.kinds import (
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
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)
from tests.questions.bodies import bodies, responses

COLOURS = [Choice("r", "red", 1.0, "Right."), Choice("g", "green", 0.0), Choice("b", "blue", -0.5, "No.")]


def worth(body: Body, response: Any) -> float | None:
    return grade(body, check_response(body, response)).fraction


@given(st.data())
def test_any_response_has_one_grade_within_bounds(data: st.DataObject) -> None:
    body = data.draw(bodies)
    response = check_response(body, data.draw(responses(body)))
    given_once = grade(body, response)
    assert given_once == grade(body, check_response(body, response))
    by_hand = isinstance(body, Essay | FileUpload) and response is not None
    assert (given_once.fraction is None) == by_hand
    if given_once.fraction is not None:
        assert -1 <= given_once.fraction <= 1
        assert (given_once.fraction == 1) == (given_once.correct == "right")


@given(st.data())
def test_nothing_earns_more_than_the_full_response(data: st.DataObject) -> None:
    body = data.draw(bodies)
    best = full_response(body)
    if best is None or isinstance(body, Numerical | ShortAnswer | Cloze):
        return  # what a pattern or "any other number" lets through may be worth more than what is named
    other = worth(body, data.draw(responses(body)))
    most = worth(body, best)
    assert other is not None
    assert most is not None
    assert other <= most + 1e-9


@given(bodies, st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=5,
))  # fmt: skip
def test_whatever_comes_is_graded_or_refused(body: Body, anything: Any) -> None:
    with suppress(Malformed):
        grade(body, check_response(body, anything))


def test_no_answer_is_worth_nothing() -> None:
    assert grade(SingleChoice("?", choices=COLOURS), None).correct == "unanswered"
    assert grade(Essay("?"), check_response(Essay("?"), {"text": "  "})).fraction == 0


def test_a_choice_is_worth_its_weight_and_says_why() -> None:
    body = SingleChoice("?", choices=COLOURS)
    assert worth(body, "r") == 1
    assert worth(body, "b") == -0.5
    found = grade(body, "b")
    assert (found.correct, found.parts[0].feedback) == ("wrong", "No.")


@pytest.mark.parametrize(
    ("scoring", "chosen", "fraction"),
    [
        ("weights", ["a", "b"], 1),
        ("weights", ["a"], 0.5),
        ("weights", ["a", "c"], 0),
        ("weights", ["c"], -0.5),
        ("all_or_nothing", ["b", "a"], 1),
        ("all_or_nothing", ["a"], 0),
        ("all_or_nothing", ["a", "b", "c"], 0),
    ],
)
def test_several_choices(scoring: Any, chosen: list[str], fraction: float) -> None:
    choices = [Choice("a", "", 0.5), Choice("b", "", 0.5), Choice("c", "", -0.5)]
    assert worth(MultipleChoice("?", choices=choices, scoring=scoring), chosen) == pytest.approx(fraction)


def test_thirds_add_up_to_all() -> None:
    choices = [Choice(part, "", 0.33333) for part in "ab"] + [Choice("c", "", 0.33334)]
    assert grade(MultipleChoice("?", choices=choices), ["a", "b", "c"]).correct == "right"


@pytest.mark.parametrize("written", [0.333, 0.3333, 0.33333, 0.3333333, 1 / 3])
def test_thirds_are_all_however_many_digits_were_written_but_for_three(written: float) -> None:
    right = [Choice(part, "", written) for part in "abc"]
    body = MultipleChoice("?", choices=[*right, Choice("d", "", -1.0)])
    whole, nothing, most = (grade(body, ids) for ids in (["a", "b", "c"], ["a", "b", "c", "d"], ["a", "b"]))
    if written == 0.333:
        assert whole.correct == "partly"
    else:
        assert (whole.fraction, whole.correct) == (1.0, "right")
        assert (nothing.fraction, nothing.correct) == (0.0, "wrong")
    assert most.correct == "partly"
    assert most.fraction == pytest.approx(2 * written)


def test_gaps_that_count_very_little_count() -> None:
    def gap(part: str, points: float) -> Gap:
        return Gap(part, ShortAnswer("", answers=[Pattern("x", "two")]), points)

    body = Cloze("[[a]] [[b]]", gaps=[gap("a", 100), gap("b", 0.001)])
    assert grade(body, {"a": "two", "b": "one"}).correct == "partly"
    assert grade(body, {"a": "one", "b": "two"}).correct == "partly"


def test_true_and_false() -> None:
    body = TrueFalse("?", answer=False, feedback_true="Look again.")
    assert worth(body, False) == 1
    assert grade(body, True).parts[0].feedback == "Look again."


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("3.5", 3.5, ""),
        ("3,5 cm", 3.5, "cm"),
        (" -2 ", -2, ""),
        ("\u22122", -2, ""),
        ("+.5", 0.5, ""),
        ("5.", 5, ""),
        ("12 345", 12345, ""),
        ("12'345.6", 12345.6, ""),
        ("1.2e-3", 0.0012, ""),
        ("6.02 x 10^23", 6.02e23, ""),
        ("6,02·10^23 /mol", 6.02e23, "/mol"),
        ("\u0663\u066b\u0665", 3.5, ""),
        ("", None, ""),
        (".", None, ""),
        ("nan", None, ""),
        ("inf", None, ""),
        ("1e9999", None, ""),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, value: float | None, unit: str) -> None:
    found = measure(typed)
    if value is None:
        assert found is None
    else:
        assert found is not None
        assert found.value == pytest.approx(value)
        assert found.unit == unit


def test_a_number_may_be_off_by_its_tolerance() -> None:
    body = Numerical("?", answers=[NumericalAnswer("a", 3.14, 0.01), NumericalAnswer("b", 3.0, 0.5, weight=0.25)])
    assert worth(body, "3.15") == 1
    assert worth(body, "3.151") == 0.25
    assert worth(body, "4") == 0
    assert worth(body, "many") == 0


def test_a_number_at_the_edge_is_inside_whatever_binary_makes_of_it() -> None:
    assert worth(Numerical("?", answers=[NumericalAnswer("a", 0.3, 0.0)]), str(0.1 + 0.2)) == 1


def test_units_are_converted() -> None:
    metres = [Unit("m"), Unit("cm", 100)]
    body = Numerical("?", answers=[NumericalAnswer("a", 1.5, 0.001)], units=metres)
    assert [worth(body, typed) for typed in ("1.5 m", "150 cm", "1.5", "150", "1.5 kg")] == [1, 1, 1, 0, 0]
    strict = Numerical("?", answers=[NumericalAnswer("a", 1.5, 0.001)], units=metres, unit_required=True)
    assert worth(strict, "1.5") == 0


def test_any_other_number_counts_only_when_none_else_fits() -> None:
    body = Numerical("?", answers=[NumericalAnswer("any", None, weight=0.1), NumericalAnswer("a", 2.0, weight=0.0)])
    assert (worth(body, "2"), worth(body, "3")) == (0, 0.1)


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        ("Paris", "paris", True),
        ("Paris", "  Paris  ", True),
        ("New York", "new   york", True),
        ("*tree*", "a banyan tree here", True),
        ("ab*b", "ab", False),
        ("ab*b", "abb", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "acb", False),
        (r"2\*3", "2*3", True),
        (r"2\*3", "2x3", False),
        ("Straße", "STRASSE", True),
        ("e\u0301te\u0301", "été", True),
    ],
)
def test_patterns(pattern: str, typed: str, fits: bool) -> None:
    assert worth(ShortAnswer("?", answers=[Pattern("a", pattern)]), typed) == float(fits)


def test_case_may_matter() -> None:
    assert worth(ShortAnswer("?", answers=[Pattern("a", "Paris")], case_sensitive=True), "paris") == 0


def test_many_stars_take_no_time() -> None:
    body = ShortAnswer("?", answers=[Pattern("a", "*a" * 900 + "*b")])
    assert worth(body, "a" * 2_000) == 0


def test_what_belongs_together() -> None:
    pairs = [Pair("1", "France", "Paris"), Pair("2", "Kenya", "Nairobi"), Pair("3", "City of Paris", "Paris")]
    body = Matching("?", pairs=pairs, distractors=["Rome"])
    assert worth(body, {"1": "Paris", "2": "Nairobi", "3": "Paris"}) == 1
    assert worth(body, {"1": "Paris", "2": "Rome"}) == pytest.approx(1 / 3)
    with pytest.raises(Malformed):
        check_response(body, {"1": "Berlin"})


@pytest.mark.parametrize(
    ("scoring", "order", "fraction"),
    [
        ("positions", "abcd", 1),
        ("positions", "abdc", 0.5),
        ("neighbours", "dabc", 2 / 3),
        ("neighbours", "dcba", 0),
        ("all_or_nothing", "abdc", 0),
        ("all_or_nothing", "abcd", 1),
    ],
)
def test_orders(scoring: Any, order: str, fraction: float) -> None:
    body = Ordering("?", items=[Choice(part, part) for part in "abcd"], scoring=scoring)
    assert worth(body, list(order)) == pytest.approx(fraction)


def test_gaps_count_by_their_points() -> None:
    body = Cloze(
        "[[1]] and [[2]]",
        gaps=[
            Gap("1", ShortAnswer("", answers=[Pattern("a", "salt")]), points=3.0),
            Gap("2", SingleChoice("", choices=COLOURS), points=1.0),
        ],
    )
    assert worth(body, {"1": "Salt", "2": "r"}) == 1
    assert worth(body, {"1": "salt"}) == 0.75
    assert worth(body, {"1": "sand", "2": "r"}) == 0.25
    assert grade(body, {"1": "salt"}).parts[0].correct is True
    with pytest.raises(Malformed):
        check_response(body, {"3": "pepper"})


def test_a_person_grades_what_is_written() -> None:
    body = Essay("?", files=1)
    assert grade(body, check_response(body, {"text": "A tree."})).correct == "ungraded"
    with pytest.raises(Malformed):
        check_response(body, {"text": "", "files": ["0190d3c0-0000-7000-8000-000000000000"] * 2})
