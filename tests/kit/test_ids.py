"""Ids sort by age and say so in the bits of RFC 9562."""

import time

import pytest

from banyan.kit import ids
from banyan.kit.ids import new_id


def test_ids_of_one_process_rise() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_carries_version_7_the_variant_and_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 20  # a burst may run ahead by some milliseconds


def test_ids_rise_when_the_clock_stands_still_or_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.time_ns() + 10_000_000_000
    clock = iter([start] * 5_000 + [start - 3_600_000_000_000] * 5_000 + [start + 1_000_000_000] * 10)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(clock))
    made = [new_id() for _ in range(10_010)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {7}
