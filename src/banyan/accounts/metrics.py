"""What accounts tell of the installation: how many learners are active."""

from collections.abc import Mapping

from prometheus_client import Gauge

from banyan.accounts.store_sessions import active_learners
from banyan.kit.figures import figure
from banyan.kit.toolbox import Kit

__all__ = ["FIGURES"]

_ACTIVE = Gauge(
    "banyan_active_learners",
    "Learners who have asked for something in the last five minutes (5m) or 24 hours (1d).",
    ["window"],
    multiprocess_mode="livemax",
)
# A session is noted once in five minutes, and stored up to 15 seconds later.
_NOW = 320.0
_DAY = 86_400.0


@figure("accounts.active_now", _ACTIVE)
async def active_now(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """Those of the last five minutes."""
    return {("5m",): await active_learners(kit.db.read(), _NOW)}


@figure("accounts.active_today", _ACTIVE, every=600)
async def active_today(kit: Kit) -> Mapping[tuple[str, ...], float]:
    """Those of the last 24 hours: where there are a million, it takes a second."""
    return {("1d",): await active_learners(kit.db.read(), _DAY)}


FIGURES = (active_now, active_today)
