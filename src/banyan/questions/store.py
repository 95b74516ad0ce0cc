"""Every statement that reads questions from their banks, or changes one of them."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from banyan.kit.database import Reader, Writer
from banyan.questions.bank import Filters, NewQuestion, QuestionRow, VersionRow
from banyan.questions.model import Question
from banyan.questions.texts import words_of

__all__ = [
    "add",
    "archive",
    "change",
    "count",
    "lock",
    "newest",
    "question",
    "questions",
    "restore",
    "search",
    "version",
    "versions",
]

# What a search finds, best in the title.
_WORDS = """
    setweight(to_tsvector('simple', {title}), 'A') || setweight(to_tsvector('simple', {tags}), 'B')
    || setweight(to_tsvector('simple', {contents}), 'D')
"""
_BELOW = """
    with recursive below as (
        select id from question_category where id = $2
        union
        select c.id from question_category c join below b on c.parent_id = b.id
    )
"""
_FOUND = """
    select q.*, coalesce(c.shared, false) as shared
      from question q
      left join question_category c on c.id = q.category_id
     where (q.archived_at is not null) = $1
       and ($2::uuid is null or q.category_id in (select id from below))
       and ($3::text is null or q.kind = $3)
       and ($4::text is null or $4 = any(q.tags))
       and ($5::text is null or q.difficulty = $5)
"""
# The two banks that are looked into: a course's own, and what the school's teachers share.
_OWN = "and q.course_id = $6"
_SHARED = """
    and c.school_id = $6 and c.shared
    and not exists (select from course k where k.id = q.course_id and k.deleted_at is not null)
"""
# Uses and statistics are counted for what is shown, not for all that was found.
_ROWS = """
    select f.id, f.school_id, f.course_id, f.category_id, f.kind, f.title, f.points, f.penalty, f.difficulty, f.tags,
           f.code, f.body, f.version, f.archived_at is not null as archived, f.shared, f.created_at, f.changed_at,
           (select count(*)::integer from question_use u where u.question_id = f.id) as uses,
           s.attempts, s.facility, s.discrimination, f.rank
      from ({found}) f
      left join lateral (
           select sum(attempts)::integer as attempts,
                  sum(facility * attempts) / nullif(sum(attempts) filter (where facility is not null), 0) as facility,
                  sum(discrimination * attempts) / nullif(sum(attempts) filter (where discrimination is not null), 0)
                      as discrimination
             from question_statistics
            where question_id = f.id) s on true
"""
_BY_ID = _ROWS.format(
    found="""
    select q.*, coalesce(c.shared, false) as shared, 0::real as rank
      from question q
      left join question_category c on c.id = q.category_id
     where q.id = any($1::uuid[])
"""
)


async def question(db: Reader, question_id: UUID) -> QuestionRow:
    """One question, at its newest version."""
    return await db.one(QuestionRow, _BY_ID, [question_id])


async def questions(db: Reader, ids: Sequence[UUID]) -> list[QuestionRow]:
    """Those of `ids` that there are, at their newest versions, in any order."""
    return await db.all(QuestionRow, _BY_ID, ids)


async def lock(tx: Writer, question_id: UUID) -> QuestionRow:
    """One question, which nobody else changes before the commit."""
    # Two statements: the second sees what the one that we waited for has committed.
    await tx.one(UUID, "select id from question where id = $1 for no key update", question_id)
    return await question(tx, question_id)


async def newest(db: Reader, bank: UUID, filters: Filters, before: UUID | None, limit: int) -> list[QuestionRow]:
    """The questions that were added last, of those before an id: of a course or, with `shared`, of a school."""
    return await db.all(
        QuestionRow,
        _BELOW
        + _ROWS.format(
            found=f"""
            select found.*, 0::real as rank
              from ({_FOUND} {_SHARED if filters.shared else _OWN}) found
             where id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
             order by id desc
             limit $8"""
        )
        + "order by f.id desc",
        *_criteria(filters),
        bank,
        before,
        limit,
    )


async def search(
    db: Reader, bank: UUID, filters: Filters, query: str, below: tuple[float, UUID] | None, limit: int
) -> list[QuestionRow]:
    """The questions that fit a `tsquery` best, of those below a rank and, at that rank, an id."""
    rank, question_id = below or (None, None)
    return await db.all(
        QuestionRow,
        _BELOW
        + _ROWS.format(
            found=f"""
            select * from (
                select found.*, ts_rank(words, to_tsquery('simple', $7)) as rank
                  from ({_FOUND} {_SHARED if filters.shared else _OWN} and q.words @@ to_tsquery('simple', $7)) found
            ) ranked
             where (rank, id) < (coalesce($8, 'infinity'::real),
                                 coalesce($9, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
             order by rank desc, id desc
             limit $10"""
        )
        + "order by f.rank desc, f.id desc",
        *_criteria(filters),
        bank,
        query,
        rank,
        question_id,
        limit,
    )


async def count(db: Reader, course_id: UUID) -> int:
    """How many questions a course's bank has, archived ones too."""
    return await db.one(int, "select count(*)::integer as count from question where course_id = $1", course_id)


async def add(
    tx: Writer, school_id: UUID, course_id: UUID, author_id: UUID, author: str, new: Sequence[NewQuestion]
) -> None:
    """New questions with their first versions: two statements, however many."""
    asked = [one.question for one in new]
    await tx.execute(
        f"""
        insert into question (id, school_id, course_id, category_id, kind, title, points, penalty, difficulty, tags,
                              code, body, created_by, words)
        select id, $1, $2, category_id, kind, title, points, penalty, difficulty, t.tags, code, body, $3,
               {_WORDS.format(title="title", tags="array_to_string(t.tags, ' ')", contents="contents")}
          from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::double precision[], $9::double precision[],
                      $10::text[], $11::jsonb[], $12::text[], $13::jsonb[], $14::text[])
            as new (id, category_id, kind, title, points, penalty, difficulty, tags, code, body, contents)
         cross join lateral (select array(select jsonb_array_elements_text(new.tags))) as t (tags)
        """,
        school_id,
        course_id,
        author_id,
        [one.id for one in new],
        [one.category_id for one in new],
        [one.body.__struct_config__.tag for one in asked],
        [one.title for one in asked],
        [one.points for one in asked],
        [one.penalty for one in asked],
        [one.difficulty for one in asked],
        [msgspec.json.encode(one.tags) for one in asked],  # not as a list: that would be a second dimension
        [one.code for one in asked],
        [one.body for one in asked],
        [words_of(one) for one in asked],
    )
    await tx.execute(
        """
        insert into question_version (question_id, number, title, points, penalty, body, author_id, author)
        select id, version, title, points, penalty, body, $2, $3 from question where id = any($1::uuid[])
        """,
        [one.id for one in new],
        author_id,
        author,
    )


async def change(
    tx: Writer, question_id: UUID, category_id: UUID | None, new: Question, author_id: UUID, author: str
) -> None:
    """Store a question as it is now, as its next version."""
    await tx.execute(
        f"""
        with changed as (
            update question
               set category_id = $2, kind = $3, title = $4, points = $5, penalty = $6, difficulty = $7, tags = $8,
                   code = $9, body = $10, version = version + 1, changed_at = now(),
                   words = {_WORDS.format(title="$4", tags="array_to_string($8::text[], ' ')", contents="$11")}
             where id = $1
            returning id, version, title, points, penalty, body
        )
        insert into question_version (question_id, number, title, points, penalty, body, author_id, author)
        select id, version, title, points, penalty, body, $12, $13 from changed
        """,
        question_id,
        category_id,
        new.body.__struct_config__.tag,
        new.title,
        new.points,
        new.penalty,
        new.difficulty,
        new.tags,
        new.code,
        new.body,
        words_of(new),
        author_id,
        author,
    )


async def archive(tx: Writer, *ids: UUID) -> None:
    """Take questions out of use."""
    await tx.execute(
        "update question set archived_at = now() where id = any($1::uuid[]) and archived_at is null", list(ids)
    )


async def restore(tx: Writer, question_id: UUID) -> None:
    """Take a question out of the archive."""
    await tx.execute("update question set archived_at = null where id = $1", question_id)


async def versions(db: Reader, question_id: UUID, before: int | None, limit: int) -> list[VersionRow]:
    """The versions of a question, the newest first, of those before a number."""
    return await db.all(
        VersionRow,
        """
        select number, title, points, penalty, body, author_id, author, created_at
          from question_version
         where question_id = $1 and number < coalesce($2, 2147483647)
         order by number desc
         limit $3
        """,
        question_id,
        before,
        limit,
    )


async def version(db: Reader, question_id: UUID, number: int) -> VersionRow:
    """One version of a question."""
    return await db.one(
        VersionRow,
        """
        select number, title, points, penalty, body, author_id, author, created_at
          from question_version where question_id = $1 and number = $2
        """,
        question_id,
        number,
    )


def _criteria(filters: Filters) -> tuple[bool, UUID | None, str | None, str | None, str | None]:
    return filters.archived, filters.category_id, filters.kind, filters.tag, filters.difficulty
