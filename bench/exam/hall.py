"""Where the exam is taken: the crowd's process, and what it reports."""

import os
import subprocess
import time
from pathlib import Path
from types import TracebackType

import msgspec

from bench.exam.ledger import Report
from bench.exam.timetable import Order
from bench.servers import ROOT

__all__ = ["Crowd"]

_LOCUST = ROOT / ".venv-bench" / "bin" / "locust"
_BORN = 4_000  # users a second
_LONGEST = 300.0  # seconds that the last may need after the last request was due


class Crowd:
    """Thousands of takers in one process of Locust. Used with `with`: all there inside, gone after.

    Attributes:
        bell: when the exam begins, in monotonic time.
    """

    def __init__(self, order: Order, folder: Path, client: str) -> None:
        self.order = order
        order.write(folder / "order.json")
        self._log = (folder / "locust.log").open("w+")
        takers = len(order.tokens)
        self._process = subprocess.Popen(
            [_LOCUST, "-f", "bench/exam/locustfile.py", "--headless", "-u", str(takers), "-r", str(_BORN),
             "--order", folder / "order.json", "--only-summary", "--skip-log-setup", client],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )  # fmt: skip
        self.bell = 0.0

    def __enter__(self) -> "Crowd":
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("BELL "):
                self.bell = float(line.removeprefix("BELL "))
                return self
        raise RuntimeError(f"the crowd did not gather:\n{self._said()}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()
        self._log.close()

    def until(self, moment: float) -> None:
        """Wait until so many seconds after the bell."""
        time.sleep(max(0.0, self.bell + moment - time.monotonic()))

    def report(self) -> Report:
        """Wait until all are through; what they tell.

        Raises:
            RuntimeError: they told nothing.
            subprocess.TimeoutExpired: some are not through yet.
        """
        times = self.order.timetable
        left = self.bell + times.submission + times.submit + _LONGEST - time.monotonic()
        self._process.communicate(timeout=max(1.0, left))
        report = Path(self.order.report)
        if not report.exists():
            raise RuntimeError(f"the crowd has told nothing:\n{self._said()}")
        return msgspec.json.decode(report.read_bytes(), type=Report)

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read()[-3_000:]
