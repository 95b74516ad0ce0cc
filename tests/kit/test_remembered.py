"""What is kept in memory is found for its time, and never takes more room than it may."""

import pytest

from banyan.kit import remembered
from banyan.kit.remembered import Remembered


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(remembered, "time", made)
    return made


def test_a_value_is_there_for_its_time_and_not_longer(clock: Clock) -> None:
    memory = Remembered(10)
    memory.keep("a", 1, 5)
    memory.keep("b", 2, 50)
    clock.now += 4.9
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, 2, None)
    clock.now += 0.1
    assert (memory.get("a"), memory.get("b")) == (None, 2)


def test_a_newer_value_takes_the_place_of_the_one_before(clock: Clock) -> None:
    memory = Remembered(10)
    memory.keep("a", 1, 5, weight=8)
    memory.keep("a", 2, 5, weight=2)
    memory.keep("b", 3, 5, weight=8)
    assert (memory.get("a"), memory.get("b")) == (2, 3)
    memory.forget("a")
    memory.forget("a")
    assert (memory.get("a"), memory.get("b")) == (None, 3)
    memory.clear()
    assert len(memory) == 0


def test_what_came_first_makes_room(clock: Clock) -> None:
    memory = Remembered(10)
    for number in range(12):
        memory.keep(str(number), number, 5)
    assert [number for number in range(12) if memory.get(str(number)) is not None] == list(range(2, 12))
    memory.keep("large", 0, 5, weight=9)
    assert len(memory) == 2
    assert memory.get("11") == 11


def test_what_is_over_goes_by_itself(clock: Clock) -> None:
    memory = Remembered(1_000_000)
    for number in range(5_000):
        memory.keep(str(number), number, 3)
        clock.now += 0.01  # so that 300 live at a time
    assert len(memory) <= 301
