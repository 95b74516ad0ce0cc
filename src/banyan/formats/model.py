"""What reading and writing question files needs beside the questions: limits, refusals, and what was written."""

from typing import Literal

import msgspec

from banyan.questions import ImportProblem

__all__ = ["LARGEST_FILE", "MOST_PROBLEMS", "MOST_QUESTIONS", "Faulty", "Format", "TooLarge", "Unreadable", "Written"]

Format = Literal["gift", "aiken", "moodle_xml", "csv"]

LARGEST_FILE = 20 << 20
"""In bytes."""

MOST_QUESTIONS = 10_000
MOST_PROBLEMS = 1_000


class Unreadable(Exception):
    """Nothing can be made of a file as a whole; `code` is stable, `detail` a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class TooLarge(Unreadable):
    """A file has more bytes, or more questions, than are taken."""


class Faulty(Exception):
    """One question cannot be read. Never leaves this folder: it becomes a problem with a line."""

    def __init__(self, code: str, detail: str, line: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.line = line


class Written(msgspec.Struct, frozen=True):
    """A file, and what of the questions it could not hold; a problem's line is the number of the question, from 1."""

    content: bytes
    problems: list[ImportProblem]
