"""A scenario: something that is measured. Each is a module of bench/scenarios whose `SCENARIO` is found by itself."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from bench import scenarios
from bench.ground import Ground
from bench.results import Goal, Result

__all__ = ["Scenario", "every"]


@dataclass(frozen=True)
class Scenario:
    """What to measure, and what the design asks of it.

    Attributes:
        play: measures, and gives the results.
        goals: the design's numbers for them.
        table: makes a table of its own of its results (those of `<its name>_…`), the first row telling the columns;
            without it they are lines of the common one.
        text: how it is measured, for docs/performance.md; the module's docstring.
    """

    play: Callable[[Ground], list[Result]]
    goals: Sequence[Goal] = ()
    table: Callable[[Sequence[Result]], Sequence[tuple[str, ...]]] | None = None
    name: str = ""
    text: str = ""


def every() -> list[Scenario]:
    """All scenarios, by name."""
    found = (import_module(f"{scenarios.__name__}.{entry.name}") for entry in iter_modules(scenarios.__path__))
    return [_named(module) for module in sorted(found, key=lambda module: module.__name__)]


def _named(module: ModuleType) -> Scenario:
    scenario: Scenario = module.SCENARIO
    return replace(scenario, name=module.__name__.rpartition(".")[2], text=inspect.getdoc(module) or "")
