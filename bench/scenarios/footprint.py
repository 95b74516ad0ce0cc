"""What `banyan up` takes: the time until it is ready, and its memory.

Ready is when `/ready` says so: at the first start in an empty data folder, which makes the database and the demo
school, and at the second. Memory is that of all its processes with PostgreSQL, ten seconds after the first start, with
nobody there: the proportional set size, which counts pages that processes share once. The figures of the others are
their own: Kolibri's documentation asks for 1 GB, Open edX's for 4 GB.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import psutil

from bench import sides
from bench.ground import Ground
from bench.results import Goal, Result
from bench.scenario import Scenario
from bench.servers import ROOT, free_port, proportional_memory

_SETTLED = 10.0  # seconds
_PATIENCE = 120.0  # seconds
_KOLIBRI, _OPEN_EDX = "Kolibri, as documented", "Open edX, as documented"


def play(ground: Ground) -> list[Result]:
    """Start twice, and look at the memory in between."""
    data = ground.folder / "footprint"
    first, memory = _start(data, settle=_SETTLED)
    second, _ = _start(data, settle=0)
    return [
        Result.alone("ready", "first_start", first, "s"),
        Result.alone("ready", "second_start", second, "s"),
        Result.against("idle", "memory", memory, "MiB", _KOLIBRI, 1024),
        Result.against("idle", "memory", memory, "MiB", _OPEN_EDX, 4096),
    ]


def _start(data: Path, *, settle: float) -> tuple[float, float]:
    """Start Banyan with its demo school, then stop it: seconds until ready, and MiB in use `settle` seconds later."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_")}
    started = time.monotonic()
    process = subprocess.Popen(
        [sides.PROGRAM, "up", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_ready(process, port, started + _PATIENCE)
        took = time.monotonic() - started
        time.sleep(settle)
        return took, proportional_memory(_everything(process.pid, data)) / 2**20
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_PATIENCE)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, end: float) -> None:
    while time.monotonic() < end:
        assert process.poll() is None, "banyan up stopped before it was ready"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise TimeoutError("banyan up was not ready in time")


def _everything(pid: int, data: Path) -> list[psutil.Process]:
    """The process, PostgreSQL, and what both have started."""
    postmaster = int((data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    roots = [psutil.Process(pid), psutil.Process(postmaster)]
    return [process for root in roots for process in (root, *root.children(recursive=True))]


SCENARIO = Scenario(
    play,
    goals=(
        Goal("ready", "second_start", None, below=5),
        Goal("idle", "memory", _KOLIBRI, below=300),
    ),
)
