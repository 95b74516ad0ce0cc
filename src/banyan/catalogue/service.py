"""What can be asked of the catalogue."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from banyan import files
from banyan.catalogue import policy, store
from banyan.catalogue.model import Facet, Facets, Filters
from banyan.catalogue.store import CardRow
from banyan.kit.actor import Visitor
from banyan.kit.cache import Cache
from banyan.kit.database import Database
from banyan.kit.search import as_query
from banyan.kit.wire import UNSET, Page, cursor, read_cursor
from banyan.revisions import CourseCard
from banyan.schools import School

__all__ = ["courses", "facets", "taught"]

_FACETS_FOR = 5.0  # seconds
_MOST_FACETS = 100  # of a kind; a school has fewer categories unless it uses them as tags


async def courses(
    db: Database, visitor: Visitor, school: School, filters: Filters, after: str | None, limit: int
) -> Page[CourseCard]:
    """The school's published courses: the newest first or, where words are searched, what fits best.

    Raises:
        Unauthenticated: the school shows them to its members alone.
        Malformed: `after` is not a cursor of such a list.
    """
    policy.may_browse(visitor, school)
    if not (filters.words or "").strip():
        before = read_cursor(after, datetime, UUID)
        rows = await store.newest(db.read(), school.id, filters, before, limit + 1)
        return await _page(db, rows, limit, lambda row: (row.published_at, row.id))
    below = read_cursor(after, float, UUID)
    query = as_query(filters.words or "")
    rows = await store.search(db.read(), school.id, filters, query, below, limit + 1) if query else []
    return await _page(db, rows, limit, lambda row: (row.rank, row.id))


async def taught(db: Database, visitor: Visitor, filters: Filters, after: str | None, limit: int) -> Page[CourseCard]:
    """The courses that the caller teaches, drafts too, the newest first; for an admin all of the school.

    Raises:
        Unauthenticated: nobody is signed in.
        Malformed: `after` is not a cursor of such a list.
    """
    actor = visitor.signed_in()
    key = read_cursor(after, UUID)
    before = key[0] if key else None
    query = as_query(filters.words or "")
    if actor.role == "admin":
        rows = await store.courses_of_school(db.read(), actor.school_id, filters, query, before, limit + 1)
    else:
        rows = await store.courses_of(db.read(), actor.school_id, actor.id, filters, query, before, limit + 1)
    return await _page(db, rows, limit, lambda row: (row.id,), for_staff=True)


async def facets(db: Database, cache: Cache, visitor: Visitor, school: School) -> Facets:
    """What the catalogue can be narrowed to; a few seconds old at most.

    Raises:
        Unauthenticated: the school shows its courses to its members alone.
    """
    policy.may_browse(visitor, school)

    async def count() -> Facets:
        rows = await store.facets(db.read(), school.id, _MOST_FACETS)
        found: dict[str, list[Facet]] = {"category": [], "difficulty": [], "language": []}
        for row in rows:
            found[row.facet].append(Facet(value=row.value, count=row.count))
        return Facets(categories=found["category"], difficulties=found["difficulty"], languages=found["language"])

    return await cache.get(f"facets:{school.id}", _FACETS_FOR, Facets, count)


async def _page(
    db: Database, rows: Sequence[CardRow], limit: int, key: Callable[[CardRow], tuple[Any, ...]], *,
    for_staff: bool = False,
) -> Page[CourseCard]:  # fmt: skip
    shown = rows[:limit]
    limited = [row.id for row in shown if row.places is not None]
    taken = await store.taken(db.read(), limited) if limited else {}
    following = cursor(*key(shown[-1])) if len(rows) > limit else None
    return Page([_card(row, taken.get(row.id, 0), for_staff=for_staff) for row in shown], following)


def _card(row: CardRow, taken: int, *, for_staff: bool) -> CourseCard:
    return CourseCard(
        id=row.id,
        title=row.title,
        summary=row.summary,
        cover=files.url(row.cover_id, "cover") if row.cover_id else None,
        category=row.category,
        difficulty=row.difficulty,
        language=row.language,
        revision=row.revision,
        published_at=row.published_at,
        enrolment=row.enrolment,
        places=row.places,
        places_left=None if row.places is None else max(0, row.places - taken),
        lessons=row.lessons,
        state=row.state if for_staff else UNSET,
        role=row.role if for_staff and row.role else UNSET,
    )
