"""PostgreSQL's log on its way out: to an archive, to standbys, to whoever has reserved it."""

from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst

__all__ = ["CHECKS"]

_HELD_WARN, _HELD_FAIL = 1 << 30, 16 << 30  # bytes


@check("log.archived", "While its log cannot be archived PostgreSQL keeps it, until the disk is full.")
async def archived(installation: Installation) -> Verdict:
    """Whether the last try of PostgreSQL's archiver failed, and how much waits for it."""
    await installation.check_watches()
    row = await installation.row(
        """
        select current_setting('archive_mode') <> 'off' as on, last_failed_wal, last_failed_time,
               coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing,
               (select count(*) from pg_ls_archive_statusdir() where name like '%.ready')
                   * (select setting::bigint from pg_settings where name = 'wal_segment_size') as held
          from pg_stat_archiver
        """
    )
    if not row["on"]:
        return skip("archive_mode is off; backups.log tells how the log is kept.")
    if row["failing"]:
        return fail(
            f"{row['last_failed_wal']} could not be archived at {row['last_failed_time']:%H:%M:%S} UTC; "
            f"{row['held'] >> 20} MiB wait.",
            "PostgreSQL's log says why: mostly a full disk, or a folder that it may not write into.",
        )
    return ok(f"The archiver works; {row['held'] >> 20} MiB wait.")


@check("log.slots", "A slot whose reader is gone keeps the log for it, until the disk is full.")
async def slots(installation: Installation) -> Verdict:
    """Replication slots that nobody reads, and how much they hold."""
    rows = await installation.rows(
        """
        select slot_name as name, active, coalesce(wal_status, '') = 'lost' as lost,
               coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint as held
          from pg_replication_slots
        """
    )
    verdicts = [ok(f"{len(rows)} slots, none left behind." if rows else "There are none.")]
    for row in rows:
        told = f"Nobody reads the slot {row['name']}, which holds {row['held'] >> 20} MiB."
        mend = f"Start its reader again, or select pg_drop_replication_slot('{row['name']}')."
        if row["lost"]:
            verdicts.append(fail(f"The slot {row['name']} was too far behind: its log is gone.", mend))
        elif not row["active"] and row["held"] >= _HELD_WARN:
            verdicts.append(fail(told, mend) if row["held"] >= _HELD_FAIL else warn(told, mend))
    return worst(*verdicts)


CHECKS = (archived, slots)
