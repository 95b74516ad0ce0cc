"""Several processes on one port: whichever is asked tells what all of them measure, and those that have ended did."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, Gauge
from prometheus_client.parser import text_string_to_metric_families

from banyan.app import Banyan
from banyan.kit.telemetry import metrics
from tests.kit.asgi import ask

REQUESTS = "banyan_requests_total"


@dataclass
class Told:
    """An answer to GET /metrics."""

    pid: int
    samples: dict[str, list[tuple[dict[str, str], float]]]

    def total(self, name: str) -> float:
        return sum(value for _, value in self.samples.get(name, []))

    @property
    def living(self) -> set[int]:
        return {int(labels["pid"]) for labels, _ in self.samples["process_resident_memory_bytes"]}


class Workers:
    """Two processes on one port."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.kit.supervised"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        port, folder = self.process.stdout.readline().split()
        self._port, self.folder = int(port), Path(folder)

    def ask(self) -> Told:
        door = HTTPConnection("127.0.0.1", self._port, timeout=20)
        door.request("GET", "/")
        answer = door.getresponse()
        samples: dict[str, list[tuple[dict[str, str], float]]] = {}
        for family in text_string_to_metric_families(answer.read().decode()):
            for sample in family.samples:
                samples.setdefault(sample.name, []).append((sample.labels, sample.value))
        door.close()
        return Told(int(answer.headers["served-by"]), samples)

    def ask_until(self, holds: Callable[[Told], bool]) -> Told:
        end = time.monotonic() + 60
        while True:
            try:
                told = self.ask()
            except (OSError, HTTPException):
                pass
            else:
                if holds(told):
                    return told
            assert time.monotonic() < end
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    started = Workers()
    yield started
    started.stop()
    assert not started.folder.exists(), "what they measured lies there when they have ended"


def test_whoever_is_asked_tells_of_both(workers: Workers) -> None:
    told = workers.ask_until(lambda told: len(told.living) == 2)
    before = told.total(REQUESTS)
    asked = {workers.ask().pid for _ in range(20)}
    told = workers.ask()
    assert asked <= told.living
    assert told.total(REQUESTS) == told.total("banyan_gateway_connections") == before + 21
    assert told.total("banyan_request_seconds_count") == before + 21
    assert told.samples["banyan_build_info"][0][1] == 1


def test_what_the_dead_have_done_counts_and_what_they_were_like_does_not(workers: Workers) -> None:
    told = workers.ask_until(lambda told: len(told.living) == 2)
    before, gone = told.total(REQUESTS), told.pid
    os.kill(gone, signal.SIGKILL)
    told = workers.ask_until(lambda told: len(told.living) == 2 and gone not in told.living)
    assert told.total(REQUESTS) > before
    assert told.total("banyan_request_seconds_count") == told.total(REQUESTS)
    assert told.total("banyan_gateway_connections") < told.total(REQUESTS)
    left = {int(path.stem.rpartition("_")[2]) for path in workers.folder.glob("*.db")}
    assert left == told.living | {0}, "the files of processes that have ended pile up"


def test_every_gauge_says_what_it_means_for_several_processes() -> None:
    gauges = [each for each in REGISTRY._collector_to_names if isinstance(each, Gauge)]
    assert len(gauges) > 10
    wrong = [gauge._name for gauge in gauges if not gauge._multiprocess_mode.startswith("live")]
    assert not wrong, "say multiprocess_mode=livesum, livemax or livemin"


async def test_a_process_alone_writes_no_files_and_needs_no_number(banyan: Banyan) -> None:
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    text = (await ask(banyan, "/metrics")).body.decode()
    assert "\nprocess_resident_memory_bytes " in text
    assert "\nprocess_cpu_seconds_total " in text
    assert "_created" not in text


def test_the_metrics_say_what_runs() -> None:
    assert b'banyan_build_info{python="3.' in metrics()
