"""A Redis cluster of three nodes on loopback."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services import free_port

__all__ = ["RedisCluster"]

_NODES = 3


class RedisCluster:
    """Three nodes, each of which has a third of the keys. They keep nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = [shutil.which(name) for name in ("redis-server", "redis-cli")]
        if None in self._programs:
            pytest.fail(
                "There is no redis-server on PATH. Install it (Debian: apt install redis-server), then try again."
            )
        self._processes: list[subprocess.Popen[bytes]] = []
        self.ports: list[int] = []

    @property
    def url(self) -> str:
        """How Banyan is told of it."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in self.ports)

    @contextmanager
    def running(self) -> Iterator["RedisCluster"]:
        """Start it, wait until it serves all keys, and stop it afterwards."""
        try:
            for _ in range(_NODES):
                self._start_one()
            self._join()
            yield self
        finally:
            for process in self._processes:
                process.kill()
                process.wait()

    def kill(self, number: int) -> None:
        """Kill one of the nodes."""
        self._processes[number].kill()
        self._processes[number].wait()

    def _start_one(self) -> None:
        folder = self._folder / str(len(self.ports))
        folder.mkdir()
        port, between = free_port(), free_port()
        options = {"bind": "127.0.0.1", "port": port, "cluster-port": between, "cluster-enabled": "yes", "save": "",
                   "cluster-node-timeout": 2000, "dir": folder}  # fmt: skip
        command = [
            str(self._programs[0]),
            *(word for name, value in options.items() for word in (f"--{name}", str(value))),
        ]
        self._processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        self.ports.append(port)

    def _join(self) -> None:
        nodes = [f"127.0.0.1:{port}" for port in self.ports]
        self._until(lambda: all(self._ask(port, "ping") == "PONG" for port in self.ports))
        made = subprocess.run(
            [str(self._programs[1]), "--cluster", "create", *nodes, "--cluster-replicas", "0", "--cluster-yes"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        self._until(lambda: all("cluster_state:ok" in self._ask(port, "cluster", "info") for port in self.ports))

    def _ask(self, port: int, *words: str) -> str:
        asked = subprocess.run(
            [str(self._programs[1]), "-p", str(port), *words], capture_output=True, text=True, check=False
        )
        return asked.stdout.strip()

    @staticmethod
    def _until(holds: Callable[[], bool]) -> None:
        for _ in range(400):
            if holds():
                return
            time.sleep(0.05)
        pytest.fail("the Redis cluster does not come up")
