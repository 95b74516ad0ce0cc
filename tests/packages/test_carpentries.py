"""A lesson as the Carpentries keep it, whole or only its episodes."""

from pathlib import Path

from banyan.packages import read_folder
from tests.packages.building import contents, findings, titles

LESSON = Path(__file__).parent / "lesson"


def test_the_whole_lesson_keeps_the_order_of_its_configuration() -> None:
    package = read_folder(LESSON)
    assert package.title == "Flying a Kite"
    assert package.language == "en"
    assert package.summary == "How to build a kite from paper and two sticks, and how to keep it in the air."
    assert titles(package) == [
        ("Flying a Kite", ["Wind", "The Frame: Two Sticks", "Café repairs"]),
        ("Learners", ["Words"]),
    ]
    wind, frame, _ = package.modules[0].items
    assert (wind.minutes, frame.minutes) == (5, 15)
    assert frame.source.startswith("::::::::")
    assert wind.source.startswith("## Where it blows")
    assert contents(package) == {"episodes/fig/frame.svg": (LESSON / "episodes/fig/frame.svg").read_bytes()}


def test_every_line_of_the_report_is_true() -> None:
    assert findings(read_folder(LESSON)) == [
        ("config.yaml", 9, "missing_file"),
        ("episodes/01-frame.md", 13, "broken_link"),
        ("episodes/01-frame.md", 31, "broken_link"),
        ("episodes/02-wind.md", 9, "template_syntax"),
        ("episodes/02-wind.md", 12, "broken_picture"),
        ("episodes/02-wind.md", 14, "unknown_directive"),
        ("episodes/03-extra.md", None, "not_listed"),
        ("episodes/fig/unused.svg", None, "unused_file"),
        ("index.md", None, "left_out"),
        ("instructors/notes.md", None, "left_out"),
        ("LICENSE.md", None, "left_out"),
    ]


def test_the_episodes_alone_find_the_configuration_beside_them() -> None:
    package = read_folder(LESSON / "episodes")
    assert titles(package) == [("Flying a Kite", ["Wind", "The Frame: Two Sticks", "Café repairs"])]
    assert ("../config.yaml", 9, "missing_file") in findings(package)
    assert ("01-frame.md", 13, "broken_link") in findings(package)
    assert [line.detail for line in package.report if line.line == 13] == [
        "There is nothing at “../learners/reference.md#spine” to link to.",
        "There is nothing at “reference.md” to link to.",
    ]
    assert list(package.assets) == ["fig/frame.svg"]


def test_a_configuration_of_something_else_above_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("title: Not mine\nepisodes: [elsewhere.md]\n")
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "01-one.md").write_text("text")
    package = read_folder(tmp_path / "course")
    assert (package.title, package.report) == ("Course", [])
