"""Processes that share a port are replaced whenever that is asked for, and none is left behind."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil  # type: ignore[import-untyped]  # it has no types
import pytest

from banyan.cli.supervisor import Supervisor, _Process
from banyan.kit import pauses
from banyan.kit.shared_metrics import SharedMetrics

COUNT = 2
WAITS = "import signal; signal.pause()"
SERVES = f"import os, sys; ready = int(sys.argv[-1]); os.write(ready, b'!'); os.close(ready); {WAITS}"


def test_to_be_replaced_while_they_start_is_not_forgotten() -> None:
    command = [sys.executable, "-m", "tests.kit.supervised"]
    with psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as supervisor:
        _until(lambda: len(_children(supervisor)) == COUNT)
        first = _children(supervisor)
        supervisor.send_signal(signal.SIGHUP)
        _until(lambda: not _children(supervisor) & first and len(_children(supervisor)) == COUNT)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(30) == 0


async def test_one_that_dies_while_the_others_are_replaced_leaves_nobody_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pauses, "_FIRST", 0.5)
    async with supervised(SERVES) as (supervisor, running):
        await all_serve(supervisor)
        first = running()
        died, _ = places(supervisor)
        psutil.Process(died.pid).kill()
        await until(lambda: supervisor._places[0] is None)
        await supervisor._replace_all(asyncio.Lock())  # before it is started again
        await asyncio.sleep(1)
        assert len(running()) == COUNT, "it was started again though another had its place"
        assert not running() & first


async def test_one_that_dies_as_its_place_comes_to_be_replaced_leaves_nobody_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with supervised(SERVES) as (supervisor, running):
        await all_serve(supervisor)
        first, second = places(supervisor)
        stop = first.stop

        async def stop_and_kill_the_other() -> None:
            await stop()
            second.began -= 3600  # so that it is started again at once
            psutil.Process(second.pid).kill()
            await until(lambda: supervisor._places[1] not in (None, second))

        monkeypatch.setattr(first, "stop", stop_and_kill_the_other)
        await supervisor._replace_all(asyncio.Lock())
        assert len(running()) == COUNT


async def test_a_system_that_has_no_process_to_give_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "_FIRST", 0.05)
    async with supervised(SERVES) as (supervisor, running):
        await all_serve(supervisor)
        start, failures = supervisor._start, iter([BlockingIOError(11, "Resource temporarily unavailable")] * 2)

        async def sometimes() -> object:
            for failure in failures:
                raise failure
            return await start()

        monkeypatch.setattr(supervisor, "_start", sometimes)
        psutil.Process(places(supervisor)[0].pid).kill()
        await until(lambda: supervisor._places[0] is None)
        await until(lambda: len(running()) == COUNT)


async def test_to_be_stopped_before_they_serve_is_obeyed() -> None:
    async with asyncio.timeout(30):
        async with supervised(WAITS) as (_, running):
            await until(lambda: len(running()) == COUNT)
        assert running() == set()


@asynccontextmanager
async def supervised(program: str) -> AsyncIterator[tuple[Supervisor, Callable[[], set[int]]]]:
    """Processes under a supervisor in this one, and which of them run; it is told to stop at the end, and does."""
    before = _children(psutil.Process())
    with SharedMetrics() as shared:
        supervisor = Supervisor([sys.executable, "-c", program], COUNT, [], shared)
        serving = asyncio.create_task(supervisor.run())
        try:
            yield supervisor, lambda: _children(psutil.Process()) - before
        finally:
            supervisor._stopping.set()
            assert await serving == 0


async def all_serve(supervisor: Supervisor) -> None:
    await until(lambda: None not in supervisor._places and all(each._ready.done() for each in places(supervisor)))


def places(supervisor: Supervisor) -> list[_Process]:
    return [each for each in supervisor._places if each]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 -- a state, not an event
            await asyncio.sleep(0.01)


def _children(process: psutil.Process) -> set[int]:
    return {child.pid for child in process.children() if child.is_running()}


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
