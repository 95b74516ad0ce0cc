"""Work that many ask for at once is done once, and nobody gets the outcome of work that was over before they asked."""

import asyncio
from contextvars import ContextVar

import pytest

from banyan.kit.single_flight import SingleFlight


class Work:
    """Counts its runs, each of which waits for `go`."""

    def __init__(self) -> None:
        self.begun = 0
        self.done = 0
        self.go = asyncio.Event()
        self.fails: Exception | None = None

    async def __call__(self) -> None:
        self.begun += 1
        await self.go.wait()
        if self.fails is not None:
            raise self.fails
        self.done += 1


async def test_those_who_ask_meanwhile_share_one_run() -> None:
    work = Work()
    flight = SingleFlight(work)
    asking = [asyncio.create_task(flight()) for _ in range(10)]
    await asyncio.sleep(0)
    work.go.set()
    await asyncio.gather(*asking)
    assert (work.begun, work.done) == (1, 1)
    await flight()
    assert work.done == 2


async def test_all_who_wait_are_told_what_went_wrong_and_the_next_try_is_a_new_one() -> None:
    work = Work()
    flight = SingleFlight(work)
    work.fails = OSError("gone")
    asking = [asyncio.create_task(flight()) for _ in range(3)]
    await asyncio.sleep(0)
    work.go.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert outcomes == [work.fails] * 3
    work.fails = None
    await flight()
    assert work.done == 1


async def test_one_who_gives_up_does_not_stop_it_for_the_others() -> None:
    work = Work()
    flight = SingleFlight(work)
    impatient, patient = asyncio.create_task(flight()), asyncio.create_task(flight())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    work.go.set()
    await patient
    assert work.done == 1
    assert impatient.cancelled()


async def test_a_run_that_is_over_is_joined_by_nobody() -> None:
    """Also in the moment between its end and the news of it."""
    begun: list[asyncio.Task[None]] = []
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            # runs when the task is done and those who were told so first have not been called yet
            asyncio.get_running_loop().call_soon(lambda: begun.append(flight.start()))

    flight = SingleFlight(work)
    first = flight.start()
    await first
    async with asyncio.timeout(5):
        while not begun:  # noqa: ASYNC110 -- one turn of the loop, in which no event can be set
            await asyncio.sleep(0)
    await begun[0]
    assert begun[0] is not first
    assert runs == 2
    await asyncio.sleep(0)
    await flight()
    assert runs == 3


async def test_it_inherits_nothing_from_who_asked_first() -> None:
    of_the_request: ContextVar[str] = ContextVar("of_the_request", default="nothing")
    seen: list[str] = []

    async def work() -> None:
        seen.append(of_the_request.get())

    of_the_request.set("a deadline")
    await SingleFlight(work)()
    assert seen == ["nothing"]


async def test_a_failure_that_nobody_waits_for_makes_no_noise(recwarn: pytest.WarningsRecorder) -> None:
    async def work() -> None:
        raise OSError("gone")

    flight = SingleFlight(work)
    flight.start()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not recwarn.list
