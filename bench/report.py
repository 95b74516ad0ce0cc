"""The results as people read them: a table on the console, and the figures in docs/performance.md."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.results import Goal, Result, verdict
from bench.scenario import Scenario

__all__ = ["BEGIN", "END", "PAGE", "show", "update"]

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->\n", "<!-- end of figures -->\n"
_COLUMNS = ("Scenario", "Metric", "Banyan", "Baseline", "Its value", "Ratio", "Asked", "")


def show(results: Sequence[Result], scenarios: Sequence[Scenario]) -> None:
    """Print the table."""
    for head, *lines in _tables(results, scenarios):
        table = Table(*head)
        for row in lines:
            table.add_row(*row)
        Console(width=170).print(table)


def update(
    results: Sequence[Result], scenarios: Sequence[Scenario], machine: Sequence[tuple[str, str]], page: Path = PAGE
) -> None:
    """Put the figures into the page, between its marks; the rest of it is written by hand.

    `machine` describes what they are from, line by line.

    Raises:
        ValueError: the page has no marks.
    """
    text = page.read_text()
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{page} has no place for figures")
    page.write_text(before + BEGIN + _figures(results, scenarios, machine) + END + after)


def _figures(results: Sequence[Result], scenarios: Sequence[Scenario], machine: Sequence[tuple[str, str]]) -> str:
    parts = [
        f"\nThe last run was on {datetime.now(UTC):%-d %B %Y}.\n",
        *(_as_text(table) for table in _tables(results, scenarios)),
        "\n".join(f"- {name}: {value}" for name, value in machine),
        *(f"### `{scenario.name}`\n\n{scenario.text}" for scenario in scenarios),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n\n"


def _as_text(table: Sequence[tuple[str, ...]]) -> str:
    head, *lines = table
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *lines))


def _tables(results: Sequence[Result], scenarios: Sequence[Scenario]) -> list[Sequence[tuple[str, ...]]]:
    """The common table, then those that scenarios make of their own results."""
    left = list(results)
    own = []
    for scenario in scenarios:
        if scenario.table is not None:
            its = [one for one in left if one.scenario.startswith(f"{scenario.name}_")]
            left = [one for one in left if one not in its]
            own.append(scenario.table(its))
    return [[_COLUMNS, *_rows(left, scenarios)], *(table for table in own if table)]


def _rows(results: Sequence[Result], scenarios: Sequence[Scenario]) -> list[tuple[str, ...]]:
    goals: list[Goal] = [goal for scenario in scenarios for goal in scenario.goals]
    rows: list[tuple[str, ...]] = []
    for one in results:
        asked, met = verdict(one, goals)
        rows.append(
            (
                one.scenario,
                one.metric,
                f"{one.value:g} {one.unit}",
                one.baseline or "",
                f"{one.baseline_value:g} {one.unit}" if one.baseline_value is not None else "",
                f"{one.ratio:.3g}" if one.ratio is not None else "",
                asked,
                "" if met is None else "met" if met else "**not met**",
            )
        )
    return rows
