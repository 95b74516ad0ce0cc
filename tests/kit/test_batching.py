"""However commands come together, each caller gets its own answer, and only once it is stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.kit import request
from banyan.kit.batching import Batcher, Shards
from banyan.kit.problems import Unavailable


@dataclass(frozen=True)
class Command:
    number: int
    key: int
    poisoned: bool


@dataclass
class Table:
    """Where batches are written: takes some turns of the event loop, and refuses a batch with a poisoned command."""

    turns: int = 0
    stored: list[Command] = field(default_factory=list)
    batches: list[list[Command]] = field(default_factory=list)

    async def write(self, batch: Sequence[Command]) -> list[str]:
        self.batches.append(list(batch))
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if any(command.poisoned for command in batch):
            raise ValueError(f"{len(batch)} refused")
        self.stored += batch
        return [f"stored {command.number}" for command in batch]


@dataclass(frozen=True)
class Caller:
    key: int
    poisoned: bool
    wait: int
    patience: int | None


callers = st.builds(
    Caller,
    key=st.integers(0, 4),
    poisoned=st.sampled_from([False, False, False, True]),
    wait=st.integers(0, 6),
    patience=st.none() | st.integers(0, 12),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(callers, max_size=30), st.integers(0, 4), st.integers(1, 8))
def test_any_interleaving_gives_each_caller_its_own_answer(crowd: list[Caller], turns: int, largest: int) -> None:
    asyncio.run(_meet(crowd, turns, largest))


async def _meet(crowd: list[Caller], turns: int, largest: int) -> None:
    meeting = Meeting(Table(turns), largest)
    await asyncio.gather(*(meeting.call_with_patience(number, caller) for number, caller in enumerate(crowd)))
    await meeting.batcher.close()
    meeting.check_batches(largest)
    meeting.check_order()
    assert {number for number, caller in enumerate(crowd) if caller.patience is None} <= meeting.answered


class Meeting:
    """Callers who meet at one batcher."""

    def __init__(self, table: Table, largest: int) -> None:
        self.table = table
        self.batcher = Batcher("test", table.write, key=lambda command: command.key, largest=largest)
        self.submitted: list[Command] = []
        self.answered: set[int] = set()

    async def call(self, number: int, caller: Caller) -> None:
        for _ in range(caller.wait):
            await asyncio.sleep(0)
        command = Command(number, caller.key, caller.poisoned)
        self.submitted.append(command)
        if caller.poisoned:
            with pytest.raises(ValueError, match="1 refused"):
                await self.batcher.submit(command)
        else:
            assert await self.batcher.submit(command) == f"stored {number}"
            assert command in self.table.stored
        self.answered.add(number)

    async def call_with_patience(self, number: int, caller: Caller) -> None:
        task = asyncio.create_task(self.call(number, caller))
        if caller.patience is not None:
            for _ in range(caller.patience):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    def check_batches(self, largest: int) -> None:
        for batch in self.table.batches:
            assert len(batch) <= largest
            assert len({command.key for command in batch}) == len(batch)
        assert len(self.table.stored) == len(set(self.table.stored)), "each is stored once"

    def check_order(self) -> None:
        for key in range(5):
            of_key = [command for command in self.table.stored if command.key == key]
            assert of_key == [command for command in self.submitted if command in of_key]


async def test_a_crowd_shares_batches_and_a_lone_command_waits_for_nobody() -> None:
    table = Table(turns=3)
    batcher = Batcher("test", table.write, key=lambda command: command.key)
    await asyncio.gather(*(batcher.submit(Command(number, number, poisoned=False)) for number in range(100)))
    assert len(table.batches) <= 2
    await batcher.submit(Command(100, 100, poisoned=False))
    assert len(table.batches[-1]) == 1


async def test_one_poisoned_command_among_many_costs_a_few_tries() -> None:
    table = Table()
    batcher = Batcher("test", table.write, key=lambda command: command.key)
    outcomes = await asyncio.gather(
        *(batcher.submit(Command(number, number, poisoned=number == 321)) for number in range(500)),
        return_exceptions=True,
    )
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, ValueError)] == [321]
    assert len(table.stored) == 499
    assert len(table.batches) < 25


async def test_a_database_that_is_gone_is_not_asked_again_for_each_command() -> None:
    asked = 0

    async def write(_batch: Sequence[int]) -> list[int]:
        nonlocal asked
        asked += 1
        raise Unavailable

    batcher: Batcher[int, int] = Batcher("test", write, key=lambda command: command)
    outcomes = await asyncio.gather(*map(batcher.submit, range(50)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert asked == 1


async def test_too_many_at_once_are_refused_and_the_rest_is_stored() -> None:
    table = Table(turns=1)
    batcher = Batcher("test", table.write, key=lambda command: command.key, waiting=10)
    outcomes = await asyncio.gather(
        *(batcher.submit(Command(number, 0, poisoned=False)) for number in range(30)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert len(refused) == 20
    assert len(table.stored) == 10


async def test_closing_stores_what_waits_and_takes_no_more() -> None:
    table = Table(turns=5)
    batcher = Batcher("test", table.write, key=lambda command: command.key, largest=2)
    waiting = [asyncio.create_task(batcher.submit(Command(number, number, poisoned=False))) for number in range(9)]
    await asyncio.sleep(0)
    await batcher.close()
    assert len(table.stored) == 9
    assert await asyncio.gather(*waiting) == [f"stored {number}" for number in range(9)]
    with pytest.raises(Unavailable):
        await batcher.submit(Command(9, 9, poisoned=False))


async def test_a_batch_does_not_end_with_the_deadline_of_the_first_in_it() -> None:
    async def write(batch: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0.1)
        request.time_left()
        return batch

    batcher: Batcher[int, int] = Batcher("test", write, key=lambda command: command)
    request.deadline.set(asyncio.get_running_loop().time() + 0.05)
    assert await batcher.submit(1) == 1


async def test_a_wrong_number_of_results_is_an_error_for_all_and_leaves_nobody_waiting() -> None:
    async def write(_batch: Sequence[int]) -> list[int]:
        return [1]

    batcher: Batcher[int, int] = Batcher("test", write, key=lambda command: command)
    outcomes = await asyncio.wait_for(asyncio.gather(*map(batcher.submit, range(3)), return_exceptions=True), 5)
    assert {type(outcome) for outcome in outcomes} == {RuntimeError}


async def test_when_the_process_ends_nobody_is_left_waiting() -> None:
    begun = asyncio.Event()

    async def write(_batch: Sequence[int]) -> list[int]:
        begun.set()
        await asyncio.sleep(3600)
        return []

    batcher: Batcher[int, int] = Batcher("test", write, key=lambda command: 0)
    waiting = [asyncio.create_task(batcher.submit(number)) for number in range(3)]
    await begun.wait()
    assert batcher._flusher is not None
    batcher._flusher.cancel()
    done, _ = await asyncio.wait(waiting, timeout=5)
    assert len(done) == 3


async def test_a_batch_may_wait_for_others() -> None:
    table = Table()
    batcher = Batcher("test", table.write, key=lambda command: command.key, pause=0.01)

    async def come(number: int) -> None:
        await asyncio.sleep(0.0005 * number)
        await batcher.submit(Command(number, number, poisoned=False))

    await asyncio.gather(*(come(number) for number in range(5)))
    assert len(table.batches) < 5
    await batcher.close()


@dataclass
class Place:
    """Where the connections of a batch lead to."""

    sharded: bool


async def both(place: Place) -> tuple[list[str], Table]:
    """What twelve callers with three keys are told, and what was written for them."""
    table = Table(turns=2)
    shards: Shards[Command] = Shards(place, lambda command: command.key)  # type: ignore[arg-type]
    batcher: Batcher[Command, str] = Batcher(
        "apart", table.write, key=lambda command: command.number, pause=0.001, shards=shards
    )
    commands = [Command(number, number % 3, poisoned=number == 7) for number in range(12)]
    told = await asyncio.gather(*map(batcher.submit, commands), return_exceptions=True)
    await batcher.close()
    return [str(one) for one in told], table


async def test_on_a_cluster_what_lies_together_is_written_together() -> None:
    told, table = await both(Place(sharded=True))
    assert all(len({command.key for command in batch}) == 1 for batch in table.batches)
    assert [sorted(command.number for command in batch) for batch in table.batches[:3]] == [
        [0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11],
    ]  # fmt: skip
    assert told == [f"stored {number}" if number != 7 else "1 refused" for number in range(12)]


async def test_elsewhere_everything_is_written_together() -> None:
    _, table = await both(Place(sharded=False))
    assert len(table.batches[0]) == 12
