"""A whole installation in processes of its own, to be stopped and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it has no types

PASSWORD = "grow-with-banyan"


class Installation:
    """`banyan up` on a data folder and a free port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """All that it has printed."""
        return (self.data / "output.log").read_text()

    def start(self, **settings: str) -> None:
        """Start it, and wait until it is ready."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BANYAN_")} | settings
        self.data.mkdir(mode=0o755, exist_ok=True)
        with (self.data / "output.log").open("a") as output:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("banyan"), "up", "--port", str(self.port), "--data", self.data],
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it serves, and takes writes, at most a minute."""
        assert self.process is not None
        end = time.monotonic() + 60
        while not self.ready():
            assert self.process.poll() is None, self.output
            assert time.monotonic() < end, self.output
            time.sleep(0.05)

    def ready(self) -> bool:
        """Whether it says that it is, and that it takes writes."""
        try:
            answer = httpx.get(f"{self.url}/ready", timeout=5)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.json()["mode"] == "normal"

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Tell it to stop; its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill the serving process at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def kill_postgres(self) -> None:
        """Kill PostgreSQL's first process at once."""
        self.postmaster().kill()

    def postmaster(self) -> psutil.Process:
        """PostgreSQL's first process."""
        text = (self.data / "postgres" / "data" / "postmaster.pid").read_text()
        return psutil.Process(int(text.split()[0]))

    def processes(self) -> list[psutil.Process]:
        """Everything that runs on the data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.data) in f"{process.cwd()} {' '.join(process.cmdline())}":
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def clean_up(self) -> None:
        """End whatever a failed test has left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for process in self.processes():
            process.kill()

    def client(self) -> httpx.AsyncClient:
        """A browser at its door."""
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=30)

    async def sign_in(self, role: str) -> httpx.AsyncClient:
        """One of the demo school's people."""
        client = self.client()
        answer = await client.post("/sessions", json={"email": f"{role}@demo.school", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
