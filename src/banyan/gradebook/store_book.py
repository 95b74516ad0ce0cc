"""Every statement about gradebooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from banyan.gradebook.model_book import Missing
from banyan.kit.database import Reader, Writer

__all__ = [
    "AttemptOf",
    "OverrideRow",
    "WeightsRow",
    "attempts_among",
    "closing_times",
    "hold_weights",
    "overridden",
    "override",
    "overrides_among",
    "put_override",
    "put_weights",
    "remove_override",
    "weights",
]

_OVERRIDE = "learner_id, assessment_id as test_id, percent, reason, author_id, author, at"


class WeightsRow(msgspec.Struct, frozen=True):
    """What tests of a course weigh."""

    version: int
    missing: Missing
    weights: dict[UUID, float]


class AttemptOf(msgspec.Struct, frozen=True):
    """An attempt of one of several learners at one of several tests; `score` of a graded one."""

    learner_id: UUID
    test_id: UUID
    id: UUID
    number: int
    revision: int
    state: Literal["running", "submitted", "graded"]
    started_at: datetime
    submitted_at: datetime | None
    score: float | None
    max_points: float


class OverrideRow(msgspec.Struct, frozen=True):
    """Another result than the attempts say."""

    learner_id: UUID
    test_id: UUID
    percent: float
    reason: str
    author_id: UUID
    author: str
    at: datetime


class ClosingTime(msgspec.Struct, frozen=True):
    """When a test closes for someone, other than for everyone."""

    test_id: UUID
    closes_at: datetime


async def weights(db: Reader, course_id: UUID) -> WeightsRow:
    """What the tests of a course weigh."""
    found = await db.maybe(
        WeightsRow, "select version, missing, weights from course_grading where course_id = $1", course_id
    )
    return found or WeightsRow(0, "left_out", {})


async def hold_weights(tx: Writer, course_id: UUID) -> WeightsRow:
    """What the tests of a course weigh, while nobody else changes it."""
    return await tx.one(
        WeightsRow,
        """
        insert into course_grading (course_id) values ($1)
            on conflict (course_id) do update set version = course_grading.version
        returning version, missing, weights
        """,
        course_id,
    )


async def put_weights(tx: Writer, course_id: UUID, row: WeightsRow) -> None:
    """Store what the tests of a course weigh."""
    await tx.execute(
        "update course_grading set version = $2, missing = $3, weights = $4 where course_id = $1",
        course_id,
        row.version,
        row.missing,
        row.weights,
    )


async def attempts_among(db: Reader, learners: Sequence[UUID], tests: Sequence[UUID]) -> list[AttemptOf]:
    """The attempts of these learners at these tests, without previews; each one's at one test together."""
    return await db.all(
        AttemptOf,
        """
        select learner_id, assessment_id as test_id, id, number, revision, state, started_at, submitted_at,
               case when state = 'graded' then score end as score, max_points
          from attempt
         where learner_id = any($1::uuid[]) and assessment_id = any($2::uuid[]) and number > 0
         order by learner_id, assessment_id, number
        """,
        learners,
        tests,
    )


async def overrides_among(db: Reader, course_id: UUID, learners: Sequence[UUID]) -> list[OverrideRow]:
    """What has been written instead of the results of these learners."""
    return await db.all(
        OverrideRow,
        f"select {_OVERRIDE} from grade_override where course_id = $1 and learner_id = any($2::uuid[])",
        course_id,
        learners,
    )


async def override(tx: Writer, course_id: UUID, learner_id: UUID, test_id: UUID) -> OverrideRow | None:
    """What has been written instead of one result, while nobody else changes it."""
    return await tx.maybe(
        OverrideRow,
        f"""
        select {_OVERRIDE} from grade_override
         where course_id = $1 and learner_id = $2 and assessment_id = $3
           for update
        """,
        course_id,
        learner_id,
        test_id,
    )


async def overridden(db: Reader, course_id: UUID, test_id: UUID, learner_id: UUID) -> float | None:
    """The percent that has been written instead of one result."""
    return await db.maybe(
        float,
        "select percent from grade_override where course_id = $1 and learner_id = $2 and assessment_id = $3",
        course_id,
        learner_id,
        test_id,
    )


async def put_override(tx: Writer, course_id: UUID, row: OverrideRow) -> OverrideRow:
    """Write another result, instead of the one that may have been written."""
    return await tx.one(
        OverrideRow,
        f"""
        insert into grade_override (course_id, learner_id, assessment_id, percent, reason, author_id, author)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (course_id, learner_id, assessment_id) do update
           set percent = excluded.percent, reason = excluded.reason, author_id = excluded.author_id,
               author = excluded.author, at = excluded.at
        returning {_OVERRIDE}
        """,
        course_id,
        row.learner_id,
        row.test_id,
        row.percent,
        row.reason,
        row.author_id,
        row.author,
    )


async def remove_override(tx: Writer, course_id: UUID, learner_id: UUID, test_id: UUID) -> OverrideRow | None:
    """Let the attempts count again; what was written, None if nothing was."""
    return await tx.maybe(
        OverrideRow,
        f"""
        delete from grade_override
         where course_id = $1 and learner_id = $2 and assessment_id = $3
        returning {_OVERRIDE}
        """,
        course_id,
        learner_id,
        test_id,
    )


async def closing_times(db: Reader, learner_id: UUID, tests: Sequence[UUID]) -> dict[UUID, datetime]:
    """When these tests close for someone, where that is another time than for everyone."""
    rows = await db.all(
        ClosingTime,
        """
        select assessment_id as test_id, closes_at
          from accommodation
         where account_id = $1 and assessment_id = any($2::uuid[]) and closes_at is not null
        """,
        learner_id,
        tests,
    )
    return {row.test_id: row.closes_at for row in rows}
