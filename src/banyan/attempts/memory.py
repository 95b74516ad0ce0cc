"""What never changes about attempts, kept in memory: an answer that comes in needs nothing read before it is saved."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from cachetools import LRUCache

from banyan import assessments
from banyan.attempts import store
from banyan.attempts.model import Facts, HeadRow, StoredAnswer
from banyan.kit.batching import Batcher, Shards
from banyan.kit.problems import NotFound
from banyan.kit.toolbox import Kit

__all__ = ["Known", "Lookups", "Memory", "Standing", "known", "remember", "standing"]

_MOST_KEPT = 30_000  # attempts, half a kilobyte each
_CROWD_SECONDS = 0.003  # that one who looks waits for others: after a restart everyone does


class Known(msgspec.Struct, frozen=True):
    """An attempt's facts, and its questions in their order."""

    facts: Facts
    questions: tuple[UUID, ...]


class Memory:
    """The attempts that this process knows."""

    def __init__(self) -> None:
        self._kept: LRUCache[UUID, Known] = LRUCache(_MOST_KEPT)

    def get(self, attempt_id: UUID) -> Known | None:
        """What is known of an attempt."""
        return self._kept.get(attempt_id)

    def keep(self, known: Known) -> None:
        """Remember an attempt that is on disk."""
        self._kept[known.facts.id] = known


class Standing(msgspec.Struct, frozen=True):
    """An attempt as it stands, with what is saved in it."""

    head: HeadRow
    answers: list[StoredAnswer]


class Lookups(Batcher[tuple[UUID, UUID], Standing | None]):
    """Reads (learner, attempt) for all who ask at the same time in two statements; None is no attempt of theirs."""

    def __init__(self, kit: Kit) -> None:
        async def read(wanted: Sequence[tuple[UUID, UUID]]) -> list[Standing | None]:
            learners, attempts = [one for one, _ in wanted], [one for _, one in wanted]
            db = kit.db.read()
            # The answers come second: whatever a head says that is closed, they are all of it.
            # By both: someone else may ask for the same attempt at the same time, and it is not theirs.
            heads = {(row.learner_id, row.id): row for row in await store.heads(db, learners, attempts)}
            answers: dict[UUID, list[StoredAnswer]] = {}
            for answer in await store.answers(db, learners, attempts):
                answers.setdefault(answer.attempt_id, []).append(answer)
            return [Standing(heads[one], answers.get(one[1], [])) if one in heads else None for one in wanted]

        super().__init__(
            "attempt_lookups",
            read,
            key=lambda wanted: wanted,
            pause=_CROWD_SECONDS,
            shards=Shards(kit.db.primary, lambda wanted: wanted[0]),
        )


async def standing(kit: Kit, learner_id: UUID, attempt_id: UUID) -> Standing:
    """A learner's attempt as it stands.

    Raises:
        NotFound: it is not theirs.
    """
    found = await kit.part(Lookups).submit((learner_id, attempt_id))
    if found is None:
        raise NotFound
    return found


async def known(kit: Kit, learner_id: UUID, attempt_id: UUID) -> Known:
    """The facts of a learner's attempt, from memory, else read.

    Raises:
        NotFound: it is not theirs.
    """
    found = kit.part(Memory).get(attempt_id)
    if found is None:
        found = await remember(kit, (await standing(kit, learner_id, attempt_id)).head.facts)
    if found.facts.learner_id != learner_id:
        raise NotFound
    return found


async def remember(kit: Kit, facts: Facts) -> Known:
    """Keep the facts of an attempt in memory, with the questions that it has."""
    test = await assessments.revision_of(kit, facts.test_id, facts.revision)
    laid_out = assessments.layout(test, facts.seed)
    found = Known(facts, tuple(question for section in laid_out for question in section.questions))
    kit.part(Memory).keep(found)
    return found
