"""The operators' page tells of each check what the check itself says."""

import re
from pathlib import Path

from banyan.doctor.checks import CHECKS, SUBJECTS

OPERATE = Path(__file__).parents[2] / "docs" / "operate"
PAGE = (OPERATE / "doctor.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")]
TOLD = {cells[0].strip("`"): cells[1:] for cells in ROWS if "." in cells[0] and "banyan" not in cells[0]}


def test_the_page_has_every_check_in_its_order_and_no_other() -> None:
    assert list(TOLD) == [each.name for each in CHECKS]
    assert [title for title in re.findall(r"^## (.*)$", PAGE, re.MULTILINE) if title in SUBJECTS.values()] == list(
        SUBJECTS.values()
    )


def test_the_page_says_what_each_looks_at_why_and_how_to_mend_it() -> None:
    for each in CHECKS:
        looks_at, why, mend = TOLD[each.name]
        assert (looks_at, why) == (each.looks_at, each.why), each.name
        assert len(mend) > 10, each.name


def test_operators_are_sent_to_the_page() -> None:
    assert "(doctor.md)" in (OPERATE / "README.md").read_text(encoding="utf-8")


def test_what_the_page_points_to_is_there() -> None:
    for target, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", PAGE):
        file = (OPERATE / target).resolve()
        assert file.exists(), target
        titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        named = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
        assert not anchor or anchor in named, anchor
