"""How backups stand: for the doctor, and for the metrics."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prometheus_client import Gauge

from banyan.backup.chain import Reach, covered, reach_of
from banyan.backup.model import Drill
from banyan.backup.receiving import SLOT
from banyan.backup.service import Backups
from banyan.backup.shipping import Waiting, waiting

__all__ = ["Archiver", "Standing", "measure", "standing"]

WAITING_FILES = Gauge(
    "banyan_backup_waiting_files", "Files of the log that are not in the store yet.", multiprocess_mode="livemax"
)
WAITING_BYTES = Gauge("banyan_backup_waiting_bytes", "Bytes of them.", multiprocess_mode="livemax")
WAITING_SECONDS = Gauge("banyan_backup_waiting_seconds", "Age of the oldest of them.", multiprocess_mode="livemax")
ARCHIVING_FAILS = Gauge(
    "banyan_backup_archiving_fails", "1 while PostgreSQL cannot hand over its log.", multiprocess_mode="livemax"
)
HELD_BYTES = Gauge(
    "banyan_backup_held_bytes",
    "Log that PostgreSQL keeps because it has not been handed over.",
    multiprocess_mode="livemax",
)
COVERED = Gauge(
    "banyan_backup_covered_timestamp_seconds",
    "The moment up to which everything can be restored.",
    multiprocess_mode="livemax",
)
NEWEST_BASE = Gauge(
    "banyan_backup_newest_base_timestamp_seconds", "When the newest base backup was made.", multiprocess_mode="livemax"
)
GAPS = Gauge(
    "banyan_backup_gaps", "What is missing in the log after the newest base backup.", multiprocess_mode="livemax"
)
DRILLED = Gauge("banyan_backup_drill_timestamp_seconds", "When the last drill was.", multiprocess_mode="livemax")
DRILL_RPO = Gauge(
    "banyan_backup_drill_rpo_seconds",
    "What it measured: the age of what would have been lost.",
    multiprocess_mode="livemax",
)
DRILL_RTO = Gauge(
    "banyan_backup_drill_rto_seconds",
    "What it measured: time until the database answered.",
    multiprocess_mode="livemax",
)
DRILL_DIFFERENCES = Gauge(
    "banyan_backup_drill_differences", "Tables that were not what they had been.", multiprocess_mode="livemax"
)


@dataclass(frozen=True, slots=True)
class Archiver:
    """How PostgreSQL hands over its log.

    Attributes:
        on: whether it does so at all: by its archiver, or to a receiver.
        failing: whether its last try failed.
        held: bytes that it keeps until they are handed over.
    """

    on: bool
    failing: bool
    held: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is known.

    Attributes:
        continuous: whether the log is to be brought into the store.
        reach: how far the newest backup can be restored; None if there is no backup.
        spans: the times that can be restored to.
        incomplete: the newest backups of which something is missing.
    """

    continuous: bool
    reach: Reach | None
    spans: list[tuple[datetime, datetime]]
    incomplete: list[str]
    waiting: Waiting
    archiver: Archiver
    drill: Drill | None
    now: datetime

    @property
    def exposure(self) -> timedelta | None:
        """The age of what would be lost now; None if there is no backup at all."""
        return self.now - self.reach.until if self.reach else None


async def standing(backups: Backups) -> Standing:
    """Look at the store and at the server.

    Raises:
        StoreUnreachable
        OSError, asyncpg.PostgresError: the database does not answer.
    """
    kept = await backups.store.backups()
    sizes = {each.path: each.size for each in await backups.store.list("base")}
    incomplete = [
        backup.id
        for backup in kept
        if any(sizes.get(f"base/{backup.id}/{name}") != part.size for name, part in backup.parts.items())
    ]
    whole = [backup for backup in kept if backup.id not in incomplete]
    reaches: list[Reach] = []
    if whole:
        _, index = await backups.index()
        reaches = [reach_of(backup, index) for backup in whole]
    return Standing(
        continuous=backups.continuous,
        reach=reaches[-1] if reaches else None,
        spans=covered(reaches),
        incomplete=incomplete,
        waiting=waiting(backups.archive),
        archiver=await _archiver(backups),
        drill=await backups.store.last_drill(),
        now=datetime.now(UTC),
    )


def measure(found: Standing) -> None:
    """Put it into the metrics."""
    measure_waiting(found.waiting)
    ARCHIVING_FAILS.set(found.archiver.failing)
    HELD_BYTES.set(found.archiver.held)
    if found.reach:
        COVERED.set(found.reach.until.timestamp())
        NEWEST_BASE.set(found.reach.since.timestamp())
        GAPS.set(len(found.reach.gaps))
    if found.drill:
        DRILLED.set(found.drill.at.timestamp())
        DRILL_RPO.set(found.drill.rpo)
        DRILL_RTO.set(found.drill.rto)
        DRILL_DIFFERENCES.set(len(found.drill.different))


def measure_waiting(found: Waiting) -> None:
    """Put what waits into the metrics."""
    WAITING_FILES.set(found.files)
    WAITING_BYTES.set(found.size)
    WAITING_SECONDS.set(max(0.0, time.time() - found.since) if found.since is not None else 0)


async def _archiver(backups: Backups) -> Archiver:
    async with backups.source.connection() as connection:
        if backups.embedded:
            (row,) = await connection.fetch(
                """
                select current_setting('archive_mode') <> 'off' as on,
                       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing,
                       (select count(*) from pg_ls_archive_statusdir() where name like '%.ready')
                           * (select setting::bigint from pg_settings where name = 'wal_segment_size') as held
                  from pg_stat_archiver
                """
            )
            return Archiver(row["on"], row["failing"], row["held"])
        slot = await connection.fetchrow(
            """
            select active, coalesce(wal_status, '') = 'lost' as lost,
                   coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint as held
              from pg_replication_slots where slot_name = $1
            """,
            SLOT,
        )
    if slot is None:
        return Archiver(on=False, failing=False, held=0)
    return Archiver(on=True, failing=slot["lost"] or not slot["active"], held=slot["held"])
