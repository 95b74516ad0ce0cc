"""Servers that tests start for themselves."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 -- where Linux keeps files in memory; folders in it have names of their own
_ROOM = 4 << 30


@contextmanager
def reachable_folder(*, in_memory: bool = False) -> Iterator[Path]:
    """A folder that PostgreSQL's own user can enter when the tests run as root.

    pytest's own are closed to other users, by each run for all that run at the same time. With `in_memory` it need not
    outlive a power cut, and is not on a disk if there is room: a new database there takes a tenth of the time.
    """
    roomy = in_memory and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    place = _MEMORY if roomy else None
    with tempfile.TemporaryDirectory(prefix="banyan-test-", dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """A file system of its own with room for `size` bytes, which everyone may enter."""
    with reachable_folder() as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "banyan-test", str(folder)]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.fail(f"No small disk can be mounted to be filled ({mounted.stderr.strip()}). Run the tests as root.")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, *, leave: int) -> Path:
    """Fill a file system but for `leave` bytes; the file that takes the room."""
    ballast = disk / "ballast"
    size = shutil.disk_usage(disk).free - leave
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    return ballast


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """A Redis of one's own behind a socket in `folder`, which can be killed and started again; it keeps nothing."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("redis-server")
        if found is None:
            pytest.fail(
                "There is no redis-server on PATH. Install it (Debian: apt install redis-server), then try again."
            )
        self._program = found
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [self._program, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(500):
            with closing(socket.socket(socket.AF_UNIX)) as probe:
                if probe.connect_ex(str(self._socket)) == 0:
                    return
            time.sleep(0.01)
        pytest.fail("redis-server does not start")

    def pause(self) -> None:
        """Let it hang: its socket takes what is sent, and nothing comes back."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on, with what has come meanwhile."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
