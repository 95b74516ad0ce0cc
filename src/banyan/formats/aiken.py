"""Aiken: a question, its choices with letters, and `ANSWER: B`. It holds nothing but that.

https://docs.moodle.org/en/Aiken_format; lower-case letters and questions of several lines are taken too.
"""

import re
from collections.abc import Sequence
from itertools import chain

from banyan.formats.decoding import decode, glance
from banyan.formats.gathering import Gathering
from banyan.formats.model import Written
from banyan.formats.prose import BREAK, markdown_of_plain, title_of
from banyan.formats.verified import Unwritten, missing_particulars
from banyan.questions import Choice, ImportProblem, Question, Reading, SingleChoice

__all__ = ["detect", "read", "write"]

_CHOICE = re.compile(r"(?P<letter>[A-Za-z])(?P<sign>[.)])(?:\s+|(?![A-Za-z][.)]))(?P<text>\S.*)")  # A.M. is none
_ANSWER = re.compile(r"ANSWER[ \t]*:[ \t]*(?P<answer>.*)", re.IGNORECASE)
_LONGEST = 250_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SEEN = re.compile(r"^[ \t]*[A-Za-z][.)][ \t]*\S.*\n(?:.*\n){0,3}?[ \t]*ANSWER[ \t]*:", re.MULTILINE | re.IGNORECASE)


def detect(_name: str, data: bytes) -> bool:
    """Whether this looks like Aiken."""
    return _SEEN.search(glance(data).replace("\r\n", "\n").replace("\r", "\n")) is not None


def read(data: bytes) -> Reading:
    """All questions of a file.

    Raises:
        TooLarge: it has too many bytes or questions.
        Unreadable: it is no text.
    """
    decoded = decode(data)
    gathering = Gathering(decoded)
    read_text(decoded.text, gathering)
    return gathering.reading()


def read_text(text: str, gathering: Gathering) -> None:
    """All questions of a text."""
    reader = _Reader(gathering)
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        reader.take(number, line.strip())
    reader.end()


class _Reader:
    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._begin()

    def _begin(self) -> None:
        self._line = 0
        self._stem: list[str] = []
        self._choices: list[list[str]] = []
        self._letters = ""
        self._sign = ""
        self._muddled = False
        self._parted = False

    def take(self, number: int, line: str) -> None:
        """Look at one line."""
        if not line:
            self._parted = bool(self._choices)
            return
        answer = _ANSWER.fullmatch(line)
        choice = _CHOICE.fullmatch(line)
        if answer:
            self._finish(number, answer["answer"].strip())
        elif choice and self._stem and self._is_next(choice["letter"]):
            self._choices.append([choice["text"]])
            self._letters += choice["letter"]
            self._sign = choice["sign"]
        elif self._choices and not self._parted:
            self._choices[-1].append(line)
            self._muddled = self._muddled or bool(choice and self._is_like_the_last(choice))
        else:
            if self._choices:
                self.end()
            self._line = self._line or number
            self._stem.append(line)

    def _is_next(self, letter: str) -> bool:
        """Whether a letter may follow: one that is left out harms nobody."""
        if not self._letters:
            return letter in {"A", "a"}
        return letter > self._letters[-1] and letter.isupper() == self._letters[-1].isupper()

    def _is_like_the_last(self, choice: re.Match[str]) -> bool:
        return choice["sign"] == self._sign and choice["letter"].isupper() == self._letters[-1].isupper()

    def end(self) -> None:
        """A question that got no answer is none."""
        if self._stem:
            self._lose(self._line, "no_answer", "The line ANSWER: is missing.")
        self._begin()

    def _lose(self, number: int, code: str, detail: str) -> None:
        self._gathering.lose(number, code, detail, " ".join(self._stem[:3]))

    def _finish(self, number: int, answer: str) -> None:
        right = self._letters.upper().find(answer[:1].upper()) if answer else -1
        if not self._stem:
            self._lose(number, "no_question", "An answer stands here without a question.")
        elif self._muddled:
            self._lose(self._line, "bad_letters", "The letters of the choices are not in their order.")
        elif len(self._choices) < 2:
            self._lose(self._line, "too_few_choices", "There must be two choices or more, from A on.")
        elif len(answer) > 1 and (answer[1:2].isalnum() or re.search(r"[,;&+]", answer)):
            self._lose(number, "several_answers", "Aiken knows one right answer; here are several.")
        elif sum(map(len, [*self._stem, *chain.from_iterable(self._choices)])) > _LONGEST:
            self._lose(self._line, "too_long", "The question is too long.")
        elif right < 0:
            self._lose(number, "bad_answer", f"“{answer[:40]}” is none of the choices.")
        else:
            self._add(right)
        self._begin()

    def _add(self, right: int) -> None:
        text = markdown_of_plain(BREAK.join(self._stem))
        choices = [
            Choice(str(index + 1), markdown_of_plain(BREAK.join(lines)), float(index == right))
            for index, lines in enumerate(self._choices)
        ]
        self._gathering.add(self._line, Question(title_of(text), SingleChoice(text, choices=choices)))


def write(questions: Sequence[Question]) -> Written:
    """A file, and what of the questions it cannot hold: most kinds, and all feedback."""
    pieces = []
    problems = []
    for number, question in enumerate(questions, 1):
        try:
            piece = _piece(question)
            missing = missing_particulars(question, piece, read_text)
        except Unwritten as unwritten:
            problems.append(unwritten.problem(number, question))
            continue
        pieces.append(piece)
        if missing:
            lost = ", ".join(sorted({path.rpartition("/")[2] if "/" in path else path for path in missing}))
            detail = f"Aiken has no place for all of it; it will not come back with: {lost}."
            problems.append(ImportProblem(number, "warning", "not_in_this_format", detail, question.title[:80]))
    return Written("\n".join(pieces).encode(), problems)


def _piece(question: Question) -> str:
    body = question.body
    if not isinstance(body, SingleChoice):
        raise Unwritten("Aiken has only questions with one right choice.")
    if sorted(choice.weight for choice in body.choices) != [0.0] * (len(body.choices) - 1) + [1.0]:
        raise Unwritten("Aiken has one right choice, and the others worth nothing.")
    if len(body.choices) > len(_LETTERS):
        raise Unwritten("Aiken has letters for 26 choices.")
    lines = [_line(body.text)]
    lines += [f"{letter}) {_line(choice.text)}" for letter, choice in zip(_LETTERS, body.choices, strict=False)]
    right = next(index for index, choice in enumerate(body.choices) if choice.weight)
    return "\n".join([*lines, f"ANSWER: {_LETTERS[right]}", ""])


def _line(text: str) -> str:
    """A text in one line, as plain as it can be: escapes are taken back, where reading brings them again."""
    line = " ".join(text.split())
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)
    return plain if markdown_of_plain(plain) == line else line
