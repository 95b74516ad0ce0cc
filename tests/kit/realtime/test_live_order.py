"""Whatever order, loss and repetition of words a room gets: each member gets each event exactly once, in order."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.kit.problems import Unavailable
from banyan.kit.realtime.live import LiveRoom
from tests.kit.realtime.archive import Archive
from tests.kit.realtime.members import Member, settle, tell

steps = st.one_of(
    st.tuples(st.just("happens"), st.integers(1, 4)),
    st.tuples(st.just("is_heard"), st.integers(0, 12)),
    st.tuples(st.just("happens_and_is_heard"), st.integers(1, 3)),
    st.tuples(st.just("is_compared"), st.integers(0, 3)),
    st.tuples(st.just("joins"), st.integers(-1, 8)),
    st.tuples(st.just("joins_meanwhile"), st.integers(-1, 8)),
    st.tuples(st.just("leaves"), st.integers(0, 5)),
    st.tuples(st.just("turns"), st.integers(1, 4)),
    st.tuples(st.just("time"), st.integers(10, 60)),
    st.tuples(st.just("is_taken_back"), st.just(0)),
    st.tuples(st.just("database"), st.integers(0, 1)),
)


class Story:
    """What may happen to a room; each method takes the number of a step."""

    def __init__(self, live: LiveRoom, archive: Archive) -> None:
        self.live = live
        self.archive = archive
        self.members: list[Member] = []
        self.joining: list[asyncio.Task[None]] = []

    async def happens(self, times: int) -> None:
        for _ in range(times):
            self.archive.happen()

    async def is_heard(self, ago: int) -> None:
        """What happened so many events ago, perhaps again."""
        if len(self.archive.events) > ago:
            self.live.take(self.archive.word(len(self.archive.events) - ago))

    async def happens_and_is_heard(self, times: int) -> None:
        for _ in range(times):
            self.live.take(self.archive.happen())

    async def is_compared(self, ago: int) -> None:
        """With what was read so many events ago."""
        head = self.archive.head()
        self.live.compare(type(head)(head.id, head.epoch, max(0, head.seq - ago)))

    async def joins(self, ago: int) -> None:
        """With all until so many events ago; -1: with nothing, to hear what comes from now on."""
        member = Member()
        try:
            await member.join(self.live, None if ago < 0 else max(0, len(self.archive.events) - ago))
        except Unavailable:
            return  # the client is told, and tries again
        self.members.append(member)

    async def joins_meanwhile(self, ago: int) -> None:
        self.joining.append(asyncio.create_task(self.joins(ago)))

    async def leaves(self, which: int) -> None:
        if which < len(self.members):
            self.live.go(self.members.pop(which).connection)

    async def turns(self, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    async def time(self, milliseconds: int) -> None:
        await asyncio.sleep(milliseconds / 1000)

    async def is_taken_back(self, _: int) -> None:
        self.live.take(self.archive.happen(kind="taken_back"))

    async def database(self, there: int) -> None:
        self.archive.gone = not there


@settings(max_examples=400, deadline=None)
@given(st.lists(steps, max_size=50), st.integers(0, 3), st.integers(0, 6))
def test_each_member_gets_each_event_once_and_in_order(steps: list[tuple[str, int]], turns: int, before: int) -> None:
    async def body(live: LiveRoom, archive: Archive) -> None:
        archive.turns = turns
        story = Story(live, archive)
        for what, number in steps:
            await getattr(story, what)(number)
        await asyncio.gather(*story.joining)
        await settle(live, archive)
        for member in story.members:
            assert member.seq == len(archive.events)
            assert member.resyncs <= 1
        assert not live._early
        assert live._gap is None
        assert not live.behind

    tell(body, happened=before)
