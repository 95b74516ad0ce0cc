"""The tests that learners take, kept in memory: ten thousand starts cost no statement for them.

Which revision that is stands in the head of the test, cached for a moment as that of a course is. A revision never
changes, so it is kept as long as there is room for it.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from cachetools import LRUCache

from banyan.assessments import store
from banyan.assessments.document import Document, PublishedTest
from banyan.assessments.model import Head
from banyan.kit.database import Reader, Writer, uncommitted
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["changed", "forget", "head", "kept", "published", "read", "revision_of"]

_FOR = 5.0  # seconds; a change is told to every process at once
_MOST_KEPT = 64 << 20  # bytes of JSON, of all revisions together
_LARGE = 1 << 20  # bytes; decoding more takes long enough to be done aside
_kept: LRUCache[tuple[UUID, int], tuple[PublishedTest, int]] = LRUCache(_MOST_KEPT, getsizeof=lambda entry: entry[1])
_MOST_CORRECTED = 200  # revisions; they share with the revision all but what was corrected
_corrected: LRUCache[tuple[UUID, int, int], PublishedTest] = LRUCache(_MOST_CORRECTED)
_loading: dict[tuple[UUID, int], asyncio.Task[PublishedTest]] = {}
_read = msgspec.json.Decoder(Document).decode


def _key(test_id: UUID) -> str:
    return f"test:{test_id}"


async def head(kit: Kit, test_id: UUID) -> Head:
    """What decides about a test, at most five seconds old; `deleted` or not.

    Raises:
        NotFound: there is no such test.
    """
    return await kit.cache.get(_key(test_id), _FOR, Head, lambda: store.head(kit.db.read(), test_id))


def changed(tx: Writer, kit: Kit, *test_ids: UUID) -> None:
    """Let every process forget the heads of tests once `tx` is on disk."""
    if test_ids:
        tx.after_commit(lambda: kit.cache.invalidate(*map(_key, test_ids)))


async def forget(kit: Kit, test_id: UUID) -> None:
    """Read the head of a test anew, for who must not be a few seconds behind."""
    await kit.cache.invalidate(_key(test_id))


async def published(kit: Kit, test_id: UUID) -> PublishedTest:
    """The revision of a test that learners take now; in memory, once it was asked for.

    Whether someone may see it is the caller's to ask.

    Raises:
        NotFound: there is no such test, it is deleted, or was never published.
    """
    found = await head(kit, test_id)
    if found.deleted or found.revision is None:
        raise NotFound
    return await revision_of(kit, test_id, found.revision)


async def revision_of(kit: Kit, test_id: UUID, number: int) -> PublishedTest:
    """One revision of a test, deleted or not; in memory, once it was asked for.

    Raises:
        NotFound: the test has none of this number.
    """
    if uncommitted():  # it may yet come to nothing, and another get its number
        return await _load(kit, test_id, number)
    key = (test_id, number)
    entry = _kept.get(key)
    if entry is not None:
        return entry[0]
    task = _loading.get(key)
    if task is None:
        # A context of its own: a load serves many requests and must not inherit the deadline of one.
        task = _loading[key] = asyncio.create_task(_load(kit, test_id, number), context=contextvars.Context())
        task.add_done_callback(lambda done: _loaded(key, done))
    # Shielded: one impatient caller must not cancel the load for the others.
    return await asyncio.shield(task)


async def kept(
    kit: Kit, test: PublishedTest, corrections: int, load: Callable[[Reader], Awaitable[PublishedTest]]
) -> PublishedTest:
    """A revision with so many corrections of its test, from memory or as `load` makes it.

    Should another correction be stored meanwhile, what is loaded has it already, which is no worse.
    """
    if uncommitted():
        return await load(kit.db.read())
    key = (test.id, test.revision, corrections)
    found = _corrected.get(key)
    if found is None:
        found = _corrected[key] = await load(kit.db.read())
    return found


async def read(db: Reader, test_id: UUID, number: int) -> PublishedTest:
    """One revision of a test as it is in `db`, past the memory: for who has just stored it.

    Raises:
        NotFound: the test has none of this number.
    """
    test, _ = await _decoded(db, test_id, number)
    return test


async def _load(kit: Kit, test_id: UUID, number: int) -> PublishedTest:
    test, size = await _decoded(kit.db.read(), test_id, number)
    if size <= _MOST_KEPT and not uncommitted():
        _kept[test_id, number] = (test, size)
    return test


async def _decoded(db: Reader, test_id: UUID, number: int) -> tuple[PublishedTest, int]:
    """A revision, and the size of its JSON in bytes."""
    row = await store.document(db, test_id, number)
    size = len(bytes(row.document))
    document = await asyncio.to_thread(_read, row.document) if size > _LARGE else _read(row.document)
    test = PublishedTest(
        id=test_id,
        school_id=row.school_id,
        course_id=row.course_id,
        revision=number,
        title=document.title,
        settings=document.settings,
        html=document.html,
        sections=document.sections,
        questions={question.id: question for question in document.questions},
    )
    return test, size


def _loaded(key: tuple[UUID, int], task: asyncio.Task[PublishedTest]) -> None:
    _loading.pop(key, None)
    if not task.cancelled():
        task.exception()
