"""Every statement about what people grade; all are keyed by the test."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.gradebook.model_grading import PersonGrade, Wanted
from banyan.kit.database import Reader, Writer

__all__ = ["ResponseRow", "grades", "grades_among", "put", "remove_settlement", "responses", "waiting"]

_GRADE = "grader_id, grader, settles, points, comment, rubric, version, at"


class WaitingRow(msgspec.Struct, frozen=True):
    """How many responses to a question wait for a person, and how many one has graded."""

    question_id: UUID
    waiting: int
    graded: int


class ResponseRow(msgspec.Struct, frozen=True):
    """A response to a question; `points` are null while it waits."""

    attempt_id: UUID
    learner_id: UUID
    name: str
    submitted_at: datetime
    points: float | None
    graders: int


class GradeOf(PersonGrade, frozen=True):
    """A grade with the attempt that it is in."""

    attempt_id: UUID


async def waiting(db: Reader, test_id: UUID) -> dict[UUID, WaitingRow]:
    """How much of each question waits, and how much people have graded: one statement."""
    rows = await db.all(
        WaitingRow,
        """
        select question_id, sum(waiting)::integer as waiting, sum(graded)::integer as graded
          from (select e.key::uuid as question_id, count(*) as waiting, 0 as graded
                  from attempt_result r
                 cross join lateral jsonb_each(r.grades) e
                 where r.assessment_id = $1 and r.needs_grading > 0 and r.number > 0
                   and e.value -> 'points' = 'null'
                 group by e.key
                union all
                select question_id, 0, count(distinct attempt_id)
                  from question_grade
                 where assessment_id = $1
                 group by question_id) both_kinds
         group by question_id
        """,
        test_id,
    )
    return {row.question_id: row for row in rows}


async def responses(
    db: Reader, test_id: UUID, question_id: UUID, wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int
) -> list[ResponseRow]:
    """Responses to a question, those that were handed in first before the others: one statement."""
    which = {
        "waiting": "r.needs_grading > 0 and r.grades -> $2 -> 'points' = 'null'",
        "graded": "r.grades ? $2 and r.grades -> $2 -> 'points' <> 'null'",
        "all": "r.grades ? $2",
    }[wanted]
    return await db.all(
        ResponseRow,
        f"""
        select r.attempt_id, r.learner_id, r.name, r.submitted_at, (r.grades -> $2 ->> 'points')::float8 as points,
               (select count(*)::integer
                  from question_grade g
                 where g.assessment_id = $1 and g.attempt_id = r.attempt_id and g.question_id = $2::text::uuid
                   and not g.settles) as graders
          from attempt_result r
         where r.assessment_id = $1 and r.number > 0 and r.state <> 'running' and {which}
           and ($3::timestamptz is null or (r.submitted_at, r.attempt_id) > ($3, $4))
         order by r.submitted_at, r.attempt_id
         limit $5
        """,
        test_id,
        str(question_id),
        *(after or (None, None)),
        limit,
    )


async def grades(db: Reader, test_id: UUID, attempt_id: UUID, question_id: UUID) -> list[PersonGrade]:
    """What people say of a response, the earliest first."""
    return await db.all(
        PersonGrade,
        f"""
        select {_GRADE}
          from question_grade
         where assessment_id = $1 and attempt_id = $2 and question_id = $3
         order by at, grader_id
        """,
        test_id,
        attempt_id,
        question_id,
    )


async def grades_among(
    db: Reader, test_id: UUID, attempts: Sequence[UUID], question_id: UUID
) -> Mapping[UUID, list[PersonGrade]]:
    """What people say of the responses to a question in these attempts, by attempt."""
    found: dict[UUID, list[PersonGrade]] = {}
    rows = await db.all(
        GradeOf,
        f"""
        select {_GRADE}, attempt_id
          from question_grade
         where assessment_id = $1 and attempt_id = any($2::uuid[]) and question_id = $3
         order by at, grader_id
        """,
        test_id,
        attempts,
        question_id,
    )
    for row in rows:
        found.setdefault(row.attempt_id, []).append(row)
    return found


async def put(tx: Writer, test_id: UUID, attempt_id: UUID, question_id: UUID, grade: PersonGrade) -> None:
    """Store someone's grade. Who calls this holds the attempt and has compared versions.

    What settles a response is one grade, whoever gave the one before.
    """
    if grade.settles:
        await remove_settlement(tx, test_id, attempt_id, question_id)
    await tx.execute(
        """
        insert into question_grade (assessment_id, attempt_id, question_id, settles, grader_id, grader, points, comment,
                                    rubric, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (assessment_id, attempt_id, question_id, settles, grader_id) do update
           set grader = excluded.grader, points = excluded.points, comment = excluded.comment,
               rubric = excluded.rubric, version = excluded.version, at = excluded.at
        """,
        test_id,
        attempt_id,
        question_id,
        grade.settles,
        grade.grader_id,
        grade.grader,
        grade.points,
        grade.comment,
        grade.rubric,
        grade.version,
    )


async def remove_settlement(tx: Writer, test_id: UUID, attempt_id: UUID, question_id: UUID) -> bool:
    """Let graders count again; False if nothing was settled."""
    removed = await tx.execute(
        """
        delete from question_grade where assessment_id = $1 and attempt_id = $2 and question_id = $3 and settles
        """,
        test_id,
        attempt_id,
        question_id,
    )
    return bool(removed)
