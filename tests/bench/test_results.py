"""What is written down of a run."""

from pathlib import Path

import msgspec
import pytest

from bench import report, results
from bench.results import Goal, Result, verdict
from bench.scenario import Scenario, every

PAGE = f"# Performance\n\nBefore.\n\n{report.BEGIN}old figures\n{report.END}\nAfter.\n"


def test_a_run_replaces_its_own_scenarios_and_leaves_the_others() -> None:
    before = [Result.alone("page", "rate", 1, "requests/s"), Result.alone("idle", "memory", 2, "MiB")]
    found = results.merged(before, [Result.alone("page", "cpu", 3, "µs/request")])
    assert [(one.scenario, one.metric) for one in found] == [("idle", "memory"), ("page", "cpu")]


def test_results_are_kept_as_a_list_of_seven_named_values(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    written = [Result.against("page", "rate", 3000, "requests/s", "bare", 2000)]
    results.write(written, path)
    assert msgspec.json.decode(path.read_bytes()) == [
        {
            "scenario": "page",
            "metric": "rate",
            "value": 3000.0,
            "unit": "requests/s",
            "baseline": "bare",
            "baseline_value": 2000.0,
            "ratio": 1.5,
        }
    ]
    assert results.read(path) == written


def test_the_first_run_finds_no_earlier_results(tmp_path: Path) -> None:
    assert results.read(tmp_path / "results.json") == []


@pytest.mark.parametrize(("value", "met"), [(150.0, True), (149.0, False)])
def test_a_ratio_is_held_against_the_least_that_is_asked(value: float, met: bool) -> None:
    goals = [Goal("page", "rate", "bare", ratio=1.5), Goal("page", "rate", "another", ratio=9)]
    assert verdict(Result.against("page", "rate", value, "requests/s", "bare", 100), goals) == ("≥ 1.5", met)


@pytest.mark.parametrize(("value", "met"), [(299.0, True), (300.0, False)])
def test_memory_has_to_stay_under_its_bound(value: float, met: bool) -> None:
    assert verdict(Result.alone("idle", "memory", value, "MiB"), [Goal("idle", "memory", None, below=300)]) == (
        "< 300",
        met,
    )


def test_a_result_without_a_goal_is_neither_met_nor_missed() -> None:
    assert verdict(Result.alone("idle", "memory", 1, "MiB"), []) == ("", None)


def test_figures_take_their_place_in_the_page_and_its_words_stay(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE)
    scenario = Scenario(list, (Goal("idle", "memory", None, below=300),), None, "footprint", "What it takes.")
    report.update([Result.alone("idle", "memory", 400, "MiB")], [scenario], [("Memory", "2 GiB")], page)
    text = page.read_text()
    assert text.startswith("# Performance\n\nBefore.\n")
    assert text.endswith("\nAfter.\n")
    assert "old figures" not in text
    assert "- Memory: 2 GiB\n" in text
    assert "| idle | memory | 400 MiB |" in text
    assert "| < 300 | **not met** |" in text
    assert "### `footprint`\n\nWhat it takes." in text
    report.update([], [scenario], [], page)
    assert "400 MiB" not in page.read_text()


def test_a_page_without_a_place_for_figures_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Performance\n")
    with pytest.raises(ValueError, match="no place"):
        report.update([], [], [], page)
    assert page.read_text() == "# Performance\n"


def test_the_page_in_the_documentation_has_a_place_for_figures() -> None:
    text = report.PAGE.read_text()
    assert text.index(report.BEGIN) < text.index(report.END)


def test_every_scenario_says_how_it_measures() -> None:
    scenarios = every()
    assert {"course_page", "footprint", "idle_connections", "progress", "room", "storm"} <= {
        scenario.name for scenario in scenarios
    }
    assert all(scenario.text for scenario in scenarios)
