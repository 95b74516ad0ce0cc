"""Redis for what needs one: without persistence, beside PostgreSQL on the cores of the load."""

import shutil
import socket
import subprocess
import time
from types import TracebackType

import psutil

from bench.machine import Cores
from bench.servers import cpu_of, free_port

__all__ = ["Broker"]

_PATIENCE = 10.0  # seconds


class Broker:
    """A running Redis. Used with `with`: ready inside, gone after."""

    def __init__(self, cores: Cores) -> None:
        self._port = free_port()
        self._cores = cores
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def __enter__(self) -> "Broker":
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("There is no redis-server on the path (Debian: apt install redis-server)")
        with self._cores.for_load():
            self._process = subprocess.Popen(
                [program, "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        end = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        self.__exit__(None, None, None)
        raise RuntimeError("redis-server did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_PATIENCE)

    def cpu_seconds(self) -> float:
        """Processor time that it has used."""
        return cpu_of(psutil.Process(self._process.pid))
