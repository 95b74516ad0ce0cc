"""The columns of a table of questions.

    kind        single_choice, multiple_choice, true_false, numerical, short_answer, matching, ordering, cloze, essay,
                file_upload; empty: single_choice, or short_answer where nothing is to choose
    title, text, points, penalty, difficulty, code, feedback
    category    names from the outside in, parted by /; a slash in a name is doubled
    tags        parted by commas
    hints       parted by a line ---
    correct     where no weights are given: letters or numbers of the right answers, such as B or 1,3
    settings    name=value, parted by semicolons: shuffle=no; scoring=all_or_nothing; case_sensitive=yes;
                unit_required=yes; units=cm:100,mm:1000; least_words=50; most_words=200; files=1; most_files=2;
                endings=pdf,odt
    template, for graders
    answer 1, weight 1, feedback 1, match 1, answer 2, …
                the answers, their weights in percent, what is said to them; for matching what belongs to each, where
                one without an answer is a distractor; for numerical such as 3.14:0.01, 1..5 or *
    more        what only Banyan reads

Texts are Markdown; that of a cloze has its answers embedded, as in Moodle. A cell that would run as a formula has an
apostrophe before it.
"""

import re

import msgspec

__all__ = ["ANSWER_COLUMNS", "COLUMNS", "Columns", "columns_of"]

COLUMNS = (
    "kind", "category", "title", "text", "points", "penalty", "difficulty", "tags", "code", "feedback", "hints",
    "settings", "template", "for graders",
)  # fmt: skip
ANSWER_COLUMNS = ("answer", "weight", "feedback", "match")
_ALSO = {
    "question": "text", "question text": "text", "type": "kind", "name": "title", "correct answer": "correct",
    "right": "correct", "id": "code", "explanation": "feedback", "general feedback": "feedback", "tag": "tags",
    "hint": "hints", "mark": "points", "marks": "points", "score": "points",
}  # fmt: skip
_NUMBERED = re.compile(r"(answer|option|choice|weight|fraction|feedback|match) ?([0-9]{1,3}|[a-z])")
_NUMBERED_ALSO = {"option": "answer", "choice": "answer", "fraction": "weight"}
_MOST_ANSWERS = 120


class Columns(msgspec.Struct, frozen=True):
    """Where columns are: by their names, and those of answers by their number and name."""

    named: dict[str, int]
    answers: dict[int, dict[str, int]]


def columns_of(header: list[str]) -> Columns | None:
    """The columns that a header names; None when it names no text of a question."""
    named: dict[str, int] = {}
    answers: dict[int, dict[str, int]] = {}
    for index, cell in enumerate(header):
        name = " ".join(cell.replace("_", " ").casefold().split())
        name = _ALSO.get(name, name)
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            number = int(numbered[2]) if numbered[2].isdecimal() else ord(numbered[2]) - ord("a") + 1
            if number <= _MOST_ANSWERS:
                answers.setdefault(number, {})[_NUMBERED_ALSO.get(numbered[1], numbered[1])] = index
        else:
            named.setdefault(name, index)
    return Columns(named, dict(sorted(answers.items()))) if "text" in named else None
