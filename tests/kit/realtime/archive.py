"""A stand-in for the database, for stories about words that are late, lost, doubled or in the wrong order.

It knows the statements of `kit.realtime.log` that read. Each is answered with what was on disk when it was asked, some
turns of the loop later.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import msgspec

from banyan.kit.database import Database
from banyan.kit.ids import new_id
from banyan.kit.problems import NotFound, Unavailable
from banyan.kit.realtime import Head, LoggedEvent, words


class Archive:
    """The events of one room, the first of which has seq 1."""

    def __init__(self) -> None:
        self.id = new_id()
        self.events: list[LoggedEvent] = []
        self.epoch = 0
        self.gone = False
        self.turns = 0  # that an answer takes
        self.asked: list[str] = []
        self.before_answer: Callable[[], None] = lambda: (
            None
        )  # called when a statement has read and nobody has got it yet

    def happen(self, text: str | None = None, kind: str = "words") -> words.Event:
        """Something is stored; what a process says of it."""
        seq = len(self.events) + 1
        data = msgspec.json.encode({"text": text or f"word {seq}"})
        self.events.append(LoggedEvent(seq, kind, msgspec.Raw(data)))
        return self.word(seq)

    def word(self, seq: int) -> words.Event:
        """What is said of an event."""
        event = self.events[seq - 1]
        return words.Event(event.seq, event.type, bytes(event.data))

    def head(self) -> Head:
        """How far the room is."""
        return Head(self.id, self.epoch, len(self.events))

    def database(self) -> Database:
        """This, for who expects a database."""
        return cast("Database", self)

    def read(self) -> "Archive":
        return self

    async def all(self, row: type[Any], _sql: str, *args: Any) -> list[Any]:
        self.asked.append(row.__name__)
        found: list[Any]
        if row is Head:
            found = [self.head()] if self.id in args[0] else []
        else:
            _, after, limit = args
            found = self.events[after : after + limit]
        self.before_answer()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.gone:
            raise Unavailable
        return found

    async def one(self, row: type[Any], sql: str, *args: Any) -> Any:
        found = await self.all(row, sql, list(args))
        if not found:
            raise NotFound
        return found[0]
