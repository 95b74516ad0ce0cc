"""What every writer does: write a question, read it back, and say what the format could not hold."""

from collections.abc import Callable

from banyan.formats.gathering import Gathering
from banyan.formats.model import Faulty
from banyan.formats.particulars import Particulars, particulars
from banyan.questions import ImportProblem, Question

__all__ = ["Unwritten", "missing_particulars"]


class Unwritten(Exception):
    """A question that a format cannot hold."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def problem(self, number: int, question: Question) -> ImportProblem:
        """As it is told: `number` counts the questions from 1."""
        return ImportProblem(number, "error", "not_in_this_format", self.detail, question.title[:80])


def missing_particulars(question: Question, text: str, read_text: Callable[[str, Gathering], None]) -> Particulars:
    """What differs from the question when its text is read.

    Raises:
        Unwritten: the text is none, another kind of question, or several.
    """
    gathering = Gathering()
    try:
        read_text(text, gathering)
    except Faulty as faulty:
        raise Unwritten(faulty.detail) from None
    found = gathering.reading().questions
    if len(found) != 1:
        raise Unwritten("Its texts would be taken for something else there.")
    missing = particulars(found[0][1], question)
    if missing is None:
        raise Unwritten("It would be taken for another kind of question there.")
    return missing
