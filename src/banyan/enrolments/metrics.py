"""What enrolments tell: how many there are, and how many come."""

from collections.abc import Mapping

from prometheus_client import Counter, Gauge

from banyan.enrolments.store import places_by_state
from banyan.kit.figures import figure
from banyan.kit.toolbox import Kit

__all__ = ["ENROLLED", "FIGURES"]

ENROLLED = Counter("banyan_course_enrolments", "Enrolments, as they happen.")
_ENROLLED_NOW = Gauge(
    "banyan_enrolled", "Learners in courses, by the state of the course.", ["course"], multiprocess_mode="livemax"
)


@figure("enrolments.enrolled", _ENROLLED_NOW, every=600)
async def enrolled(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """The places taken, each learner once for each of their courses."""
    return {(row.state,): row.taken for row in await places_by_state(kit.db.read())}


FIGURES = (enrolled,)
