"""What the crowd was told, held against what is on disk."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

__all__ = ["Account", "Note", "Report", "compare"]


class Note(msgspec.Struct, frozen=True, array_like=True):
    """A request that was answered in the end, see `bench.exam.taker.Note`."""

    kind: str
    due: float
    sent: float
    done: float
    tries: int


class Account(msgspec.Struct, frozen=True):
    """What one taker was told."""

    number: int
    attempt: str
    acknowledged: dict[UUID, tuple[int, Any]]
    submitted: dict[str, Any]


class Report(msgspec.Struct, frozen=True):
    """How it went for the crowd, see `bench/exam/locustfile.py`."""

    notes: list[Note]
    takers: list[Account]
    troubles: list[str]
    late: list[float]
    cpu: list[tuple[float, float]]
    connections: int


class _Row(msgspec.Struct, frozen=True):
    state: str
    score: float
    answers: dict[UUID, tuple[int, Any]]
    graded: dict[UUID, Any]


async def compare(database_url: str, test_id: UUID, takers: Sequence[Account]) -> list[str]:
    """What is wrong: every answer that was acknowledged must be on disk as it was given, graded, and handed in.

    Nothing else may be there of this test.
    """
    stored = await _stored(database_url, test_id)
    wrong = [] if len(stored) == len(takers) else [f"{len(takers)} have begun, {len(stored)} attempts are stored"]
    for taker in takers:
        row = stored.get(taker.attempt)
        if row is None:
            wrong.append(f"taker {taker.number}: no attempt {taker.attempt}")
            continue
        if row.answers != taker.acknowledged:
            wrong.append(f"taker {taker.number}: acknowledged are {taker.acknowledged}, stored {row.answers}")
        given = {question: response for question, (_, response) in taker.acknowledged.items()}
        if {question: one for question, one in row.graded.items() if one is not None} != given:
            wrong.append(f"taker {taker.number}: acknowledged are {given}, graded {row.graded}")
        if (row.state, row.score) != (taker.submitted.get("state"), taker.submitted.get("score")):
            wrong.append(f"taker {taker.number}: was told {taker.submitted}, stored {row.state} with {row.score}")
        if row.state != "graded":
            wrong.append(f"taker {taker.number}: the attempt is {row.state}")
    return wrong


async def _stored(database_url: str, test_id: UUID) -> dict[str, _Row]:
    """All attempts at a test that are no previews, by id, where both sides of the database agree."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            """
            select a.id, a.state, a.score, r.grades, w.answers
              from attempt a
              join attempt_result r on r.assessment_id = a.assessment_id and r.attempt_id = a.id
                   and r.state = a.state and r.points = a.score
              cross join lateral (
                    select coalesce(jsonb_object_agg(question_id, jsonb_build_array(number, response)), '{}') as answers
                      from answer where learner_id = a.learner_id and attempt_id = a.id) w
             where a.assessment_id = $1 and a.number > 0
            """,
            test_id,
        )
    finally:
        await connection.close()
    grades = msgspec.json.Decoder(dict[UUID, dict[str, Any]]).decode
    answers = msgspec.json.Decoder(dict[UUID, tuple[int, Any]]).decode
    return {
        str(row["id"]): _Row(
            row["state"],
            row["score"],
            answers(row["answers"]),
            {question: one.get("response") for question, one in grades(row["grades"]).items()},
        )
        for row in rows
    }
