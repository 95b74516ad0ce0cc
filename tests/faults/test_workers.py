"""Several processes on one port: none is missed when it dies, or when all are replaced."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.cluster.servers import Node
from tests.services import RedisServer, free_port, reachable_folder

WORKERS = 2
CLIENTS = 8


class Served:
    """`banyan serve --workers 2`."""

    def __init__(self, folder: Path, redis: str) -> None:
        self.port = free_port()
        self.admin_port = free_port()
        self._log = folder / "log"
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith("BANYAN_")}
        self._environment["BANYAN_DATA"] = str(folder / "data")
        self._environment["BANYAN_SERVER_PORT"] = str(self.port)
        self._environment["BANYAN_ADMIN_PORT"] = str(self.admin_port)
        if redis:
            self._environment["BANYAN_REDIS_URL"] = redis

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "banyan", *words], env=self._environment, capture_output=True, text=True, check=False
        )

    def start(self) -> None:
        """Start it, and wait until it serves."""
        command = [sys.executable, "-m", "banyan", "serve", "--workers", str(WORKERS)]
        with self._log.open("ab") as log:
            self.process = psutil.Popen(command, env=self._environment, stderr=log)
        end = time.monotonic() + 60
        while not self.ready():
            assert self.process.poll() is None, self._log.read_text()
            assert time.monotonic() < end
            time.sleep(0.05)

    def ready(self) -> bool:
        """Whether one of them says so."""
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def workers(self) -> set[int]:
        """The numbers of the processes that serve."""
        return {child.pid for child in self.process.children() if _serves(child)}


def _serves(child: psutil.Process) -> bool:
    try:
        return "--door" in child.cmdline()
    except psutil.NoSuchProcess:  # it has just ended
        return False


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with reachable_folder() as folder:
        redis = RedisServer(folder)
        redis.start()
        made = Served(folder, redis.url)
        assert made.run("db", "migrate").returncode == 0
        assert made.run("school", "create", "Hill").returncode == 0
        made.start()
        yield made
        made.process.terminate()
        assert made.process.wait(30) == 0
        assert not made.ready()
        redis.kill()


async def _ask(url: str, stop: asyncio.Event, answers: Counter[object]) -> None:
    """Ask on a connection that is kept, until told to stop."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        while not stop.is_set():
            try:
                answer = await client.get("/api/v1/school")
                answers[answer.status_code] += 1
            except httpx.TransportError as error:
                answers[type(error).__name__] += 1
            await asyncio.sleep(0.01)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not holds():  # noqa: ASYNC110 -- other processes say so
            await asyncio.sleep(0.1)


async def test_all_are_replaced_without_one_failed_request_and_one_that_dies_is_started_again(served: Served) -> None:
    before = served.workers()
    assert len(before) == WORKERS
    stop, answers = asyncio.Event(), Counter[object]()
    clients = [asyncio.create_task(_ask(served.url, stop, answers)) for _ in range(CLIENTS)]
    await asyncio.sleep(0.5)
    served.process.send_signal(signal.SIGHUP)
    await _until(lambda: not served.workers() & before and len(served.workers()) == WORKERS)
    await asyncio.sleep(0.5)
    assert set(answers) == {200}
    assert answers[200] > 100

    replaced = served.workers()
    victim = min(replaced)
    os.kill(victim, signal.SIGKILL)
    await _until(lambda: victim not in served.workers() and len(served.workers()) == WORKERS)
    stop.set()
    await asyncio.gather(*clients)
    assert replaced - {victim} <= served.workers(), "the others stayed"
    lost = answers.total() - answers[200]
    assert lost <= CLIENTS, answers


def _told_of(admin: str) -> set[int]:
    """The processes whose figures are told."""
    told = httpx.get(f"{admin}/metrics", timeout=20).text
    return {int(pid) for pid in re.findall(r'process_start_time_seconds\{pid="(\d+)"\}', told)}


def test_figures_of_all_are_told_on_the_listener_for_administration_and_nowhere_else(served: Served) -> None:
    admin = f"http://127.0.0.1:{served.admin_port}"
    end = time.monotonic() + 60
    while (told := _told_of(admin)) != served.workers() or len(told) != WORKERS:  # one may just have been started
        assert time.monotonic() < end
        time.sleep(0.1)
    for _ in range(10):  # whichever of them answers
        assert httpx.get(f"{admin}/ready").status_code == 200
        assert httpx.get(f"{admin}/api/v1/audit").status_code == 401
        assert httpx.get(f"{served.url}/api/v1/audit").status_code == 404
        assert httpx.get(f"{served.url}/metrics").status_code == 404


def test_several_without_redis_are_refused() -> None:
    with reachable_folder() as folder:
        refused = Served(folder, "").run("serve", "--workers", "2")
    assert refused.returncode == 1
    assert "BANYAN_REDIS_URL" in refused.stderr


async def test_a_second_one_without_redis_says_what_is_missing(database_url: str) -> None:
    with reachable_folder() as folder:
        nodes = [Node(f"node {number}", folder, {"BANYAN_DATABASE_URL": database_url}, "web") for number in (1, 2)]
        try:
            for node in nodes:
                await node.start()
            first, second = (node.output for node in nodes)
        finally:
            for node in nodes:
                node.clean_up()
    assert "several_processes_without_redis" not in first
    (said,) = [line for line in second.splitlines() if "several_processes_without_redis" in line]
    assert "BANYAN_REDIS_URL" in said
    assert "others=1" in said
