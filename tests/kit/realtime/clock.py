"""An event loop whose clock jumps to the next thing to do, so that a story that takes minutes is told at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class HastyLoop(asyncio.SelectorEventLoop):
    """Waits for nothing but time, and for that not long."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        coming = [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if coming and not self._ready:  # type: ignore[attr-defined]
            self.now = max(self.now, min(coming))
        super()._run_once()  # type: ignore[misc]


def at_once(story: Coroutine[Any, Any, T]) -> T:
    """Run a story on a loop of its own; no task of it may be left at the end."""
    with asyncio.Runner(loop_factory=HastyLoop) as runner:

        async def told() -> T:
            outcome = await story
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left
            return outcome

        return runner.run(told())
