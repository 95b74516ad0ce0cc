"""The courses of the demo school: each is as good as what Banyan tells others to write."""

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from banyan.kit.markdown import render
from banyan.packages import read_folder
from tests.packages.building import contents

COURSES = sorted(Path(str(resources.files("banyan") / "demo" / "courses")).iterdir())
PROGRAM = re.compile(r"^```python\n(.*?)^```\n\n```output\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_a_demo_course_is_whole(folder: Path) -> None:
    package = read_folder(folder)
    lessons = [item for module in package.modules for item in module.items if item.kind == "lesson"]
    assert package.report == []
    assert package.summary
    assert package.category
    assert package.cover in package.assets
    assert len(package.modules) in {2, 3}
    assert 4 <= len(lessons) <= 7
    assert all(lesson.minutes for lesson in lessons)
    assert all(content.startswith(b"<svg") for content in contents(package).values())


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_a_demo_course_shows_what_lessons_can_do(folder: Path) -> None:
    package = read_folder(folder)
    items = [item for module in package.modules for item in module.items]
    html = "".join(render(item.source, language=package.language).html for item in items)
    for sign in ("<table>", "<pre", "<math", "callout-challenge", "callout-solution", "task-mark", "<figure", "<dl>"):
        assert sign in html or (sign == "<dl>" and folder.name == "reading-charts"), sign
    assert {item.kind for item in items} - {"test"} == {"lesson", "link"}


def test_the_demo_has_several_languages_and_difficulties() -> None:
    packages = [read_folder(folder) for folder in COURSES]
    assert {package.language for package in packages} == {"en", "ar"}
    assert {package.difficulty for package in packages} == {"beginner", "intermediate"}


def programs() -> list[tuple[str, str]]:
    texts = (path.read_text(encoding="utf-8") for folder in COURSES for path in sorted(folder.rglob("*.md")))
    return [(match[1], match[2]) for text in texts for match in PROGRAM.finditer(text)]


@pytest.mark.parametrize(("program", "output"), programs())
def test_the_programs_in_the_lessons_say_what_the_lessons_say(program: str, output: str) -> None:
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == output
