"""The machine that the figures are from, and which of its cores does what.

With two cores or more the server that is measured has the last one for itself; the generator and PostgreSQL share the
others. So a server's rate is what one core of it serves, and the generator cannot take from it.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

__all__ = ["Cores", "describe"]


class Cores:
    """Which cores the server has, and which everything else. A child stays where its parent was when it began.

    Args:
        apart: whether the server has one for itself; else all have all.

    Attributes:
        count: how many there are.
        of_load: those of everything but the server.
    """

    def __init__(self, *, apart: bool = True) -> None:
        available = sorted(os.sched_getaffinity(0))
        split = apart and len(available) > 1
        self.count = len(available)
        self.use = "the measured server has one for itself" if split else "everything shares the only one"
        self._server = set(available[-1:]) if split else set(available)
        self.of_load = set(available[:-1]) if split else set(available)
        self._all = set(available)

    @contextmanager
    def for_server(self) -> Iterator[None]:
        """What is started inside has the server's core."""
        yield from self._on(self._server)

    @contextmanager
    def for_load(self) -> Iterator[None]:
        """What is started inside has the other cores."""
        yield from self._on(self.of_load)

    def _on(self, cores: set[int]) -> Iterator[None]:
        os.sched_setaffinity(0, cores)
        try:
            yield
        finally:
            os.sched_setaffinity(0, self._all)


def describe() -> list[tuple[str, str]]:
    """What the machine is, line by line."""
    return [
        ("Processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("Memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"),
        ("Kernel", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
