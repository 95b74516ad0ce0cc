"""A question as someone who takes it sees it, and what they are told of it afterwards. Nothing here is a key."""

from typing import Literal
from uuid import UUID

import msgspec

from banyan.kit.wire import UNSET, UnsetType, View
from banyan.questions.grading import Response

__all__ = ["Disclosure", "Revealed", "RevealedPart", "Shown", "ShownGap", "ShownMatch", "ShownPart"]

Verdict = Literal["right", "partly", "wrong", "unanswered", "ungraded"]


class ShownPart(View):
    """Something to choose, to match or to put in order; `id` is what a response calls it by."""

    id: str
    html: str


class ShownMatch(View):
    """Something that may belong to a prompt; `text` is what a response calls it by."""

    text: str
    html: str


class ShownGap(View):
    """A gap in a text, answered as a question of its kind."""

    id: str
    kind: Literal["single_choice", "multiple_choice", "numerical", "short_answer"]
    layout: Literal["menu", "list", "line"]
    choices: list[ShownPart] | UnsetType = UNSET
    units: list[str] | UnsetType = UNSET
    unit_required: bool | UnsetType = UNSET


class Shown(View):
    """A question as someone who takes it sees it, in their order.

    Attributes:
        html: what is asked; a gap is `<span class="gap" data-gap="<its id>"></span>`.
        choices: of single_choice and multiple_choice.
        prompts, matches: of matching; each prompt gets one of the matches, which may be used more than once.
        items: of ordering, mixed.
        gaps: of cloze, in the order of its text.
        units: of numerical; one may be typed behind the number, or must be, if `unit_required`.
        template: of essay; Markdown to begin with.
        endings: of file_upload; none means any.
    """

    id: UUID
    version: int
    kind: Literal[
        "single_choice",
        "multiple_choice",
        "true_false",
        "numerical",
        "short_answer",
        "matching",
        "ordering",
        "cloze",
        "essay",
        "file_upload",
    ]
    points: float
    html: str
    choices: list[ShownPart] | UnsetType = UNSET
    prompts: list[ShownPart] | UnsetType = UNSET
    matches: list[ShownMatch] | UnsetType = UNSET
    items: list[ShownPart] | UnsetType = UNSET
    gaps: list[ShownGap] | UnsetType = UNSET
    units: list[str] | UnsetType = UNSET
    unit_required: bool | UnsetType = UNSET
    least_words: int | UnsetType = UNSET
    most_words: int | UnsetType | None = UNSET
    files: int | UnsetType = UNSET
    template: str | UnsetType = UNSET
    most_files: int | UnsetType = UNSET
    endings: list[str] | UnsetType = UNSET


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """What a taker is told afterwards: how much it was worth, the right answers, what the author says to it."""

    score: bool = True
    answers: bool = True
    feedback: bool = True


class RevealedPart(View):
    """What is told of one part of a response: of a choice, a pair, an item, a gap, or the answer that fitted."""

    id: str
    correct: bool | UnsetType | None = UNSET
    feedback: str | UnsetType = UNSET


class Revealed(View):
    """What a taker is told of a question afterwards; what they are not to know is left out.

    Attributes:
        fraction: the share of the points, from -1 to 1; null while a person has to say.
        parts: those of the response that there is something to tell of.
        feedback: HTML, for everyone who took the question.
        hints: HTML, with the feedback: what would have helped, and will the next time.
        answer: a response that is right, null where a person grades.
        accepted: of a question that is typed, all that is worth full points, as the author wrote it.
    """

    id: UUID
    parts: list[RevealedPart]
    verdict: Verdict | UnsetType = UNSET
    fraction: float | UnsetType | None = UNSET
    feedback: str | UnsetType = UNSET
    hints: list[str] | UnsetType = UNSET
    answer: Response | UnsetType = UNSET
    accepted: list[str] | UnsetType = UNSET
