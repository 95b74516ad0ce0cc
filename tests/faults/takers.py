"""The takers of `make bench exam`, a few hundred of them in this process, each with a connection of their own."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.exam.taker import Call, Reply, Taker
from bench.exam.timetable import Timetable
from tests.line import Line

__all__ = ["Room"]


class Room:
    """Everyone who takes a test.

    Args:
        watch: is told of each request, its status, when it was sent and when answered.
    """

    def __init__(
        self,
        port: int,
        test: str,
        tokens: Sequence[str],
        times: Timetable,
        watch: Callable[[Call, int, float, float], None] = lambda *_: None,
    ) -> None:
        self.bell = asyncio.get_running_loop().time() + times.arrive
        self._times = times
        self._port = port
        self._watch = watch
        self._tokens = tokens
        self.takers = [Taker(number, test, times) for number in range(len(tokens))]

    async def until(self, moment: float) -> None:
        """Wait until so many seconds after the bell."""
        await asyncio.sleep(self.bell + moment - asyncio.get_running_loop().time())

    async def sit(self) -> list[Taker]:
        """Let all take the test.

        Raises:
            Trouble: somebody was told what must not be.
        """
        await asyncio.gather(*(self._live(one, token) for one, token in zip(self.takers, self._tokens, strict=True)))
        return self.takers

    def end(self) -> None:
        """Let all hand in now, whatever the timetable says."""
        times = replace(self._times, end=asyncio.get_running_loop().time() - self.bell)
        for taker in self.takers:
            taker.times = times

    async def _live(self, taker: Taker, token: str) -> None:
        line = Line(self._port, token)
        life = taker.life()
        call = next(life)
        try:
            while True:
                await self.until(call.at)
                sent = asyncio.get_running_loop().time()
                answer = await line.ask(call.method, call.path, call.body)
                done = asyncio.get_running_loop().time()
                self._watch(call, answer.status, sent, done)
                call = life.send(Reply(answer.status, answer.body, sent - self.bell, done - self.bell))
        except StopIteration:
            pass
        finally:
            line.close()
