"""Every statement about tests and their revisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.assessments.document import Document
from banyan.assessments.model import Head, Section, Settings
from banyan.kit.database import Reader, Writer

__all__ = [
    "Dates",
    "DraftRow",
    "Published",
    "RevisionRow",
    "Row",
    "RowInList",
    "add_revision",
    "add_test",
    "add_tests",
    "change_test",
    "dates_for",
    "digest_of",
    "document",
    "drafts",
    "head",
    "pass_marks",
    "publish",
    "revisions",
    "test",
    "tests",
    "tests_of_course",
]

_HEAD = """
    a.id, a.school_id, a.course_id, i.title, a.version, a.revision, a.corrections,
    (i.deleted_at is not null or m.deleted_at is not null) as deleted
"""
_FROM = "assessment a join item i on i.id = a.id join module m on m.id = i.module_id"


class Row(Head, frozen=True, kw_only=True):
    """A test with its draft, and when learners got their revision."""

    settings: Settings
    sections: list[Section]
    published_at: datetime | None


class Dates(msgspec.Struct, frozen=True):
    """When a test opens and closes for someone."""

    id: UUID
    opens_at: datetime | None
    closes_at: datetime | None


class PassMark(msgspec.Struct, frozen=True):
    """From how many percent on a revision is passed."""

    test_id: UUID
    number: int
    percent: float


class DraftRow(msgspec.Struct, frozen=True):
    """What a test is as its staff write it."""

    id: UUID
    settings: Settings
    sections: list[Section]


class RowInList(msgspec.Struct, frozen=True):
    """A test in the list of a course, by its draft and, if there is one, by its revision."""

    id: UUID
    title: str
    revision: int | None
    settings: Settings
    published_title: str | None
    published_settings: Settings | None


class RevisionRow(msgspec.Struct, frozen=True):
    """One revision in the list of them."""

    number: int
    created_at: datetime
    author_id: UUID
    author: str
    note: str
    title: str
    questions: int


class Published(msgspec.Struct, frozen=True):
    """A revision with whose it is, not yet decoded."""

    school_id: UUID
    course_id: UUID
    document: msgspec.Raw


async def head(db: Reader, test_id: UUID) -> Head:
    """What decides about a test."""
    return await db.one(Head, f"select {_HEAD} from {_FROM} where a.id = $1", test_id)


async def test(db: Reader, test_id: UUID) -> Row:
    """A test with its draft."""
    return await db.one(
        Row,
        f"""
        select {_HEAD}, a.settings, a.sections, r.created_at as published_at
          from {_FROM}
          left join assessment_revision r on r.assessment_id = a.id and r.number = a.revision
         where a.id = $1
        """,
        test_id,
    )


async def tests(db: Reader, course_id: UUID) -> list[RowInList]:
    """The tests of a course, in the order of its draft; one statement, and nothing read of their questions."""
    return await db.all(
        RowInList,
        f"""
        select a.id, i.title, a.revision, a.settings, r.title as published_title,
               r.settings as published_settings
          from {_FROM}
          left join assessment_revision r on r.assessment_id = a.id and r.number = a.revision
         where a.course_id = $1 and i.deleted_at is null and m.deleted_at is null
         order by m.position, m.id, i.position, i.id
        """,
        course_id,
    )


async def pass_marks(db: Reader, ids: Sequence[UUID], revisions: Sequence[int]) -> dict[tuple[UUID, int], float]:
    """The pass marks of these revisions of these tests, those that have one; the sequences go together."""
    rows = await db.all(
        PassMark,
        """
        select r.assessment_id as test_id, r.number, (r.settings ->> 'pass_percent')::float8 as percent
          from unnest($1::uuid[], $2::integer[]) as n (test_id, number)
          join assessment_revision r on r.assessment_id = n.test_id and r.number = n.number
         where r.settings ->> 'pass_percent' is not null
        """,
        ids,
        revisions,
    )
    return {(row.test_id, row.number): row.percent for row in rows}


async def dates_for(db: Reader, account_id: UUID, ids: Collection[UUID]) -> dict[UUID, Dates]:
    """When those of these tests that were published open and close for someone, who may see them."""
    rows = await db.all(
        Dates,
        f"""
        select a.id, coalesce(own.opens_at, (r.settings ->> 'opens_at')::timestamptz) as opens_at,
               coalesce(own.closes_at, (r.settings ->> 'closes_at')::timestamptz) as closes_at
          from {_FROM}
          join assessment_revision r on r.assessment_id = a.id and r.number = a.revision
          left join accommodation own on own.assessment_id = a.id and own.account_id = $1
         where a.id = any($2::uuid[]) and i.deleted_at is null and m.deleted_at is null
        """,
        account_id,
        list(ids),
    )
    return {row.id: row for row in rows}


async def drafts(db: Reader, course_id: UUID, ids: Collection[UUID]) -> list[DraftRow]:
    """Those of `ids` that are tests of the course, deleted or not."""
    return await db.all(
        DraftRow,
        "select id, settings, sections from assessment where course_id = $1 and id = any($2::uuid[]) order by id",
        course_id,
        list(ids),
    )


async def tests_of_course(db: Reader, course_id: UUID) -> list[UUID]:
    """The ids of all tests of a course, deleted or not."""
    return await db.all(UUID, "select id from assessment where course_id = $1", course_id)


async def add_test(
    tx: Writer, test_id: UUID, school_id: UUID, course_id: UUID, settings: Settings, sections: Sequence[Section]
) -> None:
    """A new test; its item is there already."""
    await tx.execute(
        "insert into assessment (id, school_id, course_id, settings, sections) values ($1, $2, $3, $4, $5)",
        test_id,
        school_id,
        course_id,
        settings,
        list(sections),
    )


async def add_tests(tx: Writer, school_id: UUID, course_id: UUID, new: Sequence[DraftRow]) -> None:
    """New tests, whose items are there already; one statement, however many."""
    await tx.execute(
        """
        insert into assessment (id, school_id, course_id, settings, sections)
        select id, $1, $2, settings, sections
          from unnest($3::uuid[], $4::jsonb[], $5::jsonb[]) as new (id, settings, sections)
        """,
        school_id,
        course_id,
        [one.id for one in new],
        [one.settings for one in new],
        [msgspec.json.encode(one.sections) for one in new],  # not as a list: that would be a second dimension
    )


async def change_test(tx: Writer, test_id: UUID, settings: Settings, sections: Sequence[Section]) -> None:
    """Store the draft of a test, and count its version up."""
    await tx.execute(
        "update assessment set settings = $2, sections = $3, version = version + 1 where id = $1",
        test_id,
        settings,
        list(sections),
    )


async def digest_of(db: Reader, test_id: UUID, number: int) -> bytes:
    """What a revision was made from, as a digest."""
    return await db.one(
        bytes, "select digest from assessment_revision where assessment_id = $1 and number = $2", test_id, number
    )


async def document(db: Reader, test_id: UUID, number: int) -> Published:
    """One revision of a test.

    Raises:
        NotFound: it has none of this number.
    """
    return await db.one(
        Published,
        """
        select a.school_id, a.course_id, r.document
          from assessment_revision r
          join assessment a on a.id = r.assessment_id
         where r.assessment_id = $1 and r.number = $2
        """,
        test_id,
        number,
    )


async def add_revision(
    tx: Writer,
    test_id: UUID,
    author_id: UUID,
    author: str,
    note: str,
    *,
    questions: int,
    digest: bytes,
    document: Document,
) -> RevisionRow:
    """The next revision. Whoever calls this holds the course, so numbers have no gaps and are never twice."""
    return await tx.one(
        RevisionRow,
        """
        insert into assessment_revision as r (assessment_id, number, author_id, author, note, title, questions, digest,
                                              document)
        select $1, greatest(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8
          from assessment_revision
         where assessment_id = $1
        returning number, created_at, author_id, author, note, title, questions
        """,
        test_id,
        author_id,
        author,
        note,
        document.title,
        questions,
        digest,
        document,
    )


async def publish(tx: Writer, test_id: UUID, number: int) -> None:
    """Let attempts begin at this revision from now on."""
    await tx.execute("update assessment set revision = $2 where id = $1", test_id, number)


async def revisions(db: Reader, test_id: UUID, below: int | None, limit: int) -> list[RevisionRow]:
    """The newest revisions of a test, of those with a number under `below`."""
    return await db.all(
        RevisionRow,
        """
        select number, created_at, author_id, author, note, title, questions
          from assessment_revision
         where assessment_id = $1 and number > 0 and number < coalesce($2, 2147483647)
         order by number desc
         limit $3
        """,
        test_id,
        below,
        limit,
    )
