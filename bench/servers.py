"""The programs that are measured, each a process of its own on loopback."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any

import httpx
import psutil

from bench.machine import Cores

__all__ = ["ROOT", "Server", "Side", "cpu_of", "free_port", "proportional_memory"]

ROOT = Path(__file__).parent.parent
_PATIENCE = 60.0  # seconds until a server must answer, or must have gone


@dataclass(frozen=True)
class Side:
    """How to start one side of a comparison; `{port}` in `command` is filled in."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Server:
    """A running side. Used with `with`: ready inside, gone after."""

    _client: httpx.Client

    def __init__(self, side: Side, cores: Cores) -> None:
        self.name = side.name
        self.port = free_port()
        self._side = side
        self._cores = cores
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes]

    def __enter__(self) -> "Server":
        self._output = TemporaryFile()
        # Made once, because it takes as long as many requests; none keeps a connection that the server would wait for.
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", timeout=20, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def get(self, path: str, token: str) -> httpx.Response:
        """One answer."""
        return self._client.get(path, headers={"authorization": f"Bearer {token}"})

    def put(self, path: str, token: str, body: Any) -> httpx.Response:
        """Send something; its answer."""
        return self._client.put(path, json=body, headers={"authorization": f"Bearer {token}"})

    def measured(self, metric: str, *having: str) -> float:
        """The sum of a metric over all its labels, or over those with one of `having` in them, as /metrics tells it."""
        # However busy it is: what it has counted until then is what is asked for.
        lines = self._client.get("/metrics", timeout=120).text.splitlines()
        return sum(
            float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith((f"{metric} ", f"{metric}{{")) and (not having or any(part in line for part in having))
        )

    def is_ready(self) -> bool:
        """Whether it says that it should get traffic."""
        try:
            return self._client.get("/ready").status_code == 200
        except httpx.TransportError:
            return False

    def said(self) -> str:
        """The end of what it has printed and logged."""
        self._output.seek(max(0, self._output.seek(0, os.SEEK_END) - 3_000))
        return self._output.read().decode(errors="replace")

    def complaint(self, answer: httpx.Response) -> str:
        """What is wrong with an answer, for whoever has to find out."""
        return f"{self.name} answers {answer.status_code}: {answer.text[:500]}\n{self.said()}"

    def cpu_seconds(self) -> float:
        """Processor time that the process and its children have used, in seconds."""
        return cpu_of(psutil.Process(self._running().pid))

    def memory(self) -> int:
        """Bytes that the process and its children hold; what they share is counted once."""
        return proportional_memory(_tree(self._running().pid))

    def kill(self) -> None:
        """Let it die without a word."""
        self._running().kill()
        self._running().wait()

    def start_again(self) -> None:
        """Start it once more, on the same port, after `kill`."""
        self._start()

    def _start(self) -> None:
        command = [part.format(port=self.port) for part in self._side.command]
        with self._cores.for_server():
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **self._side.environment},
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._stop()
            raise

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self._process

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + _PATIENCE
        while self._running().poll() is None and time.monotonic() < end:
            try:
                self._client.get("/ready")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"{self.name} did not start:\n{self.said()}")

    def _stop(self) -> None:
        process = self._running()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._output.close()
        self._client.close()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def proportional_memory(processes: Sequence[psutil.Process]) -> int:
    """The proportional set size of these processes together, in bytes: shared memory is counted once."""
    return sum(process.memory_full_info().pss for process in processes)


def cpu_of(process: psutil.Process) -> float:
    """Processor time that a process and its children have used, in seconds."""
    used = 0.0
    for each in _tree(process.pid):
        times = each.cpu_times()
        used += times.user + times.system
    return used


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]
