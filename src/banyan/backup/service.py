"""What operators do with backups."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from banyan.backup import base, cluster, restore, retention, shipping
from banyan.backup.chain import Reach, choose, newest_before, reach_of
from banyan.backup.fingerprint import differences, point, prints
from banyan.backup.index import Index, read_index
from banyan.backup.model import Backup, Drill, NoBackup, TablePrint
from banyan.backup.programs import Programs
from banyan.backup.repository import BackupStore, lacking
from banyan.backup.restore import Plan, Restored
from banyan.backup.segments import Shelf
from banyan.backup.source import Source, url_of
from banyan.backup.verify import Verdict, verify
from banyan.backup.wal import parse_lsn
from banyan.kit.problems import Unavailable
from banyan.settings import Settings

__all__ = ["Backups"]

_SERVED = """
    select exists (select from pg_stat_activity where application_name = 'banyan' and datname = current_database())
"""
_LOOK = 0.5  # seconds between two looks whether something has reached the store


class Backups:
    """The backups of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = BackupStore(settings.backup_url, settings.data / "backup-place")
        self.programs = Programs(settings.backup.programs)
        self.source = Source(url_of(settings), self.programs, settings.backup.one_node)

    @property
    def continuous(self) -> bool:
        """Whether the log is to be brought into the store."""
        return self.settings.backup.archiving

    @property
    def archive(self) -> Path:
        """Where the embedded server puts its log."""
        return self.settings.data / "postgres" / "archive"

    @property
    def embedded(self) -> bool:
        """Whether the server is that in the data folder."""
        return not self.settings.database.url

    async def create(self) -> Backup:
        """Make a base backup, then throw away what is not needed any more.

        Raises:
            Busy, ForeignStore, OneOfMany, Unavailable: see `base.create`.
        """
        backup = await base.create(self.source, self.store, self.settings.data)
        keep = timedelta(days=self.settings.backup.keep)
        await retention.trim(self.store, backup.identity, keep, datetime.now(UTC))
        return backup

    async def point(self) -> str:
        """Make a moment that every node of a Citus cluster can be restored to; its name.

        Raises:
            Trouble: this is not the coordinator.
            OSError, asyncpg.PostgresError, StoreUnreachable
        """
        return await cluster.make_point(self.source, self.store, datetime.now(UTC))

    async def shelf(self) -> Shelf:
        """Where the log of this database goes.

        Raises:
            ForeignStore, StoreUnreachable
            OneOfMany: it would lack what lies on other nodes.
            OSError, asyncpg.PostgresError: the database does not answer.
        """
        await self.source.node()
        identity = await self.source.identity()
        await self.store.claim(identity)
        return Shelf(self.store, identity, self.programs)

    async def ship(self) -> shipping.Shipped:
        """Bring what waits into the store.

        Raises:
            ForeignStore, StoreUnreachable
        """
        return await shipping.ship(await self.shelf(), self.archive)

    async def index(self) -> tuple[list[Backup], Index]:
        """The backups, the oldest first, and the log.

        Raises:
            NoBackup: there is none.
        """
        backups = await self.store.backups()
        if not backups:
            raise NoBackup(f"There is no backup in {self.store.name}. Make one: banyan backup create.")
        return backups, await read_index(self.store, backups[-1].identity.segment_size)

    async def reaches(self) -> list[Reach]:
        """How far each backup can be restored, the oldest first."""
        try:
            backups, index = await self.index()
        except NoBackup:
            return []
        lacks = lacking(backups, await self.store.list("base"))
        return [replace(reach_of(backup, index), lacks=lacks[backup.id]) for backup in backups]

    async def verify(self, name: str | None = None, *, every: bool = False) -> list[Verdict]:
        """Read the newest backup through with its log, the one that is named, or every one.

        Raises:
            NoBackup, StoreUnreachable
        """
        backups, index = await self.index()
        chosen = backups if every else [await self.store.backup(name)]
        return [await verify(self.store, backup, index, self.programs) for backup in chosen]

    async def plan(self, at: datetime | None = None, timeline: int | None = None, point: str | None = None) -> Plan:
        """How to come back to what was at `at`, or as far as the backups reach.

        A backup of which something is missing is passed over for one before it, as long as there is one.

        Args:
            point: instead, the name of a moment that the other nodes of a Citus cluster come back to as well.

        Raises:
            NotCovered: no backup reaches it.
            NoBackup, StoreUnreachable
        """
        backups, index = await self.index()
        lacks = lacking(backups, await self.store.list("base"))
        whole = [backup for backup in backups if not lacks[backup.id]] or backups
        if point is not None:
            return Plan(newest_before(whole, index, cluster.moment_of(point), timeline), index, point=point)
        return Plan(choose(whole, index, at, timeline), index, at)

    async def restore(
        self, to: Path, at: datetime | None = None, timeline: int | None = None, point: str | None = None
    ) -> Restored:
        """Put the database back as `plan` has it, into the empty folder `to`.

        Raises:
            NotCovered: no backup reaches that moment.
            NoBackup, NotEmpty, Busy, Damaged, Unavailable: see `restore.restore`.
        """
        plan = await self.plan(at, timeline, point)
        return await restore.restore(plan, self.store, self.programs, url_of(self.settings), to)

    async def drill(self, *, pace: float = 60.0, tell: Callable[[str], None] = lambda _: None) -> Drill:
        """Restore into a server of its own, compare, and measure.

        With continuous archiving: something is written, RPO is the time until it is in the store in the ordinary way,
        and what comes out is compared with what the tables held then. Without, the newest backup is restored and
        compared with what was noted when it was made, and RPO is its age.

        Args:
            pace: seconds between two shipments, if nobody serves this installation and the drill has to ship itself.

        Raises:
            NoBackup, OneOfMany, Unavailable, Damaged: it cannot be restored.
        """
        await self.source.node()
        backup = await self.store.backup(None)
        at = datetime.now(UTC)
        if self.continuous:
            lsn, expected, rpo = await self._wait_for_a_mark(pace, tell)
        else:
            lsn, expected, rpo = backup.end_lsn, backup.tables, (at - backup.ended_at).total_seconds()
        backups, index = await self.index()
        plan = Plan(choose(backups, index, None), index, None, lsn)
        tell(f"Restoring the backup {plan.reach.backup.id} and {len(plan.line)} segments of the log.")
        place = self.settings.data / "drill"
        url = url_of(self.settings)
        async with restore.recovered(plan, self.store, self.programs, url, place) as (server, done):
            tell(f"The database answers after {done.seconds:.0f} s. Comparing the tables.")
            async with Source(server.url, self.programs).connection() as connection:
                found = await prints(connection)
        drill = Drill(
            at=at,
            backup=plan.reach.backup.id,
            continuous=self.continuous,
            rpo=rpo,
            rto=done.seconds,
            tables=len(found),
            rows=sum(each.rows for each in found.values()),
            different=differences(expected, found) if expected is not None else ["nothing is known to compare with"],
        )
        await self.store.put("drill.json", msgspec.json.encode(drill))
        return drill

    async def _wait_for_a_mark(
        self, pace: float, tell: Callable[[str], None]
    ) -> tuple[int, dict[str, TablePrint] | None, float]:
        """Write something, and wait until it is safe: where it is, what the tables held before, how long it took."""
        async with point(self.source) as quiet:
            if quiet is None:
                raise Unavailable("Writing never paused for 200 ms, so there is nothing to compare with. Try again.")
            lsn, expected = quiet.lsn, await prints(quiet.connection)
        async with self.source.connection() as connection:
            (mark,) = await connection.fetch(
                "select pg_logical_emit_message(true, 'banyan', 'drill')::text as lsn, clock_timestamp() as at"
            )
            served = await connection.fetchval(_SERVED)
        begun = time.monotonic()
        patience = self.settings.backup.rpo_seconds + 2 * pace
        tell(f"Waiting until what was written at {mark['at']:%H:%M:%S} UTC is in the store, {patience:.0f} s at most.")
        shipped = begun
        while not await self._holds(parse_lsn(mark["lsn"]), mark["at"]):
            if time.monotonic() > begun + patience:
                raise Unavailable(await self._why_nothing_comes(patience))
            if self.embedded and not served and time.monotonic() > shipped + pace:
                shipped = time.monotonic()
                await self.ship()
            await asyncio.sleep(_LOOK)
        return lsn, expected, time.monotonic() - begun

    async def _holds(self, lsn: int, at: datetime) -> bool:
        backups, index = await self.index()
        reach = reach_of(backups[-1], index)
        return reach.end > lsn or reach.until > at

    async def _why_nothing_comes(self, patience: float) -> str:
        said = f"What was written did not reach the store within {patience:.0f} s. "
        if not self.embedded:
            return said + "Does `banyan backup ship --continuous` run?"
        async with self.source.connection() as connection:
            if await connection.fetchval("show archive_mode") == "off":
                return said + "PostgreSQL was started before [backup] url was set: stop Banyan, and start it again."
            failed = await connection.fetchval("select last_failed_time > last_archived_time from pg_stat_archiver")
        waits = shipping.waiting(self.archive)
        if failed:
            return said + f"PostgreSQL cannot write into {self.archive}; its log says why."
        return said + f"{waits.files} files wait in {self.archive}."
