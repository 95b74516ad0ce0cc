"""What several processes on one port measure, told by whichever of them is asked.

Each keeps its numbers in files of its own in a folder that the supervisor makes, by prometheus_client's multiprocess
mode. That mode leaves the counters of processes that have ended lying there for ever, a file each; here they are added
up in one, for otherwise a process that is restarted every half minute would fill the folder and slow each answer down.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["SharedMetrics", "shared", "told_together"]

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_MEMORY = Path("/dev/shm")  # noqa: S108 -- in memory: a mapped file on a full disk would end whoever writes to it
_ADDED_UP = ("counter", "histogram")  # what is true of a process for ever, also when it has ended
_GONE = 0  # stands for all processes that have ended


class SharedMetrics:
    """A folder for the metrics of processes that share a port; it goes with the `with` it is made by."""

    def __init__(self) -> None:
        place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="banyan-metrics-", dir=place, ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)

    def __enter__(self) -> "SharedMetrics":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process must find in its environment from the start."""
        return {_FOLDER: str(self.path)}

    def forget(self, pid: int) -> None:
        """A process has ended: what it is like no longer counts, what it has done still does."""
        with _turn(self.path, fcntl.LOCK_EX):
            mark_process_dead(pid, str(self.path))  # type: ignore[no-untyped-call]  # it has no types
            for kind in _ADDED_UP:
                left = self.path / f"{kind}_{pid}.db"
                if left.exists():
                    _add(left, self.path / f"{kind}_{_GONE}.db")
                    left.unlink()


def shared() -> Path | None:
    """The folder that this process shares its metrics in; None when it is alone."""
    folder = os.environ.get(_FOLDER)
    return Path(folder) if folder else None


def told_together(folder: Path) -> bytes:
    """Everything measured by the processes that share `folder`, in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # it has no types
    registry.register(_Processes(folder))
    with _turn(folder, fcntl.LOCK_SH):
        return generate_latest(registry)


class _Processes:
    """Memory, CPU time and open files of each living process: what is measured of a single one, with its `pid`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        together: dict[str, Metric] = {}
        for pid in sorted({int(path.stem.rpartition("_")[2]) for path in self._folder.glob("gauge_live*_*.db")}):
            for found in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                metric = together.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                for sample in found.samples:
                    metric.add_sample(sample.name, {**sample.labels, "pid": str(pid)}, sample.value)
        yield from together.values()


@contextmanager
def _turn(folder: Path, kind: int) -> Iterator[None]:
    """Nobody reads while numbers move from one file to another: they would be there twice, or not at all."""
    with (folder / "turn").open("w") as lock:
        fcntl.flock(lock, kind)
        yield


def _add(left: Path, to: Path) -> None:
    total = MmapedDict(str(to))  # type: ignore[no-untyped-call]  # it has no types
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(left)):  # type: ignore[no-untyped-call]
            total.write_value(key, total.read_value(key)[0] + value, 0.0)  # type: ignore[no-untyped-call]
    finally:
        total.close()  # type: ignore[no-untyped-call]
