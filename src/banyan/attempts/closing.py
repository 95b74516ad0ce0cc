"""Closing attempts: submitting them, and ending those whose time is up. Gathered, in five statements."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import structs

from banyan import assessments
from banyan.assessments import PublishedTest
from banyan.attempts import grading, memory, progress, store, store_closing
from banyan.attempts.memory import Known
from banyan.attempts.model import Closing, HeadRow, StoredAnswer
from banyan.attempts.store_closing import Closed
from banyan.kit.batching import Batcher, Shards
from banyan.kit.database import Writer
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["ClosingBatcher", "close", "closed_if_overdue"]

_LARGEST = 100  # attempts; grading more at a time would let others wait


class Work(msgspec.Struct, frozen=True):
    """An attempt to close, with what grading it needs."""

    wanted: Closing
    known: Known
    test: PublishedTest


class ClosingBatcher(Batcher[Work, HeadRow | None]):
    """Gathers attempts that are to be closed into one transaction of at most five statements, however many questions.

    An attempt is held from when it is looked at until it is stored, and whoever saves an answer in it holds it, too: so
    every answer that was told as saved is graded. What is closed stays as it is.
    """

    def __init__(self, kit: Kit) -> None:
        async def write(works: Sequence[Work]) -> list[HeadRow | None]:
            async with kit.db.write(replan=True) as tx:
                return await _close(tx, works)

        super().__init__(
            "closings",
            write,
            key=lambda one: one.wanted.attempt_id,
            largest=_LARGEST,
            shards=Shards(kit.db.primary, lambda one: one.wanted.learner_id),
        )


async def close(kit: Kit, wanted: Closing) -> HeadRow:
    """Close an attempt and grade it, if it runs; how it stands then. By the clock it is closed only if its time is up.

    Raises:
        NotFound: the learner has no such attempt.
    """
    known = await memory.known(kit, wanted.learner_id, wanted.attempt_id)
    test = await assessments.corrected(kit, known.facts.test_id, known.facts.revision)
    head = await kit.part(ClosingBatcher).submit(Work(wanted, known, test))
    if head is None:
        raise NotFound
    return head


async def closed_if_overdue(kit: Kit, learner_id: UUID, attempt_id: UUID) -> HeadRow:
    """An attempt as it stands, closed at once when its time is up, with what was saved.

    Raises:
        NotFound: the learner has no such attempt.
    """
    return await close(kit, Closing(learner_id, attempt_id, clock=True))


async def _close(tx: Writer, works: Sequence[Work]) -> list[HeadRow | None]:
    heads = await store_closing.lock(
        tx, [one.wanted.learner_id for one in works], [one.wanted.attempt_id for one in works]
    )
    closing = [one for one in works if _is_due(one.wanted, heads.get(one.wanted.attempt_id))]
    if closing:
        ids = [one.wanted.attempt_id for one in closing]
        answers: dict[UUID, list[StoredAnswer]] = {}
        for answer in await store.answers(tx, [one.wanted.learner_id for one in closing], ids):
            answers.setdefault(answer.attempt_id, []).append(answer)
        closed = [_graded(one, heads[one.wanted.attempt_id], answers.get(one.wanted.attempt_id, [])) for one in closing]
        await store_closing.close(tx, closed)
        await progress.note(tx, [(one.head, work.test) for one, work in zip(closed, closing, strict=True)])
        heads |= {one.head.id: one.head for one in closed}
    return [heads.get(one.wanted.attempt_id) for one in works]


def _is_due(wanted: Closing, head: HeadRow | None) -> bool:
    return head is not None and head.state == "running" and (head.overdue or not wanted.clock)


def _graded(work: Work, head: HeadRow, answers: Sequence[StoredAnswer]) -> Closed:
    grades = grading.graded(work.test, work.known.questions, answers)
    total = grading.total(grades)
    # Who hands in within the grace was in time; whose time ran out had all of it.
    at = min(head.now, head.deadline_at) if head.deadline_at else head.now
    after = structs.replace(
        head,
        state="submitted" if total.needs_grading else "graded",
        submitted_at=at,
        score=total.score,
        max_points=grading.worth(work.test, work.known.questions),
    )
    return Closed(
        head=after,
        submitted_at=at,
        answered=sum(answer.response is not None for answer in answers),
        needs_grading=total.needs_grading,
        grades=grades,
    )
