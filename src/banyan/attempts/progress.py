"""Taking a test is progress in its course."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import msgspec

from banyan import learning
from banyan.assessments import PublishedTest
from banyan.attempts.counting import percent_of
from banyan.attempts.model import HeadRow
from banyan.kit.database import Writer
from banyan.kit.jobs import job
from banyan.kit.toolbox import Kit

__all__ = ["Taken", "is_done", "note", "note_taken"]


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


def is_done(test: PublishedTest, head: HeadRow) -> bool:
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
    done = [TakenTest(head.learner_id, head.course_id, head.test_id) for head, test in closed if is_done(test, head)]
    if done:
        await tx.enqueue(note_taken(Taken(done)))
