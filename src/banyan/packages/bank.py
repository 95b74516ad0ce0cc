"""Questions and tests as files of a package.

`questions.jsonl` has a line of JSON for each question of the bank, as `Question` describes it, and one for each
category, `{"category": ["Trees", "Roots"]}`. A test is a file of its own, in which an entry names a question by the
number of its line, and a draw its category by its path:

    {"settings": {"attempts": 2},
     "sections": [{"id": "a", "title": "Roots", "entries": [
        {"id": "1", "question": 7}, {"id": "2", "draw": {"count": 3, "category": ["Trees", "Roots"]}}]}]}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from banyan import assessments, questions
from banyan.assessments import DrawRule, Section, SectionEntry
from banyan.packages.model import Asset
from banyan.packages.model_tests import (
    CategoryLine,
    PackageBank,
    PackageQuestion,
    PackageTest,
    TestDraw,
    TestEntry,
    TestSection,
)
from banyan.packages.report import Report
from banyan.questions import Question

__all__ = [
    "BANK",
    "categories_drawn",
    "leads",
    "read_bank",
    "read_test",
    "sections_of",
    "test_of",
    "texts_of_question",
    "texts_of_test",
    "with_texts",
    "write_bank",
    "write_test",
]

BANK = "questions.jsonl"
_LARGEST_BANK = 64 << 20
_LARGEST_TEST = 4 << 20
_LONGEST_DETAIL = 400
_category = msgspec.json.Decoder(CategoryLine)
_question = msgspec.json.Decoder(PackageQuestion)
_test = msgspec.json.Decoder(PackageTest)


def read_bank(asset: Asset | None, report: Report) -> PackageBank:
    """The bank of a package. A line that is no question, or one that nobody could answer, is reported and left out."""
    bank = PackageBank({}, {})
    if asset is None:
        return bank
    if asset.size > _LARGEST_BANK:
        detail = f"The questions have more than {_LARGEST_BANK >> 20} MB; they were left out."
        report.lose(asset.path, None, "too_large", detail)
        return bank
    with asset.open() as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                if b'"body"' in line:
                    _add_question(bank, number, _question.decode(line), report)
                else:
                    bank.categories[number] = _category.decode(line).category
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                report.lose(asset.path, number, "bad_question", f"This is no question: {error}."[:_LONGEST_DETAIL])
    return bank


def _add_question(bank: PackageBank, number: int, question: PackageQuestion, report: Report) -> None:
    wrong = questions.faults(question)
    if wrong:
        detail = " ".join(dict.fromkeys(fault.detail for fault in wrong))
        report.lose(BANK, number, "unfit_question", detail[:_LONGEST_DETAIL])
    else:
        bank.questions[number] = question


def write_bank(bank: PackageBank) -> BytesIO:
    """The lines of a bank, each where its number says."""
    file, at = BytesIO(), 1
    for number in sorted({*bank.categories, *bank.questions}):
        file.write(b"\n" * (number - at))
        question = bank.questions.get(number)
        line: Any = question if question is not None else CategoryLine(bank.categories[number])
        file.write(msgspec.json.encode(line) + b"\n")
        at = number + 1
    file.seek(0)
    return file


def read_test(asset: Asset, bank: PackageBank, report: Report) -> PackageTest | None:
    """A test of a package; None, reported, if it is none. Entries whose question did not come along are left out."""
    try:
        if asset.size > _LARGEST_TEST:
            raise ValueError(f"A test has at most {_LARGEST_TEST >> 20} MB")
        with asset.open() as file:
            test = _test.decode(file.read())
        named = [entry.question for section in test.sections for entry in section.entries]
        question_of = {line: UUID(int=line) for line in named if line is not None}
        category_of = {questions.category_path(path): None for path in categories_drawn([test])}
        wrong = assessments.unfit(test.settings, sections_of(test, question_of, category_of), question_of.values())
        if wrong:
            raise ValueError(f"{wrong[0].pointer}: {wrong[0].detail.rstrip('.')}")
    except (ValueError, RecursionError) as error:
        report.lose(asset.path, None, "bad_test", f"This is no test: {error}."[:_LONGEST_DETAIL])
        return None
    sections = []
    for section in test.sections:
        known = [entry for entry in section.entries if entry.question is None or entry.question in bank.questions]
        for entry in section.entries:
            if entry not in known:
                detail = f"There is no question in line {entry.question} of {BANK}; the test comes without it."
                report.lose(asset.path, None, "missing_question", detail)
        sections.append(replace(section, entries=known))
    return replace(test, sections=sections)


def write_test(test: PackageTest) -> BytesIO:
    """A test as its file."""
    return BytesIO(msgspec.json.format(msgspec.json.encode(test), indent=2) + b"\n")


def sections_of(
    test: PackageTest, question_of: Mapping[int, UUID], category_of: Mapping[tuple[str, ...], UUID | None]
) -> list[Section]:
    """The sections of a test in a course, where questions and categories have these ids."""

    def made(entry: TestEntry) -> SectionEntry:
        draw = entry.draw
        return SectionEntry(
            id=entry.id,
            question_id=None if entry.question is None else question_of[entry.question],
            version=1 if entry.pinned else None,
            draw=None
            if draw is None
            else DrawRule(
                count=draw.count,
                category_id=category_of[questions.category_path(draw.category)] if draw.category else None,
                tags=draw.tags,
                difficulty=draw.difficulty,
            ),
            points=entry.points,
        )

    return [
        Section(
            id=one.id,
            title=one.title,
            text=one.text,
            shuffle=one.shuffle,
            entries=[made(entry) for entry in one.entries],
        )
        for one in test.sections
    ]


def test_of(
    draft: assessments.DraftRow,
    line_of: Mapping[tuple[UUID, int | None], int],
    path_of: Mapping[UUID, list[str]],
) -> PackageTest:
    """A test of a course as a package has it; entries whose question is not in the package are left out."""

    def told(entry: SectionEntry) -> TestEntry | None:
        if entry.draw is not None:
            rule = entry.draw
            category = [] if rule.category_id is None else path_of.get(rule.category_id, [])
            if rule.category_id is not None and not category:
                return None
            draw = TestDraw(count=rule.count, category=category, tags=rule.tags, difficulty=rule.difficulty)
            return TestEntry(id=entry.id, draw=draw, points=entry.points)
        line = line_of.get((entry.question_id, entry.version)) if entry.question_id else None
        if line is None:
            return None
        return TestEntry(id=entry.id, question=line, pinned=entry.version is not None, points=entry.points)

    return PackageTest(
        settings=draft.settings,
        sections=[
            TestSection(
                id=one.id,
                title=one.title,
                text=one.text,
                shuffle=one.shuffle,
                entries=[entry for entry in map(told, one.entries) if entry is not None],
            )
            for one in draft.sections
        ],
    )


def categories_drawn(tests: Iterable[PackageTest]) -> list[list[str]]:
    """The paths of the categories that tests draw from."""
    entries = (entry for test in tests for section in test.sections for entry in section.entries)
    return [entry.draw.category for entry in entries if entry.draw and entry.draw.category]


def leads(text: str) -> bool:
    """Whether there may be a link in a text: most have none, and need not be read as Markdown to know it."""
    return "](" in text or "]:" in text or "<" in text


def texts_of_question(question: Question) -> Iterator[str]:
    """Its Markdown."""
    return (text for _, text in questions.markdown_of(question.body))


def texts_of_test(test: PackageTest) -> Iterator[str]:
    """Its Markdown."""
    yield test.settings.description
    yield from (section.text for section in test.sections)


def with_texts(test: PackageTest, change: Callable[[str], str]) -> PackageTest:
    """The test with each of its texts changed."""
    return replace(
        test,
        settings=replace(test.settings, description=change(test.settings.description)),
        sections=[replace(section, text=change(section.text)) for section in test.sections],
    )
