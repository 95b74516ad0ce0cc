"""Gathers questions and problems while a file is read."""

import msgspec

from banyan.formats.decoding import Decoded
from banyan.formats.model import MOST_PROBLEMS, MOST_QUESTIONS, Faulty, TooLarge
from banyan.formats.prose.titles import title_of
from banyan.questions import (
    ImportProblem,
    Question,
    Reading,
)

__all__ = ["Gathering"]

_LONGEST_NAME = 80
_LONGEST_DETAIL = 400


class Gathering:
    """What has been read so far. A question that breaks a rule of the model becomes a problem."""

    def __init__(self, decoded: Decoded | None = None) -> None:
        self._questions: list[tuple[int, Question]] = []
        self._problems: list[ImportProblem] = []
        self._left_out = 0
        if decoded is not None and decoded.guessed:
            self.warn(1, "not_utf8", "The text is not UTF-8; it was read as Windows-1252. Look at its accents.")

    def add(self, line: int, question: Question) -> None:
        """Take a question.

        Raises:
            TooLarge: it is one too many.
        """
        if len(self._questions) >= MOST_QUESTIONS:
            raise TooLarge("too_many_questions", f"A file may hold {MOST_QUESTIONS} questions.")
        try:
            checked = msgspec.convert(msgspec.to_builtins(question), Question)
        except msgspec.ValidationError as error:
            self.lose(line, "beyond_limits", f"The question does not fit: {error}.", question.title)
            return
        self._questions.append((line, checked))

    def warn(self, line: int, code: str, detail: str, question: str = "") -> None:
        """Something that the author should look at."""
        self._note(ImportProblem(line, "warning", code, detail[:_LONGEST_DETAIL], _named(question)))

    def lose(self, line: int, code: str, detail: str, question: str = "") -> None:
        """Something that could not be read."""
        self._note(ImportProblem(line, "error", code, detail[:_LONGEST_DETAIL], _named(question)))

    def fault(self, line: int, faulty: Faulty, question: str = "") -> None:
        """A question that could not be read."""
        self.lose(faulty.line or line, faulty.code, faulty.detail, question)

    def reading(self, files: dict[str, bytes] | None = None) -> Reading:
        """All of it, from top to bottom."""
        if not self._questions and not self._problems:
            self.lose(1, "no_questions", "There is no question in this file.")
        problems = sorted(self._problems, key=lambda problem: problem.line)
        if self._left_out:
            detail = f"{self._left_out} further problems are not listed."
            problems.append(ImportProblem(problems[-1].line, "error", "too_many_problems", detail))
        return Reading(self._questions, problems, files or {})

    def _note(self, problem: ImportProblem) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._left_out += 1
            if self._left_out > MOST_QUESTIONS:
                raise TooLarge("too_many_problems", "Hardly anything in this file can be read.")


def _named(question: str) -> str:
    return title_of(question)[:_LONGEST_NAME]
