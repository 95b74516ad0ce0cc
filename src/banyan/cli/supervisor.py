"""Several processes on the same listening sockets: they are started, watched, replaced one after another, and stopped.

SIGTERM and SIGINT stop all of them; SIGHUP replaces each by a new one, which serves before the old one goes.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog

from banyan.kit.pauses import Pauses
from banyan.kit.shared_metrics import SharedMetrics

__all__ = ["Supervisor", "tell_ready"]

log = structlog.get_logger(__name__)
_START_SECONDS = 60.0  # until a new process serves
_STOP_SECONDS = 60.0  # until one that was told to stop has gone


def tell_ready(pipe: int) -> None:
    """Tell the supervisor, through the pipe that it gave, that this process serves."""
    os.write(pipe, b"!")
    os.close(pipe)


class _Process:
    """One process, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process, ready: asyncio.Future[bool]) -> None:
        self._process = process
        self._ready = ready
        self.began = time.monotonic()

    @classmethod
    async def start(
        cls, command: Sequence[str], doors: Sequence[socket.socket], given: Mapping[str, str]
    ) -> "_Process":
        hears, tells = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                *(word for door in doors for word in ("--door", str(door.fileno()))),
                *("--ready", str(tells)),
                pass_fds=(*(door.fileno() for door in doors), tells),
                env=os.environ | given,
            )
        except BaseException:
            os.close(hears)
            raise
        finally:
            os.close(tells)
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[bool] = loop.create_future()

        def heard() -> None:
            loop.remove_reader(hears)
            said = os.read(hears, 1)
            os.close(hears)
            if not ready.done():
                ready.set_result(bool(said))

        loop.add_reader(hears, heard)
        log.info("process_started", pid=process.pid)
        return cls(process, ready)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    async def serves(self) -> bool:
        """Wait until it serves; False when it does not come so far."""
        try:
            return await asyncio.wait_for(self._ready, _START_SECONDS)
        except TimeoutError:
            return False

    async def ended(self) -> int:
        """Wait until it has gone; its exit status."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Tell it to stop, and wait until it has gone."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
        except TimeoutError:
            log.warning("process_killed", pid=self.pid, reason="it did not stop")
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


class Supervisor:
    """Keeps `count` processes serving.

    Args:
        command: starts one; it is given `--door` and `--ready`, file descriptors that it inherits.
        doors: the sockets on which all of them accept connections.
        metrics: where they put what they measure.
    """

    def __init__(
        self, command: Sequence[str], count: int, doors: Sequence[socket.socket], metrics: SharedMetrics
    ) -> None:
        self._command = command
        self._doors = doors
        self._metrics = metrics
        self._places: list[_Process | None] = [None] * count
        self._turns = [asyncio.Lock() for _ in range(count)]  # a place is filled by one at a time
        self._leaving: set[_Process] = set()  # have been replaced, and finish what they have begun
        self._stopping = asyncio.Event()

    async def run(self) -> int:
        """Serve until told to stop; 0, or 1 when the processes cannot be started."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        turn = asyncio.Lock()
        tasks: set[asyncio.Task[None]] = set()

        def replace() -> None:
            task = asyncio.create_task(self._replace_all(turn))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        loop.add_signal_handler(signal.SIGHUP, replace)
        async with turn:
            if not await self._begin():
                return 1
        keepers = [asyncio.create_task(self._keep(place)) for place in range(len(self._places))]
        await self._stopping.wait()
        for task in (*keepers, *tasks):
            task.cancel()
        await asyncio.gather(*keepers, *tasks, return_exceptions=True)
        await self._stop_all()
        return 0

    async def _begin(self) -> bool:
        """Start all, and wait until they serve or are to stop; False if one does not come so far.

        Then none is left, nor when this raises.

        Raises:
            OSError: the system has no process to give.
        """
        try:
            for place in range(len(self._places)):
                self._places[place] = await self._start()
        except OSError:
            await self._stop_all()
            raise
        serving = asyncio.gather(*(each.serves() for each in self._places if each))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not serving.done():
            serving.cancel()
        elif not all(serving.result()):
            await self._stop_all()
            return False
        return True

    async def _stop_all(self) -> None:
        await asyncio.gather(*(each.stop() for each in (*self._places, *self._leaving) if each))

    async def _start(self) -> _Process:
        return await _Process.start(self._command, self._doors, self._metrics.environment)

    async def _keep(self, place: int) -> None:
        """Start the process of a place again whenever it ends by itself."""
        pauses = Pauses()
        while True:
            process = self._places[place]
            if process is None:
                await asyncio.sleep(0 if await self._fill(place) else pauses.after(0))
                continue
            status = await process.ended()
            self._metrics.forget(process.pid)
            if self._places[place] is not process:
                continue  # it was replaced
            pause = pauses.after(time.monotonic() - process.began)
            log.error("process_ended", pid=process.pid, status=status, restarting_in=pause)
            self._places[place] = None
            await asyncio.sleep(pause)

    async def _fill(self, place: int) -> bool:
        """Start a process in a place unless there is one by now; False when the system has none to give."""
        async with self._turns[place]:
            try:
                self._places[place] = self._places[place] or await self._start()
            except OSError as error:
                log.error("process_does_not_start", reason=str(error))
                return False
        return True

    async def _replace_all(self, turn: asyncio.Lock) -> None:
        """Put a new process in each place, one after another; if one does not come to serve, the others stay."""
        async with turn:
            for place in range(len(self._places)):
                if not await self._replace(place):
                    return

    async def _replace(self, place: int) -> bool:
        async with self._turns[place]:
            try:
                new = await self._start()
            except OSError as error:
                log.error("replacement_failed", reason=str(error))
                return False
            serves = False
            try:
                serves = await new.serves()
            finally:
                if not serves:
                    log.error("replacement_failed", pid=new.pid)
                    await new.stop()
                    self._metrics.forget(new.pid)
            if not serves:
                return False
            old, self._places[place] = self._places[place], new
        if old is not None:
            self._leaving.add(old)
            await old.stop()
            self._leaving.discard(old)
        return True
