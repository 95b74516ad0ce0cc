"""Writing a package and reading it again changes nothing."""

import io
import string
import tempfile
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.packages import (
    Asset,
    Package,
    PackageItem,
    PackageModule,
    name_paths,
    read_folder,
    read_zip,
    write_folder,
    write_zip,
)
from banyan.packages.fields import tidy
from banyan.packages.model import Kind
from tests.packages.building import contents

LESSON = Path(__file__).parent / "lesson"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=200)
SCALARS = "no null ~ 2024 1e3 ' \" {a} [a] *a &a !x --- = yes: أ 🌳"
tricky = st.sampled_from(["a: b", "- x", "# x", *SCALARS.split()])
titles = (st.text(max_size=60).map(tidy).filter(bool)) | tricky
moments = st.none() | st.datetimes(timezones=st.just(UTC))
minutes = st.none() | st.integers(1, 10_000)
names = st.text(string.ascii_letters + "äجذ-_ 0123456789", min_size=1, max_size=8).map(str.strip).filter(bool)
sources = texts | st.sampled_from(
    ["---\ntitle: not mine\n---\n", "\n\n", "# Heading\n", "\ufeff", "x\n\n", " ", "---", "[a](b.md)\n"]
)
addresses = st.sampled_from(["https://a.example/", "http://b.example/?q=1&r=%20#f", "https://ج.example/ü"])


def asset(path: str, content: bytes) -> Asset:
    return Asset(path, len(content), partial(io.BytesIO, content))


@st.composite
def packages(draw: st.DrawFn) -> Package:
    folders = st.sampled_from(["", "fig/", "a b/c/", "ج/"])
    endings = st.sampled_from([".png", ".pdf", ".mp4", ".md", ".txt", ""])
    paths = draw(st.lists(st.builds("{}{}{}".format, folders, names, endings), max_size=5, unique_by=str.casefold))
    used = {path.casefold() for path in paths}
    assets = {path: asset(path, draw(st.binary(max_size=50))) for path in paths if not _is_folder_of(path, used)}

    def item() -> PackageItem:
        kinds: list[Kind] = ["lesson", "link", "video"]
        if assets:
            kinds.append("file")
        kind = draw(st.sampled_from(kinds))
        dates = (draw(moments), draw(moments), draw(minutes))
        title, source = draw(titles), draw(sources)
        if kind == "lesson":
            return PackageItem("lesson", title, source, None, None, *dates)
        if kind == "link" or (kind == "video" and (not assets or draw(st.booleans()))):
            return PackageItem(kind, title, source, draw(addresses), None, *dates)
        return PackageItem(kind, title, source, None, draw(st.sampled_from(sorted(assets))), *dates)

    counts = draw(st.lists(st.integers(0, 3), max_size=3))
    modules = [PackageModule(draw(titles), [item() for _ in range(count)]) for count in counts]
    modules.append(PackageModule(draw(titles), [PackageItem("lesson", draw(titles), draw(sources))]))
    return Package(
        title=draw(titles),
        summary=draw(st.text(max_size=100).map(tidy) | st.just("Two\nlines")),
        category=draw(st.just("") | titles),
        difficulty=draw(st.sampled_from([None, "beginner", "intermediate", "advanced"])),
        language=draw(st.sampled_from(["en", "ar", "pt-BR", "zh-Hant-TW", "no"])),
        cover=draw(st.none() | st.sampled_from(sorted(assets))) if assets else None,
        modules=modules,
        assets=assets,
    )


def _is_folder_of(path: str, others: set[str]) -> bool:
    return any(other.startswith(f"{path.casefold()}/") for other in others)


def same(one: Package, other: Package) -> None:
    assert contents(one) == contents(other)
    for field in ("title", "summary", "category", "difficulty", "language", "cover", "modules"):
        assert getattr(one, field) == getattr(other, field), field


@settings(max_examples=200, deadline=None)
@given(packages())
def test_an_archive_gives_back_what_was_written(package: Package) -> None:
    file = io.BytesIO()
    write_zip(package, file)
    again = read_zip(file)
    same(name_paths(package), again)
    assert not [line for line in again.report if line.severity == "error"]


@settings(max_examples=50, deadline=None)
@given(packages())
def test_a_folder_gives_back_what_was_written(package: Package) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(package, Path(folder) / "out")
        same(name_paths(package), read_folder(Path(folder) / "out"))


def test_a_lesson_of_the_carpentries_survives_as_well(tmp_path: Path) -> None:
    package = read_folder(LESSON)
    write_folder(package, tmp_path / "out")
    again = read_folder(tmp_path / "out")
    same(package, again)
    file = io.BytesIO()
    write_zip(again, file)
    same(package, read_zip(file))


def test_the_same_package_gives_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(read_folder(LESSON), first)
    write_zip(read_folder(LESSON), second)
    assert first.getvalue() == second.getvalue()


def test_lessons_get_readable_names_that_do_not_collide() -> None:
    lesson = PackageItem("lesson", "How it works!")
    taken = "01-part-one/01-how-it-works.md"
    link = PackageItem("link", "L", url="https://a.b")
    module = PackageModule("Part one", [lesson, lesson, link])
    package = Package("T", modules=[module], assets={taken: asset(taken, b"")})
    assert [item.path for item in name_paths(package).modules[0].items] == [
        "01-part-one/01-how-it-works-2.md",
        "01-part-one/02-how-it-works.md",
        None,
    ]


@pytest.mark.parametrize("path", ["../x", "/x", "a\\b", ".hidden", "a/../b"])
def test_a_path_that_leads_elsewhere_is_never_written(path: str, tmp_path: Path) -> None:
    package = Package("T", modules=[PackageModule("M", [PackageItem("lesson", "L")])], assets={path: asset(path, b"x")})
    with pytest.raises(ValueError, match="path"):
        write_folder(package, tmp_path / "out")
    with pytest.raises(ValueError, match="path"):
        write_zip(package, io.BytesIO())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        write_folder(Package("T"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
