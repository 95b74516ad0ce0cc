"""People who come, go and type are told of seldom, whole, and to the last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from banyan.kit.realtime import words
from banyan.kit.realtime.company import Company
from tests.kit.realtime.clock import at_once

HERE, THERE = UUID(int=101), UUID(int=102)


def person(number: int) -> UUID:
    return UUID(int=number)


class Watched:
    """The company of a room, and what it has told and said."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.told: list[tuple[float, str, Any]] = []
        self.said: list[words.Word] = []
        self.company = Company(HERE, lambda: self.size, self._tell, self.said.append)

    def _tell(self, kind: str, data: Any) -> None:
        self.told.append((asyncio.get_running_loop().time(), kind, data))

    def last(self, kind: str) -> Any:
        return [data for _, of_kind, data in self.told if of_kind == kind][-1]


def tell(body: Callable[[Watched], Awaitable[None]], size: int = 10) -> None:
    """Tell a story of a room with so many connections."""

    async def told() -> None:
        watched = Watched(size)
        await body(watched)
        watched.company.close()

    at_once(told())


def test_a_crowd_that_comes_is_told_of_at_most_once_a_second_and_to_the_last() -> None:
    async def body(watched: Watched) -> None:
        for number in range(1000):
            watched.company.come(person(number))
            await asyncio.sleep(0.005)
        await asyncio.sleep(2)
        assert len(watched.told) <= 7
        assert watched.last("presence").count == 1000

    tell(body)


@pytest.mark.parametrize("size", [10, 500, 2_000, 20_000])
def test_what_is_told_costs_500_deliveries_a_second_however_many_there_are(size: int) -> None:
    async def body(watched: Watched) -> None:
        watched.company.come(person(0))
        for _ in range(600):
            watched.company.come(person(1))
            await asyncio.sleep(0.1)
            watched.company.go(person(1))
            await asyncio.sleep(0.1)
        assert len(watched.told) * size <= 500 * 120 + 2 * size
        assert len(watched.told) >= min(110, 500 * 115 // size)

    tell(body, size)


def test_coming_and_going_is_told_soon_when_nothing_was_told_lately() -> None:
    async def body(watched: Watched) -> None:
        start = asyncio.get_running_loop().time()
        watched.company.come(person(1))
        await asyncio.sleep(0.3)
        assert [kind for _, kind, _ in watched.told] == ["presence"]
        assert watched.told[0][0] - start <= 0.25
        assert watched.said == [words.Presence(HERE, 1, [person(1)])]

    tell(body)


def test_typing_begins_and_ends_and_is_told_once_each_however_often_it_is_noted() -> None:
    async def body(watched: Watched) -> None:
        for _ in range(100):
            watched.company.type(person(1))
            await asyncio.sleep(0.1)
        await asyncio.sleep(10)
        typing = [data["accounts"] for _, kind, data in watched.told if kind == "typing"]
        assert typing[:-1] == [[person(1)]] * (len(typing) - 1)
        assert typing[-1] == []
        assert 2 <= len(typing) <= 4

    tell(body)


def test_a_process_that_hears_of_people_and_says_who_is_here_starts_no_endless_talk() -> None:
    async def body(watched: Watched) -> None:
        other = Company(THERE, lambda: 1, lambda *_: None, lambda word: _hear(watched.company, word))

        def say(word: words.Word) -> None:
            watched.said.append(word)
            _hear(other, word)

        watched.company._say = say
        watched.company.come(person(1))
        other.come(person(2))
        await asyncio.sleep(60)
        assert watched.company.present().accounts == [person(1), person(2)]
        assert other.present().accounts == [person(1), person(2)]
        assert len(watched.said) <= 3
        other.close()
        await asyncio.sleep(2)
        assert watched.company.present().accounts == [person(1)], "who is there is told at the end"

    tell(body)


def test_nothing_is_told_after_the_end() -> None:
    async def body(watched: Watched) -> None:
        watched.company.come(person(1))
        watched.company.type(person(1))
        watched.company.close()
        await asyncio.sleep(10)
        assert watched.told == []
        assert watched.said == [words.Presence(HERE, 0, [])]

    tell(body)


def _hear(company: Company, word: words.Word) -> None:
    assert isinstance(word, words.Presence)
    company.hear(word)
