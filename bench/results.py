"""Results as bench/results.json keeps them, and what the design asks of them."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

__all__ = ["RESULTS", "Goal", "Result", "merged", "read", "verdict", "write"]

RESULTS = Path(__file__).with_name("results.json")


class Result(msgspec.Struct, frozen=True):
    """One figure, and the same of what it is held against, if it is; `ratio` is `value / baseline_value`."""

    scenario: str
    metric: str
    value: float
    unit: str
    baseline: str | None = None
    baseline_value: float | None = None
    ratio: float | None = None

    @classmethod
    def against(
        cls, scenario: str, metric: str, value: float, unit: str, baseline: str, baseline_value: float
    ) -> "Result":
        """A result with its ratio."""
        ratio = round(value / baseline_value, 3) if baseline_value else None
        return cls(scenario, metric, _short(value), unit, baseline, _short(baseline_value), ratio)

    @classmethod
    def alone(cls, scenario: str, metric: str, value: float, unit: str) -> "Result":
        """A result with nothing to hold it against."""
        return cls(scenario, metric, _short(value), unit)


class Goal(msgspec.Struct, frozen=True):
    """What the design asks of one result: a ratio of at least `ratio`, or a value under `below`."""

    scenario: str
    metric: str
    baseline: str | None
    ratio: float | None = None
    below: float | None = None

    def __str__(self) -> str:
        return f"≥ {self.ratio:g}" if self.ratio is not None else f"< {self.below:g}"

    def concerns(self, result: Result) -> bool:
        """Whether it is about this result."""
        return (self.scenario, self.metric, self.baseline) == (result.scenario, result.metric, result.baseline)

    def met_by(self, result: Result) -> bool:
        """Whether the result is good enough."""
        if self.ratio is not None:
            return result.ratio is not None and result.ratio >= self.ratio
        return self.below is not None and result.value < self.below


def verdict(result: Result, goals: Iterable[Goal]) -> tuple[str, bool | None]:
    """The goal for this result and whether it is met; `("", None)` when there is none."""
    goal = next((goal for goal in goals if goal.concerns(result)), None)
    return (str(goal), goal.met_by(result)) if goal else ("", None)


def read(path: Path = RESULTS) -> list[Result]:
    """What earlier runs found."""
    return msgspec.json.decode(path.read_bytes(), type=list[Result]) if path.exists() else []


def merged(before: Iterable[Result], new: Iterable[Result]) -> list[Result]:
    """The new results, and the earlier ones of scenarios that this run did not play."""
    new = list(new)
    played = {result.scenario for result in new}
    return sorted([result for result in before if result.scenario not in played] + new, key=lambda one: one.scenario)


def write(results: Iterable[Result], path: Path = RESULTS) -> None:
    """Keep them."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(list(results)), indent=2) + b"\n")


def _short(value: float) -> float:
    """Three digits and no more: the rest is noise."""
    return float(f"{value:.3g}") if value < 1000 else float(round(value))
