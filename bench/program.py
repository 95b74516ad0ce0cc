"""A program around what is measured: a broker, a proxy, a pooler."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import psutil

from bench.machine import Cores
from bench.servers import cpu_of

__all__ = ["Program"]

_PATIENCE = 30.0  # seconds until it must listen, or must have gone


class Program:
    """A running program. Used with `with`: it listens on its port inside, and is gone after.

    Args:
        name: the program's, and that of the package it comes with.
        cores: it has those of the load; all of them unless told.
    """

    def __init__(self, name: str, arguments: Sequence[str], port: int, cores: Cores | None = None) -> None:
        self.port = port
        self._name = name
        self._arguments = arguments
        self._cores = cores or Cores(apart=False)

    def __enter__(self) -> Self:
        found = shutil.which(self._name, path=f"{os.environ['PATH']}:/usr/sbin")
        if found is None:
            raise RuntimeError(f"There is no {self._name} on the path (Debian: apt install {self._name})")
        with self._cores.for_load():
            self._process = subprocess.Popen(
                [found, *self._arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
            )
        end = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        self.__exit__(None, None, None)
        raise RuntimeError(f"{self._name} did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_PATIENCE)

    def cpu_seconds(self) -> float:
        """Processor time that it and its children have used."""
        return cpu_of(psutil.Process(self._process.pid))
