"""What learners read: the hottest path of all.

What is published stands in two cached values: where a course stands (its pointer, its card, its staff), which is
forgotten whenever it changes and a few seconds old at most, and the outline of one revision, which never changes. An
uncached look at both is one statement.
"""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from banyan import courses, files
from banyan.accounts import Person
from banyan.kit.cache import Cache
from banyan.kit.database import Database
from banyan.revisions import store
from banyan.revisions.model import CourseCard, Document, Published, Standing
from banyan.revisions.outline import Outline
from banyan.revisions.store import Reading

__all__ = ["card", "document", "published", "published_many"]

_STANDING = 5.0  # seconds; for processes that cannot hear of a publication because there is no Redis
_IMMUTABLE = 3600.0


class Remembered(msgspec.Struct, frozen=True):
    """A look-up's outcome; None for a course that learners cannot read."""

    standing: Standing | None


def _outline_key(course_id: UUID, revision: int) -> str:
    return f"outline:{course_id}:{revision}"


async def published(db: Database, cache: Cache, course_id: UUID) -> Published | None:
    """What learners of a course read now; None if it was never published, or is deleted.

    Whether someone may see it is the caller's to ask: an archived course, or one of another school, is given too.
    """

    remembered = await cache.get(
        courses.standing_key(course_id), _STANDING, Remembered, lambda: _look(db, cache, course_id)
    )
    return await _with_outline(db, cache, remembered.standing) if remembered.standing else None


async def published_many(db: Database, cache: Cache, course_ids: Collection[UUID]) -> dict[UUID, Published]:
    """What learners of these courses read now; those without a publication are left out.

    At most one statement: for all those that this process does not remember.
    """
    wanted = list(dict.fromkeys(course_ids))
    unknown = {course_id for course_id in wanted if cache.peek(courses.standing_key(course_id)) is None}
    batch: asyncio.Task[list[Reading]] | None = None

    async def look(course_id: UUID) -> Remembered:
        # All loads wait for one statement, which begins inside of the first: so a publication that commits meanwhile
        # makes the cache drop what it brings.
        nonlocal batch
        if course_id not in unknown:
            return await _look(db, cache, course_id)
        if batch is None:
            batch = asyncio.create_task(store.readings(db.read(), unknown))
        return await _remembered(cache, [reading for reading in await batch if reading.course_id == course_id])

    async def one(course_id: UUID) -> Published | None:
        remembered = await cache.get(courses.standing_key(course_id), _STANDING, Remembered, lambda: look(course_id))
        return await _with_outline(db, cache, remembered.standing) if remembered.standing else None

    found = zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True)
    return {course_id: reading for course_id, reading in found if reading}


def card(course: Published, taken: int | None) -> CourseCard:
    """A published course in a list; without `places_left` where it is not known how many places are `taken`."""
    places = course.places
    return CourseCard(
        id=course.course_id,
        title=course.title,
        summary=course.summary,
        cover=course.cover,
        category=course.category,
        difficulty=course.difficulty,
        language=course.language,
        revision=course.revision,
        published_at=course.published_at,
        enrolment=course.enrolment,
        places=places,
        places_left=None if places is None or taken is None else max(0, places - taken),
        lessons=len(course.items),
    )


async def document(db: Database, cache: Cache, course_id: UUID, digest: str) -> Document:
    """An item's page, by the digest that the outline gives.

    Raises:
        NotFound: the course has no such page.
    """

    async def load() -> Document:
        return await store.document(db.read(), course_id, bytes.fromhex(digest))

    return await cache.get(f"document:{course_id}:{digest}", _IMMUTABLE, Document, load)


async def _look(db: Database, cache: Cache, course_id: UUID) -> Remembered:
    return await _remembered(cache, await store.readings(db.read(), [course_id]))


async def _remembered(cache: Cache, found: Sequence[Reading]) -> Remembered:
    return Remembered(await _keep_outline(cache, found[0]) if found else None)


async def _keep_outline(cache: Cache, reading: Reading) -> Standing:
    async def take() -> Outline:
        return Outline(reading.revision, reading.outline)

    await cache.get(_outline_key(reading.course_id, reading.revision), _IMMUTABLE, Outline, take)
    return Standing(
        course_id=reading.course_id,
        school_id=reading.school_id,
        revision=reading.revision,
        published_at=reading.published_at,
        title=reading.title,
        summary=reading.summary,
        cover=files.url(reading.cover_id, "cover") if reading.cover_id else None,
        category=reading.category,
        difficulty=reading.difficulty,
        language=reading.language,
        state=reading.state,
        enrolment=reading.enrolment,
        enrolment_code=reading.enrolment_code,
        places=reading.places,
        version=reading.version,
        teachers=[Person(id=one.id, name=one.name) for one in reading.staff if one.role != "assistant"],
        staff={one.id: one.role for one in reading.staff},
    )


async def _with_outline(db: Database, cache: Cache, standing: Standing) -> Published:
    course_id, revision = standing.course_id, standing.revision

    async def load() -> Outline:
        edition = await store.edition(db.read(), course_id, revision)
        return Outline(edition.number, msgspec.Raw(msgspec.json.encode(edition.outline)))

    outline = await cache.get(_outline_key(course_id, revision), _IMMUTABLE, Outline, load)
    return Published(**msgspec.structs.asdict(standing), outline=outline)
