"""How folders and files become modules and items."""

from pathlib import Path

import pytest

from banyan.packages import PackageUnreadable, read_folder
from tests.packages.building import contents, findings, folder_of, titles


def test_a_flat_folder_is_one_module_in_natural_order(tmp_path: Path) -> None:
    files = {"10-ten.md": "x", "9-nine.md": "x", "01-one.md": "x", "appendix.md": "x"}
    package = read_folder(folder_of(files, tmp_path / "my-first_course"))
    assert titles(package) == [("My first course", ["One", "Nine", "Ten", "Appendix"])]


def test_folders_are_modules_and_their_readme_gives_the_title(tmp_path: Path) -> None:
    files = {
        "README.md": "# Trees\n\nAll about *trees*.\n",
        "02-trunk/b.md": "x",
        "01-roots/README.md": "# Down below\n",
        "01-roots/02-two.md": "# Water\n\ntext\n",
        "01-roots/01-one.md": "---\ntitle: Seed\n---\n# Not the title\n",
        "10-crown/index.md": "# The crown\n\nLook up.\n",
        "10-crown/a.md": "x",
    }
    package = read_folder(folder_of(files, tmp_path))
    assert (package.title, package.summary) == ("Trees", "All about trees.")
    assert titles(package) == [
        ("Down below", ["Seed", "Water"]),
        ("Trunk", ["B"]),
        ("The crown", ["The crown", "A"]),
    ]
    assert package.modules[0].items[1].source == "text\n"
    assert package.report == []


def test_numbered_files_are_items_and_others_come_along_only_when_needed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "01-part/01-text.md": "See [it](data/rain.csv) and ![](../fig/x.png).",
        "01-part/02-handout.pdf": b"%PDF",
        "01-part/data/rain.csv": "mm\n1\n",
        "02-slides/01-first.pdf": b"%PDF",
        "fig/x.png": b"png",
        "fig/y.png": b"png",
    }
    package = read_folder(folder_of(files, tmp_path))
    assert titles(package) == [("Part", ["Text", "Handout"]), ("Slides", ["First"])]
    handout = package.modules[0].items[1]
    assert (handout.kind, handout.asset, handout.path) == ("file", "01-part/02-handout.pdf", None)
    assert set(contents(package)) == set(files) - {"01-part/01-text.md", "fig/y.png"}
    assert package.assets["01-part/02-handout.pdf"].media_type == "application/pdf"
    assert findings(package) == [("fig/y.png", None, "unused_file")]


def test_a_folder_with_only_an_index_is_a_lesson(tmp_path: Path) -> None:
    files = {
        "01-a/01-x/index.md": "# X\n\n![](p.png)\n",
        "01-a/01-x/p.png": "p",
        "01-a/02-y.md": "y",
        "01-a/03-z/README.md": "z",
    }
    package = read_folder(folder_of(files, tmp_path))
    assert titles(package) == [("A", ["X", "Y", "Z"])]
    assert package.report == []


def test_what_tools_leave_behind_is_passed_over(tmp_path: Path) -> None:
    files = {"a.md": "x", ".git/config": "x", ".DS_Store": "x", "__MACOSX/a.md": "x", "Thumbs.db": "x"}
    package = read_folder(folder_of(files, tmp_path))
    assert [item.path for item in package.modules[0].items] == ["a.md"]
    assert package.report == []


@pytest.mark.parametrize("files", [{}, {"a.txt": "x"}, {"README.md": "# Only this"}, {"course.yaml": "modules: []"}])
def test_a_folder_without_lessons_is_refused(files: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(PackageUnreadable) as refusal:
        read_folder(folder_of(files, tmp_path))
    assert refusal.value.code == "no_lessons"


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageUnreadable) as refusal:
        read_folder(tmp_path / "nowhere")
    assert refusal.value.code == "not_a_folder"


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = folder_of({"secret.md": "secret", "deep/secret.md": "secret"}, tmp_path / "outside")
    course = folder_of({"a.md": "x"}, tmp_path / "course")
    (course / "b.md").symlink_to(outside / "secret.md")
    (course / "c").symlink_to(outside / "deep")
    package = read_folder(course)
    assert titles(package) == [("Course", ["A"])]
    assert findings(package) == [("b.md", None, "symlink"), ("c", None, "symlink")]


def test_a_file_that_became_a_link_after_reading_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_text("secret")
    course = folder_of({"a.md": "![](x.png)", "x.png": "x"}, tmp_path / "course")
    package = read_folder(course)
    (course / "x.png").unlink()
    (course / "x.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(OSError, match="symbolic links"):
        package.assets["x.png"].open()


def test_folders_nested_without_end_do_no_harm(tmp_path: Path) -> None:
    place = tmp_path / "course"
    place.mkdir()
    (place / "a.md").write_text("x")
    deep = place / "/".join("d" * 300)
    deep.mkdir(parents=True)
    (deep / "b.md").write_text("x")
    package = read_folder(place)
    assert [item.title for item in package.modules[0].items] == ["A"]
    assert [line.code for line in package.report] == ["unsafe_path"]
