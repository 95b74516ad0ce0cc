"""Questions of every kind, made up."""

from typing import Any

from hypothesis import strategies as st

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

__all__ = ["bodies", "responses"]

_words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
_weights = st.floats(-1, 1)
_numbers = st.floats(-1e9, 1e9)


def _named(values: st.SearchStrategy[Any], least: int, most: int = 5) -> st.SearchStrategy[list[tuple[str, Any]]]:
    return st.lists(values, min_size=least, max_size=most).map(
        lambda found: [(f"p{number}", value) for number, value in enumerate(found)]
    )


_choices = _named(st.tuples(_words, _weights), 2).map(
    lambda found: [Choice(part_id, text, weight) for part_id, (text, weight) in found]
)
_patterns = _named(st.tuples(st.text("ab*\\ É", min_size=1, max_size=6), _weights), 1).map(
    lambda found: [Pattern(part_id, text, weight) for part_id, (text, weight) in found]
)
_answers = _named(st.tuples(st.none() | _numbers, st.floats(0, 10), _weights), 1).map(
    lambda found: [NumericalAnswer(part_id, *values) for part_id, values in found]
)
_units = st.lists(st.sampled_from(["m", "cm", "kg"]), unique=True, max_size=2).map(
    lambda names: [Unit(name, 10.0**place) for place, name in enumerate(names)]
)
_single = st.builds(SingleChoice, _words, choices=_choices)
_multiple = st.builds(MultipleChoice, _words, choices=_choices, scoring=st.sampled_from(["weights", "all_or_nothing"]))
_numerical = st.builds(Numerical, _words, answers=_answers, units=_units, unit_required=st.booleans())
_short = st.builds(ShortAnswer, _words, answers=_patterns, case_sensitive=st.booleans())
_gaps = _named(st.tuples(st.one_of(_single, _multiple, _numerical, _short), st.floats(0.1, 5)), 1, 3).map(
    lambda found: [Gap(part_id, question, points) for part_id, (question, points) in found]
)
bodies: st.SearchStrategy[Body] = st.one_of(
    _single,
    _multiple,
    st.builds(TrueFalse, _words, answer=st.booleans()),
    _numerical,
    _short,
    st.builds(
        Matching,
        _words,
        pairs=_named(st.tuples(_words, _words.filter(bool)), 2).map(
            lambda found: [Pair(part_id, *texts) for part_id, texts in found]
        ),
        distractors=st.lists(_words.filter(bool), max_size=2),
    ),
    st.builds(Ordering, _words, items=_choices, scoring=st.sampled_from(["positions", "neighbours", "all_or_nothing"])),
    st.builds(Cloze, _words, gaps=_gaps),
    st.builds(Essay, _words, files=st.integers(0, 2)),
    st.builds(FileUpload, _words, most_files=st.integers(1, 3)),
)


def responses(body: Body) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911 -- a table, one line a kind
    """Responses in the shape that the question asks for."""
    match body:
        case SingleChoice():
            return st.sampled_from([choice.id for choice in body.choices])
        case MultipleChoice():
            return st.lists(st.sampled_from([choice.id for choice in body.choices]), max_size=8)
        case TrueFalse():
            return st.booleans()
        case Numerical():
            return st.one_of(_words, _numbers.map(str), st.tuples(_numbers, st.sampled_from(["m", "cm", "x"])).map(
                lambda pair: f"{pair[0]} {pair[1]}"
            ))  # fmt: skip
        case ShortAnswer():
            return st.text("ab*\\ éÉ", max_size=8)
        case Matching():
            texts = [*(pair.match for pair in body.pairs), *body.distractors, ""]
            return st.dictionaries(st.sampled_from([pair.id for pair in body.pairs]), st.sampled_from(texts))
        case Ordering():
            return st.permutations([item.id for item in body.items])
        case Cloze():
            return st.fixed_dictionaries({}, optional={gap.id: responses(gap.question) for gap in body.gaps})
        case Essay():
            return st.fixed_dictionaries({"text": _words})
        case FileUpload():
            return st.lists(st.uuids().map(str), max_size=body.most_files)
