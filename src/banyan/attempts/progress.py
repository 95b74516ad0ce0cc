"""Taking a test is progress in its course."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import msgspec

from banyan import assessments, learning
from banyan.assessments import PublishedTest
from banyan.attempts import store
from banyan.attempts.counting import percent_of
from banyan.attempts.model import AttemptHead, HeadRow
from banyan.kit.database import Writer
from banyan.kit.jobs import job
from banyan.kit.toolbox import Kit

__all__ = ["Taken", "is_done", "note", "note_changes", "note_taken", "reconsider"]


class TakenTest(msgspec.Struct, frozen=True):
    """A test that a learner has done."""

    learner_id: UUID
    course_id: UUID
    test_id: UUID


class Taken(msgspec.Struct, frozen=True):
    """Tests that learners have done."""

    tests: list[TakenTest]


@job("attempts.note_taken", Taken)
async def note_taken(kit: Kit, taken: Taken) -> None:
    """Note in the progress of learners that they have done tests. Those who left the course are passed over."""
    await asyncio.gather(*(learning.note_done(kit, one.learner_id, one.course_id, one.test_id) for one in taken.tests))


@job("attempts.reconsider", Taken)
async def reconsider(kit: Kit, taken: Taken) -> None:
    """Note for learners whose grades were changed whether they have done tests, by the best of all their attempts."""
    await asyncio.gather(*(_reconsider(kit, one) for one in taken.tests))


async def _reconsider(kit: Kit, one: TakenTest) -> None:
    for attempt in await store.attempts_of(kit.db.read(), one.learner_id, one.test_id):
        if is_done(await assessments.corrected(kit, one.test_id, attempt.revision), attempt):
            await learning.note_done(kit, one.learner_id, one.course_id, one.test_id)
            return
    await learning.note_undone(kit, one.learner_id, one.course_id, one.test_id)


def is_done(test: PublishedTest, head: HeadRow | AttemptHead) -> bool:
    """Whether this attempt makes the test done: it is handed in and, where there is a pass mark, it is reached."""
    if head.number < 0 or head.state == "running":
        return False
    wanted = test.settings.pass_percent
    if wanted is None:
        return True
    percent = percent_of(head.score, head.max_points) if head.state == "graded" else None
    return percent is not None and percent >= wanted


async def note(tx: Writer, closed: Iterable[tuple[HeadRow, PublishedTest]]) -> None:
    """Let a job note what is done by these attempts: one statement, or none if it is nothing."""
    done = [_taken(head) for head, test in closed if is_done(test, head)]
    if done:
        await tx.enqueue(note_taken(Taken(done)))


async def note_changes(tx: Writer, changed: Iterable[tuple[HeadRow, HeadRow, PublishedTest]]) -> None:
    """Let a job look again at who reached a pass mark by these attempts, or no longer does; as they were and are."""
    other = [_taken(after) for before, after, test in changed if is_done(test, before) != is_done(test, after)]
    if other:
        await tx.enqueue(reconsider(Taken(other)))


def _taken(head: HeadRow) -> TakenTest:
    return TakenTest(head.learner_id, head.course_id, head.test_id)
