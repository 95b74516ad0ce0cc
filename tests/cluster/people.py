"""All who are there while things break: readers, takers of a test, members of study groups, one who gets letters."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import httpx
import psycopg

from bench.exam import ledger, paper
from bench.exam.ledger import Account
from bench.exam.paper import Test
from bench.exam.taker import Call, Taker
from bench.exam.timetable import Timetable
from tests.cluster.crowd import Crowd, gathered
from tests.cluster.letters import Correspondent
from tests.cluster.planting import found_groups, plant
from tests.cluster.readers import EXACTLY, Lesson, Reader
from tests.cluster.site import Site
from tests.cluster.stored import Stored
from tests.cluster.tally import Tally
from tests.faults.takers import Room

__all__ = ["People", "Promised", "gather_people"]

_MEMBERS, _GROUPS = 30, 2
_TAKERS = 30
_READERS = 10
_LETTERS = 600
_SAYS = 3.0  # seconds between two messages of a member
_TIMES = Timetable(arrive=0.5, start=2.0, pause=(0.7, 2.0), end=3600.0, submit=1.0)


class People:
    """Everyone, in the midst of it.

    Attributes:
        rooms: of the study groups.
    """

    def __init__(
        self,
        crowd: Crowd,
        rooms: list[str],
        test: Test,
        room: Room,
        readers: list[Reader],
        correspondent: Correspondent,
        tally: Tally,
    ) -> None:
        self.crowd = crowd
        self.rooms = rooms
        self.tally = tally
        self.readers = readers
        self.correspondent = correspondent
        self._test = test
        self._room = room
        self._over = False
        self._talking: list[asyncio.Task[None]] = []
        self._living: list[asyncio.Task[None]] = []
        self._sitting: asyncio.Task[list[Taker]] | None = None

    def begin(self) -> None:
        """Let all begin with what they do."""
        for member in self.crowd.members:
            member.at_once = 1  # so that what is refused for now is not overtaken
            self._talking.append(asyncio.create_task(member.talk(self._numbers(), _SAYS)))
        self._living = [asyncio.create_task(reader.live()) for reader in self.readers]
        self._living.append(asyncio.create_task(self.correspondent.live()))
        self._sitting = asyncio.create_task(self._room.sit())

    async def end(self) -> list[Taker]:
        """Let all come to an end: the last answers, the last messages, and the tests handed in."""
        assert self._sitting is not None
        self._over = True
        self._room.end()
        takers = await self._sitting
        await asyncio.gather(*self._talking)
        await self.crowd.all_back()
        await self.leave()
        return takers

    async def leave(self) -> None:
        """Stop at once."""
        tasks = [*self._talking, *self._living, *filter(None, [self._sitting])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def check_all_is_well(self) -> None:
        """Nobody was told or shown what they must not be, nor has given up."""
        wrongs = [*self.crowd.ledger.wrongs, *(wrong for reader in self.readers for wrong in reader.wrongs)]
        assert wrongs == [], wrongs
        for task in (*self._living, *filter(None, [self._sitting])):
            if task.done() and not task.cancelled():
                task.result()

    def promised(self) -> "Promised":
        """What has been acknowledged until now."""
        messages = self.crowd.ledger.messages.items()
        return Promised(
            messages={(key, (one.room, one.seq)) for key, one in messages if one.seq},
            answers={
                (UUID(question), UUID(taker.attempt)): number
                for taker in self._room.takers
                for question, (number, _) in taker.acknowledged.items()
            },
            places={reader.learner: reader.place for reader in self.readers},
        )

    async def compare(self, database_url: str, takers: list[Taker]) -> list[str]:
        """What the takers were told, held against what is stored in the end."""
        accounts = [
            Account(
                one.number,
                one.attempt,
                {UUID(question): saved for question, saved in one.acknowledged.items()},
                one.submitted,
            )
            for one in takers
        ]
        Stored(database_url, self.rooms).check(self.crowd)
        return await ledger.compare(database_url, UUID(self._test.id), accounts)

    def _numbers(self) -> Iterator[int]:
        for number in count():
            if self._over:
                return
            yield number


@dataclass(frozen=True)
class Promised:
    """What has been acknowledged at some moment.

    Attributes:
        messages: the key of each, the room and the seq.
        answers: by question and attempt, the number of the last save.
        places: by learner, how far they are in the lesson.
    """

    messages: set[tuple[str, tuple[str, int]]]
    answers: dict[tuple[UUID, UUID], int]
    places: dict[UUID, float]

    def broken(self, database: psycopg.Connection) -> list[str]:
        """What of it is not there; what is newer may be."""
        stored = {
            (key, (f"group:{room}", seq))
            for room, seq, key in database.execute("select room_id, seq, key from room_event where key is not null")
        }
        saved = {
            (question, attempt): number
            for question, attempt, number in database.execute("select question_id, attempt_id, number from answer")
        }
        reached: dict[UUID, float] = dict(database.execute("select learner_id, max(place) from progress group by 1"))
        return [
            *(f"message {one}" for one in self.messages - stored),
            *(f"answer {one}: {number}" for one, number in self.answers.items() if saved.get(one, 0) < number),
            *(f"progress of {one}: {at}" for one, at in self.places.items() if reached.get(one, 0) < at - EXACTLY),
        ]


@asynccontextmanager
async def gather_people(site: Site) -> AsyncIterator[People]:
    """Plant a school, serve it, and bring everyone there."""
    machine = await site.machines.the("primary")
    primary = machine.direct_url
    planted = await plant(site.folder, primary, _MEMBERS)
    seats = await paper.seat(primary, _READERS + _TAKERS + _LETTERS)
    await site.serve()
    rooms = await found_groups(planted, [site.door], _GROUPS)
    test = await asyncio.to_thread(paper.set_test, site.door.url, seats.teacher)
    await paper.enrol(machine.superuser_url(), test.course_id, seats.takers[: _READERS + _TAKERS])
    tally = Tally()

    def watch(call: Call, status: int, sent: float, _done: float) -> None:
        tally.note(call.kind, status, sent, writes=call.method != "GET")

    readers, takers = seats.takers[:_READERS], seats.takers[_READERS:][:_TAKERS]
    lesson = await _lesson(site, test, seats.teacher)
    room = Room(site.door.port, test.id, [taker.token for taker in takers], _TIMES, watch)
    async with gathered(planted.learners, rooms, [site.door]) as crowd:
        addresses = [f"learner.{number}@exam.school" for number in range(_READERS + _TAKERS, len(seats.takers))]
        people = People(
            crowd,
            rooms,
            test,
            room,
            [Reader(one.id, one.token, site.door.port, lesson, tally) for one in readers],
            Correspondent(site.door.port, addresses, tally),
            tally,
        )
        crowd.ledger.watch = lambda message: tally.note("message", 200, message.said, writes=True)
        people.begin()
        try:
            yield people
        finally:
            await people.leave()


async def _lesson(site: Site, test: Test, teacher: str) -> Lesson:
    async with httpx.AsyncClient(base_url=f"{site.door.url}/api/v1", trust_env=False) as client:
        answer = await client.get(f"/courses/{test.course_id}", headers={"authorization": f"Bearer {teacher}"})
    outline = answer.json()["outline"]
    return Lesson(test.course_id, next(item["id"] for module in outline["modules"] for item in module["items"]))
