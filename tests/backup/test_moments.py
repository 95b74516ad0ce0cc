"""A moment means the same everywhere, or is not taken."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from banyan.backup import NotCovered, parse_moment


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T10:15:00+02:00", (2026, 7, 1, 8, 15)),
        ("2026-07-01T10:15:00Z", (2026, 7, 1, 10, 15)),
        ("2026-07-01 10:15", (2026, 7, 1, 8, 15)),
        ("2026-01-01 10:15", (2026, 1, 1, 9, 15)),
        (" 2026-01-01 ", (2025, 12, 31, 23, 0)),
        ("2026-10-25T02:30:00+01:00", (2026, 10, 25, 1, 30)),
    ],
)
def test_an_offset_counts_and_else_the_place_of_the_machine(text: str, utc: tuple[int, ...]) -> None:
    assert parse_moment(text) == datetime(*utc, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "2026-03-29 02:30"])
def test_an_hour_that_is_there_twice_or_never_needs_its_offset(text: str) -> None:
    with pytest.raises(NotCovered, match=r"the clocks changed.*\+0200.*\+0100|the clocks changed.*\+0100.*\+0200"):
        parse_moment(text)


@pytest.mark.parametrize("text", ["", "yesterday", "10:15", "2026-13-01", "2026-07-01T25:00"])
def test_nonsense_is_told_with_an_example(text: str) -> None:
    with pytest.raises(NotCovered, match=r"is not a time\. Write it like"):
        parse_moment(text)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31T23:59", "0001-01-01T00:00+12:00", "9999-12-31T23:00-09:00"])
def test_a_time_that_other_time_zones_do_not_have_is_told(text: str) -> None:
    with pytest.raises(NotCovered, match="is not a time that anything is known of"):
        parse_moment(text)
