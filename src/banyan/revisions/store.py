"""Every statement about revisions, and the one that learners read."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from banyan.courses import CourseState, Difficulty, Enrolment, ItemKind, StaffRole
from banyan.kit.database import Reader, Writer
from banyan.kit.markdown import Heading
from banyan.revisions.model import Card, Content, Document, DocumentFile
from banyan.revisions.outline import Modules

__all__ = [
    "ContentRow",
    "DraftModuleRow",
    "DraftRow",
    "Edition",
    "Reading",
    "Rendition",
    "RevisionRow",
    "StaffRow",
    "add_renditions",
    "add_revision",
    "contents",
    "current",
    "document",
    "draft_items",
    "draft_modules",
    "edition",
    "known_digests",
    "publish",
    "readings",
    "restore_card",
    "revisions",
]


class StaffRow(msgspec.Struct, frozen=True):
    """Someone who teaches a course."""

    id: UUID
    name: str
    role: StaffRole


class Reading(msgspec.Struct, frozen=True):
    """What learners read, in one row; the outline not yet decoded."""

    course_id: UUID
    school_id: UUID
    revision: int
    published_at: datetime
    title: str
    summary: str
    cover_id: UUID | None
    category: str
    difficulty: Difficulty | None
    language: str
    state: CourseState
    enrolment: Enrolment
    enrolment_code: str | None
    places: int | None
    version: int
    staff: list[StaffRow]
    outline: msgspec.Raw


class Edition(msgspec.Struct, frozen=True):
    """One revision, with all that it consists of."""

    number: int
    card: Card
    outline: Modules


class RevisionRow(msgspec.Struct, frozen=True):
    """One revision in the list of them."""

    number: int
    created_at: datetime
    author_id: UUID
    author: str
    note: str
    title: str


class Rendition(msgspec.Struct, frozen=True):
    """An item's content with the page made of it, as they are stored."""

    kind: ItemKind
    source: str
    url: str | None
    file_id: UUID | None
    file: DocumentFile | None
    html: str
    toc: list[Heading]
    words: int


class ContentRow(msgspec.Struct, frozen=True):
    """What the author of an item wrote, with the file as it is shown."""

    digest: str
    content: Content
    file: DocumentFile | None


class DraftModuleRow(msgspec.Struct, frozen=True):
    """A module of the draft."""

    id: UUID
    title: str


class DraftRow(msgspec.Struct, frozen=True):
    """An item of the draft; where `same` holds it has the version that was asked about, and `source` is left out."""

    id: UUID
    module_id: UUID
    kind: ItemKind
    title: str
    source: str
    url: str | None
    file_id: UUID | None
    release_at: datetime | None
    due_at: datetime | None
    same: bool


async def readings(db: Reader, course_ids: Collection[UUID]) -> list[Reading]:
    """What learners of these courses read: a row by primary keys for each that is published and not deleted."""
    return await db.all(
        Reading,
        """
        select p.course_id, p.school_id, p.revision, p.published_at, p.title, p.summary, p.cover_id, p.category,
               p.difficulty, p.language, c.state, c.enrolment, c.enrolment_code, c.places, c.version,
               r.outline,
               (select coalesce(jsonb_agg(jsonb_build_object('id', account_id, 'name', name, 'role', role)
                                          order by role, name, account_id), '[]')
                  from course_staff s
                 where s.course_id = p.course_id) as staff
          from publication p
          join course c on c.id = p.course_id
          join revision r on r.course_id = p.course_id and r.number = p.revision
         where p.course_id = any($1::uuid[]) and c.deleted_at is null
        """,
        list(course_ids),
    )


async def edition(db: Reader, course_id: UUID, number: int) -> Edition:
    """One revision.

    Raises:
        NotFound: the course has none of this number.
    """
    return await db.one(
        Edition, "select number, card, outline from revision where course_id = $1 and number = $2", course_id, number
    )


async def current(db: Reader, course_id: UUID) -> Edition | None:
    """The revision that learners read."""
    return await db.maybe(
        Edition,
        """
        select r.number, r.card, r.outline
          from publication p
          join revision r on r.course_id = p.course_id and r.number = p.revision
         where p.course_id = $1
        """,
        course_id,
    )


async def revisions(db: Reader, course_id: UUID, below: int | None, limit: int) -> list[RevisionRow]:
    """The newest revisions, of those with a number under `below`."""
    return await db.all(
        RevisionRow,
        """
        select number, created_at, author_id, author, note, card ->> 'title' as title
          from revision
         where course_id = $1 and number < coalesce($2, 2147483647)
         order by number desc
         limit $3
        """,
        course_id,
        below,
        limit,
    )


async def document(db: Reader, course_id: UUID, digest: bytes) -> Document:
    """An item's page, without its source: one row by its primary key.

    Raises:
        NotFound: the course has no such page.
    """
    return await db.one(
        Document,
        """
        select document ->> 'kind' as kind, document ->> 'html' as html, document -> 'toc' as toc,
               (document ->> 'words')::int as words, document ->> 'url' as url,
               nullif(document -> 'file', 'null') as file
          from rendition
         where course_id = $1 and digest = $2
        """,
        course_id,
        digest,
    )


async def contents(db: Reader, course_id: UUID, digests: Collection[str]) -> list[ContentRow]:
    """What was written for these pages."""
    return await db.all(
        ContentRow,
        """
        select encode(digest, 'hex') as digest, document - '{html,toc,words,file}'::text[] as content,
               nullif(document -> 'file', 'null') as file
          from rendition
         where course_id = $1 and digest = any($2::bytea[])
        """,
        course_id,
        [bytes.fromhex(digest) for digest in digests],
    )


async def known_digests(db: Reader, course_id: UUID, digests: Collection[str]) -> set[str]:
    """Those of `digests` that are rendered already."""
    found = await db.all(
        bytes,
        "select digest from rendition where course_id = $1 and digest = any($2::bytea[])",
        course_id,
        [bytes.fromhex(digest) for digest in digests],
    )
    return {digest.hex() for digest in found}


async def add_renditions(tx: Writer, course_id: UUID, renditions: Mapping[str, Rendition]) -> None:
    """Keep pages; one statement however many."""
    await tx.execute(
        """
        insert into rendition (course_id, digest, document)
        select $1, digest, document from unnest($2::bytea[], $3::jsonb[]) as _ (digest, document)
            on conflict (course_id, digest) do nothing
        """,
        course_id,
        [bytes.fromhex(digest) for digest in renditions],
        list(renditions.values()),
    )


async def add_revision(
    tx: Writer, course_id: UUID, author_id: UUID, author: str, note: str, card: Card, outline: Modules
) -> RevisionRow:
    """The next revision. Whoever calls this holds the course's row, so numbers have no gaps and are never twice."""
    return await tx.one(
        RevisionRow,
        """
        insert into revision as r (course_id, number, author_id, author, note, card, outline)
        select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6
          from revision
         where course_id = $1
        returning number, created_at, author_id, author, note, card ->> 'title' as title
        """,
        course_id,
        author_id,
        author,
        note,
        card,
        outline,
    )


async def publish(
    tx: Writer, course_id: UUID, school_id: UUID, revision: RevisionRow, card: Card, *, lessons: int, contents: str
) -> None:
    """Let learners read a revision from now on."""
    await tx.execute(
        """
        insert into publication (course_id, school_id, revision, title, summary, cover_id, category, difficulty,
                                 language, lessons, contents, published_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (course_id) do update
           set revision = excluded.revision, title = excluded.title, summary = excluded.summary,
               cover_id = excluded.cover_id, category = excluded.category, difficulty = excluded.difficulty,
               language = excluded.language, lessons = excluded.lessons, contents = excluded.contents,
               published_at = excluded.published_at
        """,
        course_id,
        school_id,
        revision.number,
        card.title,
        card.summary,
        card.cover_id,
        card.category,
        card.difficulty,
        card.language,
        lessons,
        contents,
        revision.created_at,
    )


async def draft_modules(db: Reader, course_id: UUID) -> list[DraftModuleRow]:
    """The modules of the draft, in order."""
    return await db.all(
        DraftModuleRow,
        "select id, title from module where course_id = $1 and deleted_at is null order by position, id",
        course_id,
    )


async def draft_items(db: Reader, course_id: UUID, versions: Mapping[UUID, int]) -> list[DraftRow]:
    """The items of the draft in order, with the sources only of those that have moved on from these versions."""
    return await db.all(
        DraftRow,
        """
        select i.id, i.module_id, i.kind, i.title, i.url, i.file_id, i.release_at, i.due_at,
               case when known.version = i.version then '' else i.source end as source,
               known.version is not distinct from i.version as same
          from item i
          left join unnest($2::uuid[], $3::integer[]) as known (id, version) on known.id = i.id
         where i.course_id = $1 and i.deleted_at is null
         order by i.position, i.id
        """,
        course_id,
        list(versions),
        list(versions.values()),
    )


async def restore_card(tx: Writer, course_id: UUID, card: Card) -> None:
    """Make these the settings of a course that learners see once they are published."""
    await tx.execute(
        """
        update course
           set title = $2, summary = $3, cover_id = $4, category = $5, difficulty = $6, language = $7,
               version = version + 1
         where id = $1
        """,
        course_id,
        card.title,
        card.summary,
        card.cover_id,
        card.category,
        card.difficulty,
        card.language,
    )
