"""Gathers questions and problems while a file is read."""

from typing import Literal

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
        self._lost = _Problems("error")
        self._odd = _Problems("warning")
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
        self._odd.add(line, code, detail, question)

    def lose(self, line: int, code: str, detail: str, question: str = "") -> None:
        """Something that could not be read."""
        self._lost.add(line, code, detail, question)
        if self._lost.left_out > MOST_QUESTIONS:
            raise TooLarge("too_many_problems", "Hardly anything in this file can be read.")

    def fault(self, line: int, faulty: Faulty, question: str = "") -> None:
        """A question that could not be read."""
        self.lose(faulty.line or line, faulty.code, faulty.detail, question)

    def reading(self, files: dict[str, bytes] | None = None) -> Reading:
        """All of it, from top to bottom."""
        if not (self._questions or self._lost.found or self._odd.found):
            self.lose(1, "no_questions", "There is no question in this file.")
        problems = sorted([*self._lost.found, *self._odd.found], key=lambda problem: problem.line)
        summed_up = [summary for kind in (self._odd, self._lost) for summary in kind.summary()]
        return Reading(self._questions, problems + summed_up, files or {})


class _Problems:
    """All of one severity, so that many warnings crowd no error out; too many of them are only counted."""

    def __init__(self, severity: Literal["error", "warning"]) -> None:
        self.found: list[ImportProblem] = []
        self.left_out = 0
        self._severity = severity

    def add(self, line: int, code: str, detail: str, question: str) -> None:
        if len(self.found) < MOST_PROBLEMS:
            named = title_of(question)[:_LONGEST_NAME]
            self.found.append(ImportProblem(line, self._severity, code, detail[:_LONGEST_DETAIL], named))
        else:
            self.left_out += 1

    def summary(self) -> list[ImportProblem]:
        if not self.left_out:
            return []
        detail = f"{self.left_out} further {self._severity}s are not listed."
        return [ImportProblem(self.found[-1].line, self._severity, "too_many_problems", detail)]
