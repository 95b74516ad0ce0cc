"""Keeping a learner's place, and what they have done: gathered, and acknowledged when on disk."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from banyan import enrolments, revisions
from banyan.courses import CoursePurged
from banyan.kit.actor import Actor
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Database, Writer
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit
from banyan.learning import policy, store
from banyan.learning.metrics import COMPLETED
from banyan.learning.model import CourseCompleted, NotEnrolled, ProgressSaved, SavedRow, SaveProgress
from banyan.learning.way import Way, way_through

__all__ = ["ProgressBatcher", "note_done", "note_undone", "on_course_purged", "save", "start"]


class Entry(msgspec.Struct, frozen=True):
    """A learner's progress in one item, to be stored."""

    learner_id: UUID
    course_id: UUID
    item_id: UUID
    change: SaveProgress


class ProgressBatcher(Batcher[Entry, SavedRow | None]):
    """Gathers progress of all learners into one transaction; None answers someone who is not in the course."""

    def __init__(self, db: Database) -> None:
        async def write(entries: Sequence[Entry]) -> list[SavedRow | None]:
            async with db.write(replan=True) as tx:
                rows = await store.save(
                    tx,
                    [entry.learner_id for entry in entries],
                    [entry.course_id for entry in entries],
                    [entry.item_id for entry in entries],
                    [entry.change.state for entry in entries],
                    [entry.change.place for entry in entries],
                )
            saved = {(row.learner_id, row.course_id, row.item_id): row for row in rows}
            return [saved.get((entry.learner_id, entry.course_id, entry.item_id)) for entry in entries]

        super().__init__(
            "progress",
            write,
            key=lambda entry: (entry.learner_id, entry.item_id),
            shards=Shards(db.primary, lambda entry: entry.learner_id),
        )


async def start(kit: Kit) -> Callable[[], Awaitable[None]]:
    """Begin to gather; what is returned waits until all is written."""
    batcher = kit.parts[ProgressBatcher] = ProgressBatcher(kit.db)
    return batcher.close


async def save(kit: Kit, actor: Actor, course_id: UUID, item_id: UUID, change: SaveProgress) -> ProgressSaved:
    """Keep a learner's place, and note what is done; returns when it is on disk.

    A test is done by taking it, whatever the learner says.

    Raises:
        NotFound: the course or its published revision has no such item.
        NotReleased: the item opens later.
        NotEnrolled: the caller is not in the course.
    """
    published = await revisions.published(kit.db, kit.cache, course_id)
    if published is None or published.school_id != actor.school_id:
        raise NotFound
    way = way_through(published)
    spot = way.spot(item_id)
    if spot is None:
        raise NotFound
    policy.may_read_item(spot.item, datetime.now(UTC), staff=False)
    if spot.item.kind == "test" and change.state == "done":
        change = msgspec.structs.replace(change, state="started")
    saved = await _keep(kit, way, Entry(actor.id, course_id, item_id, change))
    if saved is None:
        raise NotEnrolled
    return saved


async def note_done(kit: Kit, learner_id: UUID, course_id: UUID, item_id: UUID) -> None:
    """Note that a learner has done an item by doing what it asks for; returns when it is on disk.

    Nothing is noted of who is not in the course, nor of an item that is not in what is published of it.
    """
    published = await revisions.published(kit.db, kit.cache, course_id)
    if published is not None and way_through(published).spot(item_id) is not None:
        change = SaveProgress(state="done", place=1.0)
        await _keep(kit, way_through(published), Entry(learner_id, course_id, item_id, change))


async def note_undone(kit: Kit, learner_id: UUID, course_id: UUID, item_id: UUID) -> None:
    """Take back that a learner has done an item, because what it asks for turned out not to be done.

    A course that was completed stays completed: that was told, and may have been told to others.
    """
    async with kit.db.write() as tx:
        await store.reopen(tx, learner_id, course_id, item_id)


async def on_course_purged(_kit: Kit, tx: Writer, event: CoursePurged) -> None:
    """Reaction: the progress in a course goes with it."""
    await store.forget_course(tx, event.course_id)


async def _keep(kit: Kit, way: Way, entry: Entry) -> ProgressSaved | None:
    row = await kit.part(ProgressBatcher).submit(entry)
    if row is None:
        return None
    done = way.done_among(row.done)
    completed_at = row.completed_at
    if completed_at is None and done == len(way):
        completed_at = await _complete(kit.db, entry.learner_id, entry.course_id)
    return ProgressSaved(state=row.state, place=row.place, percent=way.percent_of(done), completed_at=completed_at)


async def _complete(db: Database, learner_id: UUID, course_id: UUID) -> datetime | None:
    async with db.write() as tx:
        completed_at = await enrolments.mark_completed(tx, learner_id, course_id)
        if completed_at is not None:
            await tx.emit(CourseCompleted(course_id, learner_id))
            tx.after_commit(COMPLETED.inc)
    return completed_at
