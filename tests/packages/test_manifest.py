"""`course.yaml`, as people write it."""

from datetime import UTC, datetime
from pathlib import Path

from banyan.packages import PackageItem, read_folder
from tests.packages.building import findings, folder_of, titles

MANIFEST = """\
title: Figs
summary: |
  One line.
  And another.
category: Biology
difficulty: Beginner
language: pt_BR
cover: fig/cover.svg
modules:
  - title: First
    items:
      - texts/b.md
      - lesson: texts/a.md
        title: Renamed
        due: 2026-09-01T08:00:00Z
      - link: https://figs.example/a?b=c
        title: Figs of the world
        text: texts/about.md
  - title: Second
    items:
      - video: film.mp4
        minutes: 3
      - video: https://films.example/1
        title: A film
      - file: hand out.pdf
assets: [spare.csv]
"""
FILES: dict[str, str | bytes] = {
    "course.yaml": MANIFEST,
    "texts/a.md": "# A\n\n[b](b.md)\n",
    "texts/b.md": "---\ntitle: B\n---\n\nb",
    "texts/about.md": "Words",
    "fig/cover.svg": "<svg/>",
    "film.mp4": b"film",
    "hand out.pdf": b"%PDF",
    "spare.csv": "a",
}


def test_a_manifest_says_everything(tmp_path: Path) -> None:
    package = read_folder(folder_of(FILES, tmp_path))
    assert package.report == []
    assert (package.title, package.summary) == ("Figs", "One line.\nAnd another.")
    assert (package.category, package.difficulty, package.language) == ("Biology", "beginner", "pt-BR")
    assert package.cover == "fig/cover.svg"
    assert set(package.assets) == {"fig/cover.svg", "film.mp4", "hand out.pdf", "spare.csv"}
    first, second = package.modules
    assert (first.title, second.title) == ("First", "Second")
    assert first.items == [
        PackageItem("lesson", "B", "b", path="texts/b.md"),
        PackageItem("lesson", "Renamed", "[b](b.md)\n", due_at=datetime(2026, 9, 1, 8, tzinfo=UTC), path="texts/a.md"),
        PackageItem("link", "Figs of the world", "Words", url="https://figs.example/a?b=c", path="texts/about.md"),
    ]
    assert second.items == [
        PackageItem("video", "Film", asset="film.mp4", minutes=3),
        PackageItem("video", "A film", url="https://films.example/1"),
        PackageItem("file", "Hand out", asset="hand out.pdf"),
    ]


def test_a_manifest_without_modules_leaves_the_order_to_the_files(tmp_path: Path) -> None:
    package = read_folder(
        folder_of({"course.yaml": "title: T\nlanguage: ar\n", "02-b.md": "b", "01-a.md": "a"}, tmp_path)
    )
    assert (package.title, package.language) == ("T", "ar")
    assert titles(package) == [("T", ["A", "B"])]


def test_mistakes_in_a_manifest_are_reported_with_their_lines(tmp_path: Path) -> None:
    manifest = """\
title: T
language: Deutsch!
difficulty: hard
cover: ../../etc/passwd
modules:
  - title: M
    items:
      - lesson: a.md
      - lesson: lost.md
      - a.md
      - link: javascript:alert(1)
        title: X
      - lesson: a.md
        file: b.pdf
      - file: lost.pdf
      -
assets: [lost.png]
"""
    package = read_folder(folder_of({"course.yaml": manifest, "a.md": "a", "stray.md": "s"}, tmp_path))
    assert titles(package) == [("M", ["A"])]
    assert (package.language, package.cover, package.difficulty) == ("en", None, None)
    assert findings(package) == [
        ("course.yaml", 2, "bad_field"),
        ("course.yaml", 3, "bad_field"),
        ("course.yaml", 4, "missing_file"),
        ("course.yaml", 9, "missing_file"),
        ("course.yaml", 10, "duplicate_name"),
        ("course.yaml", 11, "bad_field"),
        ("course.yaml", 13, "bad_field"),
        ("course.yaml", 15, "missing_file"),
        ("course.yaml", 16, "bad_field"),
        ("course.yaml", 17, "missing_file"),
        ("stray.md", None, "not_listed"),
    ]


def test_a_manifest_that_cannot_be_read_leaves_the_course_as_its_files_say(tmp_path: Path) -> None:
    package = read_folder(folder_of({"course.yaml": "title: T\n- [", "a.md": "a"}, tmp_path / "plants"))
    assert titles(package) == [("Plants", ["A"])]
    assert findings(package) == [("course.yaml", 2, "bad_yaml")]
