"""Kinds of questions: what a teacher writes, and what a learner answers.

Every text is Markdown. Weights and fractions go from -1 to 1, where 1 is all of a question's points. Parts of a
question that answers refer to have short ids of their own, which stay when their texts change.
"""

from typing import Annotated, Literal

import msgspec

from banyan.kit.wire import NoNul

__all__ = [
    "Answerable",
    "Body",
    "Choice",
    "Cloze",
    "Essay",
    "FileUpload",
    "Gap",
    "Matching",
    "MultipleChoice",
    "Numerical",
    "NumericalAnswer",
    "Ordering",
    "Pair",
    "Pattern",
    "RubricLine",
    "ShortAnswer",
    "SingleChoice",
    "TrueFalse",
    "Unit",
]

PartId = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Prose = Annotated[str, msgspec.Meta(max_length=50_000, pattern=NoNul)]
Line = Annotated[str, msgspec.Meta(max_length=2_000, pattern=NoNul)]
Weight = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Choice(_Part, frozen=True):
    """Something to choose; `weight` is what choosing it is worth."""

    id: PartId
    text: Prose
    weight: Weight = 0.0
    feedback: Prose = ""


class Pattern(_Part, frozen=True):
    """A text to be typed; `*` stands for anything, `\\*` for an asterisk."""

    id: PartId
    text: Line
    weight: Weight = 1.0
    feedback: Prose = ""


class NumericalAnswer(_Part, frozen=True):
    """A number and how far off it may be, both in the question's own unit; None as `value` matches any other number."""

    id: PartId
    value: float | None
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    weight: Weight = 1.0
    feedback: Prose = ""


class Unit(_Part, frozen=True):
    """A unit that may be typed behind the number; so many of it are one of the question's own."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=NoNul)]
    factor: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class Pair(_Part, frozen=True):
    """A prompt and what belongs to it. Pairs with an equal `match` may be exchanged."""

    id: PartId
    prompt: Prose
    match: Line


class RubricLine(_Part, frozen=True):
    """One thing that a grader looks at, and its share of the points; the shares of a rubric add up to 1."""

    id: PartId
    text: Line
    share: Annotated[float, msgspec.Meta(gt=0, le=1)]


class _Body(_Part, frozen=True, tag_field="kind"):
    """What all have in common: the question itself, and what everyone is told afterwards: feedback, and hints."""

    text: Prose
    feedback: Prose = ""
    hints: Annotated[list[Prose], msgspec.Meta(max_length=10)] = []


class SingleChoice(_Body, frozen=True, tag="single_choice"):
    """Exactly one is chosen. Response: its id."""

    choices: Annotated[list[Choice], msgspec.Meta(min_length=2, max_length=50)] = []
    shuffle: bool = True


class MultipleChoice(_Body, frozen=True, tag="multiple_choice"):
    """Any number is chosen. Response: a list of ids.

    `scoring`: the sum of the weights of those chosen, or all of it for exactly those with a positive weight and else
    nothing.
    """

    choices: Annotated[list[Choice], msgspec.Meta(min_length=2, max_length=50)] = []
    shuffle: bool = True
    scoring: Literal["weights", "all_or_nothing"] = "weights"


class TrueFalse(_Body, frozen=True, tag="true_false"):
    """A statement. Response: true or false."""

    answer: bool = True
    feedback_true: Prose = ""
    feedback_false: Prose = ""


class Numerical(_Body, frozen=True, tag="numerical"):
    """A number. Response: a string as typed, with a unit behind it if there are units.

    Of several answers that fit, the one that is worth most counts.
    """

    answers: Annotated[list[NumericalAnswer], msgspec.Meta(min_length=1, max_length=50)] = []
    units: Annotated[list[Unit], msgspec.Meta(max_length=20)] = []
    unit_required: bool = False


class ShortAnswer(_Body, frozen=True, tag="short_answer"):
    """A word or a line. Response: a string. Of several patterns that fit, the one that is worth most counts."""

    answers: Annotated[list[Pattern], msgspec.Meta(min_length=1, max_length=100)] = []
    case_sensitive: bool = False


class Matching(_Body, frozen=True, tag="matching"):
    """What belongs together. Response: by the id of a pair, the text of the match that was chosen."""

    pairs: Annotated[list[Pair], msgspec.Meta(min_length=2, max_length=50)] = []
    distractors: Annotated[list[Line], msgspec.Meta(max_length=50)] = []
    shuffle: bool = True


class Ordering(_Body, frozen=True, tag="ordering"):
    """Things in their right order. Response: the list of all ids.

    `scoring`: the share of things in their place, of right neighbours, or all or nothing.
    """

    items: Annotated[list[Choice], msgspec.Meta(min_length=2, max_length=50)] = []
    scoring: Literal["positions", "neighbours", "all_or_nothing"] = "positions"


Answerable = SingleChoice | MultipleChoice | Numerical | ShortAnswer


class Gap(_Part, frozen=True):
    """A gap in a text, answered as a question of its own kind; `points` say what it counts beside the other gaps."""

    id: PartId
    question: Answerable
    points: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0
    layout: Literal["menu", "list", "line"] = "menu"  # of choices


class Cloze(_Body, frozen=True, tag="cloze"):
    """A text with gaps, written `[[id]]`. Response: by the id of a gap, the response to it."""

    gaps: Annotated[list[Gap], msgspec.Meta(min_length=1, max_length=100)] = []


class Essay(_Body, frozen=True, tag="essay"):
    """A text that a person grades. Response: `{"text", "files"}`, Markdown and ids of files sent to the attempt."""

    least_words: Count = 0
    most_words: Count | None = None
    files: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    template: Prose = ""
    for_graders: Prose = ""
    rubric: Annotated[list[RubricLine], msgspec.Meta(max_length=20)] = []


class FileUpload(_Body, frozen=True, tag="file_upload"):
    """Files that a person grades. Response: a list of ids of files sent to the attempt."""

    most_files: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    endings: Annotated[list[str], msgspec.Meta(max_length=20)] = []  # such as "pdf"; empty: any
    for_graders: Prose = ""
    rubric: Annotated[list[RubricLine], msgspec.Meta(max_length=20)] = []


Body = (
    SingleChoice
    | MultipleChoice
    | TrueFalse
    | Numerical
    | ShortAnswer
    | Matching
    | Ordering
    | Cloze
    | Essay
    | FileUpload
)
