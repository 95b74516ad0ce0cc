"""GIFT: every construct that Moodle documents, and what goes wrong in files made by hand."""

import pytest

from banyan.formats import gift
from banyan.questions import (
    Choice,
    Essay,
    ImportProblem,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Pair,
    Pattern,
    Question,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)


def _one(text: str) -> Question:
    reading = gift.read(text.encode())
    assert reading.problems == []
    [(_, question)] = reading.questions
    return question


def _problems(text: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.severity, problem.code) for problem in gift.read(text.encode()).problems]


def test_one_right_choice_with_weights_and_feedback() -> None:
    body = _one("Where does the Danube end? {~Rome#That is the Tiber. ~%25%Vienna =the Black Sea#Well done!}").body
    assert body == SingleChoice(
        "Where does the Danube end?",
        choices=[
            Choice("1", "Rome", 0.0, "That is the Tiber."),
            Choice("2", "Vienna", 0.25),
            Choice("3", "the Black Sea", 1.0, "Well done!"),
        ],
    )


def test_several_right_choices_have_no_equals_sign() -> None:
    body = _one("Which are rivers?{~%50%Nile ~%50%Rhine ~%-100%Etna ~Paris}").body
    assert isinstance(body, MultipleChoice)
    assert [choice.weight for choice in body.choices] == [0.5, 0.5, -1.0, 0.0]


def test_three_thirds_are_a_whole() -> None:
    body = _one("Pick{~%33.333%a ~%33.333%b ~%33.333%c ~%-16.66667%d}").body
    assert isinstance(body, MultipleChoice)
    assert [choice.weight for choice in body.choices] == [1 / 3, 1 / 3, 1 / 3, -1 / 6]


@pytest.mark.parametrize(
    ("percent", "weight"),
    [
        ("33.3", 1 / 3),
        ("33.33", 1 / 3),
        ("33.34", 1 / 3),
        ("33.3333333", 1 / 3),
        ("66,66667", 2 / 3),
        ("16.66", 1 / 6),
        ("14.28571", 1 / 7),
        ("11.11111", 1 / 9),
        ("9.09091", 1 / 11),
        ("8.33", 1 / 12),
        ("-83.33333", -5 / 6),
        ("33", 0.33),
        ("12.5", 0.125),
        ("33.36", 0.3336),
        ("33.3338", 0.333338),
        ("9.1", 0.091),
    ],
)
def test_a_weight_cut_from_a_fraction_is_that_fraction(percent: str, weight: float) -> None:
    body = _one(f"Pick{{~%100%a ~%{percent}%b}}").body
    assert isinstance(body, MultipleChoice)
    assert body.choices[1].weight == weight


@pytest.mark.parametrize(("written", "answer"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False)])
def test_true_and_false(written: str, answer: bool) -> None:
    assert _one(f"Snow is cold.{{{written}}}").body == TrueFalse("Snow is cold.", answer=answer)


def test_the_first_feedback_of_true_or_false_is_for_the_wrong_answer() -> None:
    true = _one("Snow is cold.{T#Touch it#Yes####Winter}").body
    false = _one("Snow is hot.{FALSE#Touch it#Right}").body
    assert true == TrueFalse("Snow is cold.", "Winter", answer=True, feedback_true="Yes", feedback_false="Touch it")
    assert false == TrueFalse("Snow is hot.", answer=False, feedback_true="Touch it", feedback_false="Right")


def test_typed_words_with_weights() -> None:
    assert _one("The capital of Peru?{=Lima#Yes =%50%Lma#Nearly}").body == ShortAnswer(
        "The capital of Peru?", answers=[Pattern("1", "Lima", 1.0, "Yes"), Pattern("2", "Lma", 0.5, "Nearly")]
    )


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ("#12", [NumericalAnswer("1", 12.0)]),
        ("#12:0.5", [NumericalAnswer("1", 12.0, 0.5)]),
        ("#3.141..3.142", [NumericalAnswer("1", 3.1415, 0.0005)]),
        ("#-3..-1", [NumericalAnswer("1", -2.0, 1.0)]),
        (
            "#=12:0#Yes =%50%12:3#Near",
            [NumericalAnswer("1", 12.0, 0.0, 1.0, "Yes"), NumericalAnswer("2", 12.0, 3.0, 0.5, "Near")],
        ),
        ("#=1e3 ~#Far off", [NumericalAnswer("1", 1000.0), NumericalAnswer("2", None, 0.0, 0.0, "Far off")]),
    ],
)
def test_numbers(written: str, answers: list[NumericalAnswer]) -> None:
    assert _one(f"How many?{{{written}}}").body == Numerical("How many?", answers=answers)


def test_pairs_and_what_belongs_to_none() -> None:
    assert _one("Match.{\n=Peru -> Lima\n=Chile->Santiago\n= -> Quito\n####Andes\n}").body == Matching(
        "Match.", "Andes", pairs=[Pair("1", "Peru", "Lima"), Pair("2", "Chile", "Santiago")], distractors=["Quito"]
    )


def test_empty_braces_ask_for_an_essay() -> None:
    assert _one("::Trip::Tell of a journey. {}") == Question("Trip", Essay("Tell of a journey."))
    assert _one("Tell of it.{####Thanks}").body == Essay("Tell of it.", "Thanks")


def test_answers_in_the_middle_leave_a_blank() -> None:
    question = _one("The {=Nile ~Rhine} is in Africa.")
    assert (question.title, question.body.text) == ("The _____ is in Africa.", "The _____ is in Africa.")


def test_titles_comments_tags_and_categories() -> None:
    reading = gift.read(
        b"// an idle remark\n\n$CATEGORY: $course$/top/Geo/Sea//Lake\n\n// [id:G-1] [tag:water] [tag:a\\]b]\n"
        b"::Deep \\: blue::\nHow deep?{#10}\n\n\n$CATEGORY: Other\nNo blank line above.{T}\n"
    )
    assert reading.problems == []
    (first_line, first), (second_line, second) = reading.questions
    assert (first_line, first.title, first.code, first.tags) == (6, "Deep : blue", "G-1", ["water", "a]b"])
    assert (first.category, second_line, second.category) == (["Geo", "Sea/Lake"], 11, ["Other"])


def test_escaped_signs_are_what_they_look_like() -> None:
    body = _one(r"Which is 5 \{or\}?{ ~ \= 2 + 2#a \# b = \= 2 + 3 ~ \~ ~ \: ~ C:\\temp}").body
    assert isinstance(body, SingleChoice)
    assert body.text == "Which is 5 {or}?"
    assert [choice.text for choice in body.choices] == ["= 2 + 2", "= 2 + 3", "~", ":", "C:\\temp"]
    assert body.choices[0].feedback == "a # b"


def test_texts_say_what_they_are_written_in() -> None:
    body = _one("[html]<p>What is <b>H</b>&nbsp;2?</p>{=[markdown]*air*#[plain]2*3*4 ~[moodle]a<br>b}").body
    assert isinstance(body, SingleChoice)
    assert body.text == "What is **H**\u00a02?"
    assert [choice.text for choice in body.choices] == ["*air*", "a\\\nb"]
    assert body.choices[0].feedback == "2\\*3\\*4"


def test_line_breaks_and_mathematics() -> None:
    assert _one(r"First\nsecond\n\nthird {}").body.text == "First\\\nsecond\n\nthird"
    assert _one(r"Solve \(x^\{2\}\=4\) for $5{}").body.text == "Solve $x^{2}=4$ for $5"
    assert _one(r"[markdown]a\nb *c* {}").body.text == "a\nb *c*"


def test_a_description_is_told_and_left_out() -> None:
    assert _problems("Read this text.\n\nIs it true?{T}") == [(1, "warning", "description")]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("Unclosed {=a", "braces"),
        ("Closed } only", "braces"),
        ("Two {=a} and {=b}", "braces"),
        ("Number {#many}", "not_a_number"),
        ("Numbers {#3..1}", "bad_range"),
        ("Alone {~one}", "too_few_choices"),
        ("Match {=a -> b =c}", "no_arrow"),
        ("Match {=a -> b}", "too_few_pairs"),
        ("Weight {~%150%a ~b}", "bad_weight"),
        ("Empty {#}", "no_answer"),
    ],
)
def test_what_is_broken_is_told_with_its_line_and_the_rest_comes_in(broken: str, code: str) -> None:
    reading = gift.read(f"::A::First?{{T}}\n\n::B::{broken}\n\n::C::Last?{{F}}\n".encode())
    assert [(line, question.title) for line, question in reading.questions] == [(1, "A"), (5, "C")]
    [problem] = reading.problems
    assert (problem.line, problem.severity, problem.code) == (3, "error", code)


def test_questions_without_a_blank_line_between_them_are_two() -> None:
    reading = gift.read(b"One?{T}\nTwo?{\n~a\n\n=b\n}\n::Three::x\n{F}")
    assert [(line, type(question.body).__name__) for line, question in reading.questions] == [
        (1, "TrueFalse"),
        (2, "SingleChoice"),
        (7, "TrueFalse"),
    ]


def test_what_could_do_harm_is_left_out_and_told() -> None:
    reading = gift.read(b"[html]<p onclick\\='x()'>Hi<script>alert(1)</script></p>{}")
    assert [question.body.text for _, question in reading.questions] == ["Hi"]
    assert [problem.code for problem in reading.problems] == ["removed_html"]


def test_a_file_that_gift_cannot_bring_is_told() -> None:
    assert _problems("[html]<img src\\='@@PLUGINFILE@@/a.png' alt\\='map'> Where?{=here}") == [
        (1, "warning", "missing_file")
    ]


def test_a_question_that_nobody_can_get_right_is_no_matter_of_reading() -> None:
    assert _problems("Which?{~a ~b}") == []


def test_an_empty_file_holds_no_question() -> None:
    expected = ImportProblem(1, "error", "no_questions", "There is no question in this file.")
    assert gift.read(b"// nothing\n").problems == [expected]
