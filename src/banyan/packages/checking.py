"""Looks at every text of a package as it will be shown, and reports what is odd in the file that it came from."""

import re
from collections.abc import Iterable, Mapping, Sequence

from banyan.kit.markdown import anchor, render, retarget
from banyan.packages.bank import BANK, leads, texts_of_question, texts_of_test
from banyan.packages.model import PackageItem
from banyan.packages.model_tests import PackageBank, PackageTest
from banyan.packages.references import References
from banyan.packages.report import Report

__all__ = ["check_questions", "check_texts"]

_ANCHOR = re.compile(r' id="(h-[^"]+)"')


def check_texts(
    items: Sequence[PackageItem],
    offsets: Mapping[str, int],
    files: Iterable[str],
    language: str,
    report: Report,
) -> set[str]:
    """Report the warnings of all texts, with their lines; answer those of the files that they refer to.

    `offsets` are the lines that stand in a file before the text.
    """
    titles = {item.path: item.title for item in items if item.path}
    references = References(titles, files)
    checks = [_Check(item.path, item.source, references, language) for item in items if item.path]
    # A first heading has become the title: a link to it is one to the lesson.
    anchors = {check.path: check.anchors | {anchor(titles[check.path])} for check in checks}
    needed: set[str] = set()
    for check in checks:
        offset = offsets[check.path]
        for warning in check.warnings:
            report.warn(check.path, warning.line + offset, warning.code, warning.detail)
        for path, fragment, target in check.fragments:
            if anchor(fragment) not in anchors[path] and fragment not in anchors[path]:
                line = check.line_of(target) + offset
                report.warn(check.path, line, "broken_link", f"“{path}” has no heading “{fragment[:80]}”.")
        needed |= check.files
    return needed


def check_questions(
    bank: PackageBank, tests: Mapping[str, PackageTest], references: References, report: Report
) -> set[str]:
    """Report links of questions and tests that lead nowhere; answer the files that they show."""
    needed: set[str] = set()

    def look(path: str, line: int | None, text: str) -> None:
        def note(target: str) -> None:
            located = references.locate(target, path)
            if located is None:
                report.warn(path, line, "broken_link", f"There is nothing at “{target[:80]}”.")
            elif not located.is_item:
                needed.add(located.path)

        if leads(text):
            retarget(text, note)

    for line, question in bank.questions.items():
        for text in texts_of_question(question):
            look(BANK, line, text)
    for path, test in tests.items():
        for text in texts_of_test(test):
            look(path, None, text)
    return needed


class _Check:
    """One text, rendered once."""

    def __init__(self, path: str, source: str, references: References, language: str) -> None:
        self.path = path
        self.files: set[str] = set()
        self.fragments: list[tuple[str, str, str]] = []
        self._source = source
        self._references = references
        rendered = render(source, resolve=self._resolve, language=language)
        self.warnings = rendered.warnings
        self.anchors = set(_ANCHOR.findall(rendered.html))

    def _resolve(self, target: str) -> str | None:
        located = self._references.locate(target, self.path)
        if located is None:
            return None
        if not located.is_item:
            self.files.add(located.path)
        elif located.fragment and located.path != self.path:
            self.fragments.append((located.path, located.fragment, target))
        elif located.fragment:
            return None
        return f"/{located.path}"

    def line_of(self, target: str) -> int:
        """The line that a target stands on: the first that has it."""
        position = self._source.find(target)
        return self._source.count("\n", 0, max(position, 0)) + 1
