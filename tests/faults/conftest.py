"""An installation with the demo school, made once and copied for each test."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation
from tests.services import reachable_folder


@pytest.fixture(scope="package", autouse=True)
def heard() -> Iterator[None]:
    """SIGHUP is heard by what the tests start, also when they run under nohup, which has it ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="package")
def planted() -> Iterator[Path]:
    """The data folder of an installation that has been started once."""
    with reachable_folder() as outer:
        first = Installation(outer / "data")
        try:
            first.start()
            assert first.stop() == 0, first.output
        finally:
            first.clean_up()
        (outer / "data" / "output.log").unlink()
        yield outer / "data"


@pytest.fixture
def installation(planted: Path) -> Iterator[Installation]:
    """An installation that is not running."""
    with reachable_folder() as outer:
        subprocess.run(["cp", "-a", planted, outer / "data"], check=True)
        made = Installation(outer / "data")
        yield made
        made.clean_up()
