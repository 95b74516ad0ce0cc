"""Everyone in the study groups, who talk while things go wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from tests.cluster.history import History
from tests.cluster.ledger import Ledger
from tests.cluster.member import Member
from tests.cluster.planting import Learner
from tests.cluster.servers import Door

__all__ = ["Crowd", "gathered"]

_MESSAGES_A_SECOND = 450.0  # of all together
_BEFORE_FAULT = 0.2  # of a chapter's messages


class Crowd:
    """The members, all connected.

    Attributes:
        recovery: by chapter, the seconds from the fault until everyone had everything again.
    """

    def __init__(self, members: Sequence[Member], ledger: Ledger, living: Sequence[asyncio.Task[None]]) -> None:
        self.members = members
        self.ledger = ledger
        self.recovery: dict[str, float] = {}
        self._living = living
        self._said = 0

    async def chapter(self, name: str, each: int, fault: Callable[[], Awaitable[None]] | None = None) -> None:
        """Everyone says so many messages, and in the midst of it there is a fault, which is over when it returns.

        Ends when everything said is acknowledged, and everyone has heard all of it.
        """
        self.ledger.chapter = name
        numbers = range(self._said, self._said + each)
        self._said += each
        pause = len(self.members) / _MESSAGES_A_SECOND
        talking = asyncio.gather(*(member.talk(numbers, pause) for member in self.members))
        try:
            if fault is not None:
                before = _BEFORE_FAULT * each * len(self.members)
                await self.until(lambda: self.ledger.counts[name, "acknowledged"] > before)
                started = time.monotonic()
                await fault()
                await self.all_back()
                self.recovery[name] = time.monotonic() - started
            await self.until(talking.done)
            await talking
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        await self.all_back()

    async def all_back(self) -> None:
        """Wait until everyone is in all rooms, and has everything that has been acknowledged until now."""
        goal = dict(self.ledger.acknowledged_to)
        await self.until(lambda: all(member.has(goal) for member in self.members))

    async def until(self, condition: Callable[[], bool], *, within: float = 60) -> None:
        """Wait until something holds; not any longer once something is wrong."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    assert self.ledger.wrongs == []
                    for task in self._living:
                        assert not task.done(), task.result()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            reached = self.ledger.acknowledged_to
            behind = [member.describe(reached) for member in self.members if not member.has(reached)]
            raise AssertionError(
                f"{self.ledger.chapter}: not within {within:.0f} s; {len(behind)} are behind, such as {behind[:5]}"
            ) from None


@asynccontextmanager
async def gathered(learners: Sequence[Learner], rooms: Sequence[str], nodes: Sequence[Door]) -> AsyncIterator[Crowd]:
    """All learners, connected and in all rooms."""
    ledger = Ledger()
    history = History(nodes, ledger)
    members = [Member(learner, rooms, nodes, history, ledger) for learner in learners]
    living = [asyncio.create_task(member.live()) for member in members]
    crowd = Crowd(members, ledger, living)
    try:
        await crowd.all_back()
        yield crowd
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
        await history.close()
