"""Which of several attempts counts."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from banyan.attempts.model import AttemptHead, Counts

__all__ = ["Counted", "counted", "percent_of"]


class Counted(msgspec.Struct, frozen=True):
    """What someone has reached in a test: the percent, and the attempts that make it."""

    percent: float
    attempts: list[UUID]


def counted(counts: Counts, attempts: Iterable[AttemptHead]) -> Counted | None:
    """What these attempts of one learner come to; None as long as none that could count is graded.

    `best` is the earlier of two that are equal. `first` and `last` wait for a person to grade that attempt, rather than
    let another count meanwhile. Neither running attempts nor previews count.
    """
    closed = sorted((one for one in attempts if one.state != "running" and one.number > 0), key=lambda one: one.number)
    graded = [(one, percent) for one in closed if (percent := percent_of(one.score, one.max_points)) is not None]
    if not graded:
        return None
    match counts:
        case "average":
            mean = sum(percent for _, percent in graded) / len(graded)
            return Counted(mean, [one.id for one, _ in graded])
        case "best":
            one, percent = max(graded, key=lambda pair: pair[1])
            return Counted(percent, [one.id])
        case "first" | "last":
            chosen = closed[0] if counts == "first" else closed[-1]
            return next((Counted(percent, [one.id]) for one, percent in graded if one is chosen), None)


def percent_of(score: float | None, max_points: float) -> float | None:
    """A score as percent; None for one that is not there. A test without points is passed by taking it."""
    if score is None:
        return None
    return 100.0 * score / max_points if max_points else 100.0
