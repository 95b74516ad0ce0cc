"""Commands, run in this process as the shell would run them."""

import io
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from banyan.cli import main
from tests.conftest import Databases
from tests.services import reachable_folder


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    out: str
    err: str


Banyan = Callable[..., Outcome]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet."""
    with reachable_folder(in_memory=True) as outer:
        yield outer / "data"


@pytest.fixture
def banyan(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Outcome]]:
    """Runs `banyan …` on the data folder."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run(*words: str, given: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["banyan", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        monkeypatch.setenv("BANYAN_DATA", str(data))
        try:
            main()
            status: object = 0
        except SystemExit as end:
            status = end.code
        captured = capsys.readouterr()
        if isinstance(status, str):  # a message: Python prints it and ends with 1
            return Outcome(1, captured.out, captured.err + status)
        return Outcome(int(str(status or 0)), captured.out, captured.err)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def migrated(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """BANYAN_DATABASE_URL names a migrated database."""
    import asyncio  # noqa: PLC0415

    runner = asyncio.Runner()
    fresh = databases.fresh()
    url = runner.run(fresh.__aenter__())
    monkeypatch.setenv("BANYAN_DATABASE_URL", url)
    yield url
    runner.run(fresh.__aexit__(None, None, None))
    runner.close()
