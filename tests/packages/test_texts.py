"""Front matter, titles, characters: what a single file can have wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from banyan.packages import Limits, Package, PackageItem, read_folder
from tests.packages.building import findings, folder_of


def reading(content: str | bytes, tmp_path: Path) -> tuple[PackageItem, list[tuple[int | None, str]]]:
    package = read_folder(folder_of({"03-the-file.md": content}, tmp_path))
    return package.modules[0].items[0], [(line, code) for _, line, code in findings(package)]


def test_front_matter_gives_title_minutes_and_dates(tmp_path: Path) -> None:
    item, found = reading(
        "---\ntitle: 2024\nminutes: 7\nrelease: 2026-09-01\ndue: 2026-09-08T10:00+02:00\n---\nText", tmp_path
    )
    assert (item.title, item.minutes, item.source, found) == ("2024", 7, "Text", [])
    assert item.release_at == datetime(2026, 9, 1, tzinfo=UTC)
    assert item.due_at == datetime(2026, 9, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "title", "body"),
    [
        ("# One *thing* {#x}\n\nText\n", "One thing", "Text\n"),
        ("\n\nOne `thing`\n===\n\n    code\n", "One thing", "    code\n"),
        ("Text\n\n## Later\n", "Later", "Text\n\n## Later\n"),
        ("---\nminutes: 3\n---\n\n# One\nText", "One", "Text"),
        ("---\ntitle: Given\n---\n\n# One\nText", "Given", "# One\nText"),
        ("Just text", "The file", "Just text"),
        ("```\n# code\n```\n", "The file", "```\n# code\n```\n"),
        ("---\nTwo rules around prose\n---\nText", "Two rules around prose", None),
        ("\ufeff---\ntitle: Marked\n---\nText", "Marked", "Text"),
        ("# A\r\n\r\nb\rc\r\n", "A", "b\nc\n"),
    ],
)
def test_a_title_is_found_and_the_rest_is_the_text(source: str, title: str, body: str | None, tmp_path: Path) -> None:
    item, found = reading(source, tmp_path)
    assert item.title == title
    assert item.source == (source if body is None else body)
    assert found == []


@pytest.mark.parametrize(
    ("front", "line", "title"),
    [
        ("title: One: two", 2, "One: two"),
        ("a: &a [x]\nb: *a\ntitle: 'Kept'", 3, "Kept"),
        ("title: [unclosed", 3, "[unclosed"),
        ("title: Kept\n\tx: y", 3, "Kept"),
        ("title: Kept\nx: " + "[" * 30 + "]" * 30, 3, "Kept"),
    ],
)
def test_broken_front_matter_is_reported_and_what_can_be_read_is_taken(
    front: str, line: int, title: str, tmp_path: Path
) -> None:
    item, found = reading(f"---\n{front}\n---\nText", tmp_path)
    assert (item.title, item.source) == (title, "Text")
    assert found == [(line, "bad_front_matter")]


def test_fields_that_make_no_sense_are_reported_one_by_one(tmp_path: Path) -> None:
    item, found = reading(
        "---\ntitle: [a, b]\nminutes: soon\nrelease: tomorrow\ndue: 0001-01-01T00:00+14:00\n---\n# T\nx", tmp_path
    )
    assert (item.title, item.minutes, item.release_at, item.due_at) == ("T", None, None, None)
    assert found == [(2, "bad_field"), (3, "bad_field"), (4, "bad_field"), (5, "bad_field")]


def test_a_title_too_long_is_cut(tmp_path: Path) -> None:
    item, found = reading(f"---\ntitle: {'long ' * 60}\n---\nx", tmp_path)
    assert len(item.title) <= 200
    assert found == [(2, "bad_field")]
    item, found = reading(f"# {'long ' * 60}\nx", tmp_path)
    assert (item.title, found) == ("The file", [(None, "title_cut")])


def test_lines_of_warnings_are_those_of_the_file(tmp_path: Path) -> None:
    _, found = reading("---\ntitle: T\n---\n\none\n[two](lost.md)\n", tmp_path)
    assert found == [(6, "broken_link")]
    _, found = reading("\n\n# Title\n\none\n[two](lost.md)\n", tmp_path)
    assert found == [(6, "broken_link")]


@pytest.mark.parametrize(
    ("content", "source", "codes"),
    [
        ("naïve".encode("cp1252"), "naïve", ["not_utf8"]),
        ("naïve".encode("utf-16"), "naïve", []),
        (b"\xff\xfe\x00", "\xff\xfe\ufffd".replace("\xff", "ÿ").replace("\xfe", "þ"), ["not_utf8"]),
        (b"a\x00b", "a\ufffdb", []),
    ],
)
def test_any_bytes_are_read_as_some_text(content: bytes, source: str, codes: list[str], tmp_path: Path) -> None:
    item, found = reading(content, tmp_path)
    assert item.source == source
    assert [code for _, code in found] == codes


def test_an_empty_lesson_is_reported_and_kept(tmp_path: Path) -> None:
    item, found = reading("---\ntitle: Soon\n---\n\n", tmp_path)
    assert (item.title, found) == ("Soon", [(None, "empty_lesson")])


def test_a_text_too_long_is_left_out(tmp_path: Path) -> None:
    package = read_folder(folder_of({"a.md": "x", "b.md": "ä" * 101}, tmp_path), Limits(source_length=100))
    assert [item.title for item in package.modules[0].items] == ["A"]
    assert findings(package) == [("b.md", None, "too_large")]


def links(package: Package) -> list[tuple[str, int | None, str]]:
    return [(line.file, line.line, line.detail) for line in package.report if line.code == "broken_link"]


def test_links_between_lessons_are_followed_to_their_headings(tmp_path: Path) -> None:
    files = {
        "one/a.md": "Text\n\n[ok](b.md#down-here) [ok](../two/c.md) [ok](/two/c.html#e) [ok](b.md#b)\n\n[no](b.md#up)",
        "one/b.md": "# B\n\n::: note\n## Down here\nx\n:::\n[no](a.md#nowhere) [ok](B.MD)",
        "two/c.md": "# C\n\n## É?\n\n## E\n\n[no](../../etc/passwd)",
    }
    assert links(read_folder(folder_of(files, tmp_path))) == [
        ("one/a.md", 5, "“one/b.md” has no heading “up”."),
        ("one/b.md", 7, "“one/a.md” has no heading “nowhere”."),
        ("two/c.md", 7, "There is nothing at “../../etc/passwd” to link to."),
    ]
