"""What the scheduler does for backups, where `[backup] url` is set."""

from datetime import UTC, datetime, timedelta

import structlog

from banyan.backup.model import Busy
from banyan.backup.service import Backups
from banyan.backup.standing import Standing, standing
from banyan.kit.jobs import periodic
from banyan.kit.toolbox import Kit
from banyan.kit.trouble import Trouble

__all__ = ["PERIODIC"]

log = structlog.get_logger(__name__)
_EVERY = timedelta(hours=24)


@periodic("backup.ship", "* * * * *")
async def ship_log(kit: Kit) -> None:
    """Bring what the embedded server has handed over into the store."""
    if not kit.settings.backup.archiving:
        return
    backups = Backups(kit.settings)
    if backups.embedded:
        await backups.ship()


@periodic("backup.base", "*/10 * * * *")
async def make_base(kit: Kit) -> None:
    """A base backup a day, and a new one as soon as the log after the last one has a gap."""
    if not kit.settings.backup.archiving:
        return
    backups = Backups(kit.settings)
    if why := due(await standing(backups), datetime.now(UTC)):
        log.info("backup_due", reason=why)
        try:
            await backups.create()
        except Busy:
            return


def due(found: Standing, now: datetime) -> str | None:
    """Why a base backup is to be made; None if it is not."""
    if found.reach is None:
        return "there is none"
    if found.reach.gaps:
        return f"the log has a gap: {found.reach.gaps[0]}"
    if now - found.reach.since >= _EVERY:
        return "the last one is a day old"
    return None


@periodic("backup.point", "*/5 * * * *")
async def make_point(kit: Kit) -> None:
    """On a Citus cluster: a moment that all of its nodes can be restored to."""
    if not (kit.settings.backup.archiving and kit.settings.backup.one_node):
        return
    try:
        log.info("backup_point_made", name=await Backups(kit.settings).point())
    except Trouble as trouble:  # it may well be that somebody else makes them
        log.warning("backup_point_not_made", reason=str(trouble))


PERIODIC = (ship_log, make_base, make_point)
