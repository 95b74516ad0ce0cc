"""What attempts at tests come to, and tests in a course. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from banyan import attempts
from banyan.assessments import Settings
from banyan.attempts import AttemptHead
from banyan.gradebook.model import Standing
from banyan.gradebook.model_book import Missing
from banyan.gradebook.store_book import AttemptOf, WeightsRow

__all__ = ["Reached", "by_learner_and_test", "passed", "reached", "total", "weight_of"]


class Reached(msgspec.Struct, frozen=True):
    """Where someone stands in a test; `revision` is that of the attempt that counts, or of the newest of several."""

    percent: float | None
    state: Standing
    attempts: int
    revision: int | None = None


def by_learner_and_test(rows: Iterable[AttemptOf]) -> dict[tuple[UUID, UUID], list[AttemptOf]]:
    """Attempts by whose they are and at what."""
    found: dict[tuple[UUID, UUID], list[AttemptOf]] = {}
    for row in rows:
        found.setdefault((row.learner_id, row.test_id), []).append(row)
    return found


def reached(settings: Settings, rows: Sequence[AttemptOf]) -> Reached:
    """Where someone stands in a test with these attempts, the oldest first."""
    counted = attempts.counted(settings.counts, [_head(row) for row in rows])
    revision = max((row.revision for row in rows if row.id in counted.attempts), default=None) if counted else None
    percent = counted.percent if counted else None
    return Reached(percent, rows[-1].state if rows else "not_begun", len(rows), revision)


def passed(percent: float | None, mark: float | None) -> bool | None:
    """Whether a percent reaches a pass mark; None where there is not both."""
    return None if percent is None or mark is None else percent >= mark


def weight_of(weights: WeightsRow, test_id: UUID) -> float:
    """What a test weighs in its course."""
    return weights.weights.get(test_id, 1.0)


def total(percents: Mapping[UUID, Reached], weights: WeightsRow) -> float | None:
    """The mean of percents by the weights of their tests; None if there is nothing that weighs anything.

    A test without a result is left out or zero, as the course says. One that only waits for its grader is left out.
    """
    weighed = [
        (weight_of(weights, test_id), percent)
        for test_id, one in percents.items()
        if (percent := _worth(one, weights.missing)) is not None
    ]
    whole = sum(weight for weight, _ in weighed)
    return sum(weight * percent for weight, percent in weighed) / whole if whole else None


def _worth(one: Reached, missing: Missing) -> float | None:
    if one.percent is None and missing == "zero" and one.state != "submitted":
        return 0.0
    return one.percent


def _head(row: AttemptOf) -> AttemptHead:
    return AttemptHead(
        id=row.id,
        number=row.number,
        revision=row.revision,
        state=row.state,
        started_at=row.started_at,
        deadline_at=None,
        submitted_at=row.submitted_at,
        score=row.score,
        max_points=row.max_points,
        now=row.started_at,
        overdue=False,
    )
