"""Every statement about the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.catalogue.model import Filters
from banyan.courses import CourseState, Difficulty, Enrolment, StaffRole
from banyan.kit.database import Reader

__all__ = ["CardRow", "FacetRow", "courses_of", "courses_of_school", "facets", "newest", "search", "taken"]


class CardRow(msgspec.Struct, frozen=True):
    """A course in a list; `taken` of its places, `role` of who asks in its staff, `rank` by how well it fits."""

    id: UUID
    title: str
    summary: str
    cover_id: UUID | None
    category: str
    difficulty: Difficulty | None
    language: str
    revision: int | None
    published_at: datetime | None
    enrolment: Enrolment
    places: int | None
    lessons: int
    state: CourseState
    role: StaffRole | None
    rank: float


class Taken(msgspec.Struct, frozen=True):
    """How many places of a course are taken."""

    course_id: UUID
    taken: int


class FacetRow(msgspec.Struct, frozen=True):
    """How many courses have a value; `facet` is the column's name."""

    facet: str
    value: str
    count: int


_PUBLISHED = """
        select p.course_id as id, p.title, p.summary, p.cover_id, p.category, p.difficulty, p.language, p.revision,
               p.published_at, c.enrolment, c.places, p.lessons, c.state, null as role, {rank} as rank
          from publication p
          join course c on c.id = p.course_id
         where p.school_id = $1 and c.state = 'published' and c.deleted_at is null
           and ($2::text is null or p.category = $2)
           and ($3::text is null or p.difficulty = $3)
           and ($4::text is null or p.language = $4)
"""
_OWN = """
        select c.id, c.title, c.summary, c.cover_id, c.category, c.difficulty, c.language, p.revision,
               p.published_at, c.enrolment, c.places,
               (select count(*)
                  from item i
                  join module m on m.id = i.module_id
                 where i.course_id = c.id and i.deleted_at is null and m.deleted_at is null)::integer as lessons,
               c.state, {role} as role, 0::real as rank
          from course c
          left join publication p on p.course_id = c.id
         where c.school_id = $1 and c.deleted_at is null
           and ($2::text is null or c.category = $2)
           and ($3::text is null or c.difficulty = $3)
           and ($4::text is null or c.language = $4)
           and ($5::text is null
                or to_tsvector('simple', c.title || ' ' || c.summary) @@ to_tsquery('simple', $5))
           and c.id < coalesce($6, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
"""


async def newest(
    db: Reader, school_id: UUID, filters: Filters, before: tuple[datetime, UUID] | None, limit: int
) -> list[CardRow]:
    """The courses published last, of those before a time and, at that time, an id: a range of one index."""
    moment, course_id = before or (None, None)
    return await db.all(
        CardRow,
        f"""
        {_PUBLISHED.format(rank="0::real")}
           and (p.published_at, p.course_id) < (coalesce($5, 'infinity'::timestamptz),
                                                coalesce($6, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
         order by p.published_at desc, p.course_id desc
         limit $7
        """,
        school_id,
        filters.category,
        filters.difficulty,
        filters.language,
        moment,
        course_id,
        limit,
    )


async def search(
    db: Reader, school_id: UUID, filters: Filters, query: str, below: tuple[float, UUID] | None, limit: int
) -> list[CardRow]:
    """The courses that fit a `tsquery` best, of those below a rank and, at that rank, an id."""
    rank, course_id = below or (None, None)
    return await db.all(
        CardRow,
        f"""
        {_PUBLISHED.format(rank="ts_rank(p.words, to_tsquery('simple', $5))")}
           and p.words @@ to_tsquery('simple', $5)
           and (ts_rank(p.words, to_tsquery('simple', $5)), p.course_id)
               < (coalesce($6, 'infinity'::real), coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
         order by rank desc, p.course_id desc
         limit $8
        """,
        school_id,
        filters.category,
        filters.difficulty,
        filters.language,
        query,
        rank,
        course_id,
        limit,
    )


async def courses_of(
    db: Reader, school_id: UUID, account_id: UUID, filters: Filters, query: str | None, before: UUID | None, limit: int
) -> list[CardRow]:
    """The courses that someone teaches, drafts too, the newest first."""
    return await db.all(
        CardRow,
        f"""
        {_OWN.format(role="(select role from course_staff where course_id = c.id and account_id = $8)")}
           and c.id in (select course_id from course_staff where account_id = $8)
         order by c.id desc
         limit $7
        """,
        school_id,
        filters.category,
        filters.difficulty,
        filters.language,
        query,
        before,
        limit,
        account_id,
    )


async def courses_of_school(
    db: Reader, school_id: UUID, filters: Filters, query: str | None, before: UUID | None, limit: int
) -> list[CardRow]:
    """All courses of a school, drafts too, the newest first."""
    return await db.all(
        CardRow,
        f"""
        {_OWN.format(role="'owner'")}
         order by c.id desc
         limit $7
        """,
        school_id,
        filters.category,
        filters.difficulty,
        filters.language,
        query,
        before,
        limit,
    )


async def taken(db: Reader, course_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many places of these courses are taken; of those that nobody has enrolled in there is nothing."""
    rows = await db.all(Taken, "select course_id, taken from places where course_id = any($1::uuid[])", course_ids)
    return {row.course_id: row.taken for row in rows}


async def facets(db: Reader, school_id: UUID, most: int) -> list[FacetRow]:
    """The values that published courses have: the `most` commonest of each column."""
    return await db.all(
        FacetRow,
        """
        select facet, value, count
          from (select facet, value, count, row_number() over (partition by facet order by count desc, value) as place
                  from (select case when grouping(p.category) = 0 then 'category'
                                    when grouping(p.difficulty) = 0 then 'difficulty'
                                    else 'language' end as facet,
                               coalesce(p.category, p.difficulty, p.language, '') as value,
                               count(*) as count
                          from publication p
                          join course c on c.id = p.course_id
                         where p.school_id = $1 and c.state = 'published' and c.deleted_at is null
                         group by grouping sets ((p.category), (p.difficulty), (p.language))) as counted
                 where value <> '') as ordered
         where place <= $2
         order by facet, place
        """,
        school_id,
        most,
    )
