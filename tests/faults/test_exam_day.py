"""A whole exam with the server killed in its midst: nobody has to do anything, and nobody loses anything."""

import asyncio
from uuid import UUID

import asyncpg

from banyan.kit.embedded import EmbeddedPostgres
from bench.exam import ledger, paper
from bench.exam.ledger import Account
from bench.exam.taker import Taker
from bench.exam.timetable import Timetable
from tests.faults.installation import Installation
from tests.faults.takers import Room

TAKERS = 300
TIMES = Timetable(arrive=1.0, start=2.0, pause=(0.5, 1.5), end=14.0, submit=2.0)
KILLED = 6.0


def told(taker: Taker) -> Account:
    acknowledged = {UUID(question): saved for question, saved in taker.acknowledged.items()}
    return Account(taker.number, taker.attempt, acknowledged, taker.submitted)


async def test_takers_go_on_by_themselves_when_the_server_is_killed(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    url = EmbeddedPostgres(installation.data / "postgres").url
    seats = await paper.seat(url, TAKERS)
    test = await asyncio.to_thread(paper.set_test, installation.url, seats.teacher)
    await paper.enrol(url, test.course_id, seats.takers)
    room = Room(installation.port, test.id, [taker.token for taker in seats.takers], TIMES)
    sitting = asyncio.create_task(room.sit())
    await room.until(KILLED)
    await asyncio.to_thread(installation.kill)
    await asyncio.to_thread(installation.start)
    takers = await sitting

    notes = [note for taker in takers for note in taker.notes]
    interrupted = [note for note in notes if note.tries > 1]
    assert len(interrupted) > TAKERS // 4, "it was in the midst of it"
    assert sum(note.kind == "answer" for note in notes) > 8 * TAKERS
    assert [note.kind for note in notes].count("result") == TAKERS
    accounts = [told(taker) for taker in takers]
    assert await ledger.compare(url, UUID(test.id), accounts) == []
    await check_that_losses_are_found(url, UUID(test.id), accounts)


async def check_that_losses_are_found(url: str, test_id: UUID, accounts: list[Account]) -> None:
    """Lose something; it has to be told of."""
    connection = await asyncpg.connect(url)
    attempts = [UUID(one.attempt) for one in accounts]
    try:
        for number, loss in enumerate(
            (
                "update answer set number = number - 1 where attempt_id = $1",
                "update answer set response = '\"another\"' where attempt_id = $1",
                "delete from answer where attempt_id = $1",
                "update attempt set state = 'running' where id = $1",
                "update attempt_result set grades = '{}' where attempt_id = $1",
                "delete from attempt where id = $1",
            )
        ):
            await connection.execute(loss, attempts[number])
    finally:
        await connection.close()
    found = await ledger.compare(url, test_id, accounts)
    assert all(any(line.startswith(f"taker {number}:") for line in found) for number in range(6)), found
    assert not any(line.startswith("taker 6:") for line in found)
