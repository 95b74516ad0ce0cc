"""Reads the fields of hand-written YAML; what is not as it should be is reported with its line and left out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args

from banyan.packages.model import Difficulty
from banyan.packages.plain_yaml import Node
from banyan.packages.report import Report

__all__ = ["LONGEST_TITLE", "Fields", "tidy"]

LONGEST_TITLE = 200
_LONGEST_SUMMARY = 2_000
_LONGEST_ADDRESS = 2_000
_MOST_MINUTES = 10_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy(text: str) -> str:
    """A text as one line, without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


class Fields:
    """A mapping in a file; `offset` is how many lines stand in the file before its first."""

    def __init__(self, node: Node, file: str, report: Report, offset: int = 0) -> None:
        self._values = node.value if isinstance(node.value, dict) else {}
        self._file = file
        self._report = report
        self._offset = offset
        self.line = node.line + offset

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, longest: int = LONGEST_TITLE) -> str:
        """A text as one line; empty when there is none. What is too long is cut."""
        return self._cut(name, tidy(self._raw(name)), longest)

    def summary(self) -> str:
        """The summary, which may have several lines."""
        lines = [tidy(line) for line in self._raw("summary").splitlines()]
        return self._cut("summary", "\n".join(lines).strip(), _LONGEST_SUMMARY)

    def language(self, name: str) -> str:
        """A language by its tag (`pt-BR`); empty when there is none."""
        written = self.text(name).replace("_", "-")
        tag = written.partition("-")[0].lower() + written.partition("-")[1] + written.partition("-")[2]
        if written and (len(tag) > 35 or not _LANGUAGE.fullmatch(tag)):
            self.complain(name, f"“{written[:40]}” is not the tag of a language, such as “en”.")
            return ""
        return tag

    def difficulty(self) -> Difficulty | None:
        """One of the three difficulties, or None."""
        written = self.text("difficulty").casefold()
        for difficulty in get_args(Difficulty):
            if written == difficulty:
                return difficulty  # type: ignore[no-any-return]
        if written:
            self.complain("difficulty", f"“{written[:40]}” is none of beginner, intermediate, advanced.")
        return None

    def address(self, name: str) -> str | None:
        """A web address, or None."""
        written = self._raw(name).strip()
        if not written or (len(written) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(written)):
            return written or None
        self.complain(name, f"“{tidy(written)[:80]}” is not a web address.")
        return None

    def moment(self, name: str) -> datetime | None:
        """A moment; one without a time zone is in UTC, one without a time at midnight."""
        written = self.text(name)
        if not written:
            return None
        try:
            moment = datetime.fromisoformat(written)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.complain(name, f"“{written[:40]}” is not a date, such as 2026-09-01T08:00:00Z.")
            return None

    def minutes(self, *names: str) -> int | None:
        """How many minutes these fields say together; None when they do not say."""
        total = 0
        for name in names:
            written = self.text(name)
            if written.isdecimal() and len(written) < 8:
                total += int(written)
            elif written:
                self.complain(name, f"“{written[:40]}” is not a number of minutes.")
        return min(total, _MOST_MINUTES) or None

    def mappings(self, name: str) -> Iterator["Fields"]:
        """The entries of a list; a bare text counts as `{"": text}`."""
        for node in self._list(name):
            value = {"": node} if isinstance(node.value, str) else node.value
            if isinstance(value, dict):
                yield Fields(Node(value, node.line), self._file, self._report, self._offset)
            else:
                self._report.warn(
                    self._file, node.line + self._offset, "bad_field", f"This entry of “{name}” is empty."
                )

    def texts(self, name: str) -> Iterator[tuple[str, int]]:
        """The texts of a list, with their lines."""
        for node in self._list(name):
            if isinstance(node.value, str):
                yield node.value.strip(), node.line + self._offset

    def complain(self, name: str, detail: str) -> None:
        """Report a field."""
        self._report.warn(self._file, self._line_of(name), "bad_field", detail)

    def _line_of(self, name: str) -> int:
        node = self._values.get(name)
        return node.line + self._offset if node else self.line

    def lose(self, name: str, code: str, detail: str) -> None:
        """Report that what a field names could not be taken over."""
        self._report.lose(self._file, self._line_of(name), code, detail)

    def _list(self, name: str) -> list[Node]:
        node = self._values.get(name)
        if node is None or node.value is None:
            return []
        if isinstance(node.value, list):
            return node.value
        self.complain(name, f"“{name}” must be a list.")
        return []

    def _raw(self, name: str) -> str:
        node = self._values.get(name)
        if node is None or node.value is None:
            return ""
        if isinstance(node.value, str):
            return node.value
        self.complain(name, f"“{name}” must be a text.")
        return ""

    def _cut(self, name: str, text: str, longest: int) -> str:
        if len(text) <= longest:
            return text
        self.complain(name, f"“{name}” is longer than {longest} characters, and was cut.")
        return text[: longest - 1].rstrip() + "…"
