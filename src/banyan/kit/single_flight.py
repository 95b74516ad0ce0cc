"""Work that is done once however many ask for it at the same time."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

__all__ = ["SingleFlight"]


class SingleFlight:
    """Runs `work` for the first who asks; whoever asks meanwhile waits for the same run and shares its outcome."""

    __slots__ = ("_task", "_work")

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Raises what `work` raises, to everyone who waits."""
        # Shielded: one impatient caller must not cancel the work for the others.
        await asyncio.shield(self.start())

    def start(self) -> asyncio.Task[None]:
        """Begin, or join what is under way, without waiting."""
        task = self._task
        if task is None or task.done():  # a run that is over says nothing of now, also before it has been told
            # A context of its own: the work serves many requests and must not inherit the deadline of one.
            task = self._task = asyncio.create_task(self._run(), context=contextvars.Context())
            task.add_done_callback(self._done)
        return task

    async def _run(self) -> None:
        await self._work()

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._task is task:
            self._task = None
        if not task.cancelled():
            task.exception()  # told to those who wait; nobody may
