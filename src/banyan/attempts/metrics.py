"""What attempts tell of the installation: how many are running."""

from collections.abc import Mapping

from prometheus_client import Gauge

from banyan.attempts.store import running
from banyan.kit.figures import figure
from banyan.kit.toolbox import Kit

__all__ = ["FIGURES"]

_RUNNING = Gauge(
    "banyan_attempts_running",
    "Attempts at tests that are running; of those without a deadline the ones with an answer in the last hour.",
    ["deadline"],
    multiprocess_mode="livemax",
)


@figure("attempts.running", _RUNNING)
async def attempts_running(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """With a deadline (yes) and without (no)."""
    found = await running(kit.db.read())
    return {("yes",): found.timed, ("no",): found.untimed}


FIGURES = (attempts_running,)
