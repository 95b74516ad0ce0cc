"""The draft of a course as a whole: reading it, writing it, and its outline."""

from collections.abc import Collection, Sequence
from uuid import UUID

from banyan.courses import heads, store, store_draft, store_placing
from banyan.courses.events import ItemsChanged
from banyan.courses.model import (
    Draft,
    DraftItemRow,
    DraftModule,
    DraftOutline,
    Entry,
    ModulePlace,
    NewModule,
)
from banyan.courses.problems import CourseTooLarge
from banyan.kit.cache import Cache
from banyan.kit.database import Reader, Writer
from banyan.kit.problems import Conflict

__all__ = ["MOST_ITEMS", "MOST_MODULES", "check_extent", "draft", "draft_outline", "write_draft"]

MOST_MODULES = 200
MOST_ITEMS = 2_000
_LARGEST = 20 << 20  # bytes of text in all lessons: ten thick books


async def draft(db: Reader, course_id: UUID) -> Draft:
    """The draft of a course with all that its items hold: two statements, whatever its size."""
    rows = await store_draft.modules(db, course_id)
    inside: dict[UUID, list[DraftItemRow]] = {row.id: [] for row in rows}
    for item in await store_draft.items(db, course_id):
        if item.module_id in inside:  # else its module was deleted between the two statements
            inside[item.module_id].append(item)
    return Draft([DraftModule(row.id, row.title, row.version, inside[row.id]) for row in rows])


async def draft_outline(db: Reader, course_id: UUID, version: int, revision: int) -> DraftOutline:
    """The order of a draft without its contents: two statements, whatever its size."""
    rows = await store_draft.modules(db, course_id)
    inside: dict[UUID, list[Entry]] = {row.id: [] for row in rows}
    for item in await store_draft.entries(db, course_id):
        if item.module_id in inside:
            inside[item.module_id].append(
                Entry(
                    id=item.id,
                    kind=item.kind,
                    title=item.title,
                    minutes=item.minutes,
                    release_at=item.release_at,
                    due_at=item.due_at,
                    version=item.version,
                )
            )
    return DraftOutline(
        version=version,
        revision=revision,
        modules=[ModulePlace(id=row.id, title=row.title, version=row.version, items=inside[row.id]) for row in rows],
    )


async def write_draft(
    tx: Writer, cache: Cache, course_id: UUID, modules: Sequence[NewModule], *, new_tests: Collection[UUID] = ()
) -> None:
    """Make this the draft of a course; what it held and this does not goes into the bin.

    Ids may be new or the course's own, also from its bin. An item that stays the same keeps its version. A test is left
    out that the course no longer has: an item alone does not make one. `new_tests` are those that the caller makes in
    this transaction.

    Raises:
        CourseTooLarge: more than a course can hold.
        Conflict: an id is another course's.
    """
    tests = [item.id for module in modules for item in module.items if item.kind == "test"]
    kept = {*new_tests, *(await store_placing.items_kept(tx, course_id, tests) if tests else ())}
    placed = [
        (module.id, item) for module in modules for item in module.items if item.kind != "test" or item.id in kept
    ]
    check_extent(len(modules), len(placed), sum(len(item.source.encode()) for _, item in placed))
    await store.lock_course(tx, course_id)
    stored_modules = await store_draft.replace_modules(tx, course_id, modules)
    stored_items = await store_draft.replace_items(tx, course_id, placed)
    if (stored_modules, stored_items) != (len(modules), len(placed)):
        raise Conflict("The draft names modules or items of another course.")
    await store.count_up(tx, course_id)
    heads.changed(tx, cache, course_id)
    await tx.emit(ItemsChanged(course_id))


def check_extent(modules: int, items: int, size: int) -> None:
    """Whether a course can hold so much; `size` of all sources in bytes.

    Raises:
        CourseTooLarge: it cannot.
    """
    if modules > MOST_MODULES:
        raise CourseTooLarge(f"A course has at most {MOST_MODULES} modules.")
    if items > MOST_ITEMS:
        raise CourseTooLarge(f"A course has at most {MOST_ITEMS} items.")
    if size > _LARGEST:
        raise CourseTooLarge(f"The texts of a course have at most {_LARGEST >> 20} MiB together.")
