"""What teachers say instead of attempts, as those who took them are told of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from banyan.attempts.model import Facts
from banyan.kit.toolbox import Kit

__all__ = ["Overrides", "override_of"]


@dataclass(frozen=True, slots=True)
class Overrides:
    """How results learn of what a gradebook says, which knows attempts and not the other way round: a part of the kit.

    Attributes:
        of: the percent that was set for a learner (third) in a course and a test (first, second); one statement.
    """

    of: Callable[[Kit, UUID, UUID, UUID], Awaitable[float | None]]


async def override_of(kit: Kit, facts: Facts) -> float | None:
    """The percent that a teacher has set instead of what the attempts at this test say; None if nobody has."""
    known = kit.parts.get(Overrides)
    if known is None or facts.preview:
        return None
    percent: float | None = await known.of(kit, facts.course_id, facts.test_id, facts.learner_id)
    return percent
