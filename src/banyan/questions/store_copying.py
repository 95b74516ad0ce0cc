"""Every statement that copies a bank: how much is in it makes no difference to their number."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer

__all__ = ["Text", "copy_categories", "copy_questions", "copy_versions", "questions", "with_links"]


class Text(msgspec.Struct, frozen=True):
    """A version of a question, as the JSON that it is stored as."""

    question_id: UUID
    number: int
    body: str


async def questions(db: Reader, course_id: UUID, named: Collection[UUID]) -> list[UUID]:
    """The questions of a bank that are not archived, and those of them that are `named`; the oldest first."""
    return await db.all(
        UUID,
        """
        select id from question
         where course_id = $1 and (archived_at is null or id = any($2::uuid[]))
         order by id
        """,
        course_id,
        list(named),
    )


async def with_links(db: Reader, ids: Collection[UUID], versions: Collection[tuple[UUID, int]]) -> list[Text]:
    """Of these questions, in their newest and in these versions, those with a link to a file or an item."""
    return await db.all(
        Text,
        """
        select v.question_id, v.number, v.body::text as body
          from question q
          join question_version v on v.question_id = q.id
         where q.id = any($1::uuid[])
           and (v.number = q.version
                or (v.question_id, v.number) in (select * from unnest($2::uuid[], $3::integer[])))
           and v.body::text ~ '/api/v1/files/|item:'
        """,
        list(ids),
        [question_id for question_id, _ in versions],
        [number for _, number in versions],
    )


async def copy_categories(tx: Writer, course_id: UUID, copies: Mapping[UUID, UUID]) -> None:
    """These categories again in another course, which shares none of them."""
    await tx.execute(
        """
        with copies (id, new_id) as (select * from unnest($2::uuid[], $3::uuid[]))
        insert into question_category (id, school_id, course_id, parent_id, name, shared, position)
        select copies.new_id, c.school_id, $1, parent.new_id, c.name, false, c.position
          from copies
          join question_category c on c.id = copies.id
          left join copies parent on parent.id = c.parent_id
        """,
        course_id,
        list(copies),
        list(copies.values()),
    )


async def copy_questions(
    tx: Writer,
    course_id: UUID,
    author_id: UUID,
    copies: Mapping[UUID, UUID],
    categories: Mapping[UUID, UUID],
    rewritten: Sequence[Text],
) -> None:
    """These questions again in another course, at the same versions; some with another text."""
    await tx.execute(
        """
        insert into question (id, school_id, course_id, category_id, kind, title, points, penalty, difficulty, tags,
                              code, body, version, archived_at, created_by, words)
        select copies.new_id, q.school_id, $1, c.new_id, q.kind, q.title, q.points, q.penalty, q.difficulty, q.tags,
               q.code, coalesce(r.body::jsonb, q.body), q.version, q.archived_at, $2, q.words
          from unnest($3::uuid[], $4::uuid[]) as copies (id, new_id)
          join question q on q.id = copies.id
          left join unnest($5::uuid[], $6::uuid[]) as c (id, new_id) on c.id = q.category_id
          left join unnest($7::uuid[], $8::integer[], $9::text[]) as r (id, number, body)
                 on r.id = q.id and r.number = q.version
        """,
        course_id,
        author_id,
        list(copies),
        list(copies.values()),
        list(categories),
        list(categories.values()),
        [one.question_id for one in rewritten],
        [one.number for one in rewritten],
        [one.body for one in rewritten],
    )


async def copy_versions(
    tx: Writer, copies: Mapping[UUID, UUID], versions: Collection[tuple[UUID, int]], rewritten: Sequence[Text]
) -> None:
    """The newest versions of these questions for their copies, and `versions` by number: as their authors left them."""
    await tx.execute(
        """
        insert into question_version (question_id, number, title, points, penalty, body, author_id, author, created_at)
        select copies.new_id, v.number, v.title, v.points, v.penalty, coalesce(r.body::jsonb, v.body), v.author_id,
               v.author, v.created_at
          from unnest($1::uuid[], $2::uuid[]) as copies (id, new_id)
          join question q on q.id = copies.id
          join question_version v on v.question_id = q.id
          left join unnest($5::uuid[], $6::integer[], $7::text[]) as r (id, number, body)
                 on r.id = v.question_id and r.number = v.number
         where v.number = q.version
            or (v.question_id, v.number) in (select * from unnest($3::uuid[], $4::integer[]))
        """,
        list(copies),
        list(copies.values()),
        [question_id for question_id, _ in versions],
        [number for _, number in versions],
        [one.question_id for one in rewritten],
        [one.number for one in rewritten],
        [one.body for one in rewritten],
    )
