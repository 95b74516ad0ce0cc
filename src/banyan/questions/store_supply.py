"""Every statement that serves tests: which questions they may have, and what they tell of them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from banyan.kit.database import Reader, Writer
from banyan.questions.bank import Draw, Kept, QuestionRow, StatisticsOf

__all__ = ["drawable", "forget_uses", "kept", "note_statistics", "note_uses", "of_course"]

_KEPT = "q.id, q.course_id, v.number as version, v.title, v.points, v.penalty, v.body"
# Its own questions, and what the school's teachers share.
_USABLE = """
       (q.course_id = $2
        or (c.shared and q.school_id = $1
            and not exists (select from course k where k.id = q.course_id and k.deleted_at is not null)))
"""


async def kept(db: Reader, school_id: UUID, course_id: UUID, wanted: Collection[tuple[UUID, int | None]]) -> list[Kept]:
    """Versions of questions by number, or the newest, of those that tests of a course may have."""
    return await db.all(
        Kept,
        f"""
        select {_KEPT}, q.archived_at is not null as archived
          from unnest($3::uuid[], $4::integer[]) as wanted (id, number)
          join question q on q.id = wanted.id
          join question_version v on v.question_id = q.id and v.number = coalesce(wanted.number, q.version)
          left join question_category c on c.id = q.category_id
         where {_USABLE}
        """,
        school_id,
        course_id,
        [question_id for question_id, _ in wanted],
        [number for _, number in wanted],
    )


async def drawable(db: Reader, school_id: UUID, course_id: UUID, draw: Draw, limit: int) -> list[Kept]:
    """The questions that a draw in a test of a course may give, the oldest first."""
    columns = "q.id, q.course_id, q.version, q.title, q.points, q.penalty, q.body, false as archived"
    if draw.category_id is None:
        return await db.all(
            Kept,
            f"""
            select {columns}
              from question q
             where q.course_id = $1 and q.archived_at is null
               and q.tags @> $2::text[] and ($3::text is null or q.difficulty = $3)
             order by q.id
             limit $4
            """,
            course_id,
            draw.tags,
            draw.difficulty,
            limit,
        )
    return await db.all(
        Kept,
        f"""
        with recursive below as (
            select id from question_category where id = $3
            union
            select c.id from question_category c join below b on c.parent_id = b.id
        )
        select {columns}
          from below b
          join question_category c on c.id = b.id
          join question q on q.category_id = b.id
         where {_USABLE} and q.archived_at is null
           and q.tags @> $4::text[] and ($5::text is null or q.difficulty = $5)
         order by q.id
         limit $6
        """,
        school_id,
        course_id,
        draw.category_id,
        draw.tags,
        draw.difficulty,
        limit,
    )


async def of_course(db: Reader, course_id: UUID, category_id: UUID | None) -> list[QuestionRow]:
    """All questions of a course's bank that are not archived, or of one category and those below; the oldest first."""
    return await db.all(
        QuestionRow,
        """
        with recursive below as (
            select id from question_category where id = $2
            union
            select c.id from question_category c join below b on c.parent_id = b.id
        )
        select q.id, q.school_id, q.course_id, q.category_id, q.kind, q.title, q.points, q.penalty, q.difficulty,
               q.tags, q.code, q.body, q.version, false as archived, false as shared, q.created_at, q.changed_at,
               0 as uses, null::integer as attempts, null::float8 as facility, null::float8 as discrimination,
               0::real as rank
          from question q
         where q.course_id = $1 and q.archived_at is null
           and ($2::uuid is null or q.category_id in (select id from below))
         order by q.id
        """,
        course_id,
        category_id,
    )


async def note_uses(tx: Writer, assessment_id: UUID, question_ids: Collection[UUID]) -> None:
    """A test has these questions from now on, and no others."""
    await tx.execute(
        "delete from question_use where assessment_id = $1 and not question_id = any($2::uuid[])",
        assessment_id,
        list(question_ids),
    )
    await tx.execute(
        """
        insert into question_use (question_id, assessment_id)
        select id, $1 from question where id = any($2::uuid[]) order by id
            on conflict do nothing
        """,
        assessment_id,
        list(question_ids),
    )


async def note_statistics(tx: Writer, assessment_id: UUID, statistics: Sequence[StatisticsOf]) -> None:
    """How questions did in a test, in place of what was known of it before."""
    await tx.execute(
        """
        insert into question_statistics (question_id, assessment_id, attempts, facility, discrimination)
        select new.question_id, $1, new.attempts, new.facility, new.discrimination
          from unnest($2::uuid[], $3::integer[], $4::double precision[], $5::double precision[])
            as new (question_id, attempts, facility, discrimination)
          join question q on q.id = new.question_id
         order by new.question_id
            on conflict (question_id, assessment_id) do update
           set attempts = excluded.attempts, facility = excluded.facility, discrimination = excluded.discrimination
        """,
        assessment_id,
        [one.question_id for one in statistics],
        [one.attempts for one in statistics],
        [one.facility for one in statistics],
        [one.discrimination for one in statistics],
    )


async def forget_uses(tx: Writer, assessment_ids: Collection[UUID]) -> None:
    """These tests are gone: they use nothing any more, and what they told counts no more."""
    await tx.execute("delete from question_use where assessment_id = any($1::uuid[])", list(assessment_ids))
    await tx.execute("delete from question_statistics where assessment_id = any($1::uuid[])", list(assessment_ids))
