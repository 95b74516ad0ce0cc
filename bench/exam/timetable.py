"""When what happens on exam day, and who comes: what the scenario tells the crowd. No imports but Python's own."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Order", "Timetable"]


@dataclass(frozen=True, slots=True)
class Timetable:
    """All in seconds; times are counted from the bell.

    Attributes:
        arrive: before the bell, within which the takers open the test's page.
        start: within which all begin.
        pause: between two answers of one taker, from the shortest to the longest.
        end: when the last answers are given.
        submit: within which all hand in, from two seconds after the end on.
    """

    arrive: float = 15.0
    start: float = 10.0
    pause: tuple[float, float] = (3.0, 9.0)
    end: float = 120.0
    submit: float = 10.0

    @property
    def submission(self) -> float:
        """When the first hand in."""
        return self.end + 2.0


@dataclass(frozen=True, slots=True)
class Order:
    """What the crowd is to do: take this test at 127.0.0.1:`port`, each with a token, and write down how it went."""

    port: int
    test: str
    tokens: list[str]
    report: str
    timetable: Timetable

    def write(self, path: Path) -> None:
        """Put it where the crowd's process finds it."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "Order":
        """What `write` has put there."""
        told = json.loads(path.read_text())
        times = told.pop("timetable")
        return cls(**told, timetable=Timetable(**times | {"pause": tuple(times["pause"])}))
