"""Whoever stops these tests, in whatever way can be noticed, stops the processes that they started, too."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def _told_to_stop_is_interrupted() -> Iterator[None]:
    """SIGTERM, as from a CI that has waited long enough, cleans up as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)
