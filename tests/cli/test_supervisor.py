"""Processes that share a port are replaced whenever that is asked for."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil  # type: ignore[import-untyped]  # it has no types

COUNT = 2


def test_to_be_replaced_while_they_start_is_not_forgotten() -> None:
    command = [sys.executable, "-m", "tests.kit.supervised"]
    with psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as supervisor:
        _until(lambda: len(_children(supervisor)) == COUNT)
        first = _children(supervisor)
        supervisor.send_signal(signal.SIGHUP)
        _until(lambda: not _children(supervisor) & first and len(_children(supervisor)) == COUNT)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(30) == 0


def _children(process: psutil.Popen) -> set[int]:
    return {child.pid for child in process.children()}


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
