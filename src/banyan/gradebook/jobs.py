"""What is done about results in the background."""

from datetime import timedelta

import structlog

from banyan.gradebook import statistics, store_statistics
from banyan.kit.jobs import periodic
from banyan.kit.toolbox import Kit

__all__ = ["tell_banks"]

log = structlog.get_logger(__name__)
_OVERLAP = timedelta(hours=1)


@periodic("gradebook.tell_banks", "*/5 * * * *")
async def tell_banks(kit: Kit) -> None:
    """Banks learn how their questions did, from tests with attempts that they have not heard of."""
    for test_id in await store_statistics.to_tell(kit.db.read(), _OVERLAP):
        try:
            await statistics.tell_bank(kit, test_id)
        except Exception:  # one test must not keep the others from it
            log.exception("statistics_not_told", test=str(test_id))
