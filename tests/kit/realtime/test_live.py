"""A room gives its members each event once and in order, whatever it hears and whenever it can ask the database."""

import asyncio
from typing import Any

import pytest

from banyan.kit.realtime.live import REPLAYED, LiveRoom
from tests.kit.realtime.archive import Archive
from tests.kit.realtime.members import Member, payloads, settle, tell


def test_what_comes_in_the_wrong_order_is_put_right_without_asking() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        first, second = archive.happen(), archive.happen()
        live.take(second)
        live.take(first)
        await asyncio.sleep(1)
        assert member.heard == [1, 2]
        assert archive.asked == []

    tell(body)


def test_what_is_not_heard_of_is_read_soon_after_the_next_is() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        archive.happen()
        live.take(archive.happen())
        await asyncio.sleep(0.02)
        assert member.heard == []
        await asyncio.sleep(0.02)
        assert member.heard == [1, 2]
        assert archive.asked == ["LoggedEvent"]

    tell(body)


def test_a_comparison_in_the_middle_of_another_is_not_lost() -> None:
    """The read under way began before what the second comparison tells of."""

    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        archive.turns = 5
        archive.happen()
        live.compare(archive.head())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        archive.happen()
        live.compare(archive.head())
        await asyncio.sleep(0.01)
        assert member.heard == [1, 2]

    tell(body)


def test_while_the_database_is_gone_little_is_kept_and_nothing_is_lost() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        archive.gone = True
        archive.happen()
        for _ in range(3 * REPLAYED):
            live.take(archive.happen())
        await asyncio.sleep(1)
        assert len(live._early) <= REPLAYED
        assert live.behind
        assert member.heard == []
        await settle(live, archive)
        assert member.seq == len(archive.events)
        assert member.resyncs == 1, "too much to be told one by one"

    tell(body)


def test_what_happens_while_a_room_is_started_anew_is_not_lost() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        for _ in range(REPLAYED + 2):
            archive.happen()

        def hear_of_one_more() -> None:
            if archive.asked[-1] == "Head":
                live.take(archive.happen())

        archive.before_answer = hear_of_one_more
        archive.turns = 3
        live.compare(archive.head())
        await asyncio.sleep(1)
        assert member.resyncs == 1
        assert member.heard == [REPLAYED + 3]

    tell(body)


def test_another_epoch_is_told_to_members_and_seqs_go_on_from_there() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        del archive.events[2:]
        archive.epoch += 1
        live.compare(archive.head())
        await asyncio.sleep(0.01)
        assert (member.resyncs, member.seq) == (1, 2)
        live.take(archive.happen())
        await asyncio.sleep(0.01)
        assert member.heard == [3]
        assert await live.missed_since(0) is not None

    tell(body, happened=7)


@pytest.mark.parametrize(
    ("after", "told"), [(0, None), (99, None), (100, 500), (600, 0), (601, None), (2**63 - 1, None)]
)
def test_what_can_be_replayed(after: int, told: int | None) -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        for _ in range(2):  # from the database, then from memory
            missed = await live.missed_since(after)
            assert (None if missed is None else len(payloads(missed))) == told
        assert archive.asked.count("LoggedEvent") <= (1 if told is not None else 2)

    tell(body, happened=600)


def test_more_than_a_reader_can_take_at_once_is_not_replayed() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        for _ in range(REPLAYED):
            live.take(archive.happen("x" * 8000))
        assert await live.missed_since(0) is None
        missed = await live.missed_since(REPLAYED - 20)
        assert missed is not None
        assert [frame["seq"] for frame in payloads(missed)] == list(range(REPLAYED - 19, REPLAYED + 1))

    tell(body)


def test_what_was_taken_back_is_not_told_from_memory() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        live.take(archive.happen("a secret"))
        event = archive.happen(kind="taken_back")
        archive.events[0] = type(archive.events[0])(1, "words", type(archive.events[0].data)(b'{"text":""}'))
        live.take(event)
        missed = await live.missed_since(0)
        assert missed is not None
        assert b"a secret" not in missed
        assert len(payloads(missed)) == 2

    tell(body)


def test_what_is_taken_back_while_it_is_read_is_not_remembered() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        def take_back() -> None:
            archive.before_answer = lambda: None
            event = archive.happen(kind="taken_back")
            archive.events[0] = type(archive.events[0])(1, "words", type(archive.events[0].data)(b'{"text":""}'))
            live.take(event)

        archive.before_answer = take_back
        missed = await live.missed_since(0)
        assert missed is not None
        assert b"word 1" not in missed
        assert [frame["seq"] for frame in payloads(missed)] == [1, 2]

    tell(body, happened=1)


def test_a_log_that_does_not_reach_back_is_told_and_not_read_for_ever() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        member = Member()
        await member.join(live)
        archive.happen()
        archive.happen()
        found = archive.events[1:]

        class Short(list[Any]):
            def __getitem__(self, key: Any) -> Any:
                return found if isinstance(key, slice) else super().__getitem__(key)

        archive.events = Short(archive.events)
        live.compare(archive.head())
        await asyncio.sleep(1)
        assert (member.resyncs, member.seq) == (1, 2)
        assert len(archive.asked) < 5

    tell(body)


def test_members_who_read_too_slowly_are_let_go_and_the_others_get_everything() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        slow, quick = Member(), Member()
        slow.takes = False
        await slow.join(live)
        await quick.join(live)
        live.take(archive.happen())
        live.take(archive.happen())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (slow.let_go, quick.let_go) == (True, False)
        assert quick.heard == [1, 2]

    tell(body)


def test_all_that_happens_in_one_turn_is_one_write() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        writes: list[bytes] = []
        member = Member()

        def write(frames: bytes) -> bool:
            writes.append(frames)
            return True

        member.write = write  # type: ignore[method-assign]
        await member.join(live)
        writes.clear()
        for _ in range(10):
            live.take(archive.happen())
        await asyncio.sleep(0.01)
        assert [len(payloads(write)) for write in writes] == [10]

    tell(body)


def test_a_room_that_is_closed_lets_who_waits_for_it_have_what_they_wait_for() -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        archive.turns = 5
        waiting = asyncio.create_task(live.missed_since(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        live.close()
        missed = await waiting
        assert missed is not None
        assert len(payloads(missed)) == 3

    tell(body, happened=3)
