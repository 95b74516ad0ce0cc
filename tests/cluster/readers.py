"""Readers of courses, who remember how far they are, and must never be shown less."""

import asyncio
import json
import random
from dataclasses import dataclass
from uuid import UUID

from tests.cluster.tally import Tally
from tests.line import Line

__all__ = ["EXACTLY", "Lesson", "Reader"]

_PAUSE = (0.3, 0.7)  # seconds between two requests
EXACTLY = 1e-5  # a place is stored with six digits


@dataclass(frozen=True)
class Lesson:
    """What is read."""

    course: UUID
    item: str

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/api/v1/courses/{self.course}/items/{self.item}"


class Reader:
    """One who opens the course and a lesson of it, and moves on in that.

    Attributes:
        place: how far they have been told that they are.
        wrongs: what they should not have been shown.
    """

    def __init__(self, learner: UUID, token: str, port: int, lesson: Lesson, tally: Tally) -> None:
        self.learner = learner
        self.place = 0.0
        self.wrongs: list[str] = []
        self._line = Line(port, token)
        self._lesson = lesson
        self._tally = tally
        self._steps = 0

    async def live(self) -> None:
        """Go on until cancelled."""
        try:
            while True:
                await self._open(f"/api/v1/courses/{self._lesson.course}")
                await self._move_on()
                page = await self._open(self._lesson.path)
                if page is not None and page["place"] < self.place - EXACTLY:
                    self.wrongs.append(f"is at {self.place} and was shown {page['place']}")
        finally:
            self._line.close()

    async def _open(self, path: str) -> dict[str, float] | None:
        sent = await self._think()
        answer = await self._line.ask("GET", path)
        self._tally.note("page", answer.status, sent, writes=False)
        if answer.status == 200:
            page: dict[str, float] = json.loads(answer.body)
            return page
        self._complain(answer.status, answer.body)
        return None

    async def _move_on(self) -> None:
        self._steps += 1
        place = self._steps / 10_000
        sent = await self._think()
        body = json.dumps({"state": "started", "place": place}).encode()
        answer = await self._line.ask("PUT", f"{self._lesson.path}/progress", body)
        self._tally.note("progress", answer.status, sent, writes=True)
        if answer.status == 200:
            self.place = place
        else:
            self._complain(answer.status, answer.body)

    def _complain(self, status: int, body: bytes) -> None:
        if status not in (0, 429, 503):
            self.wrongs.append(f"was answered {status} {body[:300].decode()}")

    async def _think(self) -> float:
        await asyncio.sleep(random.uniform(*_PAUSE))  # noqa: S311 -- no secret
        return asyncio.get_running_loop().time()
