"""Every statement about the categories of banks."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer
from banyan.questions.bank import CategoryRow

__all__ = [
    "PathRow",
    "add",
    "category",
    "change",
    "is_used",
    "of_course",
    "paths",
    "remove",
    "set_shared",
    "shift",
]

_ROWS = """
    select c.id, c.school_id, c.course_id, c.parent_id, c.name, c.shared, c.position, c.version,
           (select count(*)::integer from question q where q.category_id = c.id and q.archived_at is null) as questions
      from question_category c
"""


class PathRow(msgspec.Struct, frozen=True):
    """The names of a category and of those around it, the outermost first."""

    id: UUID
    path: list[str]


async def category(db: Reader, category_id: UUID) -> CategoryRow:
    """One category."""
    return await db.one(CategoryRow, f"{_ROWS} where c.id = $1", category_id)


async def of_course(db: Reader, course_id: UUID) -> list[CategoryRow]:
    """All categories of a course's bank, siblings in their order."""
    return await db.all(CategoryRow, f"{_ROWS} where c.course_id = $1 order by c.position, c.id", course_id)


async def paths(db: Reader, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The paths of these categories."""
    rows = await db.all(
        PathRow,
        """
        with recursive up as (
            select id as category_id, parent_id, name, 0 as steps from question_category where id = any($1::uuid[])
            union all
            select up.category_id, c.parent_id, c.name, up.steps + 1
              from up join question_category c on c.id = up.parent_id
             where up.steps < 100
        )
        select category_id as id, array_agg(name order by steps desc) as path from up group by category_id
        """,
        list(ids),
    )
    return {row.id: row.path for row in rows}


async def add(tx: Writer, categories: Sequence[CategoryRow]) -> None:
    """New categories; parents before what is in them."""
    await tx.execute(
        """
        insert into question_category (id, school_id, course_id, parent_id, name, shared, position)
        select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::integer[])
        """,
        [one.id for one in categories],
        [one.school_id for one in categories],
        [one.course_id for one in categories],
        [one.parent_id for one in categories],
        [one.name for one in categories],
        [one.shared for one in categories],
        [one.position for one in categories],
    )


async def change(tx: Writer, category: CategoryRow) -> None:
    """Store a category as it is in `category`, and count its version up."""
    await tx.execute(
        """
        update question_category set name = $2, parent_id = $3, position = $4, version = version + 1 where id = $1
        """,
        category.id,
        category.name,
        category.parent_id,
        category.position,
    )


async def shift(tx: Writer, ids: Sequence[UUID]) -> None:
    """Number these categories by their place in the list."""
    await tx.execute(
        """
        update question_category c set position = place - 1
          from unnest($1::uuid[]) with ordinality as placed (id, place)
         where c.id = placed.id and c.position <> place - 1
        """,
        ids,
    )


async def set_shared(tx: Writer, ids: Sequence[UUID], *, shared: bool) -> None:
    """Show these categories to all teachers of the school, or no more."""
    await tx.execute(
        "update question_category set shared = $2, version = version + 1 where id = any($1::uuid[]) and shared <> $2",
        ids,
        shared,
    )


async def is_used(db: Reader, category_id: UUID) -> bool:
    """Whether there are questions in a category that are not archived, or other categories."""
    return await db.one(
        bool,
        """
        select exists (select from question where category_id = $1 and archived_at is null)
               or exists (select from question_category where parent_id = $1) as used
        """,
        category_id,
    )


async def remove(tx: Writer, category_id: UUID) -> None:
    """Delete a category; archived questions in it are in none from now on."""
    await tx.execute("delete from question_category where id = $1", category_id)
