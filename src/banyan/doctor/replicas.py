"""Replicas: there, in step, and one that a write waits for. Seeds 000, 002, 003 and 004."""

import asyncio
from contextlib import suppress

import asyncpg

from banyan.doctor.installation import Installation, open_line
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst
from banyan.settings import hidden

__all__ = ["CHECKS"]

_FRESH = 1 << 20  # bytes; nothing that takes a moment to replay


@check("replicas.read", "A replica that is not read from costs as much as one that is.", seconds=15)
async def read(installation: Installation) -> Verdict:
    """Each replica of the settings: whether it answers, is one, follows this primary, and how far it is behind."""
    urls = installation.settings.database.replica_urls
    if not urls:
        return skip("The settings name none.")
    row = await installation.row(
        """
        select system_identifier::text as system, (pg_current_wal_insert_lsn() - '0/0')::bigint as position
          from pg_control_system()
        """
    )
    looks = (_look(url, row["system"], row["position"], installation.settings.database.replica_lag) for url in urls)
    return worst(*await asyncio.gather(*looks))


async def _look(url: str, system: str, position: int, longest: float) -> Verdict:
    name = host_of(url)
    try:
        line = await open_line(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return fail(
            f"{name} does not answer: {str(error) or type(error).__name__}.",
            "Start it; or take it out of BANYAN_DATABASE_REPLICAS if it is gone for good.",
        )
    try:
        async with line.transaction():
            (row,) = await line.fetch(_REPLICA, position)
    finally:
        with suppress(asyncpg.InterfaceError):
            line.terminate()
    if not row["standby"]:
        return fail(
            f"{name} takes writes of its own: it is no replica any more.",
            "If it was promoted on purpose, let BANYAN_DATABASE_URL name it. If not: stop it at once, rewind it "
            "(pg_rewind), let it follow.",
        )
    if row["system"] != system:
        return fail(f"{name} follows another database.", "Make it anew from this primary: pg_basebackup -R.")
    if row["behind"] > _FRESH and row["lag"] > longest:
        return warn(
            f"{name} is {row['lag']:.0f} s behind ({row['behind'] >> 20} MiB); above {longest:g} s it is not read.",
            "Look there for a long query, a slow disk, or a lost connection to the primary.",
        )
    return ok(f"{name} is {max(0, row['behind']) >> 10} KiB behind.")


_REPLICA = """
    select pg_is_in_recovery() as standby, (select system_identifier::text from pg_control_system()) as system,
           $1 - coalesce(pg_last_wal_replay_lsn() - '0/0', 0)::bigint as behind,
           coalesce(extract(epoch from now() - pg_last_xact_replay_timestamp()), 0)::float8 as lag
"""


@check(
    "replicas.synchronous", "Without one, what was acknowledged in the last moments is lost with the primary's machine."
)
async def synchronous(installation: Installation) -> Verdict:
    """Standbys that stream from the primary now, and whether a commit waits for one of them."""
    await installation.check_watches()
    row = await installation.row(
        """
        select current_setting('synchronous_standby_names') as names, current_setting('synchronous_commit') as level,
               count(*) filter (where state = 'streaming') as standbys,
               count(*) filter (where sync_state in ('sync', 'quorum')) as waited_for
          from pg_stat_replication where application_name <> 'pg_receivewal'
        """
    )
    if not row["names"]:
        if not row["standbys"] and not installation.settings.database.replicas:
            return skip("There is no standby.")
        return warn(
            f"{row['standbys']} standbys stream, and no commit waits for any of them.",
            "Patroni: synchronous_mode: true. Else synchronous_standby_names = 'ANY 1 (*)', with two standbys.",
        )
    if not row["waited_for"]:
        return fail(
            f"Commits wait for {row['names']}, and no such standby streams: writes hang.",
            "Start the standby; or, knowing what that risks, empty synchronous_standby_names and reload.",
        )
    if row["level"] == "local":
        return warn("synchronous_commit = local: commits do not wait for the standby.", "Set synchronous_commit = on.")
    return ok(f"{row['standbys']} stream, and commits wait for {row['waited_for']} of them.")


def host_of(url: str) -> str:
    """Where a URL leads, without what is secret in it."""
    return hidden(url).partition("://")[2].rpartition("@")[2].partition("?")[0].partition("/")[0] or "the socket"


CHECKS = (read, synchronous)
