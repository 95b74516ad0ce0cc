"""What takers see of a question, and what they are told afterwards: nothing too early, and all of it then."""

from collections import Counter
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.questions import (
    Body,
    Choice,
    Cloze,
    Disclosure,
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
    Prepared,
    Rendering,
    RubricLine,
    ShortAnswer,
    Shown,
    SingleChoice,
    TrueFalse,
    Unit,
    check_response,
    grade,
    prepare,
    prepare_key,
    reveal,
    show,
)
from tests.questions.bodies import bodies, responses

QUESTION = UUID("0190a000-0000-7000-8000-00000000002a")
SECRET = "Zaunkoenig"
SEEDS = range(200)

_COMMON: dict[str, Any] = {"text": "What?", "feedback": SECRET, "hints": [SECRET]}
_CHOICES = [Choice("q1", "red", 1.0, SECRET), Choice("q2", "green", 0.0, SECRET), Choice("q3", "blue", -1.0, SECRET)]
_PATTERNS = [Pattern("q7", SECRET, 1.0, SECRET)]
_ANSWERS = [NumericalAnswer("q8", 271828.0, 0.31, 1.0, SECRET)]
_RUBRIC = [RubricLine("q9", SECRET, 1.0)]
LOADED: list[Body] = [
    SingleChoice(**_COMMON, choices=_CHOICES),
    MultipleChoice(**_COMMON, choices=_CHOICES),
    TrueFalse(**_COMMON, answer=True, feedback_true=SECRET, feedback_false=SECRET),
    Numerical(**_COMMON, answers=_ANSWERS, units=[Unit("cm", 31337.0)]),
    ShortAnswer(**_COMMON, answers=_PATTERNS),
    Matching(**_COMMON, pairs=[Pair("q4", "Paris", "France"), Pair("q5", "Rome", "Italy")], distractors=["Spain"]),
    Ordering(**_COMMON, items=_CHOICES),
    Cloze(
        **{**_COMMON, "text": "[[a]] [[b]] [[c]] [[d]]"},
        gaps=[
            Gap("a", SingleChoice(**_COMMON, choices=_CHOICES), 7.0),
            Gap("b", MultipleChoice(**_COMMON, choices=_CHOICES)),
            Gap("c", Numerical(**_COMMON, answers=_ANSWERS)),
            Gap("d", ShortAnswer(**_COMMON, answers=_PATTERNS)),
        ],
    ),
    Essay(**_COMMON, for_graders=SECRET, rubric=_RUBRIC, template="Once"),
    FileUpload(**_COMMON, for_graders=SECRET, rubric=_RUBRIC, endings=["pdf"]),
]


def ready(body: Body) -> Prepared:
    return prepare(QUESTION, 1, 2.0, body, Rendering())


def seen(body: Body | Prepared, seed: int = 1, *, shuffle: bool = True) -> dict[str, Any]:
    prepared = body if isinstance(body, Prepared) else ready(body)
    shown: dict[str, Any] = msgspec.json.decode(show(prepared, seed, shuffle=shuffle))
    return shown


def every_key(thing: Any) -> set[str]:
    if isinstance(thing, dict):
        return set(thing).union(*map(every_key, thing.values()))
    return set().union(*map(every_key, thing)) if isinstance(thing, list) else set()


def in_any_order(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: in_any_order(value) for name, value in thing.items()}
    return sorted(map(in_any_order, thing), key=repr) if isinstance(thing, list) else thing


@pytest.mark.parametrize("body", LOADED, ids=lambda body: body.__struct_config__.tag)
def test_nothing_that_is_shown_is_a_key_a_weight_a_hint_or_what_is_said_afterwards(body: Body) -> None:
    for seed in SEEDS:
        raw = bytes(show(ready(body), seed)).decode()
        for told in (SECRET, "271828", "0.31", "31337", "7.0", "q7", "q8", "q9", "-1"):
            assert told not in raw, told
    assert every_key(seen(body)) <= {
        *("id", "version", "kind", "points", "html", "choices", "prompts", "matches", "text", "items", "gaps", "units"),
        *("unit_required", "layout", "least_words", "most_words", "files", "template", "most_files", "endings"),
    }


def test_every_kind_is_looked_at() -> None:
    assert {type(body) for body in LOADED} == set(Body.__args__)


@given(bodies, st.integers(-(2**63), 2**63 - 1), st.booleans())
def test_whatever_is_asked_is_shown_in_one_shape_and_the_same_for_the_same_seed(
    body: Body, seed: int, shuffle: bool
) -> None:
    prepared = ready(body)
    raw = show(prepared, seed, shuffle=shuffle)
    msgspec.json.decode(raw, type=Shown, strict=True)
    again = msgspec.json.decode(msgspec.json.encode(prepared), type=Prepared)
    assert show(again, seed, shuffle=shuffle) == raw


@given(st.permutations([1.0, 0.5, 0.0, -1.0]), st.integers(0, 2**63))
def test_which_choice_is_right_changes_nothing_that_is_shown(weights: list[float], seed: int) -> None:
    def choices(weighted: list[float]) -> list[Choice]:
        return [Choice(f"x{number}", str(number), weight) for number, weight in enumerate(weighted)]

    for kind in (SingleChoice, MultipleChoice):
        one, other = (kind("What?", choices=choices(given)) for given in ([1.0, 0.0, 0.0, 0.0], weights))
        assert seen(one, seed) == seen(other, seed)


@given(st.permutations(["a", "b", "c", "d"]))
def test_what_belongs_together_or_comes_first_changes_only_the_order(order: list[str]) -> None:
    pairs = [Pair(prompt, prompt * 2, match) for prompt, match in zip("wxyz", "abcd", strict=True)]
    mixed = [Pair(pair.id, pair.prompt, match) for pair, match in zip(pairs, order, strict=True)]
    assert in_any_order(seen(Matching("?", pairs=pairs))) == in_any_order(seen(Matching("?", pairs=mixed)))
    items = [Choice(name, name) for name in "abcd"]
    other = [Choice(name, name) for name in order]
    assert in_any_order(seen(Ordering("?", items=items))) == in_any_order(seen(Ordering("?", items=other)))


def orders(body: Body, field: str, name: str, *, shuffle: bool = True) -> Counter[str]:
    prepared = ready(body)
    return Counter("".join(one[name] for one in seen(prepared, seed, shuffle=shuffle)[field]) for seed in range(6_000))


def test_choices_come_in_every_order_equally_often_and_unshuffled_as_written() -> None:
    choices = [Choice(name, name) for name in "abc"]
    found = orders(SingleChoice("?", choices=choices), "choices", "id")
    assert len(found) == 6
    assert min(found.values()) > 900
    for body in (
        SingleChoice("?", choices=choices, shuffle=False),
        MultipleChoice("?", choices=choices, shuffle=False),
    ):
        assert set(orders(body, "choices", "id")) == {"abc"}
    assert set(orders(SingleChoice("?", choices=choices), "choices", "id", shuffle=False)) == {"abc"}


@pytest.mark.parametrize("shuffle", [True, False])
def test_items_and_matches_never_come_as_they_were_written_unless_there_are_two(shuffle: bool) -> None:
    three = orders(Ordering("?", items=[Choice(name, name) for name in "abc"]), "items", "id", shuffle=shuffle)
    assert set(three) == {"acb", "bac", "bca", "cab", "cba"}
    two = orders(Ordering("?", items=[Choice(name, name) for name in "ab"]), "items", "id", shuffle=shuffle)
    assert set(two) == {"ab", "ba"}
    assert min(two.values()) > 2_800
    pairs = [Pair(name, name, name.upper()) for name in "abc"]
    body = Matching("?", pairs=pairs, shuffle=False)
    assert "ABC" not in orders(body, "matches", "text", shuffle=shuffle)
    assert set(orders(body, "prompts", "id", shuffle=shuffle)) == {"abc"}
    assert len(orders(Matching("?", pairs=pairs), "prompts", "id")) == 6


def test_what_may_be_exchanged_is_shown_once() -> None:
    body = Matching(
        "?", pairs=[Pair("a", "1", "odd"), Pair("b", "3", "odd"), Pair("c", "2", "even")], distractors=["odd"]
    )
    assert sorted(one["text"] for one in seen(body)["matches"]) == ["even", "odd"]


def test_an_attempt_that_began_before_an_update_keeps_its_order() -> None:
    items = [Choice(name, name) for name in "abcdefgh"]
    assert [one["id"] for one in seen(Ordering("?", items=items), 20_260_101)["items"]] == list("dgfacebh")
    assert [one["id"] for one in seen(SingleChoice("?", choices=items), -7)["choices"]] == list("eabhfcgd")


def test_two_questions_of_an_attempt_are_not_mixed_alike() -> None:
    choices = [Choice(name, name) for name in "abcdefgh"]
    other = UUID(int=QUESTION.int + 1)
    same = 0
    for seed in SEEDS:
        one, two = (
            msgspec.json.decode(show(prepare(question, 1, 1, SingleChoice("?", choices=choices), Rendering()), seed))
            for question in (QUESTION, other)
        )
        same += one["choices"] == two["choices"]
    assert same == 0


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Red is [[a]].", '<p>Red is <span class="gap" data-gap="a"></span>.</p>\n'),
        ("**[[a]]**", '<p><strong><span class="gap" data-gap="a"></span></strong></p>\n'),
        ("`x = [[a]]`", '<p><code>x = <span class="gap" data-gap="a"></span></code></p>\n'),
        (r"\[[a]] is [[a]]", '<p>[[a]] is <span class="gap" data-gap="a"></span></p>\n'),
        ("[[a]] [[a]]", '<p><span class="gap" data-gap="a"></span> [[a]]</p>\n'),
        ("[[b]] \ue000", '<p>[[b]]</p>\n<p><span class="gap" data-gap="a"></span></p>'),
        ("![[[a]]](x.png)", None),
        ("<b title='[[a]]'>x</b>", None),
        ("", '<p><span class="gap" data-gap="a"></span></p>'),
    ],
)
def test_each_gap_of_a_text_is_there_once_wherever_it_stands(text: str, html: str | None) -> None:
    found = seen(Cloze(text, gaps=[Gap("a", ShortAnswer("", answers=_PATTERNS))]))["html"]
    assert found.count('<span class="gap" data-gap="a"></span>') == 1
    assert not any("\ue000" <= sign <= "\uf8ff" for sign in found)
    if html is not None:
        assert found == html


def test_a_gap_for_a_number_says_its_units_and_whether_one_is_needed() -> None:
    number = Numerical("", answers=[NumericalAnswer("n", 2.0)], units=[Unit("m")], unit_required=True)
    shown = msgspec.convert(seen(Cloze("[[a]]", gaps=[Gap("a", number)])), Shown)
    assert isinstance(shown.gaps, list)
    assert (shown.gaps[0].units, shown.gaps[0].unit_required) == (["m"], True)


def test_a_gap_can_be_in_a_formula_and_in_a_table() -> None:
    gaps = [Gap(name, ShortAnswer("", answers=_PATTERNS)) for name in "ab"]
    html = seen(Cloze("$x = [[a]]$\n\n| y |\n| - |\n| [[b]] |\n", gaps=gaps))["html"]
    assert '<mi><span class="gap" data-gap="a"></span></mi>' in html
    assert '<td><span class="gap" data-gap="b"></span></td>' in html


def test_links_and_pictures_lead_where_the_course_has_them() -> None:
    places = {"tree.png": "/api/v1/files/1/tree.png"}
    rendering = Rendering(places.get, "en")
    body = SingleChoice(
        "![a tree](tree.png) [gone](gone.md)", choices=[Choice("a", "![it](tree.png)"), Choice("b", "b")]
    )
    shown = msgspec.json.decode(show(prepare(QUESTION, 1, 1, body, rendering), 1))
    assert 'src="/api/v1/files/1/tree.png"' in shown["html"]
    assert any('src="/api/v1/files/1/tree.png"' in one["html"] for one in shown["choices"])
    assert [warning.code for warning in rendering.warnings] == ["broken_link"]


def told(body: Body, response: Any, **what: bool) -> dict[str, Any]:
    given = grade(body, check_response(body, response))
    revealed = reveal(prepare_key(QUESTION, body, Rendering()), given, Disclosure(**what))
    found: dict[str, Any] = msgspec.to_builtins(revealed)
    return found


class TestRevealing:
    """What takers are told afterwards."""

    BODY = SingleChoice(
        "Which?",
        feedback="Poppies are *red*.",
        choices=[Choice("r", "red", 1.0, "Yes."), Choice("g", "green", 0.5, "**Nearly.**"), Choice("b", "blue")],
    )

    def test_all_of_it(self) -> None:
        assert told(self.BODY, "g") == {
            "id": str(QUESTION),
            "verdict": "partly",
            "fraction": 0.5,
            "parts": [{"id": "g", "correct": True, "feedback": "<p><strong>Nearly.</strong></p>\n"}],
            "feedback": "<p>Poppies are <em>red</em>.</p>\n",
            "answer": "r",
        }

    def test_only_what_they_are_to_know(self) -> None:
        nothing = {"score": False, "answers": False, "feedback": False}
        assert told(self.BODY, "g", **nothing) == {"id": str(QUESTION), "parts": []}
        assert told(self.BODY, "g", **{**nothing, "score": True}) == {
            "id": str(QUESTION), "parts": [], "verdict": "partly", "fraction": 0.5,
        }  # fmt: skip
        assert told(self.BODY, "g", **{**nothing, "answers": True}) == {
            "id": str(QUESTION), "parts": [{"id": "g", "correct": True}], "answer": "r",
        }  # fmt: skip
        feedback = told(self.BODY, "g", **{**nothing, "feedback": True})
        assert feedback["parts"] == [{"id": "g", "feedback": "<p><strong>Nearly.</strong></p>\n"}]
        assert set(feedback) == {"id", "parts", "feedback"}
        assert told(self.BODY, "b", **{**nothing, "feedback": True})["parts"] == []

    def test_no_answer_is_told_the_right_one(self) -> None:
        found = told(self.BODY, None)
        assert (found["verdict"], found["fraction"], found["parts"], found["answer"]) == ("unanswered", 0, [], "r")

    def test_what_could_have_been_typed(self) -> None:
        words = ShortAnswer("?", answers=[Pattern("a", "col*r"), Pattern("b", "paint", 0.5), Pattern("c", "hue")])
        assert told(words, "paint")["accepted"] == ["col*r", "hue"]
        height = Numerical("?", answers=[NumericalAnswer("a", 2.5, 0.1)], units=[Unit("cm", 100.0), Unit("m")])
        assert told(height, "1 m")["accepted"] == ["250 ± 10 cm"]
        assert told(height, "1 m")["answer"] == "250.0 cm"

    def test_feedback_in_gaps_and_to_true_and_false(self) -> None:
        gaps = [Gap("a", ShortAnswer("", answers=[Pattern("x", "two", 1.0, "Yes, *two*.")]))]
        assert told(Cloze("[[a]]", gaps=gaps), {"a": "two"})["parts"] == [
            {"id": "a", "correct": True, "feedback": "<p>Yes, <em>two</em>.</p>\n"}
        ]
        body = TrueFalse("?", answer=True, feedback_false="No.")
        assert told(body, False)["parts"] == [{"id": "false", "correct": False, "feedback": "<p>No.</p>\n"}]

    def test_what_a_person_grades_has_no_answer_yet(self) -> None:
        found = told(Essay("?"), {"text": "A tree."})
        assert (found["verdict"], found["fraction"], found["answer"]) == ("ungraded", None, None)

    @given(st.data())
    def test_any_response_is_told_something(self, data: st.DataObject) -> None:
        body = data.draw(bodies)
        assert told(body, data.draw(responses(body)))["id"] == str(QUESTION)
