"""Every statement about what the bank was told of tests."""

from datetime import timedelta
from uuid import UUID

from banyan.kit.database import Reader, Writer

__all__ = ["graded", "mark_stale", "note_told", "revisions_taken", "to_tell"]


async def revisions_taken(db: Reader, test_id: UUID) -> list[int]:
    """The revisions of a test that there are closed attempts at."""
    return await db.all(
        int,
        """
        select distinct revision from attempt_result
         where assessment_id = $1 and number > 0 and state <> 'running'
         order by revision
        """,
        test_id,
    )


async def graded(db: Reader, test_id: UUID) -> int:
    """How many attempts at a test are closed."""
    return await db.one(
        int,
        """
        select count(*)::integer from attempt_result where assessment_id = $1 and number > 0 and state <> 'running'
        """,
        test_id,
    )


async def to_tell(db: Reader, overlap: timedelta) -> list[UUID]:
    """Tests of which the bank knows less than there is: something was handed in since, or grades changed.

    `overlap`: how much later than its time an attempt may be closed, whose time ran out.
    """
    return await db.all(
        UUID,
        """
        with recent as (
            select distinct assessment_id
              from attempt_result
             where submitted_at > coalesce((select max(told_at) from statistics_told) - $1::interval, '-infinity')
               and number > 0)
        select r.assessment_id
          from recent r
          left join statistics_told t on t.assessment_id = r.assessment_id
         where t.graded is distinct from (select count(*)
                                            from attempt_result
                                           where assessment_id = r.assessment_id and number > 0 and state <> 'running')
        union
        select assessment_id from statistics_told where stale
        """,
        overlap,
    )


async def mark_stale(tx: Writer, test_id: UUID) -> None:
    """Grades of a test changed that the bank was told of."""
    await tx.execute(
        """
        insert into statistics_told (assessment_id, stale) values ($1, true)
            on conflict (assessment_id) do update set stale = true where not statistics_told.stale
        """,
        test_id,
    )


async def note_told(tx: Writer, test_id: UUID, count: int) -> None:
    """The bank was told of so many attempts."""
    await tx.execute(
        """
        insert into statistics_told (assessment_id, graded) values ($1, $2)
            on conflict (assessment_id) do update
           set graded = excluded.graded, stale = false, told_at = excluded.told_at
        """,
        test_id,
        count,
    )
