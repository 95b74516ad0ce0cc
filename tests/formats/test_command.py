"""`banyan questions`: banks from and to files, on the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Banyan, banyan, data, migrated

__all__ = ["banyan", "data", "migrated"]


@pytest.mark.usefixtures("migrated")
def test_a_bank_comes_from_a_file_and_goes_to_one(banyan: Banyan, tmp_path: Path) -> None:
    lesson, asked, kept = tmp_path / "trees", tmp_path / "asked.gift", tmp_path / "kept.xml"
    lesson.mkdir()
    (lesson / "01-tree.md").write_text("# A tree\n\nIt grows.\n")
    asked.write_text("Is it a tree?{T}\n\nHow tall?{#tall}\n")
    assert banyan("school", "create", "Demo").status == 0
    create = ("account", "create", "ada@demo.example", "--name", "Ada", "--role", "teacher")
    assert banyan(*create, given="a-long-enough-phrase\n").status == 0
    course = banyan("course", "import", str(lesson), "--teacher", "ada@demo.example").out.split()[-1]
    seen = banyan("questions", "import", course, str(asked), "--teacher", "ada@demo.example", "--preview")
    assert f"{asked}:1: true_false: Is it a tree?" in seen.out
    done = banyan("questions", "import", course, str(asked), "--teacher", "ada@demo.example")
    assert done.out.splitlines() == [
        f"{asked}:3: error: “tall” is not a number. [not_a_number]",
        "1 questions, 1 remarks",
    ]
    assert banyan("questions", "export", course, str(kept)).status == 0
    assert "Is it a tree?" in kept.read_text()
    again = banyan("questions", "export", course, str(kept))
    assert (again.status, again.err) == (1, f"banyan: there is something at {kept} already")
    broken = banyan("questions", "import", course, str(kept), "--teacher", "ada@demo.example", "--format", "csv")
    assert broken.err == "banyan: A row must name the columns: kind, text, answer 1, …"
