"""The tests in several processes at once, as `make test` runs them by pytest-xdist: who runs what, and what all saw.

Installations that are killed, cut off and measured run one after another in one process, first, since they take
longest. Every other file is run by whichever process is free. The plans of all statements are looked at when all else
has run, in whichever process. What a test has to tell is printed when all is over.
"""

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.recorded import RECORDED

__all__ = ["WholeFiles", "statements_of_all", "tell"]

_ALONE = {"cluster", "faults"}
_EARLY = {"browser", "security"}
_LAST = "test_plans.py"
_PATIENCE = 900  # seconds that the others may take to finish
_MOST = 4  # processes
_FOLDER = pytest.StashKey[Path]()
_TOLD = "told"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest is begun first, so that no process is left over with it."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folders = set(item.path.parts)
    return 0 if folders & _ALONE else 1 if folders & _EARLY else 2 if item.path.name != _LAST else 3


class WholeFiles(LoadScopeScheduling):
    """Gives each process one file after the other, in their order."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "alone" if _ALONE & set(path.split("/")) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: who breaks installations mostly waits."""
    return min((os.cpu_count() or 1) + 1, _MOST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    """However the work is asked to be shared out, whole files are."""
    return WholeFiles(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """The process that shares the work out makes a folder for what the others see."""
    if not hasattr(config, "workerinput"):
        config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="banyan-seen-"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """That folder goes again."""
    if folder := config.stash.get(_FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A process is told where to write what it has seen."""
    node.workerinput["seen"] = str(node.config.stash[_FOLDER])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the statements that ran in this process to the one that explains them."""
    if told := getattr(session.config, "workerinput", None):
        unfinished = Path(told["seen"], f"{told['workerid']}.unfinished")
        unfinished.write_text(json.dumps(RECORDED))
        unfinished.rename(unfinished.with_suffix(".json"))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a text printed at the end of the run, such as a table of what was measured."""
    return lambda text: record_property(_TOLD, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests had to tell, whichever process they ran in."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in getattr(report, "user_properties", ()):
                if name == _TOLD and report.when == "call":
                    terminalreporter.section(report.nodeid.partition("::")[2])
                    terminalreporter.write_line(text)


async def statements_of_all(config: pytest.Config) -> dict[str, str]:
    """Every statement that ran in this process and, once they are done, in the others; with its issuer."""
    told = getattr(config, "workerinput", None)
    if told is None:
        return RECORDED
    end = time.monotonic() + _PATIENCE
    while len(found := list(Path(told["seen"]).glob("*.json"))) < int(told["workercount"]) - 1:
        assert time.monotonic() < end, f"only {len(found)} of the other processes are done"
        await asyncio.sleep(0.1)
    merged = dict(RECORDED)
    for path in found:
        merged |= json.loads(path.read_text())
    return merged
