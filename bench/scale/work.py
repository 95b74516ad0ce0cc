"""What the setups are asked for: the pages of courses, and answers of a test to be saved."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import httpx
import msgspec

from bench.exam import paper
from bench.load import Request
from bench.school import School
from bench.servers import Server

__all__ = ["Answers", "pages"]

_AT_ONCE = 32
_ANYWHERE = "Banyan-Seen: 0"  # a program that asks for nothing newer may be answered from a replica


def pages(school: School) -> list[Request]:
    """Every learner opens each of their courses."""
    return [
        Request("GET", f"/api/v1/courses/{course.id}", learner.token, header=_ANYWHERE)
        for learner, course in school.visits()
    ]


@dataclass(frozen=True, slots=True)
class _Question:
    """One that a taker has before them, and what they may answer."""

    path: str
    token: str
    response: Any


class Answers:
    """The answers of those who take a test: each time they are asked for they are newer, so that each is written."""

    def __init__(self, questions: Sequence[_Question]) -> None:
        self._questions = questions
        self._numbers = count(1)

    @classmethod
    def of(cls, server: Server, database: str, takers: int) -> "Answers":
        """Set a test, and let so many begin."""
        base = f"http://127.0.0.1:{server.port}"
        seats = asyncio.run(paper.seat(database, takers))
        test = paper.set_test(base, seats.teacher)
        asyncio.run(paper.enrol(database, test.course_id, seats.takers))
        found = asyncio.run(_begin(base, test.id, [taker.token for taker in seats.takers]))
        Random(4).shuffle(found)
        return cls(found)

    def requests(self) -> list[Request]:
        """Every answer once, in a shuffled order."""
        number = next(self._numbers)
        return [
            Request(
                "PUT",
                one.path,
                one.token,
                msgspec.json.encode({"number": number, "response": one.response}).decode(),
                _ANYWHERE,
            )
            for one in self._questions
        ]


async def _begin(base: str, test: str, tokens: Sequence[str]) -> list[_Question]:
    limit = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", timeout=20, trust_env=False) as client:

        async def begin(token: str) -> list[_Question]:
            async with limit:
                headers = {"authorization": f"Bearer {token}"}
                answer = await client.post(f"/tests/{test}/attempts", json={}, headers=headers)
            assert answer.is_success, answer.text
            attempt = answer.json()
            return [
                _Question(f"/api/v1/attempts/{attempt['id']}/answers/{question['id']}", token, _response(question))
                for section in attempt["sections"]
                for question in section["questions"]
                if question["kind"] in ("single_choice", "true_false")
            ]

        return [question for found in await asyncio.gather(*map(begin, tokens)) for question in found]


def _response(question: dict[str, Any]) -> Any:
    return question["choices"][0]["id"] if question["kind"] == "single_choice" else True
