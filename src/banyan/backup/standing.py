"""How backups stand: for operators, for the doctor, and for the metrics."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from banyan.backup.chain import Reach, covered
from banyan.backup.model import Drill
from banyan.backup.receiving import SLOT
from banyan.backup.service import Backups
from banyan.backup.shipping import Waiting, waiting

__all__ = ["Archiver", "Standing", "archiver", "standing"]


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
        reach: how far the newest backup that is whole can be restored; None if there is none.
        spans: the times that can be restored to.
        incomplete: the ids of the backups of which something is missing.
        drill: what the last one found; `drill.problems` is its verdict.
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
    def base_age(self) -> timedelta | None:
        """The age of the newest base backup that is whole; None if there is none."""
        return self.now - self.reach.since if self.reach else None

    @property
    def exposure(self) -> timedelta | None:
        """The age of the last position that is in the store, and so of what would be lost now; None if none is."""
        return self.now - self.reach.until if self.reach else None


async def standing(backups: Backups) -> Standing:
    """Look at the store and at the server.

    Raises:
        ForeignStore: the store keeps the backups of another database.
        OneOfMany: the database is one node of a cluster, and is not meant to be.
        StoreUnreachable
        OSError, asyncpg.PostgresError: the database does not answer.
    """
    await backups.source.node()
    await backups.store.check(await backups.source.identity())
    reaches = await backups.reaches()
    whole = [reach for reach in reaches if not reach.lacks]
    return Standing(
        continuous=backups.continuous,
        reach=whole[-1] if whole else None,
        spans=covered(whole),
        incomplete=[reach.backup.id for reach in reaches if reach.lacks],
        waiting=waiting(backups.archive),
        archiver=await archiver(backups),
        drill=await backups.store.last_drill(),
        now=datetime.now(UTC),
    )


async def archiver(backups: Backups) -> Archiver:
    """Ask the server.

    Raises:
        OSError, asyncpg.PostgresError: it does not answer.
    """
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
