"""Gathers what is odd about a package while it is read."""

from typing import Literal

from banyan.packages.model import ReportLine
from banyan.packages.paths import natural_key

__all__ = ["Report"]


class Report:
    """The lines of a report. Nothing that ends up here stops the reading."""

    def __init__(self) -> None:
        self._lines: list[ReportLine] = []

    def warn(self, file: str, line: int | None, code: str, detail: str) -> None:
        """Something that the author should look at."""
        self._add(file, line, "warning", code, detail)

    def lose(self, file: str, line: int | None, code: str, detail: str) -> None:
        """Something that could not be taken over."""
        self._add(file, line, "error", code, detail)

    def _add(self, file: str, line: int | None, severity: Literal["warning", "error"], code: str, detail: str) -> None:
        shown = "".join(sign if sign.isprintable() else "�" for sign in file)[:300]  # names may be hostile
        self._lines.append(ReportLine(shown, line, severity, code, detail))

    def lines(self) -> list[ReportLine]:
        """All lines, file by file, from top to bottom."""
        return sorted(self._lines, key=lambda line: (natural_key(line.file), line.line or 0))
