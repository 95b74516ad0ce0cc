"""A GIFT file as chunks, each of one question: blank lines part them.

What Moodle would stumble over is taken as it was meant: a blank line within braces, a question right below another,
a category right above its first question.
"""

import re
from collections.abc import Iterator

import msgspec

__all__ = ["Chunk", "chunks"]

_CATEGORY = "$CATEGORY:"
_BRACE = re.compile(r"(?<!\\)(?:\\\\)*([{}])")


class Chunk(msgspec.Struct, frozen=True):
    """The lines of one question, joined; `line` is that of the first, comments are those above and within."""

    line: int
    text: str
    comments: list[str]


def chunks(text: str) -> Iterator[Chunk]:
    """All chunks that hold anything."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    gathered = _Gathered()
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            gathered.comments.append(stripped[2:].strip())
        elif not stripped:
            if gathered.lines and not (gathered.depth == 1 and _closes_next(lines, number)):
                yield gathered.take()
            elif not gathered.lines:
                gathered.comments.clear()
        elif stripped.startswith(_CATEGORY):
            if gathered.lines:
                yield gathered.take()
            yield Chunk(number, stripped, [])
            gathered.comments.clear()
        else:
            if gathered.begins_another(stripped):
                yield gathered.take()
            gathered.add(number, line)
    if gathered.lines:
        yield gathered.take()


class _Gathered:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.comments: list[str] = []
        self.depth = 0
        self._line = 0
        self._answered = False

    def add(self, number: int, line: str) -> None:
        if not self.lines:
            self._line = number
        self.lines.append(line)
        for brace in _BRACE.finditer(line):
            self.depth += 1 if brace[1] == "{" else -1
            self._answered = self._answered or brace[1] == "}"

    def begins_another(self, stripped: str) -> bool:
        """Whether a line below a whole question is the beginning of the next."""
        if not self._answered or self.depth != 0:
            return False
        return stripped.startswith("::") or any(brace[1] == "{" for brace in _BRACE.finditer(stripped))

    def take(self) -> Chunk:
        chunk = Chunk(self._line, "\n".join(self.lines), self.comments)
        self.__init__()  # type: ignore[misc]
        return chunk


def _closes_next(lines: list[str], start: int) -> bool:
    """Whether the next brace after a blank line within an answer ends that answer: then the line was only a gap."""
    for line in lines[start : start + 200]:
        if line.lstrip().startswith("//"):
            continue
        if line.lstrip().startswith("::"):
            return False
        for brace in _BRACE.finditer(line):
            return brace[1] == "}"
    return False
